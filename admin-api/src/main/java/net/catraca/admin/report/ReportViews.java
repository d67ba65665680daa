package net.catraca.admin.report;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.LocalDate;
import java.util.List;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.report.AccessStatus;
import net.catraca.billing.report.Delinquency;
import net.catraca.billing.report.EndingContract;
import net.catraca.billing.report.PaidUntilCount;
import net.catraca.billing.report.ReleaseCount;
import net.catraca.billing.report.RevenueCount;
import net.catraca.billing.report.RevenueCount.Situation;
import org.jspecify.annotations.Nullable;

/** Reports as JSON; money in cents. */
final class ReportViews {

    private ReportViews() {}

    @Serdeable
    @Schema(name = "PaidUntilReport")
    record PaidUntilView(List<PaidUntilLine> lines) {}

    @Serdeable
    @Schema(name = "PaidUntilCount")
    record PaidUntilLine(
            @Nullable @Schema(description = "Month of paid-until, such as `2026-11`; absent: nothing was ever covered.")
            String month,

            AccessStatus status,
            long contracts,

            @Schema(description = "Monthly prices of their plans.")
            long monthlyCents) {

        static PaidUntilLine of(PaidUntilCount count) {
            return new PaidUntilLine(
                    count.month() == null ? null : count.month().toString(),
                    count.status(),
                    count.contracts(),
                    count.monthlyCents());
        }
    }

    @Serdeable
    @Schema(name = "DelinquencyReport")
    record DelinquencyView(
            BucketLine total,

            @Schema(
                    description =
                            "By days late from the effective due day on; the first are small delays, under 5 days.")
            List<BucketLine> buckets,

            @Schema(description = "By month of the due day.")
            List<RecoveryLine> recovery) {

        static DelinquencyView of(Delinquency delinquency) {
            return new DelinquencyView(
                    BucketLine.of(delinquency.total()),
                    delinquency.buckets().stream().map(BucketLine::of).toList(),
                    delinquency.recovery().stream().map(RecoveryLine::of).toList());
        }
    }

    @Serdeable
    @Schema(name = "DelinquencyBucket")
    record BucketLine(
            int firstDay,
            @Nullable Integer lastDay,

            @Schema(description = "Contracts by their oldest receivable that is late.")
            long contracts,

            @Schema(description = "All that these contracts owe late.")
            long contractCents,

            @Schema(description = "Receivables by their own days late.")
            long receivables,

            long receivableCents) {

        static BucketLine of(Delinquency.Bucket bucket) {
            return new BucketLine(
                    bucket.firstDay(),
                    bucket.lastDay(),
                    bucket.contracts(),
                    bucket.contractCents(),
                    bucket.receivables(),
                    bucket.receivableCents());
        }
    }

    @Serdeable
    @Schema(name = "Recovery")
    record RecoveryLine(
            String month,
            long dueCents,
            long onTimeCents,

            @Schema(description = "Under five days late.") long smallDelayCents,

            long within30Cents,
            long within60Cents,
            long laterCents,
            long unpaidCents) {

        static RecoveryLine of(Delinquency.Recovery recovery) {
            return new RecoveryLine(
                    recovery.month().toString(),
                    recovery.dueCents(),
                    recovery.onTimeCents(),
                    recovery.smallDelayCents(),
                    recovery.within30Cents(),
                    recovery.within60Cents(),
                    recovery.laterCents(),
                    recovery.unpaidCents());
        }
    }

    @Serdeable
    @Schema(name = "ReleaseReport")
    record ReleasesView(List<ReleaseLine> lines) {}

    @Serdeable
    @Schema(name = "ReleaseCount")
    record ReleaseLine(
            String operator,
            ReleaseKind kind,
            long releases,

            @Schema(description = "How many different contracts.")
            long contracts,

            @Schema(description = "Those of them that still let somebody through.")
            long running) {

        static ReleaseLine of(ReleaseCount count) {
            return new ReleaseLine(
                    count.grantedBy(), count.kind(), count.releases(), count.contracts(), count.running());
        }
    }

    @Serdeable
    @Schema(name = "RevenueReport")
    record RevenueView(List<RevenueLine> lines) {}

    @Serdeable
    @Schema(name = "RevenueCount")
    record RevenueLine(
            @Schema(description = "A contract is in one at most: what a run would do now goes before what it has.")
            Situation situation,

            long contracts,
            long monthlyCents) {

        static RevenueLine of(RevenueCount count) {
            return new RevenueLine(count.situation(), count.contracts(), count.monthlyCents());
        }
    }

    @Serdeable
    @Schema(name = "EndingContract")
    record EndingView(
            long contractId,
            @Nullable String externalId,
            String customerName,
            String planName,
            @Nullable String region,

            @Schema(description = "The last day that is charged, unless it is renewed.")
            LocalDate endsOn,

            @Schema(description = "Below 0 when that day has passed.")
            int daysLeft,

            @Schema(description = "Its own price, else its plan's.")
            long monthlyCents) {

        static EndingView of(EndingContract contract) {
            return new EndingView(
                    contract.contractId(),
                    contract.externalId(),
                    contract.customerName(),
                    contract.planName(),
                    contract.region(),
                    contract.endsOn(),
                    contract.daysLeft(),
                    contract.monthlyCents());
        }
    }
}
