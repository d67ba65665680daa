package net.catraca.billing.access;

import org.jspecify.annotations.Nullable;

/**
 * A chain of windows of days, both ends included, in ascending order and not overlapping. A chain and not a list: most
 * contracts have none, and a null costs the directory nothing.
 *
 * @param firstDay days since 1970-01-01
 * @param lastDay days since 1970-01-01, or {@link #OPEN}
 */
public record DayWindow(int firstDay, int lastDay, @Nullable DayWindow next) {

    public static final int OPEN = Integer.MAX_VALUE;
}
