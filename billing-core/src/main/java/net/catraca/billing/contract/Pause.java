package net.catraca.billing.contract;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A suspension at the customer's wish: coverage does not run, paused days do not count as late.
 *
 * @param firstDay included, in the contract's zone
 * @param lastDay included; null while nobody has said when it ends
 */
public record Pause(
        long id,
        long contractId,
        LocalDate firstDay,
        @Nullable LocalDate lastDay,
        String reason,
        String createdBy,
        Instant createdAt) {}
