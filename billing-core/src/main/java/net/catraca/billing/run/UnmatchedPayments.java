package net.catraca.billing.run;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Money that came and waits for somebody to say whose it is. */
@FunctionalInterface
public interface UnmatchedPayments {

    /** All that wait now. */
    List<Unmatched> waiting();

    /**
     * @param reference by which people find it in the queue
     * @param taxId of the payer, digits and capital letters only; null when the bank did not say
     * @param contractIds whose it is by its number, where it may have been told before or an ERP keeps the money; none where
     *     nobody knows
     */
    record Unmatched(
            String reference, @Nullable String taxId, long amountCents, LocalDate paidOn, Set<Long> contractIds) {

        public Unmatched {
            contractIds = Set.copyOf(contractIds);
        }

        public Unmatched(String reference, @Nullable String taxId, long amountCents, LocalDate paidOn) {
            this(reference, taxId, amountCents, paidOn, Set.of());
        }
    }
}
