package net.catraca.radius.duplicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.catraca.radius.testing.ManualTicker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuplicateCacheTest {

    private static final InetSocketAddress NAS = new InetSocketAddress("192.0.2.1", 40_000);
    private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.254", 1812);
    private static final DuplicateCache.Key KEY = new DuplicateCache.Key(NAS, LOCAL, 7);
    private static final byte[] ANSWER = {2, 7, 0, 20};

    private final ManualTicker ticker = new ManualTicker();
    private final DuplicateCache cache = new DuplicateCache(100, 10_000, 10, ticker);

    @Test
    void requestNeverSeenIsNew() {
        assertThat(cache.find(KEY, 1, 2)).isNull();
    }

    @Test
    void copyOfRequestInProgressHasNoAnswerYet() {
        cache.begin(KEY, 1, 2);

        var copy = cache.find(KEY, 1, 2);

        assertThat(copy).isNotNull();
        assertThat(copy.answer()).isNull();
    }

    @Test
    void copyOfAnsweredRequestGetsTheSameOctets() {
        cache.answered(cache.begin(KEY, 1, 2), ANSWER);

        assertThat(cache.find(KEY, 1, 2))
                .isNotNull()
                .extracting(e -> e.answer())
                .isSameAs(ANSWER);
    }

    @Test
    void anotherPortSocketOrIdentifierIsAnotherRequest() {
        cache.begin(KEY, 1, 2);

        assertThat(cache.find(new DuplicateCache.Key(NAS, LOCAL, 8), 1, 2)).isNull();
        assertThat(cache.find(new DuplicateCache.Key(new InetSocketAddress("192.0.2.1", 40_001), LOCAL, 7), 1, 2))
                .isNull();
        assertThat(cache.find(new DuplicateCache.Key(NAS, new InetSocketAddress("192.0.2.253", 1812), 7), 1, 2))
                .isNull();
    }

    @Test
    void newestWinsWhenAnIdentifierIsUsedAgain() {
        var old = cache.begin(KEY, 1, 2);

        assertThat(cache.find(KEY, 1, 3)).isNull();
        var young = cache.begin(KEY, 1, 3);
        cache.answered(old, new byte[] {3});

        assertThat(old.isCurrent()).isFalse();
        assertThat(young.isCurrent()).isTrue();
        assertThat(cache.find(KEY, 1, 3)).isSameAs(young);
        assertThat(young.answer()).isNull();
    }

    @Test
    void requestThatEndedInSilenceIsNewAgain() {
        cache.forget(KEY, cache.begin(KEY, 1, 2));

        assertThat(cache.find(KEY, 1, 2)).isNull();
        assertThat(cache.size()).isZero();
    }

    @Test
    void requestIsRememberedUntilItsLastNanosecond() {
        cache.answered(cache.begin(KEY, 1, 2), ANSWER);

        ticker.pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(cache.find(KEY, 1, 2)).isNotNull();
        ticker.pass(Duration.ofNanos(1));
        assertThat(cache.find(KEY, 1, 2)).isNull();
    }

    @Test
    void oldEntriesLeaveWhenNewOnesArrive() {
        for (int id = 0; id < 50; id++) {
            cache.answered(cache.begin(new DuplicateCache.Key(NAS, LOCAL, id), 1, id), ANSWER);
        }
        ticker.pass(Duration.ofSeconds(11));

        cache.begin(new DuplicateCache.Key(NAS, LOCAL, 200), 1, 2);

        assertThat(cache.size()).isEqualTo(1);
        assertThat(cache.evicted()).isZero();
    }

    @Test
    void oldestLeavesWhenThereAreTooMany() {
        for (int id = 0; id < 101; id++) {
            cache.begin(new DuplicateCache.Key(NAS, LOCAL, id), 1, id);
        }

        assertThat(cache.size()).isEqualTo(100);
        assertThat(cache.evicted()).isEqualTo(1);
        assertThat(cache.find(new DuplicateCache.Key(NAS, LOCAL, 0), 1, 0)).isNull();
        assertThat(cache.find(new DuplicateCache.Key(NAS, LOCAL, 1), 1, 1)).isNotNull();
    }

    @Test
    void oldestLeavesWhenAnswersTakeTooMuchRoom() {
        for (int id = 0; id < 6; id++) {
            cache.answered(cache.begin(new DuplicateCache.Key(NAS, LOCAL, id), 1, id), new byte[2_000]);
        }

        assertThat(cache.size()).isEqualTo(5);
        assertThat(cache.find(new DuplicateCache.Key(NAS, LOCAL, 0), 1, 0)).isNull();
    }

    @Test
    void roomIsCountedRightWhateverHappens() {
        var random = new Random(7);
        Map<DuplicateCache.Key, DuplicateCache.Entry> begun = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            var key = new DuplicateCache.Key(NAS, LOCAL, random.nextInt(256));
            long authenticator = random.nextInt(3);
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    if (cache.find(key, 0, authenticator) == null) {
                        begun.put(key, cache.begin(key, 0, authenticator));
                    }
                }
                case 2 -> {
                    if (begun.get(key) != null) {
                        cache.answered(begun.get(key), new byte[random.nextInt(300)]);
                    }
                }
                case 3 -> {
                    if (begun.get(key) != null) {
                        cache.forget(key, begun.get(key));
                    }
                }
                default -> ticker.pass(Duration.ofMillis(random.nextInt(500)));
            }
            assertThat(cache.size()).isLessThanOrEqualTo(100);
        }
        ticker.pass(Duration.ofMinutes(1));
        cache.forget(KEY, cache.begin(new DuplicateCache.Key(NAS, LOCAL, 999), 1, 2));
        cache.answered(cache.begin(new DuplicateCache.Key(NAS, LOCAL, 1000), 1, 2), new byte[10_000]);

        // Were a single octet miscounted, the largest allowed answer would have pushed its own entry out.
        assertThat(cache.find(new DuplicateCache.Key(NAS, LOCAL, 1000), 1, 2)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 31})
    void lifetimeOutsideOfTheRfcIsRefused(int seconds) {
        assertThatThrownBy(() -> new DuplicateCache(1, 1, seconds, ticker)).hasMessageContaining("5 to 30");
    }
}
