package net.catraca.billing.access;

import static net.catraca.billing.access.DayWindow.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DayWindowTest {

    @Test
    void aChainIsInOrderAndOverlapsAreOneWindow() {
        assertThat(chain(window(20, 25), window(1, 5), window(4, 8), window(9, 10)))
                .isEqualTo(new DayWindow(1, 8, new DayWindow(9, 10, new DayWindow(20, 25, null))));
        assertThat(chain(window(1, 30), window(5, 8))).isEqualTo(window(1, 30));
        assertThat(chain(window(5, 8), window(3, OPEN), window(40, 50))).isEqualTo(window(3, OPEN));
        assertThat(chain()).isNull();
    }

    @Test
    void bothEndsAreIncluded() {
        var chain = chain(window(3, 4), window(8, OPEN));
        assertThat(DayWindow.holding(chain, 2)).isNull();
        assertThat(DayWindow.holding(chain, 3)).isNotNull();
        assertThat(DayWindow.holding(chain, 4)).isNotNull();
        assertThat(DayWindow.holding(chain, 5)).isNull();
        assertThat(DayWindow.holding(chain, 1_000_000)).isNotNull();
    }

    @Test
    void aBeginIsOneAfterTheOneDayAndNotAfterTheOther() {
        var chain = chain(window(3, 4));
        assertThat(DayWindow.beginsWithin(chain, 2, 3)).isTrue();
        assertThat(DayWindow.beginsWithin(chain, 3, 9)).isFalse();
        assertThat(DayWindow.beginsWithin(chain, 1, 2)).isFalse();
    }

    @Test
    void daysOutsideAndTheDayThatReachesThemAreInverse() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            int first = random.nextInt(30);
            int second = random.nextInt(30);
            var chain = chain(
                    window(first, first + random.nextInt(10)),
                    window(second, random.nextInt(5) == 0 ? OPEN : second + random.nextInt(10)));
            int after = random.nextInt(30);
            int count = 1 + random.nextInt(30);
            int day = DayWindow.dayReaching(chain, after, count);
            if (day == OPEN) {
                assertThat(DayWindow.daysOutside(chain, after, 10_000)).isLessThan(count);
            } else {
                assertThat(DayWindow.daysOutside(chain, after, day)).isEqualTo(count);
                assertThat(DayWindow.daysOutside(chain, after, day - 1)).isEqualTo(count - 1);
            }
        }
    }

    @Test
    void daysOutsideAreNeverNegative() {
        assertThat(DayWindow.daysOutside(null, 10, 5)).isZero();
        assertThat(DayWindow.daysOutside(chain(window(1, OPEN)), 0, 50)).isZero();
    }

    private static DayWindow window(int first, int last) {
        return new DayWindow(first, last, null);
    }

    private static @Nullable DayWindow chain(DayWindow... windows) {
        return DayWindow.chain(List.of(windows));
    }
}
