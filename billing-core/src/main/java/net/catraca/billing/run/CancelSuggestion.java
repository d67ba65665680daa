package net.catraca.billing.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A blocked contract that is late for so long that its policy suggests to cancel it. A person decides.
 *
 * @param cancelDays the policy's threshold that days late have reached
 * @param suggestedAt since when it is on the list without a break
 * @param blockedAt when a run committed the block; null when the clock did
 */
public record CancelSuggestion(
        long contractId,
        long customerId,
        String customerName,
        long planId,
        String planName,
        @Nullable String region,
        long monthlyCents,
        long openCents,
        int daysLate,
        int cancelDays,
        Instant suggestedAt,
        @Nullable Instant blockedAt) {}
