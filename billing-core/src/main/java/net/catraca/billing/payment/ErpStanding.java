package net.catraca.billing.payment;

import java.time.Instant;
import java.time.LocalDate;
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

    public ErpStanding(long contractId, @Nullable LocalDate paidUntil, @Nullable LocalDate oldestDueOn, Instant asOf) {
        this(contractId, paidUntil, oldestDueOn, asOf, false);
    }
}
