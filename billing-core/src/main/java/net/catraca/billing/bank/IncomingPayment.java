package net.catraca.billing.bank;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Money that somebody outside has told us of, once.
 *
 * @param line in the file, null without one
 * @param document the number that the bill was remitted with
 * @param chargesCents interest and fine within the amount, as far as told
 * @param refundedCents what was given back since
 * @param differenceCents how far it was from what its charge or bill missed when it was booked, interest and fine left out:
 *     below 0 it is short; null while unmatched, or where a person has assigned it to a contract as a whole
 * @param why why it waits, or did; kept when a person has matched it
 * @param repeatsId of one that was told again: which it repeats; of one that waits: which it may repeat
 * @param repeatsPaymentId the payment that settled its bill and may be the same money, told by another way
 */
public record IncomingPayment(
        long id,
        long version,
        String externalId,
        long agreementId,
        @Nullable Long fileId,
        @Nullable Long line,
        String source,
        @Nullable String ourNumber,
        @Nullable String txid,
        @Nullable String document,
        @Nullable String payerTaxId,
        @Nullable String payerName,
        long amountCents,
        long chargesCents,
        long refundedCents,
        @Nullable Long differenceCents,
        LocalDate paidOn,
        Instant receivedAt,
        String receivedBy,
        State state,
        @Nullable Why why,
        @Nullable Long repeatsId,
        @Nullable Long repeatsPaymentId,
        @Nullable Decision decision) {

    /** The news of it again, less what was given back since. */
    public News news() {
        long left = amountCents - refundedCents;
        return new News(
                externalId,
                agreementId,
                fileId,
                line == null ? 0 : line,
                source,
                ourNumber,
                txid,
                document,
                payerTaxId,
                payerName,
                left,
                Math.min(chargesCents, left),
                paidOn,
                false);
    }

    /** By which the payment of it is known: those of an assignment that was taken back keep theirs. */
    public String payingId() {
        return why == Why.TAKEN_BACK ? externalId + "/v" + version : externalId;
    }

    public enum State {
        MATCHED,
        UNMATCHED,
        /** A person said that it pays nothing here. */
        DISMISSED,
        REFUNDED,
        /** A line that tells again what another line or file had told; a person may say that it is money of its own. */
        REPEATED,
        /** All that was booked of it was reversed: the money went back. */
        REVERSED
    }

    public enum Why {
        /** It names no charge. */
        NO_CHARGE,
        /** There is no charge with the number that it names. */
        UNKNOWN_NUMBER,
        /** Booking it failed; the log says how. */
        FAILED,
        /** It may be the money of another that it names. */
        POSSIBLE_REPETITION,
        /** It was matched or assigned wrongly, and a person took that back. */
        TAKEN_BACK,
        /** It is for a contract of which an ERP keeps the money, which has to tell its standing. */
        KEPT_BY_ERP
    }

    /** A person's word on it. */
    public record Decision(Instant at, String by, @Nullable String reason) {}
}
