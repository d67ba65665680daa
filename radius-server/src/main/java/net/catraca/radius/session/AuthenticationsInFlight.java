package net.catraca.radius.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.session.SessionEnd.Cause;
import net.catraca.radius.session.SimultaneousUse.AdmittedReplacing;
import net.catraca.radius.session.SimultaneousUse.InFlight;
import net.catraca.radius.session.SimultaneousUse.Refused;
import net.catraca.radius.session.SimultaneousUse.Ruling;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@link SimultaneousUse} with those counted that were let in and have not started, so that of two logins in the
 * same millisecond one passes. Each is forgotten when its Start comes, which is also when what it replaces ends; or
 * after {@value #SECONDS} s. Thread-safe; waits for nothing.
 */
public final class AuthenticationsInFlight implements SessionListener {

    /** Longer than any NAS takes from Access-Accept to the first Accounting-Request, with retransmissions. */
    static final int SECONDS = 60;

    /** Some 30 MB. Beyond, whoever asks is ruled by the live sessions alone. */
    static final int MOST_SUBSCRIBERS = 100_000;

    /** Beyond, the oldest of that login are forgotten: a NAS that asks again and again for one subscriber. */
    static final int MOST_OF_SUBSCRIBER = 32;

    private static final int FORGOTTEN_AT_ONCE = 8;
    private static final Duration MEMORY = Duration.ofSeconds(SECONDS);

    private final LiveSessions sessions;
    private final BooleanSupplier sessionsLoaded;
    private final SessionEnds ends;
    private final SessionEnder ender;
    private final ConcurrentHashMap<Long, List<InFlight>> bySubscriber = new ConcurrentHashMap<>();
    private final Queue<Noted> oldestFirst = new ConcurrentLinkedQueue<>();

    private record Noted(long subscriberId, Instant at) {}

    /** @param sessionsLoaded whether the sessions are all there: until then nobody is refused */
    public AuthenticationsInFlight(
            LiveSessions sessions, BooleanSupplier sessionsLoaded, SessionEnds ends, SessionEnder ender) {
        this.sessions = sessions;
        this.sessionsLoaded = sessionsLoaded;
        this.ends = ends;
        this.ender = ender;
        sessions.listen(this);
    }

    /**
     * Whether that login may have one more session, and if so notes that it was let in.
     *
     * @param nonce of the Access-Accept that follows
     * @param directoryIsFresh whether the login's plan and limits are known to be those of now
     */
    public Ruling ask(SubscriberSnapshot subscriber, long nonce, Place place, boolean directoryIsFresh, Instant now) {
        forgetOldest(now);
        boolean certain = directoryIsFresh && sessionsLoaded.getAsBoolean();
        long id = subscriber.subscriberId();
        if (bySubscriber.size() >= MOST_SUBSCRIBERS && !bySubscriber.containsKey(id)) {
            return certain ? rule(subscriber, place, List.of(), now) : SimultaneousUse.ADMITTED;
        }
        var asked = new Asked(subscriber, nonce, place, certain, now);
        bySubscriber.compute(id, (_, known) -> asked.noted(known));
        if (!(asked.ruling instanceof Refused)) {
            oldestFirst.add(new Noted(id, now));
        }
        return asked.ruling;
    }

    private Ruling rule(SubscriberSnapshot subscriber, Place place, List<InFlight> known, Instant now) {
        return SimultaneousUse.rule(
                subscriber.simultaneousSessions(),
                subscriber.simultaneousPolicy(),
                place,
                ofOwner(subscriber),
                known,
                now);
    }

    /** A stranger with somebody's password is no reason to keep that somebody out: see {@link AccessLocks}. */
    private List<Session> ofOwner(SubscriberSnapshot subscriber) {
        var live = sessions.ofSubscriber(subscriber.subscriberId());
        if (live.isEmpty() || AccessLocks.none(subscriber)) {
            return live;
        }
        return live.stream()
                .filter(session -> !AccessLocks.isViolatedBy(subscriber, session))
                .toList();
    }

    /** One question, and its answer once it was computed. */
    private final class Asked {
        private final SubscriberSnapshot subscriber;
        private final long nonce;
        private final Place place;
        private final boolean certain;
        private final Instant now;
        private Ruling ruling = SimultaneousUse.ADMITTED;

        private Asked(SubscriberSnapshot subscriber, long nonce, Place place, boolean certain, Instant now) {
            this.subscriber = subscriber;
            this.nonce = nonce;
            this.place = place;
            this.certain = certain;
            this.now = now;
        }

        /** Within the map's compute: nobody else asks for this subscriber meanwhile. */
        private @Nullable List<InFlight> noted(@Nullable List<InFlight> before) {
            var known = before == null ? List.<InFlight>of() : recent(before, now);
            if (certain) {
                ruling = rule(subscriber, place, known, now);
            }
            return switch (ruling) {
                case SimultaneousUse.Admitted _ -> with(known, List.of(), List.of());
                case AdmittedReplacing(var replaced, var others) ->
                    with(known, others, replaced.stream().map(Session::id).toList());
                case Refused _ -> known.isEmpty() ? null : known;
            };
        }

        private List<InFlight> with(List<InFlight> known, List<InFlight> replaced, List<Long> sessionIds) {
            var mine = new InFlight(nonce, place, now, heir(replaced, sessionIds), false);
            if (known.isEmpty()) {
                return List.of(mine);
            }
            List<InFlight> all = new ArrayList<>(known.size() + 1);
            for (var other : known) {
                if (!replaced.contains(other)) {
                    all.add(other);
                } else if (!place.isSameTry(other.place())) {
                    all.add(other.supersede());
                }
            }
            all.add(mine);
            return List.copyOf(all.subList(Math.max(0, all.size() - MOST_OF_SUBSCRIBER), all.size()));
        }

        /** What those in whose place it comes were to replace is now its own to replace. */
        private static List<Long> heir(List<InFlight> replaced, List<Long> sessionIds) {
            if (replaced.isEmpty()) {
                return sessionIds;
            }
            List<Long> all = new ArrayList<>(sessionIds);
            replaced.forEach(other -> all.addAll(other.replaces()));
            return all;
        }
    }

    private static List<InFlight> recent(List<InFlight> known, Instant now) {
        var limit = now.minus(MEMORY);
        for (var one : known) {
            if (one.at().isBefore(limit)) {
                return known.stream()
                        .filter(other -> !other.at().isBefore(limit))
                        .toList();
            }
        }
        return known;
    }

    /** A few at each question: as many are forgotten as are noted, and no timer is needed. */
    private void forgetOldest(Instant now) {
        var limit = now.minus(MEMORY);
        for (int i = 0; i < FORGOTTEN_AT_ONCE; i++) {
            var oldest = oldestFirst.peek();
            if (oldest == null || !oldest.at().isBefore(limit) || !oldestFirst.remove(oldest)) {
                return;
            }
            bySubscriber.computeIfPresent(oldest.subscriberId(), (_, known) -> {
                var rest = recent(known, now);
                return rest.isEmpty() ? null : rest;
            });
        }
    }

    /** It was not let in after all. */
    public void forget(long subscriberId, long nonce) {
        bySubscriber.computeIfPresent(subscriberId, (_, known) -> {
            var rest = known.stream().filter(other -> other.nonce() != nonce).toList();
            return rest.isEmpty() ? null : rest;
        });
    }

    /** Logins that were let in and have not started. */
    public int size() {
        return bySubscriber.size();
    }

    @Override
    public void changed(@Nullable Session before, Session now) {
        var subscriberId = now.subscriberId();
        if (before == null && now.isLive() && subscriberId != null && bySubscriber.containsKey(subscriberId)) {
            started(subscriberId, now);
        }
    }

    private void started(long subscriberId, Session session) {
        var found = new ArrayList<InFlight>(1);
        bySubscriber.computeIfPresent(subscriberId, (_, known) -> {
            var mine = startedBy(session, known);
            if (mine == null) {
                return known;
            }
            found.add(mine);
            var rest = known.stream().filter(other -> !other.equals(mine)).toList();
            return rest.isEmpty() ? null : rest;
        });
        for (var mine : found) {
            mine.replaces().forEach(id -> end(id, session));
            if (mine.superseded()) {
                ender.disconnect(session, SessionEnder.Why.REPLACED);
            }
        }
    }

    /** By the Class that it was given; some NASes lose it, then by the line. */
    private static @Nullable InFlight startedBy(Session session, List<InFlight> known) {
        var sessionClass = session.sessionClass();
        if (sessionClass != null) {
            for (var one : known) {
                if (one.nonce() == sessionClass.nonce()) {
                    return one;
                }
            }
        }
        var place = Place.of(session);
        for (var one : known) {
            if (!session.lastHeardAt().isBefore(one.at()) && place.isSameTry(one.place())) {
                return one;
            }
        }
        return null;
    }

    private void end(long replacedId, Session by) {
        var replaced = sessions.byId(replacedId);
        if (replaced == null || replaced.id() == by.id()) {
            return;
        }
        // Not before its last record: a later one shows that it lives, and brings it back.
        var at = by.startedAt().isBefore(replaced.lastEventAt()) ? replaced.lastEventAt() : by.startedAt();
        ends.end(replacedId, new SessionEnd(at, Cause.REPLACED, null));
        if (mayStillLive(replaced, by)) {
            ender.disconnect(replaced, SessionEnder.Why.REPLACED);
        }
    }

    /**
     * A device has one session on a port, and a session id names one of a NAS's: there the old one is gone for sure, and
     * a Disconnect could only meet the new one.
     */
    static boolean mayStillLive(Session replaced, Session by) {
        var old = Place.of(replaced);
        var now = Place.of(by);
        boolean sameName = replaced.key().nasId() == by.key().nasId()
                && replaced.key().acctSessionId().equals(by.key().acctSessionId());
        return !sameName && !(old.isPortOf(now) && old.isDeviceOf(now));
    }
}
