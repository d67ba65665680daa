package net.catraca.billing.bank;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What booking or reversing a payment did to its contract's access, written in the same transaction.
 *
 * @param feedId the entry of the change feed that told every node; it is kept there for a day
 */
public record PaymentEffect(
        long paymentId, What what, long contractId, Instant at, Standing before, Standing after, long feedId) {

    public enum What {
        BOOKED,
        REVERSED
    }

    /** @param factsVersion of the contract: the directory of every node has it, too */
    public record Standing(
            long factsVersion,
            @Nullable LocalDate paidUntil,
            @Nullable LocalDate lateSince,
            String computed,
            String committed,
            String effective) {}
}
