package net.catraca.admin.simulator;

import java.util.PriorityQueue;

/**
 * What is to be done when, in nanoseconds of {@link System#nanoTime()}. Used by one thread. It holds a few entries a
 * line: its next step, and the time-out of each request in flight.
 */
final class Agenda {

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long order;

    private record Entry(long at, long order, Runnable what) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            long difference = at - other.at;
            return difference == 0 ? Long.compare(order, other.order) : difference < 0 ? -1 : 1;
        }
    }

    void at(long nanos, Runnable what) {
        entries.add(new Entry(nanos, order++, what));
    }

    /** Does what is due, in its order, at most so much at once: answers must not wait for a storm of requests. */
    void runDue(long now, int most) {
        int left = most;
        for (Entry next = entries.peek(); next != null && next.at() - now <= 0 && left > 0; next = entries.peek()) {
            left--;
            entries.remove();
            next.what().run();
        }
    }

    /** Until the next entry, at most so long; 0 when one is due. */
    long nanosToNext(long now, long most) {
        Entry next = entries.peek();
        return next == null ? most : Math.clamp(next.at() - now, 0, most);
    }
}
