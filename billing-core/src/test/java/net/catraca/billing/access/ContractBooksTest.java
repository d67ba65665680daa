package net.catraca.billing.access;

import static net.catraca.billing.testing.Fixtures.NOW;
import static net.catraca.billing.testing.Fixtures.day;
import static net.catraca.billing.testing.Fixtures.noon;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.testing.BooksBuilder;
import org.junit.jupiter.api.Test;

/** The directory holds a million of these facts: they keep what a later answer may need, and nothing else. */
class ContractBooksTest {

    @Test
    void pausesThatAreOverAreLeftOutUnlessTheyCutIntoTheDebt() {
        var paused = new BooksBuilder()
                .pause(day("2026-05-01"), day("2026-05-20"))
                .pause(day("2026-08-10"), day("2026-08-15"))
                .pause(day("2026-12-01"), day("2026-12-20"));
        assertThat(paused.write(NOW).pauses()).isEqualTo(DayWindow.of(day("2026-12-01"), day("2026-12-20")));
        paused.recurring(1, "2026-08-12", "2026-07-01", "2026-07-31");
        assertThat(paused.write(NOW).pauses())
                .isEqualTo(DayWindow.chain(List.of(
                        DayWindow.of(day("2026-08-10"), day("2026-08-15")),
                        DayWindow.of(day("2026-12-01"), day("2026-12-20")))));
    }

    @Test
    void exemptionsThatAreOverAreLeftOutUnlessPaidUntilEndedWithThem() {
        var books = new BooksBuilder()
                .mode(BillingMode.PREPAID)
                .baseDate("2026-05-01")
                .exemption(day("2026-05-01"), day("2026-05-31"));
        assertThat(books.write(NOW).exemptions()).isNull();
        books.recurring(6, "2026-06-01", "2026-06-01", "2026-06-30");
        assertThat(books.write(NOW).exemptions()).isNotNull();
    }

    @Test
    void releasesThatAreOverAreLeftOut() {
        var books = new BooksBuilder()
                .release(ReleaseKind.TEMPORARY, noon("2026-09-01"), noon("2026-09-16"))
                .release(ReleaseKind.MANUAL, noon("2026-09-10"), null)
                .endReleases(noon("2026-09-14"))
                .release(ReleaseKind.INCIDENT, noon("2026-09-20"), noon("2026-09-21"));
        var ahead = books.write(NOW).releases();
        assertThat(ahead)
                .isEqualTo(new ReleaseWindow(
                        ReleaseKind.INCIDENT,
                        AccessLevel.ACTIVE,
                        noon("2026-09-20").getEpochSecond(),
                        noon("2026-09-21").getEpochSecond(),
                        null));
    }

    @Test
    void aReleaseEndedBeforeItBeganIsNone() {
        var books = new BooksBuilder().release(ReleaseKind.MANUAL, noon("2026-09-20"), null);
        books.endReleases(noon("2026-09-21"));
        assertThat(books.write(noon("2026-09-21")).releases()).isNull();
    }

    @Test
    void aReleaseEndedEarlyEndsForTheNetworkInTheSameSecond() {
        var books = new BooksBuilder().recurring(1, "2026-08-07", "2026-07-01", "2026-07-31");
        books.run(noon("2026-09-15"));
        books.release(ReleaseKind.TRUST_UNLOCK, noon("2026-09-15"), noon("2026-09-18"));
        assertThat(AccessPolicy.decide(books.write(NOW), NOW).rule()).isEqualTo(Rule.RELEASE);
        books.endReleases(NOW.plusMillis(300));
        var facts = books.write(NOW.plusMillis(300));
        assertThat(AccessPolicy.decide(facts, NOW.plusMillis(300)).rule()).isEqualTo(Rule.BLOCK_THRESHOLD);
    }
}
