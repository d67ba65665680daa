package net.catraca.billing.office;

import java.util.List;
import java.util.Optional;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.PaymentDraft;
import org.jspecify.annotations.Nullable;

/** Money that came in. Relief is immediate: a payment's transaction ends with the contract's access. */
public interface Payments {

    /**
     * Books a payment once. Told again with the same content it is found and nothing is written; with another content
     * it is declined as {@code external-id-taken}. It pays the named receivable, or the contract's receivables oldest
     * due first; what none of them takes is kept as unallocated.
     */
    Outcome<Receipt> receive(Actor actor, PaymentDraft draft);

    /**
     * The estorno: what the payment paid is owed again and days late come back, a commitment never does. Reversing
     * twice is declined as {@code already-reversed}.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    Outcome<Payment> reverse(Actor actor, long id, @Nullable Long expectedVersion, String reason);

    Optional<Payment> find(long id);

    Optional<Payment> findByExternalId(String externalId);

    /**
     * @param contractId null for all contracts
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    List<Payment> list(@Nullable Long contractId, long afterId, int limit);

    /** @param repeated whether the payment had been told before and nothing was written now */
    record Receipt(Payment payment, boolean repeated) {}
}
