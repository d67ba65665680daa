package net.catraca.billing.payment;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an ERP says of a contract whose money it keeps.
 *
 * @param paidUntil last day of the unbroken run of paid coverage, or null when nothing was paid yet
 * @param oldestDueOn due date of the oldest unpaid receivable that counts for blocking, or null when nothing is owed
 * @param asOf when the ERP knew this; news older than what is known is passed over
 * @param byStatus whether the due date was told with the status {@code blocked}, so that {@code active} takes it back
 */
public record ErpStanding(
        long contractId,
        @Nullable LocalDate paidUntil,
        @Nullable LocalDate oldestDueOn,
        Instant asOf,
        boolean byStatus) {

    /** To the microsecond, as it is kept: what is told again is of the same instant. */
    public ErpStanding {
        asOf = asOf.truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * What holds when an ERP tells two things of the same instant: of each fact the one that lets through more, so that it
     * does not matter which came first or came again.
     *
     * @param other of the same contract and instant
     */
    public ErpStanding laxest(ErpStanding other) {
        var due = laterDue(oldestDueOn, other.oldestDueOn);
        boolean mine = byStatus || !Objects.equals(due, oldestDueOn);
        boolean others = other.byStatus || !Objects.equals(due, other.oldestDueOn);
        return new ErpStanding(contractId, later(paidUntil, other.paidUntil), due, asOf, due != null && mine && others);
    }

    private static @Nullable LocalDate later(@Nullable LocalDate one, @Nullable LocalDate other) {
        return one == null || (other != null && other.isAfter(one)) ? other : one;
    }

    /** Null when nothing is owed, which no day is later than. */
    private static @Nullable LocalDate laterDue(@Nullable LocalDate one, @Nullable LocalDate other) {
        return one == null || other == null ? null : later(one, other);
    }

    public ErpStanding(long contractId, @Nullable LocalDate paidUntil, @Nullable LocalDate oldestDueOn, Instant asOf) {
        this(contractId, paidUntil, oldestDueOn, asOf, false);
    }
}
