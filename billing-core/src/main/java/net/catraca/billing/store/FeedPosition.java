package net.catraca.billing.store;

import java.util.HashMap;
import java.util.Map;

/**
 * How far the change feed was followed. Entries become visible in the order of commits, which is not that of their ids:
 * all entries of transactions from {@code low} on may be news, and those already applied are told by their ids.
 *
 * <p>Only for the follower's thread.
 */
final class FeedPosition {

    /** About 10 MB; an hour of a bulk import beside a usual day's changes. */
    private static final int MOST_REMEMBERED = 100_000;

    private final String timeline;
    private final Map<Long, Long> applied = new HashMap<>();
    private long forgottenUpTo = Long.MIN_VALUE;
    private long low;

    /**
     * @param timeline of the cluster whose snapshot was loaded
     * @param low the oldest transaction that was still running in that snapshot
     */
    FeedPosition(String timeline, long low) {
        this.timeline = timeline;
        this.low = low;
    }

    long low() {
        return low;
    }

    /**
     * Whether a transaction ran for so long that the entries applied meanwhile are too many to remember. While the
     * connection lasts they are told by the last snapshot; after it, everything must be read anew.
     */
    boolean hasForgotten() {
        return forgottenUpTo >= low;
    }

    /** Whether what we know of belongs to another history: a fail-over to a node that lagged, a restored backup. */
    boolean isOfAnotherHistory(String timelineNow, long xminNow) {
        return !timeline.equals(timelineNow) || xminNow < low;
    }

    boolean isNew(long id) {
        return !applied.containsKey(id);
    }

    /** Entry {@code id} of transaction {@code xid} has been applied. */
    void applied(long id, long xid) {
        if (applied.size() < MOST_REMEMBERED) {
            applied.put(id, xid);
        } else {
            forgottenUpTo = Math.max(forgottenUpTo, xid);
        }
    }

    /** No transaction below {@code xmin} runs any more: entries below it cannot come up again. */
    void advance(long xmin) {
        if (xmin > low) {
            low = xmin;
            applied.values().removeIf(xid -> xid < xmin);
        }
    }
}
