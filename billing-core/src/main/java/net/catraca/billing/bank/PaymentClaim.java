package net.catraca.billing.bank;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A customer's word, with a receipt, that it was paid. Runs leave the contract alone until it ends; it lets nobody through.
 *
 * @param receipt what the receipt says: an authentication code, an endToEndId, a file's name
 * @param ended null while it runs, or when it ran out by itself
 */
public record PaymentClaim(
        long id,
        long version,
        long contractId,
        long amountCents,
        LocalDate paidOn,
        String receipt,
        String claimedBy,
        Instant claimedAt,
        Instant holdsUntil,
        @Nullable End ended) {

    public record End(Instant at, String by, String reason) {}

    public boolean holdsAt(Instant now) {
        return ended == null && now.isBefore(holdsUntil);
    }
}
