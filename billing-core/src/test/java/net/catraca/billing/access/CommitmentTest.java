package net.catraca.billing.access;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.testing.Fixtures.day;
import static net.catraca.billing.testing.Fixtures.noon;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.testing.BooksBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommitmentTest {

    /** Blocked by the run of 16 September: January is 40 days late, February 20. */
    private static BooksBuilder blocked() {
        var books = new BooksBuilder()
                .recurring(1, "2026-08-07", "2026-07-01", "2026-07-31")
                .recurring(2, "2026-08-27", "2026-08-01", "2026-08-31");
        books.run(noon("2026-09-16"));
        return books;
    }

    @Test
    void aRunFixesTheLevelWithTheReceivablesItRestsOn() {
        var commitment = blocked().commitment();
        assertThat(commitment).isNotNull();
        assertThat(commitment.level()).isEqualTo(BLOCKED);
        assertThat(commitment.receivableIds()).isEqualTo(Set.of(1L, 2L));
    }

    @Test
    void settlingTheOldestLeavesWhatTheOthersJustify() {
        var books = blocked().settle(1);
        assertThat(effective(books, "2026-09-16")).isEqualTo(REDUCED);
        assertThat(books.restsOn()).isEqualTo(Set.of(2L));
    }

    @Test
    void whatIsLeftOnlyFallsAndDoesNotRiseAgainWithTheDays() {
        var books = blocked().settle(1);
        books.write(noon("2026-09-16"));
        assertThat(effective(books, "2026-12-01")).isEqualTo(REDUCED);
    }

    @Test
    void noneLeftMeansNoCommitmentEvenWhenAPaymentIsReversed() {
        var books = blocked().settle(1).settle(2);
        assertThat(effective(books, "2026-09-16")).isEqualTo(ACTIVE);
        assertThat(books.commitment()).isNull();
        books.reverse(1).reverse(2);
        assertThat(effective(books, "2026-09-17")).isEqualTo(ACTIVE);
        books.run(noon("2026-09-17"));
        assertThat(effective(books, "2026-09-17")).isEqualTo(BLOCKED);
    }

    @Test
    void cancellingRenegotiatingAndPostponingTakeOutLikeSettling() {
        assertThat(effective(blocked().cancel(1).cancel(2), "2026-09-17")).isEqualTo(ACTIVE);
        assertThat(effective(blocked().renegotiate(1).renegotiate(2), "2026-09-17"))
                .isEqualTo(ACTIVE);
        var postponed = blocked().postpone(1, "2026-10-20").postpone(2, "2026-10-20");
        assertThat(effective(postponed, "2026-09-17")).isEqualTo(ACTIVE);
        assertThat(effective(postponed, "2026-12-20"))
                .as("the postponed debt grows old again, the block does not come back")
                .isEqualTo(ACTIVE);
    }

    @Test
    void actsOfAPersonThatEmptyIt() {
        var at = noon("2026-09-17");
        assertThat(left(blocked().release(ReleaseKind.MANUAL, at, null), at)).isNull();
        assertThat(left(blocked().exemption(day("2026-09-17"), null), at)).isNull();
        assertThat(left(blocked().pause(day("2026-09-17"), null), at)).isNull();
        assertThat(left(blocked().status(ContractStatus.CANCELLED, day("2026-09-17")), at))
                .isNull();
        assertThat(left(blocked().doNotBlockUntil(day("2026-09-20")), at)).isNull();
    }

    @Test
    void actsThatDoNotTouchIt() {
        var at = noon("2026-09-17");
        var until = noon("2026-09-21");
        assertThat(left(blocked().release(ReleaseKind.TEMPORARY, at, until), at))
                .isEqualTo(BLOCKED);
        assertThat(left(blocked().release(ReleaseKind.TRUST_UNLOCK, at, until), at))
                .isEqualTo(BLOCKED);
        assertThat(left(blocked().release(ReleaseKind.INCIDENT, at, until), at)).isEqualTo(BLOCKED);
        assertThat(left(blocked().manualBlock(at), at)).isEqualTo(BLOCKED);
        assertThat(left(blocked(), at)).isEqualTo(BLOCKED);
    }

    private static @Nullable AccessLevel left(BooksBuilder books, Instant at) {
        books.write(at);
        var commitment = books.commitment();
        return commitment == null ? null : commitment.level();
    }

    private static AccessLevel effective(BooksBuilder books, String day) {
        var at = noon(day);
        return AccessPolicy.effective(books.write(at), at, at).effective().level();
    }
}
