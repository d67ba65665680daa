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
import net.catraca.radius.dynauth.NasQueue.Answer;
import net.catraca.radius.dynauth.NasQueue.Lane;
import net.catraca.radius.dynauth.SessionTarget.State;
import org.jspecify.annotations.Nullable;

/** What becomes of a session's target when its NAS has answered, or has not. Pure. */
final class TargetRules {

    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(2);
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);

    /** What was given up is tried again when its session is heard of, but no sooner than that. */
    private static final Duration GIVEN_UP_REST = Duration.ofMinutes(5);

    private TargetRules() {}

    /** What is to be done next. */
    sealed interface Next {

        /** Nothing is left to do, or it is tried again at {@code target.nextAttemptAt()}. */
        record Kept(SessionTarget target) implements Next {}

        /** The NAS has no such session (RFC 5176 §3.5, Error-Cause 503). */
        record SessionGone() implements Next {}
    }

    /**
     * By which way the target goes.
     *
     * @param byCoa whether the vendor's NAS can be brought there by CoA
     */
    static Method method(SessionTarget target, boolean byCoa, NasBudget budget) {
        boolean coaFailed = target.attempts() >= budget.coaAttempts() && budget.disconnectAttempts() > 0;
        return target.target().level() == AccessLevel.REFUSED || !byCoa || coaFailed ? Method.DISCONNECT : Method.COA;
    }

    /** A stricter level is a restriction; so is what nobody waits for: another plan, or a level that is only unverified. */
    static Lane lane(SessionTarget target) {
        var acknowledged = target.acknowledged();
        boolean laxer = acknowledged != null
                && acknowledged.level().stricterThan(target.target().level());
        boolean contradictedPayer =
                acknowledged == null && target.target().level() == AccessLevel.ACTIVE && target.generation() > 1;
        return laxer || contradictedPayer ? Lane.RESTORE : Lane.RESTRICTION;
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
     * @param target as it is now: perhaps a newer one than was sent
     * @param sent what the request rendered
     */
    static Next after(
            SessionTarget target,
            Method method,
            long sentGeneration,
            Rendering sent,
            DynauthResult result,
            NasBudget budget,
            Instant now,
            RandomGenerator random) {
        return switch (result) {
            case Acknowledged(var took) ->
                new Next.Kept(target.acknowledged(
                        method, sent.level() == AccessLevel.REFUSED ? null : sent, took.toNanos() / 1_000, now));
            case Refused(var cause, var took) -> {
                var words = ErrorCause.words(cause);
                long micros = took.toNanos() / 1_000;
                yield switch (ErrorCause.meaning(cause)) {
                    case SESSION_GONE -> new Next.SessionGone();
                    case LATER, OTHER ->
                        failed(target, method, sentGeneration, words, cause, micros, null, 1, budget, now, random);
                    // The same CoA would be refused for ever; a Disconnect may not be.
                    case POLICY ->
                        failed(
                                target,
                                method,
                                sentGeneration,
                                words,
                                cause,
                                micros,
                                null,
                                toNextMethod(target, method, budget),
                                budget,
                                now,
                                random);
                    case OUR_FAULT ->
                        ourFault(target, method, sentGeneration, words, cause, micros, budget, now, random);
                };
            }
            case TimedOut(var transmissions) ->
                failed(
                        target,
                        method,
                        sentGeneration,
                        "no answer to " + transmissions + " transmissions",
                        null,
                        null,
                        null,
                        1,
                        budget,
                        now,
                        random);
            case Unreachable(var why) ->
                failed(target, method, sentGeneration, why, null, null, null, 1, budget, now, random);
        };
    }

    /**
     * People are told at once. A restriction stops there, for the next one would fail likewise; whoever has paid is not
     * made to wait for our mistake and is disconnected.
     */
    private static Next ourFault(
            SessionTarget target,
            Method method,
            long sentGeneration,
            String words,
            @Nullable Integer cause,
            long micros,
            NasBudget budget,
            Instant now,
            RandomGenerator random) {
        var alert = method + " refused: " + words + "; check the vendor profile and the NAS's settings";
        boolean mayDisconnect = method == Method.COA && lane(target) == Lane.RESTORE && budget.disconnectAttempts() > 0;
        if (sentGeneration == target.generation() && !mayDisconnect) {
            return new Next.Kept(target.failed(
                    method,
                    State.GIVEN_UP,
                    target.attempts() + 1,
                    now.plus(GIVEN_UP_REST),
                    words,
                    cause,
                    micros,
                    alert));
        }
        int failures = mayDisconnect ? toNextMethod(target, method, budget) : 1;
        return failed(target, method, sentGeneration, words, cause, micros, alert, failures, budget, now, random);
    }

    private static int toNextMethod(SessionTarget target, Method method, NasBudget budget) {
        return method == Method.COA ? Math.max(1, budget.coaAttempts() - target.attempts()) : 1;
    }

    private static Next failed(
            SessionTarget target,
            Method method,
            long sentGeneration,
            String outcome,
            @Nullable Integer cause,
            @Nullable Long micros,
            @Nullable String alert,
            int failures,
            NasBudget budget,
            Instant now,
            RandomGenerator random) {
        if (sentGeneration != target.generation()) {
            // A newer target has not been tried yet; it waits in the queue already.
            return new Next.Kept(target.failed(
                    method, target.state(), target.attempts(), null, outcome, cause, micros, target.alert()));
        }
        int attempts = target.attempts() + failures;
        boolean exhausted = attempts >= budget.coaAttempts() + budget.disconnectAttempts();
        if (exhausted) {
            var last = "gave up after " + attempts + " attempts: " + outcome;
            return new Next.Kept(target.failed(
                    method, State.GIVEN_UP, attempts, now.plus(GIVEN_UP_REST), outcome, cause, micros, last));
        }
        var again = failures > 1 ? now : now.plus(backoff(attempts, random));
        return new Next.Kept(target.failed(
                method, State.OPEN, attempts, again, outcome, cause, micros, alert == null ? target.alert() : alert));
    }

    /** Twice as long each time, a fifth more or less. */
    private static Duration backoff(int attempts, RandomGenerator random) {
        long millis = Math.min(
                LONGEST_BACKOFF.toMillis(), FIRST_BACKOFF.toMillis() << Math.min(10, Math.max(0, attempts - 1)));
        return Duration.ofMillis(millis + Math.round(millis * random.nextDouble(-0.2, 0.2)));
    }
}
