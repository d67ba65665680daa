package net.catraca.billing.contract;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A time without receivables, notices or restriction.
 *
 * @param firstDay included, in the contract's zone
 * @param lastDay included; null while nobody has said when it ends
 */
public record Exemption(
        long id,
        long contractId,
        LocalDate firstDay,
        @Nullable LocalDate lastDay,
        String reason,
        String createdBy,
        Instant createdAt) {}
