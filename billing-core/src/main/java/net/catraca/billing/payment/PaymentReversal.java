package net.catraca.billing.payment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An estorno as a payer's system tells it. It may come before its payment; then it waits.
 *
 * @param externalId of the payer's system: it counts once
 * @param paymentExternalId the external id of the payment that it takes back
 * @param paymentId null while the payment has not come
 * @param appliedAt when the payment was found reversed by it, or reversed already; null while it waits
 */
public record PaymentReversal(
        long id,
        String externalId,
        String paymentExternalId,
        String reason,
        Instant toldAt,
        String toldBy,
        @Nullable Long paymentId,
        @Nullable Instant appliedAt) {

    public boolean isWaiting() {
        return paymentId == null;
    }
}
