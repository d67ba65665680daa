package net.catraca.radius.dynauth;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.dynauth.NasQueue.Lane;
import net.catraca.radius.nas.Nas;
import org.jspecify.annotations.Nullable;

/**
 * A NAS to which this node sends: who waits for it, what is on its way to it, and what was tried last. What is to be
 * sent is decided elsewhere ({@link Sender}). Of the reconciler's thread only.
 */
final class HeldNas {

    private static final int SHOWN_ATTEMPTS = 20;

    private Nas nas;
    private final NasQueue queue;
    private final Deque<Attempt> last = new ArrayDeque<>();
    /** Of a session the request that is waited for; bounded by the window. */
    private final Map<Long, Flight> flights = new HashMap<>();
    /** Older ones that nobody has answered, until a newer one is acknowledged; bounded by the client's identifiers. */
    private final Map<Long, List<Flight>> overtaken = new HashMap<>();

    HeldNas(Nas nas, NasQueue queue) {
        this.nas = nas;
        this.queue = queue;
    }

    long id() {
        return nas.id();
    }

    String name() {
        return nas.name();
    }

    Nas nas() {
        return nas;
    }

    void edited(Nas now) {
        nas = now;
    }

    NasQueue queue() {
        return queue;
    }

    /** A request leaves: its answer is waited for. */
    void departed(Flight flight) {
        flights.put(flight.session.id(), flight);
    }

    /** Its answer has come, or will not. Returns false when nobody waited for it. */
    boolean landed(Flight flight) {
        return flights.remove(flight.session.id(), flight);
    }

    /** The level to which what is on its way may bring the session; null for none. */
    @Nullable
    AccessLevel mayBeSet(long sessionId) {
        var flight = flights.get(sessionId);
        return flight == null ? null : flight.mayHaveSet();
    }

    /**
     * A payer does not wait until nobody answers what restricted him: his restore goes past it, under another identifier
     * (RFC 5080 §2.2.2). Since the older request may still arrive after the restore, see {@link TargetRules#STRAGGLERS}.
     */
    void overtake(SessionTarget restore, long nanos) {
        var flight = flights.get(restore.sessionId());
        if (flight != null && flight.generation < restore.generation() && flight.mayBeOvertaken()) {
            letGo(flight, nanos);
        }
    }

    /** Nothing that it did speaks for or against it, and no answer to what was sent before is waited for. */
    void startOver(long nanos) {
        for (var flight : List.copyOf(flights.values())) {
            if (flight.mayBeOvertaken()) {
                letGo(flight, nanos);
            }
        }
        queue.startOver(nanos);
    }

    /** Its answer is not waited for any longer; what it may have done is kept in mind. */
    private void letGo(Flight flight, long nanos) {
        long sessionId = flight.session.id();
        flight.overtake();
        flights.remove(sessionId);
        overtaken.computeIfAbsent(sessionId, _ -> new ArrayList<>(1)).add(flight);
        queue.notSent(sessionId, nanos);
    }

    /**
     * What became of one that was overtaken is known.
     *
     * @return false when a newer one has been acknowledged meanwhile, so that this one was no longer kept in mind
     */
    boolean landedLate(Flight flight) {
        long sessionId = flight.session.id();
        var older = overtaken.get(sessionId);
        if (older == null || !older.remove(flight)) {
            return false;
        }
        if (older.isEmpty()) {
            overtaken.remove(sessionId);
        }
        return true;
    }

    /** What older requests that are still on their way would bring the session to, or null. They are forgotten. */
    @Nullable
    AccessLevel takeOvertaken(long sessionId) {
        AccessLevel strictest = null;
        for (var flight : overtaken.getOrDefault(sessionId, List.of())) {
            strictest = SessionTarget.stricter(strictest, flight.mayHaveSet());
        }
        forgetOvertaken(sessionId);
        return strictest;
    }

    void forgetOvertaken(long sessionId) {
        overtaken.remove(sessionId);
    }

    void attempted(Attempt attempt) {
        last.addFirst(attempt);
        if (last.size() > SHOWN_ATTEMPTS) {
            last.removeLast();
        }
    }

    NasStatus status(Mismatches mismatches, Instant now, long nanos) {
        return new NasStatus(
                nas.id(),
                nas.name(),
                true,
                queue.budget(),
                queue.restoresWaiting(),
                seconds(queue.oldest(Lane.RESTORE, nanos)),
                queue.restrictionsWaiting(),
                seconds(queue.oldest(Lane.RESTRICTION, nanos)),
                queue.delayedWaiting(),
                queue.inFlight(),
                queue.breaker().name().toLowerCase(Locale.ROOT),
                queue.canaryFailed(),
                seconds(queue.held(nanos)),
                seconds(queue.nextProbe(nanos)),
                mismatches.count(),
                seconds(mismatches.oldest(now)),
                mismatches.alerts(),
                List.copyOf(last));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
