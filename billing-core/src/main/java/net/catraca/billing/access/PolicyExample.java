package net.catraca.billing.access;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;
import static net.catraca.billing.access.ContractSnapshot.NO_INSTANT;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Plan;
import org.jspecify.annotations.Nullable;

/**
 * What the author of a policy version expects of it. A version is activated only when it has examples and all of them
 * hold, so that a number typed wrongly is noticed by whoever typed it.
 *
 * @param daysLate of an otherwise ordinary contract; a prepaid one since the end of paid-until
 * @param renegotiated whether the debt is renegotiated
 * @param expectedLevel the computed level: ACTIVE, REDUCED or BLOCKED
 * @param expectedWarned whether the contract is active, but warned
 * @param expectedTrustUnlockDays days that a first trust unlock grants when a run has committed that level, 0 when it
 *     is refused; null: nothing is expected of it
 */
public record PolicyExample(
        String description,
        BillingMode billingMode,
        int daysLate,
        boolean renegotiated,
        AccessLevel expectedLevel,
        boolean expectedWarned,
        @Nullable Integer expectedTrustUnlockDays) {

    /** Expects nothing of trust unlocks. */
    public PolicyExample(
            String description,
            BillingMode billingMode,
            int daysLate,
            boolean renegotiated,
            AccessLevel expectedLevel,
            boolean expectedWarned) {
        this(description, billingMode, daysLate, renegotiated, expectedLevel, expectedWarned, null);
    }

    /** Why a version may not be activated. */
    public sealed interface Failure {

        record NoExamples() implements Failure {}

        /** The version says otherwise than the example expects. */
        record Unexpected(PolicyExample example, AccessLevel level, boolean warned) implements Failure {}

        /** A trust unlock would grant other days than the example expects. */
        record UnexpectedTrustUnlock(PolicyExample example, int days) implements Failure {}
    }

    /** Why the version may not be activated; empty when it may. */
    public static List<Failure> failures(AccessPolicyVersion version, List<PolicyExample> examples) {
        if (examples.isEmpty()) {
            return List.of(new Failure.NoExamples());
        }
        return examples.stream()
                .map(example -> example.failure(version))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Failure> failure(AccessPolicyVersion version) {
        var noon = version.effectiveFrom().atTime(12, 0).toInstant(ZoneOffset.UTC);
        var decision = new Moment(contract(version), noon).computed();
        boolean warned = decision.rule() == Rule.WARN_THRESHOLD;
        if (decision.level() != expectedLevel || warned != expectedWarned) {
            return Optional.of(new Failure.Unexpected(this, decision.level(), warned));
        }
        int days = version.limits().firstTrustUnlockDays(decision.level(), daysLate);
        return expectedTrustUnlockDays == null || expectedTrustUnlockDays == days
                ? Optional.empty()
                : Optional.of(new Failure.UnexpectedTrustUnlock(this, days));
    }

    private ContractSnapshot contract(AccessPolicyVersion version) {
        int since = version.effectiveFromDay() - daysLate;
        boolean byPaidUntil = !renegotiated && billingMode == BillingMode.PREPAID;
        var policy = new AccessPolicy(0, 0, "example", List.of(version));
        return new ContractSnapshot(
                0,
                0,
                0,
                PLAN,
                policy,
                ZoneOffset.UTC,
                ContractStatus.ACTIVE,
                since,
                billingMode,
                since,
                byPaidUntil || renegotiated ? NO_DAY : since,
                byPaidUntil ? since : NO_DAY,
                null,
                renegotiated ? since : NO_DAY,
                null,
                null,
                NO_INSTANT,
                null,
                NO_DAY,
                NO_DAY,
                AutomaticRestriction.NORMAL,
                NO_DAY,
                AccessLevel.ACTIVE,
                NO_INSTANT,
                NO_DAY,
                NO_DAY);
    }

    private static final Plan.Rate RATE = new Plan.Rate(1, 1);
    private static final Plan PLAN = new Plan(0, 0, null, "example", 0, 0, RATE, null, RATE, null, null, null, 1, 900);
}
