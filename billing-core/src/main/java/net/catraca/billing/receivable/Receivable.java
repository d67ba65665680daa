package net.catraca.billing.receivable;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An amount with a due date.
 *
 * @param dueOn as agreed or postponed; the next banking day counts
 * @param originalDueOn before any postponing
 * @param coverageFirst first covered day; null but for recurring receivables
 * @param paidCents what payments that stand have paid of it
 * @param settledOn the payment day that settled it, null unless settled
 */
public record Receivable(
        long id,
        long version,
        @Nullable String externalId,
        long contractId,
        ReceivableKind kind,
        long nominalCents,
        long discountCents,
        @Nullable LocalDate discountUntil,
        LocalDate issuedOn,
        LocalDate dueOn,
        LocalDate originalDueOn,
        @Nullable LocalDate coverageFirst,
        @Nullable LocalDate coverageLast,
        boolean countsForBlocking,
        ReceivableStatus status,
        long paidCents,
        @Nullable LocalDate settledOn,
        @Nullable String cancelReason) {}
