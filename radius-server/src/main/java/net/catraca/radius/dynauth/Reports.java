package net.catraca.radius.dynauth;

import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What other threads report, until the reconciler's takes it up: the one place where they meet. Any thread reports,
 * without waiting; only the reconciler's thread calls the methods that hand it out ({@code forEach…}, {@link
 * #takeSweep}).
 *
 * <p>A contract or session is noted as an id in a set, so that what waits is bounded by the contracts and sessions there
 * are, however often they change.
 */
final class Reports {

    /** Operators' orders that wait to be taken up, for some milliseconds: all sessions of the largest NAS at once. */
    private static final int MOST_ORDERS = NasQueue.MOST_WAITING;

    private final Runnable wake;
    private final Set<Long> contracts = ConcurrentHashMap.newKeySet();
    private final Set<Long> sessions = ConcurrentHashMap.newKeySet();
    private final Map<Long, String> contradictions = new ConcurrentHashMap<>();
    private final AtomicBoolean sweep = new AtomicBoolean(true);
    /** Bounded by what the client has in flight. */
    private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();
    /** Bounded by the batches of the store, which waits for the database in between. */
    private final Queue<Runnable> fromStore = new ConcurrentLinkedQueue<>();

    private final Queue<Order> orders = new ArrayBlockingQueue<>(MOST_ORDERS);

    private record Answered(Flight flight, DynauthResult result) {}

    /** @param wake lets the reconciler's thread look at once, for what cannot wait for its next step */
    Reports(Runnable wake) {
        this.wake = wake;
    }

    void contractChanged(long contractId) {
        contracts.add(contractId);
        wake.run();
    }

    /** The same from the reconciler's own thread, which is awake. */
    void contractDue(long contractId) {
        contracts.add(contractId);
    }

    /** It is looked at in one of the next steps. */
    void sessionChanged(long sessionId) {
        sessions.add(sessionId);
    }

    /** A record of it belies what its NAS has acknowledged. */
    void contradicted(long sessionId, String why) {
        contradictions.put(sessionId, why);
    }

    /** Every live session is to be looked at. */
    void sweep() {
        sweep.set(true);
    }

    /** What became of a request. */
    void answered(Flight flight, DynauthResult result) {
        answers.add(new Answered(flight, result));
        wake.run();
    }

    /** @param news from the store, to be run on the reconciler's thread */
    void fromStore(Runnable news) {
        fromStore.add(news);
        wake.run();
    }

    /** Returns false when too many wait. */
    boolean order(Order order) {
        boolean isTaken = orders.offer(order);
        wake.run();
        return isTaken;
    }

    void forEachOfStore(Consumer<Runnable> taker) {
        drain(fromStore, taker);
    }

    void forEachAnswer(BiConsumer<Flight, DynauthResult> taker) {
        drain(answers, answered -> taker.accept(answered.flight, answered.result));
    }

    void forEachOrder(Consumer<Order> taker) {
        drain(orders, taker);
    }

    void forEachContradiction(BiConsumer<Long, String> taker) {
        contradictions.keySet().forEach(id -> {
            var why = contradictions.remove(id);
            if (why != null) {
                taker.accept(id, why);
            }
        });
    }

    void forEachContract(LongConsumer taker) {
        take(contracts, Integer.MAX_VALUE, taker);
    }

    void forEachSession(int most, LongConsumer taker) {
        take(sessions, most, taker);
    }

    boolean takeSweep() {
        return sweep.getAndSet(false);
    }

    /** One by one: a defect in dealing with one loses no other. What comes meanwhile is for the next step. */
    private static <T> void drain(Queue<T> queue, Consumer<T> taker) {
        for (int left = queue.size(); left > 0; left--) {
            var next = queue.poll();
            if (next != null) {
                taker.accept(next);
            }
        }
    }

    private static void take(Set<Long> ids, int most, LongConsumer taker) {
        int left = most;
        for (Iterator<Long> each = ids.iterator(); each.hasNext() && left > 0; left--) {
            long id = each.next();
            // Before it is dealt with: what is reported meanwhile counts anew.
            each.remove();
            taker.accept(id);
        }
    }
}
