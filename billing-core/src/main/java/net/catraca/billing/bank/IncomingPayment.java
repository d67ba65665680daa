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
 * @param why why nobody could match it; kept when a person has done so
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
        @Nullable Decision decision) {

    public enum State {
        MATCHED,
        UNMATCHED,
        /** A person said that it pays nothing here. */
        DISMISSED,
        REFUNDED
    }

    public enum Why {
        /** It names no charge. */
        NO_CHARGE,
        /** There is no charge with the number that it names. */
        UNKNOWN_NUMBER,
        /** Booking it failed; the log says how. */
        FAILED
    }

    /** A person's word on it. */
    public record Decision(Instant at, String by, @Nullable String reason) {}
}
