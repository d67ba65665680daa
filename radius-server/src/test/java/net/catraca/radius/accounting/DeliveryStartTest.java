package net.catraca.radius.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.store.JournalCursor.Cursor;
import org.junit.jupiter.api.Test;

class DeliveryStartTest {

    private static final long OURS = 42;

    private static DeliveryStart.Ends journal(long taken, long last, long next) {
        return new DeliveryStart.Ends(OURS, "/data/journal", 7, taken, last, next);
    }

    private static Cursor cursor(long journal, long number) {
        return new Cursor(journal, number, Fixtures.NOW);
    }

    @Test
    void newJournalOfANewNodeBeginsAtItsBeginning() {
        assertThat(DeliveryStart.of(journal(0, 0, 1_000), List.of())).isEqualTo(new DeliveryStart(0, 0, 0, List.of()));
    }

    @Test
    void ordinaryStartGoesOnBehindTheCursorWithoutAWord() {
        assertThat(DeliveryStart.of(journal(500, 900, 1_000), List.of(cursor(OURS, 700))))
                .isEqualTo(new DeliveryStart(700, 0, 0, List.of()));
        assertThat(DeliveryStart.of(journal(500, 900, 1_000), List.of(cursor(OURS, 900))))
                .isEqualTo(new DeliveryStart(900, 0, 0, List.of()));
        assertThat(DeliveryStart.of(journal(500, 900, 1_000), List.of(cursor(OURS, 500))))
                .isEqualTo(new DeliveryStart(500, 0, 0, List.of()));
    }

    @Test
    void restoredDatabaseIsToldAndGetsWhatIsThere() {
        var start = DeliveryStart.of(journal(500, 900, 1_000), List.of(cursor(OURS, 200)));
        assertThat(start.after()).isEqualTo(200);
        assertThat(start.missing()).isEqualTo(300);
        assertThat(start.warnings()).singleElement().asString().contains("restored from a backup");
    }

    @Test
    void databaseThatNeverHeardOfTheJournalIsToldAndGetsWhatIsThere() {
        var start = DeliveryStart.of(journal(500, 900, 1_000), List.of());
        assertThat(start.after()).isEqualTo(500);
        assertThat(start.warnings()).singleElement().asString().contains("never heard of the journal");
    }

    @Test
    void lostFolderIsToldAndItsNumbersAreAvoided() {
        var start = DeliveryStart.of(journal(0, 0, 1_000), List.of(cursor(1, 5_000)));
        assertThat(start.after()).isZero();
        assertThat(start.used()).isEqualTo(5_000);
        assertThat(start.warnings()).singleElement().asString().contains("delivered from another journal before");
    }

    @Test
    void folderPutBackToAnEarlierStateIsToldAndItsNewRecordsAreDelivered() {
        var ahead = DeliveryStart.of(journal(500, 900, 2_000), List.of(cursor(OURS, 1_500)));
        assertThat(ahead.after()).isEqualTo(1_500);
        assertThat(ahead.used()).isZero();
        assertThat(ahead.warnings()).singleElement().asString().contains("put back to an earlier state");

        // With a clock that went back, too, the new records have numbers that PostgreSQL has seen.
        var overlapping = DeliveryStart.of(journal(500, 900, 901), List.of(cursor(OURS, 1_500)));
        assertThat(overlapping.after()).isEqualTo(900);
        assertThat(overlapping.used()).isEqualTo(1_500);
    }
}
