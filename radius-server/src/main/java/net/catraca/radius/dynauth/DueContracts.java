package net.catraca.radius.dynauth;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * When access of contracts with live sessions changes by the clock alone: one instant a contract, in order, to be
 * compared with the clock. No timers by computed delay, which a machine that slept or a corrected clock makes wrong. Not
 * thread-safe.
 */
final class DueContracts {

    /** Entries that were overtaken by another instant are cleared away when they are this many more than the true ones. */
    private static final int MOST_OVERTAKEN = 10_000;

    private record Due(Instant at, long contractId) {}

    private final Map<Long, Instant> instants = new HashMap<>();
    private PriorityQueue<Due> queue = queue();

    private static PriorityQueue<Due> queue() {
        return new PriorityQueue<>((a, b) -> a.at.compareTo(b.at));
    }

    /** @param at null when nothing changes by the clock */
    void set(long contractId, @Nullable Instant at) {
        if (at == null) {
            instants.remove(contractId);
        } else if (!at.equals(instants.put(contractId, at))) {
            queue.add(new Due(at, contractId));
            if (queue.size() > 2 * instants.size() + MOST_OVERTAKEN) {
                clear();
            }
        }
    }

    private void clear() {
        queue = queue();
        instants.forEach((contractId, at) -> queue.add(new Due(at, contractId)));
    }

    /** Takes out those whose instant has come. */
    void drain(Instant now, LongConsumer contract) {
        for (var first = queue.peek(); first != null && !first.at.isAfter(now); first = queue.peek()) {
            queue.remove();
            if (instants.remove(first.contractId, first.at)) {
                contract.accept(first.contractId);
            }
        }
    }

    int size() {
        return instants.size();
    }
}
