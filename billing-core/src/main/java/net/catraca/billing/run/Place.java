package net.catraca.billing.run;

import org.jspecify.annotations.Nullable;

/**
 * Where a contract is connected, by its last known line; without one only its own region is known, if that.
 *
 * @param nasName null exactly when nasId is
 * @param region of the NAS, else the contract's own; null when neither has one
 */
public record Place(
        @Nullable Long nasId,
        @Nullable String nasName,
        @Nullable String region) {}
