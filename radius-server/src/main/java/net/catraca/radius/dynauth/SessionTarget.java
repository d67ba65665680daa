package net.catraca.radius.dynauth;

import java.time.Instant;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import org.jspecify.annotations.Nullable;

/**
 * What a live session should have and what its NAS has acknowledged. Immutable.
 *
 * @param generation rises with every new target
 * @param cause why the target is so, in words
 * @param acknowledged null when that is not known: the session's Class was none of ours, or a record contradicted it
 * @param attempts requests that failed since the target was set
 * @param nextAttemptAt not before then is it tried again; null for at once. Of one that was given up: not before then
 *     does a record of its session begin anew
 * @param lastOutcome in words, as is {@code alert}, which a person should look at
 */
public record SessionTarget(
        long sessionId,
        long nasId,
        long contractId,
        long generation,
        Rendering target,
        Instant since,
        String cause,
        @Nullable Rendering acknowledged,
        @Nullable Instant acknowledgedAt,
        State state,
        int attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable Method lastMethod,
        @Nullable String lastOutcome,
        @Nullable Integer lastErrorCause,
        @Nullable Long lastRttMicros,
        @Nullable String alert) {

    /** Where the repair of a difference stands. */
    public enum State {
        /** The NAS has acknowledged the target. */
        AGREED,
        /** It has not, and is asked again. */
        OPEN,
        /** Neither CoA nor Disconnect helped: people were told. The session's next record begins anew. */
        GIVEN_UP
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** The first that is known of a session. */
    static SessionTarget first(
            long sessionId,
            long nasId,
            long contractId,
            Rendering wanted,
            @Nullable Rendering acknowledged,
            @Nullable Instant acknowledgedAt,
            String cause,
            Instant now) {
        return new SessionTarget(
                sessionId,
                nasId,
                contractId,
                1,
                wanted,
                now,
                cause,
                acknowledged,
                acknowledgedAt,
                State.OPEN,
                0,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** Another target takes the place of this one; what the NAS has acknowledged stays. */
    SessionTarget retargeted(Rendering wanted, boolean agreed, String newCause, Instant now) {
        return new SessionTarget(
                sessionId,
                nasId,
                contractId,
                generation + 1,
                wanted,
                now,
                newCause,
                acknowledged,
                acknowledgedAt,
                agreed ? State.AGREED : State.OPEN,
                0,
                null,
                lastMethod,
                lastOutcome,
                lastErrorCause,
                lastRttMicros,
                agreed ? null : alert);
    }

    /** What was acknowledged is not so after all. */
    SessionTarget contradicted(String why, int failures) {
        return with(null, null, State.OPEN, failures, null, "contradicted: " + why, null, null, alert);
    }

    /** To be tried from the beginning, because the session was heard of again or a person wants it. */
    SessionTarget openedAgain() {
        return with(
                acknowledged, acknowledgedAt, State.OPEN, 0, null, lastOutcome, lastErrorCause, lastRttMicros, alert);
    }

    SessionTarget acknowledged(Method method, @Nullable Rendering by, long rttMicros, Instant now) {
        boolean agreed = target.equals(by) || method == Method.DISCONNECT;
        return with(
                        by,
                        now,
                        agreed ? State.AGREED : State.OPEN,
                        0,
                        null,
                        "acknowledged",
                        null,
                        rttMicros,
                        agreed ? null : alert)
                .by(method);
    }

    SessionTarget failed(
            Method method,
            State next,
            int failures,
            @Nullable Instant again,
            String outcome,
            @Nullable Integer errorCause,
            @Nullable Long rttMicros,
            @Nullable String newAlert) {
        return with(acknowledged, acknowledgedAt, next, failures, again, outcome, errorCause, rttMicros, newAlert)
                .by(method);
    }

    private SessionTarget with(
            @Nullable Rendering nowAcknowledged,
            @Nullable Instant at,
            State newState,
            int failures,
            @Nullable Instant again,
            @Nullable String outcome,
            @Nullable Integer errorCause,
            @Nullable Long rttMicros,
            @Nullable String newAlert) {
        return new SessionTarget(
                sessionId,
                nasId,
                contractId,
                generation,
                target,
                since,
                cause,
                nowAcknowledged,
                at,
                newState,
                failures,
                again,
                lastMethod,
                outcome,
                errorCause,
                rttMicros,
                newAlert);
    }

    private SessionTarget by(Method method) {
        return new SessionTarget(
                sessionId,
                nasId,
                contractId,
                generation,
                target,
                since,
                cause,
                acknowledged,
                acknowledgedAt,
                state,
                attempts,
                nextAttemptAt,
                method,
                lastOutcome,
                lastErrorCause,
                lastRttMicros,
                alert);
    }
}
