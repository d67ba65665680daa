package net.catraca.radius.dynauth;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Instant;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.SessionTarget.State;
import net.catraca.radius.dynauth.TargetRules.Next;
import net.catraca.radius.session.SessionEnd;
import net.catraca.radius.session.SessionEnds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows when a NAS has answered a request, or has not, or when records belie what it acknowledged: the attempt is
 * counted and stored, whoever ordered it is told, the NAS's queue hears of it, and {@link TargetRules} say what becomes
 * of the session's target. Of the reconciler's thread only.
 */
final class Answers {

    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private final HeldNases nases;
    private final Targets targets;
    private final TargetStore store;
    private final SessionEnds ends;
    private final LongConsumer ended;
    private final CoaMeters meters;
    private final String node;
    private final Clock clock;
    private final Ticker ticker;
    private final RandomGenerator random;

    /**
     * @param ends is told of sessions that their NAS does not know
     * @param ended forgets what is kept of such a session here
     */
    Answers(
            HeldNases nases,
            Targets targets,
            TargetStore store,
            SessionEnds ends,
            LongConsumer ended,
            CoaMeters meters,
            String node,
            Clock clock,
            Ticker ticker,
            RandomGenerator random) {
        this.nases = nases;
        this.targets = targets;
        this.store = store;
        this.ends = ends;
        this.ended = ended;
        this.meters = meters;
        this.node = node;
        this.clock = clock;
        this.ticker = ticker;
        this.random = random;
    }

    /** What became of a request. */
    void answered(Flight flight, DynauthResult result) {
        var attempt = flight.attempt(result, node);
        meters.attempted(attempt);
        store.save(attempt);
        Orders.complete(flight.order, new OrderResult.Sent(attempt));
        var nas = nases.of(flight.session.key().nasId());
        if (nas == null) {
            return;
        }
        nas.attempted(attempt);
        if (flight.isOvertaken()) {
            answeredLate(nas, flight, result);
            return;
        }
        if (nas.landed(flight)) {
            heard(nas, flight, result, attempt);
        }
        var target = targets.of(flight.session.id());
        if (target != null && flight.isFailedEnding(result)) {
            if (target.isOpen()) {
                targets.offer(target);
            }
        } else if (target != null) {
            judge(nas, target, flight, result);
        } else if (TargetRules.answer(result) == NasQueue.Answer.GONE) {
            gone(flight.session.id(), clock.instant());
        }
    }

    private void heard(HeldNas nas, Flight flight, DynauthResult result, Attempt attempt) {
        long nanos = ticker.read();
        var queue = nas.queue();
        boolean wasHeld = queue.canaryFailed();
        queue.answered(flight.session.id(), TargetRules.answer(result, flight.withUndoing), nanos);
        if (!wasHeld && queue.canaryFailed()) {
            log.error(
                    "NAS {}: {} to one of the first restrictions came to {}{}; the other {} wait. One is tried again in"
                            + " {} s, then at most every {} s; restores go on",
                    nas.name(),
                    attempt.method(),
                    attempt.outcome(),
                    attempt.errorCause() == null ? "" : ", " + ErrorCause.words(attempt.errorCause()),
                    queue.restrictionsWaiting(),
                    queue.nextProbe(nanos).toSeconds(),
                    NasQueue.CANARY_LONGEST_REST.toSeconds());
        } else if (wasHeld && !queue.canaryFailed()) {
            log.info(
                    "NAS {} has acknowledged a restriction; {} that waited follow",
                    nas.name(),
                    queue.restrictionsWaiting());
            // What was given up while nothing went may go now.
            targets.tryAgain(nas, target -> target.state() == State.GIVEN_UP);
        }
    }

    /** A late word about a request that a newer one has gone past. */
    private void answeredLate(HeldNas nas, Flight flight, DynauthResult result) {
        long sessionId = flight.session.id();
        boolean newerIsAcknowledged = !nas.landedLate(flight);
        switch (TargetRules.answer(result)) {
            case GONE -> {
                nas.queue().heard();
                gone(sessionId, clock.instant());
                ended.accept(sessionId);
            }
            case ACKNOWLEDGED -> {
                nas.queue().heard();
                var target = targets.of(sessionId);
                if (newerIsAcknowledged && target != null && flight.method == Method.COA) {
                    var again = TargetRules.overtakenAcknowledged(target, flight.sent, clock.instant());
                    if (again.isOpen() && !target.isOpen()) {
                        targets.put(nas, again);
                    }
                }
            }
            case REFUSED -> nas.queue().heard();
            case SILENT -> {}
        }
    }

    private void judge(HeldNas nas, SessionTarget target, Flight flight, DynauthResult result) {
        var now = clock.instant();
        boolean isAcknowledged = TargetRules.answer(result) == NasQueue.Answer.ACKNOWLEDGED;
        var outcome = new TargetRules.Outcome(
                flight.method,
                flight.generation,
                flight.sent,
                flight.withUndoing,
                isAcknowledged ? nas.takeOvertaken(target.sessionId()) : null,
                result);
        switch (TargetRules.after(target, outcome, nas.queue().budget(), now, random)) {
            case Next.SessionGone() -> {
                log.info("session {} on {}: the NAS has no such session; closed", target.sessionId(), nas.name());
                gone(target.sessionId(), now);
                ended.accept(target.sessionId());
            }
            case Next.Kept(var kept) -> {
                say(nas, target, kept);
                targets.put(nas, kept);
            }
        }
    }

    /** RFC 5176 §3.5, Error-Cause 503: it has ended, and its Stop is lost or still to come. */
    private void gone(long sessionId, Instant now) {
        ends.end(sessionId, new SessionEnd(now, SessionEnd.Cause.UNKNOWN_TO_NAS, null));
    }

    /** A record of the session belies what its NAS has acknowledged. */
    void contradicted(long sessionId, String why) {
        var target = targets.of(sessionId);
        var nas = target == null ? null : nases.of(target.nasId());
        if (target == null || nas == null || target.state() != State.AGREED) {
            return;
        }
        meters.contradicted();
        var contradicted = TargetRules.contradicted(target, why, nas.queue().budget(), clock.instant());
        log.warn(
                "session {} on {}: acknowledged, but {}; {}",
                sessionId,
                nas.name(),
                why,
                contradicted.isOpen() ? "sending again" : "given up");
        say(nas, target, contradicted);
        targets.put(nas, contradicted);
    }

    private static void say(HeldNas nas, SessionTarget before, SessionTarget after) {
        if (after.alert() != null && !after.alert().equals(before.alert())) {
            log.error(
                    "session {} of contract {} on {}: {}; it should be {}",
                    after.sessionId(),
                    after.contractId(),
                    nas.name(),
                    after.alert(),
                    after.target().level());
        } else if (after.isOpen() && after.attempts() > before.attempts()) {
            log.info(
                    "session {} on {}: {} failed, {}; trying again at {}",
                    after.sessionId(),
                    nas.name(),
                    after.lastMethod(),
                    after.lastOutcome(),
                    after.nextAttemptAt());
        }
    }
}
