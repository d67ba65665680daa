package net.catraca.billing.run;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Money that came and waits for somebody to say whose it is. */
@FunctionalInterface
public interface UnmatchedPayments {

    /** All that wait now. */
    List<Unmatched> waiting();

    /**
     * @param reference by which people find it in the queue
     * @param taxId of the payer, digits and capital letters only; null when the bank did not say
     * @param contractId whose bill its number names, where it only may have been told before; null when nobody knows
     */
    record Unmatched(
            String reference,
            @Nullable String taxId,
            long amountCents,
            LocalDate paidOn,
            @Nullable Long contractId) {

        public Unmatched(String reference, @Nullable String taxId, long amountCents, LocalDate paidOn) {
            this(reference, taxId, amountCents, paidOn, null);
        }
    }
}
