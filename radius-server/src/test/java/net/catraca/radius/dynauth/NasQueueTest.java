package net.catraca.radius.dynauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.catraca.radius.dynauth.NasQueue.Answer;
import net.catraca.radius.dynauth.NasQueue.Breaker;
import net.catraca.radius.dynauth.NasQueue.Lane;
import org.junit.jupiter.api.Test;

class NasQueueTest {

    private static final NasBudget BUDGET = new NasBudget(40, 8, 2, 3, 2);

    private long now = 1_000;
    private NasQueue queue = new NasQueue(BUDGET, now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private List<Long> take() {
        var taken = new ArrayList<Long>();
        for (var next = queue.next(now, true); next != null; next = queue.next(now, true)) {
            taken.add(next);
        }
        return taken;
    }

    private void restrict(long from, long to) {
        for (long id = from; id <= to; id++) {
            assertThat(queue.offer(id, Lane.RESTRICTION, now)).isTrue();
        }
    }

    private void acknowledge(List<Long> sessions) {
        sessions.forEach(session -> queue.answered(session, Answer.ACKNOWLEDGED, now));
    }

    private void trust() {
        restrict(1, BUDGET.canary());
        acknowledge(take());
        pass(Duration.ofSeconds(1));
    }

    @Test
    void restoresGoBeforeRestrictionsHoweverLongTheseHaveWaited() {
        trust();
        restrict(100, 200);
        queue.offer(7, Lane.RESTORE, now);

        assertThat(take().getFirst()).isEqualTo(7);
    }

    @Test
    void aRestoreGoesAtOnceWhileTheWindowIsFullOfRestrictions() {
        trust();
        restrict(100, 200);
        assertThat(take()).hasSize(6); // of a window of 8, a quarter is kept for restores
        pass(Duration.ofSeconds(1));
        assertThat(take()).isEmpty();

        queue.offer(7, Lane.RESTORE, now);
        queue.offer(8, Lane.RESTORE, now);
        assertThat(take()).containsExactly(7L, 8L);
    }

    @Test
    void aRestoreGoesAtOnceWhileRestrictionsHaveUsedUpTheirRate() {
        queue = new NasQueue(new NasBudget(4, 1_000, 0, 3, 2), now);
        restrict(100, 1_000);
        acknowledge(take());
        assertThat(take()).isEmpty();

        queue.offer(7, Lane.RESTORE, now);
        assertThat(take()).containsExactly(7L);
    }

    @Test
    void theRateIsKept() {
        queue = new NasQueue(new NasBudget(100, 1_000, 0, 3, 2), now);
        restrict(1, 5_000);
        int sent = 0;
        for (int tick = 0; tick < 500; tick++) {
            pass(Duration.ofMillis(20));
            var taken = take();
            acknowledge(taken);
            sent += taken.size();
        }
        // ten seconds: three quarters of a hundred a second are for restrictions
        assertThat(sent).isBetween(740, 830);
    }

    @Test
    void ofManyRestrictionsAFewGoFirstAndTheRestOnlyWhenTheseWereAcknowledged() {
        restrict(1, 50);
        assertThat(take()).containsExactly(1L, 2L);
        queue.answered(1, Answer.ACKNOWLEDGED, now);
        pass(Duration.ofSeconds(1));
        assertThat(take()).isEmpty();

        queue.answered(2, Answer.ACKNOWLEDGED, now);
        assertThat(take()).hasSize(6);
    }

    @Test
    void aSessionThatIsGoneIsNoCanary() {
        restrict(1, 50);
        take();
        queue.answered(1, Answer.GONE, now);
        queue.answered(2, Answer.ACKNOWLEDGED, now);
        pass(Duration.ofSeconds(1));

        assertThat(take()).containsExactly(3L);
    }

    @Test
    void aFailedCanaryHoldsRestrictionsAndNoRestore() {
        restrict(1, 50);
        take();
        queue.answered(1, Answer.REFUSED, now);
        queue.answered(2, Answer.REFUSED, now);
        queue.offer(99, Lane.RESTORE, now);

        assertThat(take()).containsExactly(99L);
        assertThat(queue.canaryFailed()).isTrue();
        assertThat(queue.nextProbe(now)).isEqualTo(NasQueue.CANARY_FIRST_REST);
    }

    @Test
    void theCanaryThatFailedFindsOutAheadOfItsBackOffAndNoOtherWithIt() {
        restrict(1, 50);
        take();
        queue.answered(1, Answer.REFUSED, now);
        queue.offerLater(1, Lane.RESTRICTION, now + Duration.ofMinutes(5).toNanos());
        queue.answered(2, Answer.GONE, now);
        assertThat(take()).isEmpty();
        pass(NasQueue.CANARY_FIRST_REST);

        assertThat(take()).containsExactly(1L);
        queue.answered(1, Answer.ACKNOWLEDGED, now);
        assertThat(queue.canaryFailed()).isFalse();
        assertThat(queue.held(now)).isZero();
        assertThat(take()).containsExactly(3L); // one of two canaries has passed
    }

    @Test
    void theRestDoublesUpToAMinuteAndNoLonger() {
        restrict(1, 200);
        take();
        queue.answered(1, Answer.REFUSED, now);
        queue.answered(2, Answer.REFUSED, now); // of the same round
        var began = now;
        var rests = new ArrayList<Long>();
        for (int probe = 0; probe < 8; probe++) {
            rests.add(queue.nextProbe(now).toSeconds());
            pass(queue.nextProbe(now));
            var taken = take();
            assertThat(taken).hasSize(1);
            queue.remove(taken.getFirst()); // it was given up: another one finds out
            queue.answered(taken.getFirst(), Answer.SILENT, now);
            queue.remove(taken.getFirst());
            queue.heard(); // the breaker is another matter
        }
        assertThat(rests).containsExactly(2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
        assertThat(queue.held(now).toNanos()).isEqualTo(now - began);
    }

    @Test
    void anEditOfTheNasClearsBreakerAndCanaryAtOnce() {
        restrict(1, 50);
        var canaries = take();
        canaries.forEach(session -> queue.answered(session, Answer.SILENT, now));
        queue.offer(98, Lane.RESTORE, now);
        queue.offer(99, Lane.RESTORE, now);
        queue.offer(97, Lane.RESTORE, now);
        take().forEach(session -> queue.answered(session, Answer.SILENT, now));
        pass(Duration.ofSeconds(1));
        queue.offer(97, Lane.RESTORE, now);
        take().forEach(session -> queue.answered(session, Answer.SILENT, now));
        canaries.forEach(session -> queue.offerLater(
                session, Lane.RESTRICTION, now + Duration.ofMinutes(5).toNanos()));
        assertThat(queue.breaker()).isEqualTo(Breaker.OPEN);
        assertThat(queue.canaryFailed()).isTrue();

        queue.startOver(now);
        assertThat(queue.breaker()).isEqualTo(Breaker.CLOSED);
        assertThat(queue.canaryFailed()).isFalse();
        assertThat(queue.delayedWaiting()).isZero();
        pass(Duration.ofSeconds(1));
        assertThat(take()).containsExactly(97L, 3L, 4L); // of the restrictions a few first, again
    }

    @Test
    void aRestoreAsksASilentNasEveryTwoSecondsHoweverLongItsPauseIs() {
        queue = new NasQueue(new NasBudget(1_000, 8, 0, 3, 2), now);
        for (int failures = 0; failures < 12; failures++) {
            queue.offer(failures, Lane.RESTRICTION, now);
            for (long session : take()) {
                queue.answered(session, Answer.SILENT, now);
            }
            pass(Duration.ofMinutes(2));
        }
        assertThat(queue.breaker()).isEqualTo(Breaker.OPEN);
        pass(Duration.ofSeconds(-115)); // five seconds after the last silence, of a pause of a minute
        queue.offer(100, Lane.RESTRICTION, now);
        assertThat(take()).isEmpty();

        for (long id = 1; id <= 10; id++) {
            queue.offer(id, Lane.RESTORE, now);
        }
        assertThat(take()).containsExactly(1L, 2L); // a quarter of the window, not all
        queue.answered(1, Answer.SILENT, now);
        assertThat(take()).isEmpty();
        pass(NasQueue.FIRST_PAUSE);
        assertThat(take()).containsExactly(3L);
        queue.answered(3, Answer.ACKNOWLEDGED, now);
        assertThat(queue.breaker()).isEqualTo(Breaker.CLOSED);
        assertThat(take()).hasSizeGreaterThan(4);
    }

    @Test
    void aNewerWishTakesThePlaceOfTheQueuedOne() {
        trust();
        queue.offer(7, Lane.RESTRICTION, now);
        queue.offer(7, Lane.RESTORE, now);
        queue.offer(7, Lane.RESTORE, now);

        assertThat(queue.waiting()).isEqualTo(1);
        assertThat(take()).containsExactly(7L);
        assertThat(take()).isEmpty();
    }

    @Test
    void whatIsWantedWhileInFlightGoesAfterTheAnswer() {
        trust();
        queue.offer(7, Lane.RESTRICTION, now);
        take();
        queue.offer(7, Lane.RESTORE, now);
        assertThat(take()).isEmpty();

        queue.answered(7, Answer.ACKNOWLEDGED, now);
        assertThat(take()).containsExactly(7L);
    }

    @Test
    void aDelayedOneComesAtItsTime() {
        queue.offerLater(7, Lane.RESTORE, now + 1_000_000_000L);
        queue.offerLater(8, Lane.RESTORE, now + 500_000_000L);
        assertThat(take()).isEmpty();
        pass(Duration.ofMillis(600));
        assertThat(take()).containsExactly(8L);
        queue.remove(7);
        pass(Duration.ofMillis(600));
        assertThat(take()).isEmpty();
        assertThat(queue.waiting()).isZero();
    }

    @Test
    void aSilentNasIsLeftAloneAndThenAskedOnce() {
        queue = new NasQueue(new NasBudget(40, 8, 0, 3, 2), now);
        restrict(1, 20);
        var taken = take();
        taken.forEach(session -> queue.answered(session, Answer.SILENT, now));
        assertThat(queue.breaker()).isEqualTo(Breaker.OPEN);
        assertThat(take()).isEmpty();

        pass(NasQueue.FIRST_PAUSE);
        var probe = take();
        assertThat(probe).hasSize(1);
        queue.answered(probe.getFirst(), Answer.SILENT, now);
        pass(NasQueue.FIRST_PAUSE);
        assertThat(take()).isEmpty(); // the second pause is twice as long

        pass(NasQueue.FIRST_PAUSE);
        probe = take();
        assertThat(probe).hasSize(1);
        queue.answered(probe.getFirst(), Answer.REFUSED, now);
        assertThat(queue.breaker()).isEqualTo(Breaker.CLOSED);
        assertThat(take()).isNotEmpty();
    }

    @Test
    void nothingTightensWhileThatIsForbidden() {
        trust();
        restrict(100, 110);
        queue.offer(7, Lane.RESTORE, now);

        assertThat(queue.next(now, false)).isEqualTo(7);
        assertThat(queue.next(now, false)).isNull();
        assertThat(queue.next(now, true)).isNotNull();
    }

    @Test
    void itIsBounded() {
        for (long id = 1; id <= NasQueue.MOST_WAITING; id++) {
            queue.offer(id, Lane.RESTRICTION, now);
        }
        assertThat(queue.offer(1_000_000, Lane.RESTRICTION, now)).isFalse();
        assertThat(queue.offer(1, Lane.RESTORE, now)).isTrue();
    }
}
