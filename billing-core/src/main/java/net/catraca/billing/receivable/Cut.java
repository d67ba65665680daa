package net.catraca.billing.receivable;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An open receivable, of which nothing is paid, that reaches beyond the contract's end: taken back and, where days before
 * the end are left, written anew for them.
 *
 * @param nominalCents of the new one, 0 when there is none
 * @param ownCents what the new one charges for its own days
 * @param coverageLast null when there is no new one
 */
public record Cut(
        Receivable receivable,
        long nominalCents,
        long ownCents,
        @Nullable LocalDate coverageLast) {}
