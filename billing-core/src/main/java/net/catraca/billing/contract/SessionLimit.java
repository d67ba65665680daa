package net.catraca.billing.contract;

import org.jspecify.annotations.Nullable;

/**
 * How many sessions a login may have at a time, where that is not the plan's.
 *
 * @param sessions 1 to 1000, or null for the plan's number
 * @param whenInUse null for the plan's policy
 */
public record SessionLimit(
        @Nullable Integer sessions, @Nullable SimultaneousPolicy whenInUse) {

    /** All as the plan says. */
    public static final SessionLimit OF_PLAN = new SessionLimit(null, null);
}
