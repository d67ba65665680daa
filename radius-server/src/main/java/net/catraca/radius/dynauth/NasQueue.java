package net.catraca.radius.dynauth;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one NAS that wait to be changed, and when which may be: rate, window, back-off, circuit breaker and
 * canary. One entry a session; what is sent is decided when its turn comes. Pure: time is given in nanoseconds of any
 * origin. Not thread-safe.
 *
 * <p>Restores are taken before restrictions, always, and a quarter of rate and window is theirs alone: however many
 * restrictions wait for answers, a restore goes at once. No failed canary holds one, and a silent NAS for two seconds
 * only.
 *
 * <p>When a canary fails, restrictions rest. After the rest one of them finds out: the one that failed, ahead of its own
 * back-off, so that it comes to the end that the NAS's rule has for it. Each failure doubles the rest up to a minute; an
 * acknowledgement ends it.
 */
final class NasQueue {

    /** The sessions of the largest NAS there is, twice; beyond, the next sweep finds what was left out. */
    static final int MOST_WAITING = 131_072;

    static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

    /** For how long the acknowledged canaries vouch for the rest. */
    static final Duration CANARY_TRUST = Duration.ofMinutes(10);

    /** For how long restrictions rest after a canary failed; twice as long after each failure. */
    static final Duration CANARY_FIRST_REST = Duration.ofSeconds(2);

    /** But never longer: a mended NAS or profile is found out within it. */
    static final Duration CANARY_LONGEST_REST = Duration.ofMinutes(1);

    enum Lane {
        RESTORE,
        RESTRICTION
    }

    enum Breaker {
        CLOSED,
        /** The NAS does not answer: nothing is sent. */
        OPEN,
        /** One request finds out whether it answers again. */
        PROBING
    }

    /** What an answer says of the NAS. */
    enum Answer {
        ACKNOWLEDGED,
        /** It answered, but did not do it. */
        REFUSED,
        /** It answered that there is no such session: says nothing for or against the request. */
        GONE,
        SILENT
    }

    private record Delayed(long sessionId, Lane lane, long atNanos) {}

    private record Flight(Lane lane, boolean canary) {}

    private NasBudget budget;
    private final Map<Long, Long> restores = new LinkedHashMap<>();
    private final Map<Long, Long> restrictions = new LinkedHashMap<>();
    private final Map<Long, Flight> inFlight = new HashMap<>();
    /** Wanted again while in flight: queued when the answer is there. */
    private final Map<Long, Lane> afterFlight = new HashMap<>();

    private final Map<Long, Delayed> delayed = new HashMap<>();
    private final PriorityQueue<Delayed> byTime = new PriorityQueue<>((a, b) -> Long.compare(a.atNanos - b.atNanos, 0));

    private int restrictionsInFlight;
    private double restoreTokens;
    private double commonTokens;
    private long refilledAt;

    private Breaker breaker = Breaker.CLOSED;
    private int silences;
    private Duration pause = FIRST_PAUSE;
    private long openedAt;
    private long openUntil;

    private int canariesAcknowledged;
    private int canariesInFlight;
    private long trustedUntil;
    private boolean trusted;
    private boolean canaryFailed;
    private long canaryFailedAt;
    private long canaryRestUntil;
    private Duration canaryRest = CANARY_FIRST_REST;
    /** Those whose last request failed as a canary and that are still wanted; by one more a probe at most. */
    private final Set<Long> failedCanaries = new LinkedHashSet<>();

    NasQueue(NasBudget budget, long nowNanos) {
        this.budget = budget;
        this.refilledAt = nowNanos;
        this.restoreTokens = budget.rateForRestores();
        this.commonTokens = budget.ratePerSecond() - budget.rateForRestores();
    }

    void budget(NasBudget changed) {
        budget = changed;
    }

    NasBudget budget() {
        return budget;
    }

    /**
     * The NAS, or what is said of it, is another one now: nothing that it did speaks for or against it. What waits for a
     * next attempt goes with its turn.
     */
    void startOver(long nowNanos) {
        heard();
        trusted = false;
        canariesAcknowledged = 0;
        canaryPassed();
        failedCanaries.clear();
        delayed.values().forEach(entry -> lane(entry.lane).put(entry.sessionId, nowNanos));
        delayed.clear();
        byTime.clear();
    }

    /**
     * The session waits in that lane from now on, and in no other.
     *
     * @return false when too many wait
     */
    boolean offer(long sessionId, Lane lane, long nowNanos) {
        if (inFlight.containsKey(sessionId)) {
            // The NAS must not see the newer request overtaken by a retransmission of the older one.
            afterFlight.put(sessionId, lane);
            return true;
        }
        if (waiting() >= MOST_WAITING && !isWaiting(sessionId)) {
            return false;
        }
        var since = since(sessionId);
        forget(sessionId);
        lane(lane).put(sessionId, since == null ? Long.valueOf(nowNanos) : since);
        return true;
    }

    /** The same, but not before that time. */
    boolean offerLater(long sessionId, Lane lane, long atNanos) {
        if (inFlight.containsKey(sessionId)) {
            afterFlight.put(sessionId, lane);
            return true;
        }
        if (waiting() >= MOST_WAITING && !isWaiting(sessionId)) {
            return false;
        }
        forget(sessionId);
        var entry = new Delayed(sessionId, lane, atNanos);
        delayed.put(sessionId, entry);
        byTime.add(entry);
        return true;
    }

    /** It need not be changed any more. */
    void remove(long sessionId) {
        forget(sessionId);
        afterFlight.remove(sessionId);
        if (failedCanaries.remove(sessionId)) {
            // It failed for good. One that came there in the end, be it by a Disconnect, vouches for the rest.
            canariesAcknowledged = 0;
        }
    }

    private void forget(long sessionId) {
        restores.remove(sessionId);
        restrictions.remove(sessionId);
        delayed.remove(sessionId);
    }

    private boolean isWaiting(long sessionId) {
        return restores.containsKey(sessionId) || restrictions.containsKey(sessionId) || delayed.containsKey(sessionId);
    }

    private @Nullable Long since(long sessionId) {
        var since = restores.get(sessionId);
        return since == null ? restrictions.get(sessionId) : since;
    }

    private Map<Long, Long> lane(Lane lane) {
        return switch (lane) {
            case RESTORE -> restores;
            case RESTRICTION -> restrictions;
        };
    }

    /**
     * The session whose turn it is, which then is in flight; null when none may go now.
     *
     * @param restrictionsAllowed false while nothing may tighten
     */
    @Nullable
    Long next(long nowNanos, boolean restrictionsAllowed) {
        promote(nowNanos);
        refill(nowNanos);
        if (!restores.isEmpty()
                && inFlight.size() < budget.window()
                && breakerLetsARestore(nowNanos)
                && takeRestoreToken()) {
            return fly(restores.keySet().iterator().next(), Lane.RESTORE, false);
        }
        if (!restrictionsAllowed
                || restrictionsInFlight >= budget.window() - budget.windowForRestores()
                || commonTokens < 1
                || !canaryLets(nowNanos)) {
            return null;
        }
        var sessionId = nextRestriction(nowNanos);
        if (sessionId == null || !breakerLets(nowNanos)) {
            return null;
        }
        commonTokens--;
        return fly(sessionId, Lane.RESTRICTION, !trusted && budget.canary() > 0);
    }

    /** One that failed goes first, and is the one that finds out after a rest, however long its own back-off is. */
    private @Nullable Long nextRestriction(long nowNanos) {
        if (!trusted) {
            for (long sessionId : failedCanaries) {
                var waiting = canaryFailed ? delayed.get(sessionId) : null;
                if (waiting != null && waiting.lane == Lane.RESTRICTION) {
                    delayed.remove(sessionId);
                    restrictions.put(sessionId, nowNanos);
                }
                if (restrictions.containsKey(sessionId)) {
                    return sessionId;
                }
            }
        }
        var first = restrictions.keySet().iterator();
        return first.hasNext() ? first.next() : null;
    }

    /** A payer does not wait for a NAS's long pause: a few restores at a time find out whether it answers again. */
    private boolean breakerLetsARestore(long nowNanos) {
        boolean mayProbe = inFlight.size() - restrictionsInFlight < budget.windowForRestores();
        return switch (breaker) {
            case CLOSED -> true;
            case PROBING -> mayProbe;
            case OPEN -> {
                if (!mayProbe || nowNanos - openedAt < FIRST_PAUSE.toNanos()) {
                    yield false;
                }
                breaker = Breaker.PROBING;
                yield true;
            }
        };
    }

    private void promote(long nowNanos) {
        for (var first = byTime.peek(); first != null && first.atNanos - nowNanos <= 0; first = byTime.peek()) {
            byTime.remove();
            // One that was offered anew, or is no longer wanted, has left an entry behind.
            if (delayed.remove(first.sessionId, first)) {
                lane(first.lane).put(first.sessionId, nowNanos);
            }
        }
    }

    private void refill(long nowNanos) {
        double seconds = (nowNanos - refilledAt) / 1e9;
        refilledAt = nowNanos;
        double common = Math.max(0.5, budget.ratePerSecond() - budget.rateForRestores());
        // A quarter of a second's worth at once: a burst is what a budget is to prevent.
        restoreTokens =
                Math.min(Math.max(1, budget.rateForRestores()), restoreTokens + seconds * budget.rateForRestores());
        commonTokens = Math.min(Math.max(1, common / 4), commonTokens + seconds * common);
    }

    private boolean takeRestoreToken() {
        if (restoreTokens >= 1) {
            restoreTokens--;
            return true;
        }
        if (commonTokens >= 1) {
            commonTokens--;
            return true;
        }
        return false;
    }

    private boolean breakerLets(long nowNanos) {
        return switch (breaker) {
            case CLOSED -> true;
            case PROBING -> inFlight.isEmpty();
            case OPEN -> {
                if (nowNanos - openUntil < 0 || !inFlight.isEmpty()) {
                    yield false;
                }
                breaker = Breaker.PROBING;
                yield true;
            }
        };
    }

    private boolean canaryLets(long nowNanos) {
        if (budget.canary() == 0) {
            return true;
        }
        if (trusted && nowNanos - trustedUntil > 0) {
            trusted = false;
            canariesAcknowledged = 0;
        }
        if (trusted) {
            return true;
        }
        if (canaryFailed) {
            return nowNanos - canaryRestUntil >= 0 && canariesInFlight == 0;
        }
        return canariesAcknowledged + canariesInFlight < budget.canary();
    }

    private Long fly(Long sessionId, Lane which, boolean canary) {
        lane(which).remove(sessionId);
        inFlight.put(sessionId, new Flight(which, canary));
        if (which == Lane.RESTRICTION) {
            restrictionsInFlight++;
            canariesInFlight += canary ? 1 : 0;
        }
        return sessionId;
    }

    /** What became of the session's request. */
    void answered(long sessionId, Answer answer, long nowNanos) {
        var flight = inFlight.remove(sessionId);
        if (flight == null) {
            return;
        }
        if (flight.lane == Lane.RESTRICTION) {
            restrictionsInFlight--;
            canary(sessionId, flight.canary, answer, nowNanos);
        }
        breaker(answer, nowNanos);
        var again = afterFlight.remove(sessionId);
        if (again != null) {
            offer(sessionId, again, nowNanos);
        }
    }

    /** The session was taken, but nothing was sent, or nobody waits for it any longer; says nothing of the NAS. */
    void notSent(long sessionId, long nowNanos) {
        var flight = inFlight.remove(sessionId);
        if (flight == null) {
            return;
        }
        if (flight.lane == Lane.RESTRICTION) {
            restrictionsInFlight--;
            canariesInFlight -= flight.canary ? 1 : 0;
        }
        if (breaker == Breaker.PROBING) {
            breaker = Breaker.OPEN;
            openedAt = nowNanos - FIRST_PAUSE.toNanos();
            openUntil = nowNanos;
        }
        var again = afterFlight.remove(sessionId);
        if (again != null) {
            offer(sessionId, again, nowNanos);
        }
    }

    /**
     * An answer came for a request that was overtaken: nobody counts it any more, but the NAS is there.
     *
     * @see #notSent
     */
    void heard() {
        breaker = Breaker.CLOSED;
        silences = 0;
        pause = FIRST_PAUSE;
    }

    private void canary(long sessionId, boolean isCanary, Answer answer, long nowNanos) {
        if (isCanary) {
            canariesInFlight--;
        }
        switch (answer) {
            case ACKNOWLEDGED -> {
                failedCanaries.remove(sessionId);
                trustedUntil = nowNanos + CANARY_TRUST.toNanos();
                if (isCanary) {
                    canaryPassed();
                    trusted |= ++canariesAcknowledged >= budget.canary();
                    if (trusted) {
                        failedCanaries.clear();
                    }
                }
            }
            case REFUSED, SILENT -> {
                if (isCanary) {
                    canaryFailed(sessionId, nowNanos);
                }
            }
            case GONE -> failedCanaries.remove(sessionId);
        }
    }

    private void canaryFailed(long sessionId, long nowNanos) {
        failedCanaries.add(sessionId);
        if (canaryFailed && nowNanos - canaryRestUntil < 0) {
            return; // one of the same round
        }
        canaryFailedAt = canaryFailed ? canaryFailedAt : nowNanos;
        canaryFailed = true;
        canaryRestUntil = nowNanos + canaryRest.toNanos();
        var twice = canaryRest.multipliedBy(2);
        canaryRest = twice.compareTo(CANARY_LONGEST_REST) > 0 ? CANARY_LONGEST_REST : twice;
    }

    private void canaryPassed() {
        canaryFailed = false;
        canaryRest = CANARY_FIRST_REST;
    }

    private void breaker(Answer answer, long nowNanos) {
        if (answer != Answer.SILENT) {
            heard();
            return;
        }
        silences++;
        if (breaker == Breaker.PROBING || (breaker == Breaker.CLOSED && silences >= budget.breakerAfter())) {
            openedAt = nowNanos;
            openUntil = nowNanos + pause.toNanos();
            var twice = pause.multipliedBy(2);
            var longest = Duration.ofSeconds(budget.breakerPauseSeconds());
            pause = twice.compareTo(longest) > 0 ? longest : twice;
            breaker = Breaker.OPEN;
        }
    }

    int waiting() {
        return restores.size() + restrictions.size() + delayed.size();
    }

    int restoresWaiting() {
        return restores.size();
    }

    int restrictionsWaiting() {
        return restrictions.size();
    }

    int delayedWaiting() {
        return delayed.size();
    }

    int inFlight() {
        return inFlight.size();
    }

    /** How long the first of that lane has waited; zero when none does. */
    Duration oldest(Lane lane, long nowNanos) {
        var entries = lane(lane).values().iterator();
        return entries.hasNext() ? Duration.ofNanos(Math.max(0, nowNanos - entries.next())) : Duration.ZERO;
    }

    Breaker breaker() {
        return breaker;
    }

    /** Whether restrictions rest because the first ones failed. */
    boolean canaryFailed() {
        return canaryFailed;
    }

    /** For how long they have; zero when they do not. */
    Duration held(long nowNanos) {
        return canaryFailed ? Duration.ofNanos(Math.max(0, nowNanos - canaryFailedAt)) : Duration.ZERO;
    }

    /** When one of them may find out whether they go now; zero when it is on its way, or they do not rest. */
    Duration nextProbe(long nowNanos) {
        return canaryFailed ? Duration.ofNanos(Math.max(0, canaryRestUntil - nowNanos)) : Duration.ZERO;
    }
}
