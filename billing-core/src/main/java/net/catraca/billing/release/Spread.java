package net.catraca.billing.release;

import java.time.Duration;
import java.time.Instant;

/** Gives each contract an instant of its own, so that not all are cut off at once. */
public final class Spread {

    /** The golden ratio's bits: neighbouring ids fall far apart, and all of them evenly. */
    private static final long SCATTER = 0x9E3779B97F4A7C15L;

    private Spread() {}

    /** From the instant to less than {@code over} after it, always the same for one contract. */
    public static Instant of(Instant from, Duration over, long contractId) {
        long part = (contractId * SCATTER) >>> 32;
        return from.plusSeconds((part * over.toSeconds()) >>> 32);
    }
}
