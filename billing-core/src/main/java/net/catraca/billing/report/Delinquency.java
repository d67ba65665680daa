package net.catraca.billing.report;

import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is owed past its due day, and how what fell due was paid. Days late count from the effective due day: the due day,
 * moved to a banking day.
 *
 * @param total of all buckets
 * @param buckets by days late, the smallest delays first; all are there
 * @param recovery by month of the due day, oldest first
 */
public record Delinquency(Bucket total, List<Bucket> buckets, List<Recovery> recovery) {

    /** First day late of each bucket; delays under five days are small ones: a bank's way takes as long. */
    public static final List<Integer> FIRST_DAYS = List.of(1, 5, 15, 30, 60, 90);

    public Delinquency {
        buckets = List.copyOf(buckets);
        recovery = List.copyOf(recovery);
    }

    /**
     * @param lastDay null of the last one
     * @param contracts by their oldest receivable that is late
     * @param contractCents all that these contracts owe late
     * @param receivables by their own days late
     * @param receivableCents what these still ask for
     */
    public record Bucket(
            int firstDay,
            @Nullable Integer lastDay,
            long contracts,
            long contractCents,
            long receivables,
            long receivableCents) {

        Bucket plus(long moreContracts, long moreContractCents, long moreReceivables, long moreReceivableCents) {
            return new Bucket(
                    firstDay,
                    lastDay,
                    contracts + moreContracts,
                    contractCents + moreContractCents,
                    receivables + moreReceivables,
                    receivableCents + moreReceivableCents);
        }
    }

    /**
     * What fell due in a month, cancelled and renegotiated receivables left out, and when it was paid: until the effective
     * due day, less than five days late, up to 30, up to 60, later. Reversed payments are none.
     */
    public record Recovery(
            YearMonth month,
            long dueCents,
            long onTimeCents,
            long smallDelayCents,
            long within30Cents,
            long within60Cents,
            long laterCents) {

        public long unpaidCents() {
            return dueCents - onTimeCents - smallDelayCents - within30Cents - within60Cents - laterCents;
        }
    }
}
