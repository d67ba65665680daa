package net.catraca.billing.report;

import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * Contracts whose paid-until lies in one month, of one access status.
 *
 * @param month null where nothing was ever covered
 * @param monthlyCents of their plans, together
 */
public record PaidUntilCount(@Nullable YearMonth month, AccessStatus status, long contracts, long monthlyCents) {}
