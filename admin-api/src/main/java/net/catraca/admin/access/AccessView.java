package net.catraca.admin.access;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.agreement.AgreementView;
import net.catraca.admin.receivable.ReceivableView;
import net.catraca.admin.release.ReleaseView;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.Rule;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.office.AccessInquiry.Change;
import net.catraca.billing.office.AccessInquiry.Explanation;
import net.catraca.billing.report.AccessStatus;
import org.jspecify.annotations.Nullable;

/**
 * What a contract gets, and why: the answer to "why is this customer offline?".
 *
 * @param reason why the effective level
 * @param computedReason why the computed level
 */
@Serdeable
@Schema(name = "Access", description = "What a contract gets, and why.")
record AccessView(
        long contractId,
        List<String> logins,
        @Schema(description = "The instant of this answer.") Instant at,

        @Schema(description = "As people say it, with the reason of a block; the same as in reports.")
        AccessStatus status,

        @Schema(description = "What the contract gets: the effective level.")
        AccessLevel level,

        @Schema(description = "What policy says now.") AccessLevel computed,

        @Schema(description = "What a run has fixed; active when nothing.")
        AccessLevel committed,

        @Schema(description = "What the contract gets.") AccessLevel effective,

        @Schema(description = "The rule that decided the effective level.")
        Rule rule,

        ReasonView reason,

        @Schema(description = "The rule that decided the computed level.")
        Rule computedRule,

        ReasonView computedReason,
        String policy,
        int policyVersion,
        ContractStatus contractStatus,
        BillingMode billingMode,
        int daysLate,
        @Nullable LocalDate paidUntil,

        @Schema(description = "Open ones that count for blocking and are due, oldest first.")
        List<ReceivableView> receivables,

        @Schema(description = "Releases that run.") List<ReleaseView> releases,

        @Schema(description = "Agreements that run or wait for their first payment.")
        List<AgreementView> agreements,

        @Schema(description = "What each kind of router would be told now.")
        List<NetworkAnswer> network,

        @Schema(description = "Where its logins were used lately and their locks did not let them, seen by this node.")
        List<LockViolationView> lockViolations,

        @Nullable @Schema(description = "The instant at which the effective level becomes stricter by the clock alone.")
        Instant certainTightening,

        @Schema(description = "Whether the clock alone would have made it stricter, which waits.")
        boolean held,

        @Nullable @Schema(description = "End of the freeze in which nothing tightens; null when none holds.")
        Instant frozenUntil,

        @Nullable String freezeReason,

        @Schema(description = "What the clock alone will change.")
        List<ChangeView> forecast) {

    @Serdeable
    @Schema(name = "AccessChange")
    record ChangeView(
            Instant at,

            @Schema(description = "What policy will say, and a run may commit.")
            AccessLevel computed,

            @Schema(description = "What the contract will get if no run commits and nobody writes anything.")
            AccessLevel effective,

            Rule rule,
            ReasonView reason) {

        static ChangeView of(Change change) {
            return new ChangeView(
                    change.at(), change.computed(), change.effective(), change.rule(), ReasonView.of(change.why()));
        }
    }

    static AccessView of(Explanation explanation, List<NetworkAnswer> network, List<LockViolationView> lockViolations) {
        var contract = explanation.contract();
        var access = explanation.access();
        var computed = access.computed();
        var effective = access.effective();
        var freeze = explanation.freeze();
        return new AccessView(
                contract.contractId(),
                explanation.logins(),
                explanation.at(),
                AccessStatus.of(effective.rule(), effective.level()),
                effective.level(),
                computed.level(),
                access.committed(),
                effective.level(),
                effective.rule(),
                ReasonView.of(effective.why()),
                computed.rule(),
                ReasonView.of(computed.why()),
                explanation.policyName(),
                explanation.policyVersion(),
                contract.status(),
                contract.billingMode(),
                explanation.daysLate(),
                explanation.paidUntil(),
                explanation.receivables().stream().map(ReceivableView::of).toList(),
                explanation.releases().stream()
                        .map(release -> ReleaseView.of(release, explanation.at()))
                        .toList(),
                explanation.agreements().stream().map(AgreementView::of).toList(),
                network,
                lockViolations,
                access.certainTightening(),
                access.held(),
                freeze == null ? null : freeze.end(),
                freeze == null ? null : freeze.reason(),
                explanation.forecast().stream().map(ChangeView::of).toList());
    }
}
