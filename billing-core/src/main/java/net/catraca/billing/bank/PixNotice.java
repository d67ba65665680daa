package net.catraca.billing.bank;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A Pix, or a refund of one (devolução), as its notification tells it.
 *
 * @param refundId empty for the Pix itself
 */
public record PixNotice(
        long agreementId,
        String endToEndId,
        String refundId,
        long amountCents,
        @Nullable String txid,
        Instant paidAt,
        @Nullable String payerTaxId,
        @Nullable String payerName) {

    public boolean isRefund() {
        return !refundId.isEmpty();
    }
}
