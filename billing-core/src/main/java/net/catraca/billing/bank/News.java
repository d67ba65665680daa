package net.catraca.billing.bank;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A piece of news of money, before it is matched.
 *
 * @param externalId by which it counts once, however often and in whatever file it is told
 * @param source cnab, csv or pix
 * @param byLine whether no number and no id of the payer's system identifies it: its line does, in its file alone
 */
public record News(
        String externalId,
        long agreementId,
        @Nullable Long fileId,
        long line,
        String source,
        @Nullable String ourNumber,
        @Nullable String txid,
        @Nullable String document,
        @Nullable String payerTaxId,
        @Nullable String payerName,
        long amountCents,
        long chargesCents,
        LocalDate paidOn,
        boolean byLine) {

    /** Whether it bears no number by which its bill could be found. */
    public boolean namesNothing() {
        return ourNumber == null && txid == null && document == null;
    }
}
