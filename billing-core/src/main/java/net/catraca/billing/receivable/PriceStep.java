package net.catraca.billing.receivable;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a contract costs from a day on: written when its plan or its own price changes, together with what held before.
 *
 * @param from in the contract's zone
 * @param listCents the plan's price when the step was written
 * @param ownCents the contract's own price; null for the plan's
 */
public record PriceStep(
        LocalDate from,
        long planId,
        long listCents,
        @Nullable Long ownCents) {}
