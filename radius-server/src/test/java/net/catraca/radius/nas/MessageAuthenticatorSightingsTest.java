package net.catraca.radius.nas;

import static net.catraca.radius.nas.NasFixtures.nas;
import static net.catraca.radius.nas.NasFixtures.with;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageAuthenticatorSightingsTest {

    private final List<Long> stored = new ArrayList<>();
    private final ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(1);
    private final MessageAuthenticatorSightings sightings = new MessageAuthenticatorSightings(stored::add, writer);
    private final Nas auto = nas(1, "192.0.2.1");

    @AfterEach
    void stop() {
        writer.shutdownNow();
    }

    @Test
    void autoAcceptsUntilTheFirstSightingAndRequiresFromThenOn() {
        assertThat(sightings.required(auto)).isFalse();

        sightings.sighted(auto);

        assertThat(sightings.required(auto)).isTrue();
    }

    @Test
    void autoThatHasSeenOneBeforeTheRestartRequires() {
        assertThat(sightings.required(with(auto, MessageAuthenticatorPolicy.AUTO, true, 2)))
                .isTrue();
    }

    @Test
    void acceptNeverRequiresAndRequireAlways() {
        var accepting = with(auto, MessageAuthenticatorPolicy.ACCEPT, true, 1);
        sightings.sighted(accepting);

        assertThat(sightings.required(accepting)).isFalse();
        assertThat(sightings.required(with(auto, MessageAuthenticatorPolicy.REQUIRE, false, 1)))
                .isTrue();
    }

    @Test
    void sightingIsStoredOnceHoweverManyPacketsFollow() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            sightings.sighted(auto);
        }
        finishWrites();

        assertThat(stored).containsExactly(1L);
    }

    @Test
    void operatorWhoResetsTheFlagIsObeyed() {
        sightings.sighted(auto);

        assertThat(sightings.required(with(auto, MessageAuthenticatorPolicy.AUTO, false, 2)))
                .isFalse();
    }

    @Test
    void storeThatIsSlowAndThenFailsHoldsNobodyUpAndIsAskedAgain() throws InterruptedException {
        var slow = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        var behindSlowStore = new MessageAuthenticatorSightings(
                _ -> {
                    entered.countDown();
                    awaitQuietly(slow);
                    throw new IllegalStateException("database is away");
                },
                writer);

        behindSlowStore.sighted(auto);
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(behindSlowStore.required(auto)).isTrue();
        slow.countDown();

        Awaitility.await().until(() -> writer.getQueue().size() == 1);
        assertThat(behindSlowStore.required(auto)).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void finishWrites() throws InterruptedException {
        writer.shutdown();
        assertThat(writer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
}
