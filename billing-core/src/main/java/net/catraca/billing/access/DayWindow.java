package net.catraca.billing.access;

import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
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

    /** The windows in their order, those that overlap made one; null when there are none. */
    public static @Nullable DayWindow chain(Collection<DayWindow> windows) {
        DayWindow chain = null;
        var latestFirst = windows.stream()
                .sorted(Comparator.comparingInt(DayWindow::firstDay).reversed())
                .toList();
        for (var window : latestFirst) {
            int last = window.lastDay;
            for (; chain != null && chain.firstDay <= last; chain = chain.next) {
                last = Math.max(last, chain.lastDay);
            }
            chain = new DayWindow(window.firstDay, last, chain);
        }
        return chain;
    }

    /** @param lastDay null while nobody has said when it ends */
    public static DayWindow of(LocalDate firstDay, @Nullable LocalDate lastDay) {
        return new DayWindow((int) firstDay.toEpochDay(), lastDay == null ? OPEN : (int) lastDay.toEpochDay(), null);
    }

    /** The window of the chain that holds the day, or null. */
    public static @Nullable DayWindow holding(@Nullable DayWindow chain, int day) {
        for (var window = chain; window != null && window.firstDay <= day; window = window.next) {
            if (day <= window.lastDay) {
                return window;
            }
        }
        return null;
    }

    /** Whether a window of the chain holds one of the days from {@code first} to {@code last}, both included. */
    public static boolean anyWithin(@Nullable DayWindow chain, int first, int last) {
        for (var window = chain; window != null && window.firstDay <= last; window = window.next) {
            if (window.lastDay >= first) {
                return true;
            }
        }
        return false;
    }

    /** Whether a window of the chain begins after the one day and not after the other. */
    public static boolean beginsWithin(@Nullable DayWindow chain, int after, int upTo) {
        for (var window = chain; window != null && window.firstDay <= upTo; window = window.next) {
            if (window.firstDay > after) {
                return true;
            }
        }
        return false;
    }

    /** How many days of {@code after} (excluded) to {@code upTo} (included) no window of the chain holds; 0 or more. */
    public static int daysOutside(@Nullable DayWindow chain, int after, int upTo) {
        if (upTo <= after) {
            return 0;
        }
        int days = upTo - after;
        for (var window = chain; window != null && window.firstDay <= upTo; window = window.next) {
            int first = Math.max(window.firstDay, after + 1);
            int last = Math.min(window.lastDay, upTo);
            days -= Math.max(0, last - first + 1);
        }
        return days;
    }

    /**
     * The day on which {@link #daysOutside} counted from {@code after} reaches {@code count}, which is 1 or more;
     * {@link #OPEN} when it never does.
     */
    public static int dayReaching(@Nullable DayWindow chain, int after, int count) {
        long day = (long) after + count;
        for (var window = chain; window != null && window.firstDay <= day; window = window.next) {
            if (window.lastDay <= after) {
                continue;
            }
            if (window.lastDay == OPEN) {
                return OPEN;
            }
            day += window.lastDay - Math.max(window.firstDay, (long) after + 1) + 1;
        }
        return (int) Math.min(day, OPEN);
    }
}
