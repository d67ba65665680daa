package net.catraca.radius.dynauth;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import net.catraca.radius.session.LiveSessions;
import net.catraca.radius.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of single sessions and has been taken up, until their turn comes: one order a session, the latest; and
 * the way of an order to the node that can carry it out. Of the reconciler's thread only.
 */
final class Orders {

    /** Another node may know of a session before this one does: twice the feed's lag. */
    private static final Duration SESSIONS_LAG = Duration.ofSeconds(2);

    private final LiveSessions sessions;
    private final TargetStore store;
    private final Clock clock;
    private final Map<Long, Order> waiting = new HashMap<>();

    Orders(LiveSessions sessions, TargetStore store, Clock clock) {
        this.sessions = sessions;
        this.store = store;
        this.clock = clock;
    }

    /** The session that is meant: a live one, or one that has ended in the books only. Null when it is gone. */
    @Nullable
    Session session(long sessionId, @Nullable Order order) {
        var session = sessions.byId(sessionId);
        return session == null && order != null ? order.ended() : session;
    }

    /** It waits for the session's turn, instead of any that was wanted before. */
    void add(Order order) {
        complete(waiting.put(order.sessionId(), order), new OrderResult.TooMany());
    }

    /** The session's turn has come, or will not. Null when nothing is wanted of it. */
    @Nullable
    Order take(long sessionId) {
        return waiting.remove(sessionId);
    }

    /** Whether what is wanted of it goes ahead of everything else. */
    boolean isAhead(long sessionId) {
        var order = waiting.get(sessionId);
        return order != null && order.alone();
    }

    /** Whether it still is to be ended at its NAS, though it has ended in the books. */
    boolean isToEndAtItsNas(long sessionId) {
        var order = waiting.get(sessionId);
        return order != null && order.ended() != null;
    }

    static void complete(@Nullable Order order, OrderResult result) {
        if (order != null) {
            order.done().complete(result);
        }
    }

    /** Another node sends to the session's NAS. */
    void handOn(Order order, Session session) {
        if (order.ended() != null) {
            // One that has ended in the books cannot be asked for again by whoever wanted that.
            store.handOver(order.ended());
            order.done().complete(new OrderResult.NobodySends());
        } else if (order.isFromElsewhere()) {
            order.done().complete(new OrderResult.NobodySends()); // it stays where it was taken from
        } else if (!store.handOn(order, session.key().nasId())) {
            order.done().complete(new OrderResult.TooMany());
        }
    }

    /** Another node sends to that NAS from now on. */
    void handOnAll(long nasId) {
        for (var order : List.copyOf(waiting.values())) {
            var session = session(order.sessionId(), order);
            if (session != null && session.key().nasId() == nasId) {
                waiting.remove(order.sessionId());
                handOn(order, session);
            }
        }
    }

    /** Another node was asked. A session that is not heard of here yet may be a moment old there. */
    Order takeOver(HandedOrder handed) {
        var done = new CompletableFuture<OrderResult>();
        var _ = done.thenAccept(result -> store.answer(
                handed,
                result instanceof OrderResult.NoSuchSession
                                && clock.instant().isBefore(handed.at().plus(SESSIONS_LAG))
                        ? new OrderResult.NobodySends()
                        : result));
        return Order.from(handed, done);
    }
}
