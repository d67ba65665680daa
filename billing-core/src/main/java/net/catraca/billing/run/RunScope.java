package net.catraca.billing.run;

import org.jspecify.annotations.Nullable;

/**
 * Whom a run is about; each part that is given narrows it.
 *
 * @param planId contracts of this plan
 * @param nasId contracts whose last known line is at this NAS
 * @param region contracts in this region: that of their last known line's NAS, else their own
 */
public record RunScope(
        @Nullable Long planId,
        @Nullable Long nasId,
        @Nullable String region) {

    public static final RunScope ALL = new RunScope(null, null, null);

    /** Whether a contract of that plan at that place is meant. */
    public boolean holds(long plan, @Nullable Place place) {
        return (planId == null || planId == plan)
                && (nasId == null || (place != null && nasId.equals(place.nasId())))
                && (region == null || (place != null && region.equals(place.region())));
    }
}
