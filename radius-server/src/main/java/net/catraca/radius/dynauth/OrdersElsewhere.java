package net.catraca.radius.dynauth;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.store.OrderBook;

/**
 * Orders between nodes: what people want of a session goes, by way of PostgreSQL, to the node that sends to its NAS, and
 * what became of it comes back. The methods that reach the database are for the store's thread.
 */
final class OrdersElsewhere {

    /** All sessions of the largest NAS at once; they wait in PostgreSQL, and here for their outcome. */
    static final int MOST_HANDED_ON = NasQueue.MOST_WAITING;

    private final OrderBook book;
    private final String node;
    private final Clock clock;

    // Guarded by this.
    private final Map<UUID, Waiting> waiting = new HashMap<>();
    private final Map<UUID, HandedOrder> unstored = new LinkedHashMap<>();
    /** Bounded by what was taken. */
    private final List<HandedOrder.Answer> answers = new ArrayList<>();

    private record Waiting(CompletableFuture<OrderResult> done, Instant at) {}

    OrdersElsewhere(OrderBook book, String node, Clock clock) {
        this.book = book;
        this.node = node;
        this.clock = clock;
    }

    /** Returns false when too many wait. */
    synchronized boolean handOn(Order order, long nasId) {
        if (waiting.size() >= MOST_HANDED_ON) {
            return false;
        }
        var at = clock.instant();
        var handed = new HandedOrder(
                UUID.randomUUID(),
                order.sessionId(),
                nasId,
                switch (order.what()) {
                    case DISCONNECT -> Method.DISCONNECT;
                    case PUSH_PROFILE -> Method.COA;
                },
                order.by(),
                order.alone(),
                at);
        waiting.put(handed.id(), new Waiting(order.done(), at));
        unstored.put(handed.id(), handed);
        return true;
    }

    /** Of one that was taken from another node. */
    synchronized void answer(HandedOrder.Answer answer) {
        answers.add(answer);
    }

    /** A person waits for these. */
    synchronized boolean isUrgent() {
        return !unstored.isEmpty() || !answers.isEmpty();
    }

    synchronized int waiting() {
        return waiting.size();
    }

    private synchronized List<HandedOrder> unstored() {
        return List.copyOf(unstored.values());
    }

    private synchronized List<HandedOrder.Answer> answers() {
        return List.copyOf(answers);
    }

    /** Writes what goes to other nodes and takes what came from them. */
    List<HandedOrder> exchange(Collection<Long> held) {
        var now = clock.instant();
        handOn(now);
        var given = answers();
        book.answer(given, node);
        synchronized (this) {
            answers.subList(0, given.size()).clear(); // others only add
        }
        if (waiting() > 0) {
            book.takeAnswers(node, now).forEach(answer -> complete(answer.orderId(), answer.result()));
            book.takeExpired(node, now).forEach(id -> complete(id, new OrderResult.NobodySends()));
            // Of these the row is gone: a database that was restored knows nothing of them.
            askedBefore(now.minus(OrderBook.ANSWERED_WITHIN).minus(OrderBook.TAKEN_WITHIN))
                    .forEach(id -> complete(id, new OrderResult.NobodySends()));
        }
        return held.isEmpty() ? List.of() : book.take(held, node, now);
    }

    private void handOn(Instant now) {
        var tooLate = now.minus(OrderBook.TAKEN_WITHIN);
        var given = unstored();
        book.handOn(
                given.stream().filter(order -> !order.at().isBefore(tooLate)).toList(), node);
        synchronized (this) {
            given.forEach(order -> unstored.remove(order.id()));
        }
        given.stream()
                .filter(order -> order.at().isBefore(tooLate))
                .forEach(order -> complete(order.id(), new OrderResult.NobodySends()));
    }

    private synchronized List<UUID> askedBefore(Instant at) {
        return waiting.entrySet().stream()
                .filter(entry -> entry.getValue().at().isBefore(at))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void complete(UUID id, OrderResult result) {
        Waiting one;
        synchronized (this) {
            one = waiting.remove(id);
        }
        if (one != null) {
            one.done.complete(result);
        }
    }

    /** This node begins to send to that NAS, and knows nothing of what it took before. */
    void gained(long nasId) {
        book.giveBack(nasId, node);
    }
}
