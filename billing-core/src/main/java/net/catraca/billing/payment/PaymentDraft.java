package net.catraca.billing.payment;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A payment as the payer's system tells it.
 *
 * @param externalId that system's id: the payment counts once however often it is told
 * @param contractId whose debt is paid, oldest due first; may be null when a receivable is named
 * @param receivableId the one receivable it is for, or null
 * @param amountCents whole or partial
 * @param paidOn the day the payer paid, which decides the discount; not the day the news came
 * @param source api, pix, cnab, csv or {@link #MANUAL}
 * @param chargesCents interest and fine within the amount, as far as the payer's system tells them: they never become
 *     credit
 */
public record PaymentDraft(
        String externalId,
        @Nullable Long contractId,
        @Nullable Long receivableId,
        long amountCents,
        LocalDate paidOn,
        String source,
        long chargesCents) {

    /** No interest or fine is told. */
    public PaymentDraft(
            String externalId,
            @Nullable Long contractId,
            @Nullable Long receivableId,
            long amountCents,
            LocalDate paidOn,
            String source) {
        this(externalId, contractId, receivableId, amountCents, paidOn, source, 0);
    }

    /** The same, for this contract and receivable. */
    public PaymentDraft naming(@Nullable Long contract, @Nullable Long receivable) {
        return new PaymentDraft(externalId, contract, receivable, amountCents, paidOn, source, chargesCents);
    }

    /** The source of a payment that no system has told. */
    public static final String MANUAL = "manual";
}
