package net.catraca.admin.policy;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.access.AgreementTerms;
import net.catraca.billing.access.AgreementTerms.Relief;
import net.catraca.billing.access.NoticeDemand;
import net.catraca.billing.access.PolicyExample;
import net.catraca.billing.access.ReleaseLimits;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.contract.BillingMode;
import org.jspecify.annotations.Nullable;

/**
 * A version of a policy as somebody wants it.
 *
 * @param regular thresholds of usual debt
 * @param renegotiated thresholds of renegotiated debt
 */
@Serdeable
@Schema(name = "PolicyVersionData", example = """
                {"effectiveFrom":"2027-01-01",
                 "regular":{"warnDays":1,"reduceDays":15,"blockDays":30,"cancelDays":120},
                 "renegotiated":{"warnDays":1,"reduceDays":5,"blockDays":10},
                 "prepaidTightening":"by-run","blockedAs":"garden","awaitingActiveDays":0,"releaseLevel":"active",
                 "limits":{"toleranceCents":100,"temporaryMaxDays":5,"temporaryIntervalDays":10,
                           "trustUnlockDays":3,"trustUnlockIntervalDays":30,"trustUnlockMaxDebtDays":60,
                           "trustUnlockWhenReduced":true,"releasedDaysPerDebt":20,"manualReleasesPerOperatorDay":20},
                 "examples":[{"description":"30 days late is blocked","billingMode":"postpaid","daysLate":30,
                              "expectedLevel":"blocked"}]}
                """)
record VersionData(
        @Schema(description = "First day on which it holds, in each contract's zone.")
        LocalDate effectiveFrom,

        ThresholdData regular,

        ThresholdData renegotiated,

        @Schema(description = "Whether the end of a prepaid contract's paid-until tightens by itself.")
        PrepaidTightening prepaidTightening,

        BlockedAs blockedAs,

        @Nullable
        @Schema(
                description = "What a login gets that is used from where its locks do not let it; reject when absent."
                        + " The garden takes whoever is in it for the subscriber.")
        BlockedAs lockViolatedAs,

        @PositiveOrZero @Schema(description = "Days from signing for the installer; 0 for none.")
        int awaitingActiveDays,

        @Schema(description = "What a release gives: active or reduced.")
        AccessLevel releaseLevel,

        LimitData limits,

        @Nullable @Schema(description = "What must have been sent before a run may tighten; absent: nothing.")
        NoticeData notice,

        @Nullable
        @Schema(description = "What holds of agreements that are signed; absent: relief at signing, broken at 10 days.")
        AgreementData agreement,

        @Size(max = 100) @Schema(description = "What the author expects; checked before activation.")
        List<ExampleData> examples) {

    /** Days late from which a contract is warned, reduced, blocked, suggested for cancellation; absent: never. */
    @Serdeable
    @Schema(name = "Thresholds", description = "Days late from which (≥) it happens; null: never.")
    record ThresholdData(
            @Nullable @Positive Integer warnDays,
            @Nullable @Positive Integer reduceDays,
            @Nullable @Positive Integer blockDays,
            @Nullable @Positive Integer cancelDays) {

        Thresholds thresholds() {
            return new Thresholds(orNever(warnDays), orNever(reduceDays), orNever(blockDays), orNever(cancelDays));
        }

        static ThresholdData of(Thresholds thresholds) {
            return new ThresholdData(
                    orNull(thresholds.warnDays()),
                    orNull(thresholds.reduceDays()),
                    orNull(thresholds.blockDays()),
                    orNull(thresholds.cancelDays()));
        }
    }

    /** Days that must have passed since a notice was sent. */
    @Serdeable
    @Schema(
            name = "NoticeDemand",
            description =
                    "Days since a notice of the receivable was sent; null: none needed. What was sent before its day 0"
                            + " is none, unless remindersCount.")
    record NoticeData(
            @Nullable @PositiveOrZero @Max(1000) Integer daysBeforeReduce,
            @Nullable @PositiveOrZero @Max(1000) Integer daysBeforeBlock,
            @Nullable Boolean remindersCount) {

        NoticeDemand demand() {
            return new NoticeDemand(
                    orNone(daysBeforeReduce), orNone(daysBeforeBlock), Boolean.TRUE.equals(remindersCount));
        }

        static NoticeData of(NoticeDemand demand) {
            return new NoticeData(
                    noneAsNull(demand.daysBeforeReduce()),
                    noneAsNull(demand.daysBeforeBlock()),
                    demand.remindersCount());
        }

        private static int orNone(@Nullable Integer days) {
            return days == null ? NoticeDemand.NONE : days;
        }

        private static @Nullable Integer noneAsNull(int days) {
            return days == NoticeDemand.NONE ? null : days;
        }
    }

    /** Terms under which agreements are signed from then on. */
    @Serdeable
    @Schema(name = "AgreementTerms")
    record AgreementData(
            @Schema(description = "When the old debt no longer counts.")
            Relief relief,

            @Positive @Max(1000) @Schema(description = "Days late of an instalment from which it breaks.")
            int breakDays,

            @Positive @Max(1000) @Schema(description = "Into how many, one after the other, the same debt may get.")
            int perDebt) {

        AgreementTerms terms() {
            return new AgreementTerms(relief, breakDays, perDebt);
        }

        static AgreementData of(AgreementTerms terms) {
            return new AgreementData(terms.relief(), terms.breakDays(), terms.perDebt());
        }
    }

    private static int orNever(@Nullable Integer days) {
        return days == null ? Thresholds.NEVER : days;
    }

    private static @Nullable Integer orNull(int days) {
        return days == Thresholds.NEVER ? null : days;
    }

    /** What the policy allows of releases. */
    @Serdeable
    @Schema(name = "ReleaseLimits")
    record LimitData(
            @PositiveOrZero @Schema(description = "A receivable counts as settled when no more is missing.")
            long toleranceCents,

            @PositiveOrZero int temporaryMaxDays,
            @PositiveOrZero int temporaryIntervalDays,
            @PositiveOrZero int trustUnlockDays,
            @PositiveOrZero int trustUnlockIntervalDays,

            @Nullable @PositiveOrZero @Schema(description = "No trust unlock above so many days late; null: no limit.")
            Integer trustUnlockMaxDebtDays,

            boolean trustUnlockWhenReduced,

            @Nullable
            @PositiveOrZero
            @Schema(description = "Of a contract that is only reduced; as trustUnlockDays when absent.")
            Integer reducedTrustUnlockDays,

            @Nullable
            @PositiveOrZero
            @Schema(description = "Counted apart from those of the blocked; as trustUnlockIntervalDays when absent.")
            Integer reducedTrustUnlockIntervalDays,

            @Nullable
            @Schema(description = "Whether a permitted user may lift the interval once a debt; true when absent.")
            Boolean trustUnlockIntervalLift,

            @PositiveOrZero @Schema(description = "By releases, postponed due dates and reversed payments by hand.")
            int releasedDaysPerDebt,

            @PositiveOrZero @Schema(description = "Above it a second person approves.")
            int manualReleasesPerOperatorDay) {

        ReleaseLimits limits() {
            return new ReleaseLimits(
                    toleranceCents,
                    temporaryMaxDays,
                    temporaryIntervalDays,
                    trustUnlockDays,
                    trustUnlockIntervalDays,
                    orNever(trustUnlockMaxDebtDays),
                    trustUnlockWhenReduced,
                    reducedTrustUnlockDays == null ? trustUnlockDays : reducedTrustUnlockDays,
                    reducedTrustUnlockIntervalDays == null ? trustUnlockIntervalDays : reducedTrustUnlockIntervalDays,
                    trustUnlockIntervalLift == null || trustUnlockIntervalLift,
                    releasedDaysPerDebt,
                    manualReleasesPerOperatorDay);
        }

        static LimitData of(ReleaseLimits limits) {
            return new LimitData(
                    limits.toleranceCents(),
                    limits.temporaryMaxDays(),
                    limits.temporaryIntervalDays(),
                    limits.trustUnlockDays(),
                    limits.trustUnlockIntervalDays(),
                    orNull(limits.trustUnlockMaxDebtDays()),
                    limits.trustUnlockWhenReduced(),
                    limits.reducedTrustUnlockDays(),
                    limits.reducedTrustUnlockIntervalDays(),
                    limits.trustUnlockIntervalLift(),
                    limits.releasedDaysPerDebt(),
                    limits.manualReleasesPerOperatorDay());
        }
    }

    /** "A postpaid contract, 30 days late, is blocked." */
    @Serdeable
    @Schema(name = "PolicyExample")
    record ExampleData(
            @NotBlank @Size(max = 200) String description,
            BillingMode billingMode,
            @PositiveOrZero @Max(100_000) int daysLate,
            @Nullable Boolean renegotiated,

            @Schema(description = "active, reduced or blocked")
            AccessLevel expectedLevel,

            @Nullable Boolean expectedWarned,

            @Nullable
            @PositiveOrZero
            @Schema(description = "Days of a first trust unlock once a run has committed that level; 0: refused.")
            Integer expectedTrustUnlockDays) {

        PolicyExample example() {
            return new PolicyExample(
                    description,
                    billingMode,
                    daysLate,
                    Boolean.TRUE.equals(renegotiated),
                    expectedLevel,
                    Boolean.TRUE.equals(expectedWarned),
                    expectedTrustUnlockDays);
        }

        static ExampleData of(PolicyExample example) {
            return new ExampleData(
                    example.description(),
                    example.billingMode(),
                    example.daysLate(),
                    example.renegotiated(),
                    example.expectedLevel(),
                    example.expectedWarned(),
                    example.expectedTrustUnlockDays());
        }
    }

    AccessPolicyVersion version() {
        return new AccessPolicyVersion(
                1, // the office numbers it
                effectiveFrom,
                regular.thresholds(),
                renegotiated.thresholds(),
                prepaidTightening,
                blockedAs,
                lockViolatedAs == null ? BlockedAs.REJECT : lockViolatedAs,
                awaitingActiveDays,
                releaseLevel,
                limits.limits(),
                notice == null ? NoticeDemand.NOTHING : notice.demand(),
                agreement == null ? AgreementTerms.USUAL : agreement.terms());
    }

    List<PolicyExample> policyExamples() {
        return examples.stream().map(ExampleData::example).toList();
    }
}
