package net.catraca.radius.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongPredicate;
import net.catraca.billing.directory.SubscriberSnapshot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a login has too many: two nodes that hear of each other a second later may both let it in. Every node comes to
 * the same conclusion ({@link SimultaneousUse#excess}), and the one that sends to the NAS of a session that is to go sends
 * the Disconnect. Looked at a little after a session becomes known here, and not when a plan's limit falls: that holds from
 * the next login on.
 */
public final class ExcessRepair implements SessionListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ExcessRepair.class);

    /** By then every node has heard of both sessions, and of the end of one that was replaced in the usual way. */
    static final Duration SETTLED = Duration.ofSeconds(5);

    /** From a Disconnect to the next look: its retransmissions, and the Stop's way. */
    static final Duration AGAIN = Duration.ofSeconds(30);

    /** Disconnects that do not help; then people are told, and the login's next session begins anew. */
    static final int ATTEMPTS = 5;

    /** Some 10 MB: a city that dials in within seconds. Beyond, an excess stays until the login's next session. */
    static final int MOST_NOTED = 100_000;

    private final LiveSessions sessions;
    private final BooleanSupplier sessionsLoaded;
    private final Function<Session, @Nullable SubscriberSnapshot> subscribers;
    private final BooleanSupplier directoryIsFresh;
    private final LongPredicate sendsTo;
    private final SessionEnds ends;
    private final SessionEnder ender;
    private final Clock clock;
    private final ScheduledExecutorService thread;
    private final Counter ended;
    private final Counter unrepaired;
    private final Map<Long, Noted> noted = new ConcurrentHashMap<>();

    private record Noted(Instant due, int attempts) {}

    /**
     * @param subscribers whose session it is, or null
     * @param sendsTo whether this node is the one that sends to that NAS
     * @param thread ends with this
     */
    public ExcessRepair(
            LiveSessions sessions,
            BooleanSupplier sessionsLoaded,
            Function<Session, @Nullable SubscriberSnapshot> subscribers,
            BooleanSupplier directoryIsFresh,
            LongPredicate sendsTo,
            SessionEnds ends,
            SessionEnder ender,
            Clock clock,
            ScheduledExecutorService thread,
            MeterRegistry registry) {
        this.sessions = sessions;
        this.sessionsLoaded = sessionsLoaded;
        this.subscribers = subscribers;
        this.directoryIsFresh = directoryIsFresh;
        this.sendsTo = sendsTo;
        this.ends = ends;
        this.ender = ender;
        this.clock = clock;
        this.thread = thread;
        this.ended = Counter.builder("catraca.sessions.excess.ended")
                .description("Sessions that were one too many for their login and got a Disconnect")
                .register(registry);
        this.unrepaired = Counter.builder("catraca.sessions.excess.unrepaired")
                .description("Logins with more sessions than they may have, whatever was sent")
                .register(registry);
    }

    /** Begins; returns at once. The caller has made this a listener of the sessions. */
    public void start() {
        var _ = thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            check(clock.instant());
        } catch (RuntimeException defect) {
            log.error("a defect: logins with too many sessions are looked at again", defect);
        }
    }

    @Override
    public void changed(@Nullable Session before, Session now) {
        boolean isNews = now.isLive() && (before == null || !before.isLive());
        var subscriberId = now.subscriberId();
        // What is loaded at a start is no news, or else a limit that fell would end sessions.
        if (isNews
                && subscriberId != null
                && sessionsLoaded.getAsBoolean()
                && noted.size() < MOST_NOTED
                && sessions.ofSubscriber(subscriberId).size() > 1) {
            noted.putIfAbsent(subscriberId, new Noted(clock.instant().plus(SETTLED), 0));
        }
    }

    /** Looks at the logins that are due. */
    public void check(Instant now) {
        if (!directoryIsFresh.getAsBoolean()) {
            return; // nothing tightens blindly
        }
        noted.forEach((subscriberId, one) -> {
            if (!one.due.isAfter(now) && noted.remove(subscriberId, one)) {
                check(subscriberId, one, now);
            }
        });
    }

    private void check(long subscriberId, Noted one, Instant now) {
        var live = sessions.ofSubscriber(subscriberId);
        var subscriber = live.isEmpty() ? null : subscribers.apply(live.getFirst());
        if (subscriber == null) {
            return;
        }
        var ofOwner = AccessLocks.none(subscriber)
                ? live
                : live.stream()
                        .filter(session -> !AccessLocks.isViolatedBy(subscriber, session))
                        .toList();
        var gone = SimultaneousUse.excess(
                subscriber.simultaneousSessions(), subscriber.simultaneousPolicy(), ofOwner, now);
        if (gone.isEmpty()) {
            return;
        }
        if (one.attempts == ATTEMPTS) {
            unrepaired.increment();
            log.error(
                    "login {} has {} sessions and may have {}; {} Disconnects did not help, its next session begins anew",
                    subscriber.login(),
                    ofOwner.size(),
                    subscriber.simultaneousSessions(),
                    ATTEMPTS);
            return;
        }
        gone.forEach(session -> end(session, subscriber, ofOwner));
        noted.putIfAbsent(subscriberId, new Noted(now.plus(AGAIN), one.attempts + 1));
    }

    private void end(Session session, SubscriberSnapshot subscriber, List<Session> all) {
        if (!sendsTo.test(session.key().nasId())) {
            return; // the node that does comes to the same
        }
        var heir = all.stream()
                .filter(other -> other.id() != session.id() && !AuthenticationsInFlight.mayStillLive(session, other))
                .findFirst();
        if (heir.isPresent()) {
            // A Disconnect could only meet the other one.
            ends.end(session.id(), new SessionEnd(session.lastEventAt(), SessionEnd.Cause.REPLACED, null));
            return;
        }
        log.info(
                "login {} has more than {} sessions at a time: that on {} since {} is disconnected",
                subscriber.login(),
                subscriber.simultaneousSessions(),
                session.nasName(),
                session.startedAt());
        ended.increment();
        ender.disconnect(session, SessionEnder.Why.EXCESS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
