package net.catraca.billing.run;

import java.time.Instant;

/** Brings the last known line of each contract up to date from what sessions have told since. */
@FunctionalInterface
public interface LineSurvey {

    void refresh(Instant now);

    /** Whether there is such a NAS, with or without a line. */
    default boolean hasNas(long nasId) {
        return false;
    }

    /** Whether some NAS is in this region. */
    default boolean hasRegion(String region) {
        return false;
    }
}
