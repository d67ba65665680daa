package net.catraca.radius.dynauth;

import java.time.Instant;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.session.Session;
import org.jspecify.annotations.Nullable;

/** A request on its way, as it was sent. Known by identity; of the reconciler's thread only. */
final class Flight {

    final Session session;
    /** Of the target that it is for; 0 for none. */
    final long generation;

    final Method method;
    final Rendering sent;
    /** Whether it also undoes levels that nobody knows the session was on. */
    final boolean withUndoing;

    final @Nullable Order order;
    private final String cause;
    private final Instant at;
    private @Nullable Sending sending;
    private boolean isOvertaken;

    private Flight(
            Session session,
            @Nullable SessionTarget target,
            Method method,
            Rendering sent,
            boolean withUndoing,
            @Nullable Order order,
            Instant at) {
        this.session = session;
        this.generation = target == null ? 0 : target.generation();
        this.method = method;
        this.sent = sent;
        this.withUndoing = withUndoing;
        this.order = order;
        this.cause = order != null ? order.by() : target == null ? "" : target.cause();
        this.at = at;
    }

    /** The session is ended because a person or a later session wants that; what it should have is beside the point. */
    static Flight ending(Session session, @Nullable SessionTarget target, Rendering wanted, Order order, Instant at) {
        return new Flight(session, target, Method.DISCONNECT, wanted, false, order, at);
    }

    /** The session is brought to its target, by either method. */
    static Flight to(
            SessionTarget target,
            Session session,
            Method method,
            Rendering wanted,
            boolean withUndoing,
            @Nullable Order order,
            Instant at) {
        return new Flight(session, target, method, wanted, withUndoing && method == Method.COA, order, at);
    }

    void departed(Sending nowSending) {
        sending = nowSending;
    }

    /** The level to which it may have brought the session; null when it would have ended it. */
    @Nullable
    AccessLevel mayHaveSet() {
        return method == Method.COA ? sent.level() : null;
    }

    /** A person who ends a session is not overruled. */
    boolean mayBeOvertaken() {
        return order == null || order.what() != Order.What.DISCONNECT;
    }

    void overtake() {
        isOvertaken = true;
        if (sending != null) {
            sending.overtake();
        }
    }

    boolean isOvertaken() {
        return isOvertaken;
    }

    /** What a person wanted and did not get says nothing of the target. */
    boolean isFailedEnding(DynauthResult result) {
        return order != null
                && order.what() == Order.What.DISCONNECT
                && switch (TargetRules.answer(result)) {
                    case ACKNOWLEDGED, GONE -> false;
                    case REFUSED, SILENT -> true;
                };
    }

    /** As the history keeps it. */
    Attempt attempt(DynauthResult result, String node) {
        return new Attempt(
                at,
                session.id(),
                session.key().nasId(),
                session.nasName(),
                session.contractId(),
                session.key().userName(),
                session.key().acctSessionId(),
                generation,
                method,
                sent,
                cause,
                Attempt.Outcome.of(result),
                result instanceof DynauthResult.Refused refused ? refused.errorCause() : null,
                switch (result) {
                    case DynauthResult.Acknowledged(var took) -> took.toNanos() / 1_000;
                    case DynauthResult.Refused(var _, var took) -> took.toNanos() / 1_000;
                    case DynauthResult.TimedOut _, DynauthResult.Unreachable _ -> null;
                },
                result instanceof DynauthResult.TimedOut(var transmissions) ? transmissions : 1,
                node);
    }
}
