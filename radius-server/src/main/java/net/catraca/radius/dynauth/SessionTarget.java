package net.catraca.radius.dynauth;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import org.jspecify.annotations.Nullable;

/**
 * What a live session should have and what its NAS has acknowledged. Immutable.
 *
 * @param generation rises with every new target
 * @param cause why the target is so, in words
 * @param acknowledged null when that is not known: the session's Class was none of ours, or a record contradicted it
 * @param perhaps the strictest level to which a CoA without an answer may have brought it since it was acknowledged; null
 *     when each had an answer. While it is there, the NAS has to acknowledge the target once more
 * @param attempts requests that failed since the target was set
 * @param contradictions how often records contradicted an acknowledgement since the target was set
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
        @Nullable AccessLevel perhaps,
        State state,
        int attempts,
        int contradictions,
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

    /** The levels that its NAS may have it on; empty when nobody knows. */
    Set<AccessLevel> possibleLevels() {
        var levels = EnumSet.noneOf(AccessLevel.class);
        if (acknowledged != null && acknowledged.level() != AccessLevel.REFUSED) {
            levels.add(acknowledged.level());
        }
        if (perhaps != null) {
            levels.add(perhaps);
        }
        return levels;
    }

    /** Whether anything may be left behind of a level that we do not know, and the NAS has not refused to undo it. */
    boolean isOfUnknownLevel() {
        return acknowledged == null && !wasRefused();
    }

    /** Whether its NAS has answered the last request with a NAK. */
    boolean wasRefused() {
        return nextAttemptAt != null && lastRttMicros != null;
    }

    /** The first that is known of a session. */
    public static SessionTarget first(
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
                null,
                State.OPEN,
                0,
                0,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /**
     * Another target takes the place of this one; what the NAS has acknowledged stays.
     *
     * @param unanswered as {@link #perhaps}, with what is in flight
     */
    SessionTarget retargeted(
            Rendering wanted, boolean agreed, @Nullable AccessLevel unanswered, String newCause, Instant now) {
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
                unanswered,
                agreed ? State.AGREED : State.OPEN,
                0,
                0,
                null,
                lastMethod,
                lastOutcome,
                lastErrorCause,
                lastRttMicros,
                agreed ? null : alert);
    }

    /**
     * What was acknowledged is not so after all.
     *
     * @param newAlert null to keep the one there is
     */
    SessionTarget contradicted(
            String why, State next, int failures, @Nullable Instant again, @Nullable String newAlert) {
        var contradicted = with(
                null,
                null,
                null,
                next,
                failures,
                again,
                "contradicted: " + why,
                null,
                null,
                newAlert == null ? alert : newAlert);
        return contradicted.times(contradictions + 1);
    }

    private SessionTarget times(int contradicted) {
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
                perhaps,
                state,
                attempts,
                contradicted,
                nextAttemptAt,
                lastMethod,
                lastOutcome,
                lastErrorCause,
                lastRttMicros,
                alert);
    }

    /** To be tried from the beginning, because the session was heard of again or a person wants it. */
    SessionTarget openedAgain() {
        return with(
                        acknowledged,
                        acknowledgedAt,
                        perhaps,
                        State.OPEN,
                        0,
                        null,
                        lastOutcome,
                        lastErrorCause,
                        lastRttMicros,
                        alert)
                .times(0);
    }

    /**
     * Acknowledged, but an older request may have reached the NAS after it: to be sent again.
     *
     * @param older what the older request would bring about
     */
    SessionTarget onceMore(AccessLevel older, Instant at) {
        return with(
                acknowledged,
                acknowledgedAt,
                older,
                State.OPEN,
                0,
                at,
                "acknowledged; once more, for an older request may have arrived after it",
                null,
                lastRttMicros,
                alert);
    }

    /** As a restart finds it: a request for it may have left and never been answered. */
    SessionTarget afterRestart() {
        return isOpen()
                ? with(
                        acknowledged,
                        acknowledgedAt,
                        stricter(perhaps, target.level()),
                        state,
                        attempts,
                        nextAttemptAt,
                        lastOutcome,
                        lastErrorCause,
                        lastRttMicros,
                        alert)
                : this;
    }

    /** Of two levels the stricter; REFUSED is none that a session stays on. */
    static @Nullable AccessLevel stricter(@Nullable AccessLevel one, @Nullable AccessLevel other) {
        if (other == null || other == AccessLevel.REFUSED) {
            return one;
        }
        return one == null || other.stricterThan(one) ? other : one;
    }

    SessionTarget acknowledged(Method method, @Nullable Rendering by, long rttMicros, Instant now) {
        boolean agreed = target.equals(by) || method == Method.DISCONNECT;
        return with(
                        by,
                        now,
                        null,
                        agreed ? State.AGREED : State.OPEN,
                        0,
                        null,
                        "acknowledged",
                        null,
                        rttMicros,
                        agreed ? null : alert)
                .by(method);
    }

    /** @param unanswered what the request may have brought about, or null when it was refused */
    SessionTarget failed(
            Method method,
            @Nullable AccessLevel unanswered,
            State next,
            int failures,
            @Nullable Instant again,
            String outcome,
            @Nullable Integer errorCause,
            @Nullable Long rttMicros,
            @Nullable String newAlert) {
        return with(
                        acknowledged,
                        acknowledgedAt,
                        stricter(perhaps, unanswered),
                        next,
                        failures,
                        again,
                        outcome,
                        errorCause,
                        rttMicros,
                        newAlert)
                .by(method);
    }

    private SessionTarget with(
            @Nullable Rendering nowAcknowledged,
            @Nullable Instant at,
            @Nullable AccessLevel unanswered,
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
                unanswered,
                newState,
                failures,
                contradictions,
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
                perhaps,
                state,
                attempts,
                contradictions,
                nextAttemptAt,
                method,
                lastOutcome,
                lastErrorCause,
                lastRttMicros,
                alert);
    }
}
