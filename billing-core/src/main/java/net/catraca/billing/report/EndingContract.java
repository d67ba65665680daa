package net.catraca.billing.report;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An active contract whose billing terms end: from the day after on it gets no receivables unless it is renewed.
 *
 * @param region of its last known line, else its own
 * @param endsOn the last day that is charged
 * @param daysLeft until that day in the contract's zone, below 0 when it has passed
 * @param monthlyCents its own price, else its plan's
 */
public record EndingContract(
        long contractId,
        @Nullable String externalId,
        String customerName,
        String planName,
        @Nullable String region,
        LocalDate endsOn,
        int daysLeft,
        long monthlyCents) {}
