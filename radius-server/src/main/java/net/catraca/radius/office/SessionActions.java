package net.catraca.radius.office;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.Sql;
import net.catraca.radius.dynauth.Attempt;
import net.catraca.radius.dynauth.ErrorCause;
import net.catraca.radius.dynauth.OrderResult;
import net.catraca.radius.dynauth.Reconciler;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionTable;
import net.catraca.radius.store.TargetBook;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people do to live sessions. Each act is in the audit log with what the NAS answered. */
@Singleton
@Requires(beans = {Reconciler.class, AuditLog.class})
public final class SessionActions {

    /** A NAS answers in milliseconds; a person does not wait for its time-outs. */
    private static final int PATIENCE_SECONDS = 4;

    private static final Logger log = LoggerFactory.getLogger(SessionActions.class);

    private final Reconciler reconciler;
    private final SessionTable sessions;
    private final NasRegistry nases;
    private final TargetBook book;
    private final AuditLog audit;
    private final Sql sql;
    private final Clock clock;

    SessionActions(
            Reconciler reconciler,
            SessionTable sessions,
            NasRegistry nases,
            TargetBook book,
            AuditLog audit,
            Sql sql,
            Clock clock) {
        this.reconciler = reconciler;
        this.sessions = sessions;
        this.nases = nases;
        this.book = book;
        this.audit = audit;
        this.sql = sql;
        this.clock = clock;
    }

    /**
     * What became of an order.
     *
     * @param outcome acknowledged, refused, timed-out, unreachable; or pending: the history will tell
     * @param words of it for people, with the Error-Cause
     */
    public record Done(
            long sessionId,
            String login,
            String nas,
            String outcome,
            String words,
            @Nullable Integer errorCause,
            @Nullable Long roundTripMicros) {}

    /**
     * Which sessions are meant; what is null does not narrow.
     *
     * @param level that they should have now
     * @param planId of the contract, as it is now
     * @param loginPrefix with which the user name begins, in whatever case
     */
    public record Filter(
            @Nullable Long nasId,
            @Nullable String region,
            @Nullable AccessLevel level,
            @Nullable Long contractId,
            @Nullable Long planId,
            @Nullable String loginPrefix) {

        boolean isEmpty() {
            return nasId == null
                    && region == null
                    && level == null
                    && contractId == null
                    && planId == null
                    && loginPrefix == null;
        }

        private boolean meansLogin(String login) {
            return loginPrefix == null || login.regionMatches(true, 0, loginPrefix, 0, loginPrefix.length());
        }
    }

    /**
     * How many sessions are being disconnected, in their turn.
     *
     * @param handedOn how many of these by other nodes, which send to their NASes
     */
    public record Many(int sessions, int handedOn, Filter filter) {}

    public Outcome<Done> disconnect(Actor actor, long sessionId) {
        var session = sessions.byId(sessionId);
        return session == null
                ? Outcome.declined(new Unknown("session", sessionId))
                : done(actor, "session.disconnect", session, reconciler.disconnect(sessionId, by(actor), true));
    }

    /** Sends the session its profile once more, whatever was acknowledged. */
    public Outcome<Done> pushProfile(Actor actor, long sessionId) {
        var session = sessions.byId(sessionId);
        return session == null
                ? Outcome.declined(new Unknown("session", sessionId))
                : done(actor, "session.push-profile", session, reconciler.pushProfile(sessionId, by(actor)));
    }

    private static String by(Actor actor) {
        return "operator " + actor.name();
    }

    private Outcome<Done> done(Actor actor, String action, Session session, CompletableFuture<OrderResult> ordered) {
        return switch (await(ordered)) {
            case null -> {
                var pending = pending(session);
                auditLater(actor, action, List.of(new Ordered(session, ordered)));
                yield audited(actor, action, pending);
            }
            case OrderResult.Sent(var attempt) -> audited(actor, action, of(session, attempt));
            case OrderResult.NoSuchSession() -> Outcome.declined(new Unknown("session", session.id()));
            case OrderResult.NobodySends() ->
                Outcome.declined(
                        new Conflict("nobody-sends", "no node sends to NAS " + session.nasName() + " at present"));
            case OrderResult.TooMany() -> Outcome.declined(new Conflict("too-many-orders", "try again in a moment"));
            case OrderResult.NothingToSend() ->
                Outcome.declined(new Conflict("nothing-to-send", "its subscriber or NAS is not known any more"));
        };
    }

    private static @Nullable OrderResult await(CompletableFuture<OrderResult> ordered) {
        try {
            return ordered.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException stillWaiting) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Done pending(Session session) {
        var words = reconciler.sendsTo(session.key().nasId())
                ? "no answer yet; the session's history will tell"
                : "handed on to the node that sends to its NAS; the session's history will tell";
        return new Done(session.id(), session.key().userName(), session.nasName(), "pending", words, null, null);
    }

    private static Done of(Session session, Attempt attempt) {
        var words =
                switch (attempt.outcome()) {
                    case ACKNOWLEDGED -> "the NAS has acknowledged it";
                    case REFUSED -> ErrorCause.words(attempt.errorCause());
                    case TIMED_OUT -> "no answer to " + attempt.transmissions() + " transmissions";
                    case UNREACHABLE -> "the NAS cannot be reached";
                };
        return new Done(
                session.id(),
                session.key().userName(),
                session.nasName(),
                attempt.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                words,
                attempt.errorCause(),
                attempt.roundTripMicros());
    }

    private Outcome<Done> audited(Actor actor, String action, Done done) {
        return sql.inTransaction(() -> {
            audit.append(actor, action, "session/" + done.sessionId(), null, done, clock.instant());
            return Outcome.done(done);
        });
    }

    /**
     * Disconnects all that the filter means, under each NAS's budget.
     *
     * @param expected how many the person believes these to be
     */
    public Outcome<Many> disconnectAll(Actor actor, Filter filter, int expected) {
        if (filter.isEmpty()) {
            return Outcome.declined(new Invalid(
                    "nasId",
                    "a NAS, region, level, contract, plan or login prefix; all sessions at once are too many"));
        }
        var meant = meant(filter);
        if (meant.size() != expected) {
            return Outcome.declined(
                    new Conflict("count-differs", "there are " + meant.size() + " such sessions, not " + expected));
        }
        int handedOn = (int) meant.stream()
                .filter(session -> !reconciler.sendsTo(session.key().nasId()))
                .count();
        var many = new Many(meant.size(), handedOn, filter);
        sql.inTransaction(() -> {
            audit.append(actor, "session.disconnect-many", "session", null, many, clock.instant());
            return true;
        });
        var ordered = new ArrayList<Ordered>(meant.size());
        for (var session : meant) {
            ordered.add(new Ordered(session, reconciler.disconnect(session.id(), by(actor), false)));
        }
        auditLater(actor, "session.disconnect", ordered);
        return Outcome.done(many);
    }

    /** Of each is known within its NAS's budget, which for all of a large NAS takes minutes. */
    private void auditLater(Actor actor, String action, List<Ordered> ordered) {
        Thread.ofVirtual().name("audit-orders").start(() -> auditEach(actor, action, ordered));
    }

    private record Ordered(Session session, CompletableFuture<OrderResult> result) {}

    /** Ends with the last of them, or with the daemon: what was sent by then is in the history of attempts, too. */
    private void auditEach(Actor actor, String action, List<Ordered> ordered) {
        for (var one : ordered) {
            try {
                var done =
                        switch (one.result.get()) {
                            case OrderResult.Sent(var attempt) -> of(one.session, attempt);
                            case OrderResult.NoSuchSession() -> notSent(one.session, "the session had ended");
                            case OrderResult.NobodySends() -> notSent(one.session, "no node sends to its NAS");
                            case OrderResult.TooMany() ->
                                notSent(one.session, "too many orders wait, or a later one took its place");
                            case OrderResult.NothingToSend() -> notSent(one.session, "too many sessions wait");
                        };
                audited(actor, action, done);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException | RuntimeException e) {
                log.warn(
                        "what came of {} of session {} for {} is not in the audit log ({}); its attempts are kept",
                        action,
                        one.session.id(),
                        actor.name(),
                        e.getMessage());
            }
        }
    }

    private static Done notSent(Session session, String why) {
        return new Done(session.id(), session.key().userName(), session.nasName(), "not-sent", why, null, null);
    }

    private List<Session> meant(Filter filter) {
        var regions = new HashMap<Long, String>();
        nases.table().all().forEach(nas -> regions.put(nas.id(), nas.region() == null ? "" : nas.region()));
        var meant = new ArrayList<Session>();
        sessions.forEach(session -> {
            long nasId = session.key().nasId();
            if ((filter.nasId() == null || filter.nasId() == nasId)
                    && (filter.region() == null || filter.region().equals(regions.get(nasId)))
                    && (filter.contractId() == null || filter.contractId().equals(session.contractId()))
                    && filter.meansLogin(session.key().userName())
                    && (filter.planId() == null || filter.planId().equals(planId(session)))
                    && (filter.level() == null || filter.level() == level(session))) {
                meant.add(session);
            }
        });
        return meant;
    }

    private @Nullable Long planId(Session session) {
        var subscriber = reconciler.subscriber(session);
        return subscriber == null ? null : subscriber.contract().plan().id();
    }

    private @Nullable AccessLevel level(Session session) {
        var target = reconciler.target(session.id());
        if (target != null) {
            return target.target().level();
        }
        var opened = session.sessionClass();
        return opened == null ? null : opened.level();
    }

    /** The newest first. */
    public List<Attempt> attempts(long sessionId, int limit) {
        return book.attempts(sessionId, limit);
    }
}
