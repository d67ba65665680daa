package net.catraca.radius.dynauth;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.DynauthResult.Acknowledged;
import net.catraca.radius.dynauth.DynauthResult.Refused;
import net.catraca.radius.dynauth.DynauthResult.TimedOut;
import net.catraca.radius.dynauth.DynauthResult.Unreachable;
import net.catraca.radius.dynauth.NasBudget.Repair;
import net.catraca.radius.dynauth.NasQueue.Answer;
import net.catraca.radius.dynauth.NasQueue.Lane;
import net.catraca.radius.dynauth.SessionTarget.State;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a session's target when its NAS has answered, or has not, or has not done what it acknowledged. Pure.
 *
 * <p>Failures of CoAs are counted; when there are as many as the rule for the last kind of failure allows, the count is
 * set to {@link NasBudget#coaAttempts}, from where on the session is disconnected, or it is given up.
 */
final class TargetRules {

    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);

    /** What was given up is tried again when its session is heard of, but no sooner than that. */
    static final Duration GIVEN_UP_REST = Duration.ofMinutes(5);

    /**
     * After that a datagram that was overtaken has arrived or never will: networks hold one back for milliseconds, a
     * router's queue for some hundred.
     */
    static final Duration STRAGGLERS = Duration.ofSeconds(1);

    private TargetRules() {}

    /** What is to be done next. */
    sealed interface Next {

        /** Nothing is left to do, or it is tried again at {@code target.nextAttemptAt()}. */
        record Kept(SessionTarget target) implements Next {}

        /** The NAS has no such session (RFC 5176 §3.5, Error-Cause 503). */
        record SessionGone() implements Next {}
    }

    /**
     * A request and what became of it.
     *
     * @param generation of the target that it was for: perhaps an older one than the session has now
     * @param rendering what it would bring about
     * @param withUndoing whether it also undid levels that nobody knows the session was on
     * @param overtaken the level that an older request, which this one went past and nobody has answered, would bring
     *     about; null when there is none
     */
    record Outcome(
            Method method,
            long generation,
            Rendering rendering,
            boolean withUndoing,
            @Nullable AccessLevel overtaken,
            DynauthResult result) {

        private @Nullable AccessLevel mayHaveSet() {
            return method == Method.COA ? rendering.level() : null;
        }
    }

    /**
     * By which way the target goes.
     *
     * @param byCoa whether the vendor's NAS can be brought there by CoA
     */
    static Method method(SessionTarget target, boolean byCoa, NasBudget budget) {
        boolean coaFailed = target.attempts() >= budget.coaAttempts();
        return target.target().level() == AccessLevel.REFUSED || !byCoa || coaFailed ? Method.DISCONNECT : Method.COA;
    }

    /**
     * A stricter level is a restriction; so is what nobody waits for: another plan, or a level that is only unverified. A
     * payer whom an unanswered request may have restricted is a restore.
     */
    static Lane lane(SessionTarget target) {
        var wanted = target.target().level();
        var acknowledged = target.acknowledged();
        boolean laxer = acknowledged != null && acknowledged.level().stricterThan(wanted);
        boolean perhapsLaxer = target.perhaps() != null && target.perhaps().stricterThan(wanted);
        boolean contradictedPayer = acknowledged == null
                && wanted == AccessLevel.ACTIVE
                && (target.generation() > 1 || target.contradictions() > 0);
        return laxer || perhapsLaxer || contradictedPayer ? Lane.RESTORE : Lane.RESTRICTION;
    }

    /** What the result says of the NAS. */
    static Answer answer(DynauthResult result) {
        return switch (result) {
            case Acknowledged _ -> Answer.ACKNOWLEDGED;
            case Refused refused ->
                ErrorCause.meaning(refused.errorCause()) == ErrorCause.Meaning.SESSION_GONE
                        ? Answer.GONE
                        : Answer.REFUSED;
            case TimedOut _, Unreachable _ -> Answer.SILENT;
        };
    }

    /**
     * The same of a request: a NAS that refuses to undo what it never had says nothing against the profile, and must not
     * stop the canaries.
     */
    static Answer answer(DynauthResult result, boolean withUndoing) {
        var answer = answer(result);
        return withUndoing && answer == Answer.REFUSED ? Answer.GONE : answer;
    }

    /** @param target as it is now: perhaps a newer one than was sent */
    static Next after(SessionTarget target, Outcome outcome, NasBudget budget, Instant now, RandomGenerator random) {
        return switch (outcome.result) {
            case Acknowledged(var took) -> acknowledged(target, outcome, took, now);
            case Refused(var cause, var took) -> refused(target, outcome, cause, took, budget, now, random);
            case TimedOut(var transmissions) ->
                failed(
                        target,
                        outcome,
                        Failure.unanswered("no answer to " + transmissions + " transmissions", budget),
                        budget,
                        now,
                        random);
            case Unreachable(var why) -> failed(target, outcome, Failure.unanswered(why, budget), budget, now, random);
        };
    }

    private static Next acknowledged(SessionTarget target, Outcome outcome, Duration took, Instant now) {
        var by = outcome.rendering.level() == AccessLevel.REFUSED ? null : outcome.rendering;
        var kept = target.acknowledged(outcome.method, by, took.toNanos() / 1_000, now);
        var older = outcome.overtaken;
        boolean mayBeUndone = kept.state() == State.AGREED && outcome.method == Method.COA;
        // The overtaken request may still be on its way. UDP keeps no order, so the newest is sent once more after it.
        return new Next.Kept(older != null && mayBeUndone ? kept.onceMore(older, now.plus(STRAGGLERS)) : kept);
    }

    /**
     * The NAS has acknowledged an older request that was overtaken, after it had acknowledged the newer one: perhaps in
     * the order in which it did them.
     */
    static SessionTarget overtakenAcknowledged(SessionTarget target, Rendering older, Instant now) {
        return target.state() == State.AGREED
                        && older.level() != target.target().level()
                ? target.onceMore(older.level(), now)
                : target;
    }

    /**
     * A failure.
     *
     * @param rule what follows
     * @param isFinal whether the same CoA would fail for ever
     */
    private record Failure(
            String words,
            @Nullable Integer cause,
            @Nullable Long micros,
            Repair rule,
            boolean isFinal,
            boolean isRefusal,
            @Nullable String alert) {

        static Failure unanswered(String words, NasBudget budget) {
            return new Failure(words, null, null, budget.timeout(), false, false, null);
        }
    }

    private static Next refused(
            SessionTarget target,
            Outcome outcome,
            @Nullable Integer cause,
            Duration took,
            NasBudget budget,
            Instant now,
            RandomGenerator random) {
        var words = ErrorCause.words(cause);
        long micros = took.toNanos() / 1_000;
        var meaning = ErrorCause.meaning(cause);
        if (meaning == ErrorCause.Meaning.SESSION_GONE) {
            return new Next.SessionGone();
        }
        if (outcome.withUndoing && meaning != ErrorCause.Meaning.LATER && outcome.generation == target.generation()) {
            // Some NASes refuse to end what was never started: the target alone is tried next.
            return new Next.Kept(target.failed(
                    outcome.method, null, State.OPEN, target.attempts(), now, words, cause, micros, target.alert()));
        }
        return switch (meaning) {
            case SESSION_GONE -> new Next.SessionGone();
            case LATER, OTHER ->
                failed(
                        target,
                        outcome,
                        new Failure(words, cause, micros, budget.nak(), false, true, null),
                        budget,
                        now,
                        random);
            // The same CoA would be refused for ever; a Disconnect may not be.
            case POLICY ->
                failed(
                        target,
                        outcome,
                        new Failure(words, cause, micros, budget.nak(), true, true, null),
                        budget,
                        now,
                        random);
            case OUR_FAULT -> ourFault(target, outcome, words, cause, micros, budget, now, random);
        };
    }

    /**
     * People are told at once. A restriction stops there, for the next one would fail likewise; whoever has paid is not
     * made to wait for our mistake and is disconnected.
     */
    private static Next ourFault(
            SessionTarget target,
            Outcome outcome,
            String words,
            @Nullable Integer cause,
            long micros,
            NasBudget budget,
            Instant now,
            RandomGenerator random) {
        var alert = outcome.method + " refused: " + words + "; check the vendor profile and the NAS's settings";
        boolean mayDisconnect = outcome.method == Method.COA
                && lane(target) == Lane.RESTORE
                && budget.nak().disconnect()
                && budget.disconnectAttempts() > 0;
        if (outcome.generation == target.generation() && !mayDisconnect) {
            return new Next.Kept(target.failed(
                    outcome.method,
                    null,
                    State.GIVEN_UP,
                    target.attempts() + 1,
                    now.plus(GIVEN_UP_REST),
                    words,
                    cause,
                    micros,
                    alert));
        }
        var failure = new Failure(words, cause, micros, budget.nak(), true, true, alert);
        return failed(target, outcome, failure, budget, now, random);
    }

    private static Next failed(
            SessionTarget target,
            Outcome outcome,
            Failure failure,
            NasBudget budget,
            Instant now,
            RandomGenerator random) {
        var unanswered = failure.isRefusal ? null : outcome.mayHaveSet();
        if (outcome.generation != target.generation()) {
            // A newer target has not been tried yet; it waits in the queue already.
            return new Next.Kept(target.failed(
                    outcome.method,
                    unanswered,
                    target.state(),
                    target.attempts(),
                    target.nextAttemptAt(),
                    failure.words,
                    failure.cause,
                    failure.micros,
                    target.alert()));
        }
        int attempts = target.attempts() + 1;
        int toDisconnect = budget.coaAttempts();
        boolean coaIsOver = outcome.method == Method.COA && (failure.isFinal || attempts > failure.rule.retries());
        boolean disconnects = failure.rule.disconnect() && budget.disconnectAttempts() > 0;
        boolean isExhausted = coaIsOver
                ? !disconnects
                : outcome.method == Method.DISCONNECT && attempts >= toDisconnect + budget.disconnectAttempts();
        if (isExhausted) {
            var last =
                    failure.rule.alert() ? "gave up after " + attempts + " attempts: " + failure.words : failure.alert;
            return new Next.Kept(target.failed(
                    outcome.method,
                    unanswered,
                    State.GIVEN_UP,
                    attempts,
                    now.plus(GIVEN_UP_REST),
                    failure.words,
                    failure.cause,
                    failure.micros,
                    last));
        }
        var again = failure.isFinal && coaIsOver ? now : now.plus(backoff(attempts, budget, random));
        return new Next.Kept(target.failed(
                outcome.method,
                unanswered,
                State.OPEN,
                coaIsOver ? Math.max(attempts, toDisconnect) : attempts,
                again,
                failure.words,
                failure.cause,
                failure.micros,
                failure.alert == null ? target.alert() : failure.alert));
    }

    /** An acknowledgement was contradicted: the CoA again, then a Disconnect, then people, as the rule says. */
    static SessionTarget contradicted(SessionTarget target, String why, NasBudget budget, Instant now) {
        var rule = budget.contradiction();
        boolean coaAgain = target.lastMethod() != Method.DISCONNECT && target.contradictions() < rule.retries();
        if (coaAgain) {
            return target.contradicted(why, State.OPEN, 0, null, null);
        }
        boolean mayDisconnect =
                target.lastMethod() != Method.DISCONNECT && rule.disconnect() && budget.disconnectAttempts() > 0;
        if (mayDisconnect) {
            return target.contradicted(why, State.OPEN, budget.coaAttempts(), null, null);
        }
        return target.contradicted(
                why,
                State.GIVEN_UP,
                target.attempts(),
                now.plus(GIVEN_UP_REST),
                rule.alert() ? "acknowledged, but " + why : null);
    }

    /** Twice as long each time, a fifth more or less. */
    private static Duration backoff(int attempts, NasBudget budget, RandomGenerator random) {
        long first = Duration.ofSeconds(budget.backoffSeconds()).toMillis();
        long millis = Math.min(LONGEST_BACKOFF.toMillis(), first << Math.min(10, Math.max(0, attempts - 1)));
        return Duration.ofMillis(millis + Math.round(millis * random.nextDouble(-0.2, 0.2)));
    }
}
