package net.catraca.billing.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LongMapTest {

    @Test
    void itAnswersAsAHashMapDoesAfterAnyPutsAndRemovals() {
        var random = new Random(20261123);
        var map = new LongMap<String>();
        Map<Long, String> oracle = new HashMap<>();
        for (int step = 0; step < 200_000; step++) {
            // Few keys, so that they collide, wrap around the end and come back after removal.
            long key = 1 + random.nextInt(300) * (random.nextBoolean() ? 1L : 1L << 40);
            if (random.nextInt(5) < 3) {
                assertThat(map.put(key, "v" + step)).isEqualTo(oracle.put(key, "v" + step));
            } else {
                assertThat(map.remove(key)).isEqualTo(oracle.remove(key));
            }
            assertThat(map.get(key)).isEqualTo(oracle.get(key));
            assertThat(map.size()).isEqualTo(oracle.size());
        }
        oracle.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
        var seen = new HashSet<String>();
        map.forEach(seen::add);
        assertThat(seen).isEqualTo(new HashSet<>(oracle.values()));
    }

    @Test
    void zeroIsNoId() {
        assertThatThrownBy(() -> new LongMap<String>().put(0, "x")).isInstanceOf(IllegalArgumentException.class);
    }
}
