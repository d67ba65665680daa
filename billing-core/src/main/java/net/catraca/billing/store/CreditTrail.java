package net.catraca.billing.store;

import java.time.Instant;
import java.util.List;
import net.catraca.billing.payment.Payment;

/** Is told, within the write's transaction, what a write has paid with the credit of a contract. */
public interface CreditTrail {

    void used(Used used, Instant now);

    /** What a contract's payments, that nothing else wanted, have paid now. */
    record Used(long contractId, List<Share> shares) {

        public Used {
            shares = List.copyOf(shares);
        }
    }

    record Share(long paymentId, Payment.Allocation paid) {}
}
