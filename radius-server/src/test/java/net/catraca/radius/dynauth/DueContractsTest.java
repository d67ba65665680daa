package net.catraca.radius.dynauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.Test;

class DueContractsTest {

    private static final Instant NOON = Fixtures.NOW;
    private final DueContracts due = new DueContracts();

    private List<Long> at(Instant now) {
        var contracts = new ArrayList<Long>();
        due.drain(now, contracts::add);
        return contracts;
    }

    @Test
    void eachComesAtItsInstantAndOnce() {
        due.set(1, NOON.plusSeconds(2));
        due.set(2, NOON.plusSeconds(1));

        assertThat(at(NOON.plusMillis(999))).isEmpty();
        assertThat(at(NOON.plusSeconds(2))).containsExactly(2L, 1L);
        assertThat(at(NOON.plusSeconds(9))).isEmpty();
    }

    @Test
    void aLaterWordCounts() {
        due.set(1, NOON.plusSeconds(1));
        due.set(1, NOON.plusSeconds(5));
        due.set(2, NOON.plusSeconds(1));
        due.set(2, null);

        assertThat(at(NOON.plusSeconds(1))).isEmpty();
        assertThat(at(NOON.plusSeconds(5))).containsExactly(1L);
    }

    @Test
    void whatIsOvertakenIsClearedAway() {
        for (int i = 0; i < 100_000; i++) {
            due.set(1, NOON.plusSeconds(i));
        }
        assertThat(due.size()).isEqualTo(1);
        assertThat(at(NOON.plusSeconds(1_000_000))).containsExactly(1L);
    }
}
