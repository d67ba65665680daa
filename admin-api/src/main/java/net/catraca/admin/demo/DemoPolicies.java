package net.catraca.admin.demo;

import java.time.LocalDate;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.access.PolicyExample;
import net.catraca.billing.access.ReleaseLimits;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.contract.BillingMode;

/** The demo's policies, as a lawyer has not looked at them. */
final class DemoPolicies {

    static final Thresholds RESIDENTIAL = new Thresholds(3, 10, 30, 90);
    static final Thresholds BUSINESS = new Thresholds(5, 20, 45, Thresholds.NEVER);
    private static final Thresholds RENEGOTIATED = new Thresholds(1, 5, 15, Thresholds.NEVER);

    /** Up to 90 days late, so that whoever is blocked at 40 learns from which day a second trust unlock works. */
    private static final ReleaseLimits LIMITS = new ReleaseLimits(100, 5, 15, 2, 30, 90, true, 15, 20);

    private DemoPolicies() {}

    /** @param effectiveFrom before the first due day of anybody */
    static AccessPolicyVersion version(Thresholds thresholds, LocalDate effectiveFrom) {
        return new AccessPolicyVersion(
                1,
                effectiveFrom,
                thresholds,
                RENEGOTIATED,
                PrepaidTightening.BY_RUN,
                BlockedAs.GARDEN,
                0,
                AccessLevel.ACTIVE,
                LIMITS);
    }

    /** The eve of each threshold and the threshold itself. */
    static List<PolicyExample> examples(Thresholds thresholds) {
        return List.of(
                unlock("on trust when reduced", thresholds.reduceDays(), AccessLevel.REDUCED, 2),
                unlock("on trust when blocked", thresholds.blockDays(), AccessLevel.BLOCKED, 2),
                unlock("no longer on trust", 91, AccessLevel.BLOCKED, 0),
                example("the eve of the warning", thresholds.warnDays() - 1, AccessLevel.ACTIVE, false),
                example("the day of the warning", thresholds.warnDays(), AccessLevel.ACTIVE, true),
                example("the eve of the reduction", thresholds.reduceDays() - 1, AccessLevel.ACTIVE, true),
                example("the day of the reduction", thresholds.reduceDays(), AccessLevel.REDUCED, false),
                example("the eve of the block", thresholds.blockDays() - 1, AccessLevel.REDUCED, false),
                example("the day of the block", thresholds.blockDays(), AccessLevel.BLOCKED, false));
    }

    private static PolicyExample unlock(String description, int daysLate, AccessLevel level, int days) {
        return new PolicyExample(description, BillingMode.POSTPAID, daysLate, false, level, false, days);
    }

    private static PolicyExample example(String description, int daysLate, AccessLevel level, boolean warned) {
        return new PolicyExample(description, BillingMode.POSTPAID, daysLate, false, level, warned);
    }
}
