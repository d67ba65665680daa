package net.catraca.billing.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCalendarTest {

    private static final RunCalendar CAREFUL = RunCalendar.careful(BankingCalendar.NATIONAL);

    @ParameterizedTest
    @CsvSource({
        "2026-09-14, true", // Monday
        "2026-09-15, true",
        "2026-09-16, true",
        "2026-09-17, true",
        "2026-09-18, false", // Friday
        "2026-09-19, false",
        "2026-09-20, false",
        "2026-09-07, false", // Monday, Independence Day
        "2026-06-03, false", // Wednesday, the eve of Corpus Christi
        "2026-06-04, false",
        "2026-02-16, false",
        "2026-02-18, true" // Ash Wednesday
    })
    void noRunTightensOnFridaysWeekendsHolidaysAndTheirEves(LocalDate day, boolean may) {
        assertThat(CAREFUL.mayTightenOn(day)).isEqualTo(may);
    }

    @Test
    void anIspMayDecideOtherwiseForFridaysAndEves() {
        var bold = new RunCalendar(BankingCalendar.NATIONAL, Set.of(), true);
        assertThat(bold.mayTightenOn(LocalDate.of(2026, 9, 18))).isTrue();
        assertThat(bold.mayTightenOn(LocalDate.of(2026, 6, 3))).isTrue();
        assertThat(bold.mayTightenOn(LocalDate.of(2026, 6, 4))).isFalse();
        assertThat(bold.mayTightenOn(LocalDate.of(2026, 9, 19))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-09-16, America/Sao_Paulo, 2026-09-16T13:00:00Z",
        "2026-09-18, America/Sao_Paulo, 2026-09-21T13:00:00Z",
        "2026-02-13, America/Sao_Paulo, 2026-02-18T13:00:00Z", // Friday before Carnival
        "2026-12-31, America/Sao_Paulo, 2027-01-04T13:00:00Z", // Thursday, the eve of a holiday
        "2018-11-05, America/Sao_Paulo, 2018-11-05T12:00:00Z", // summer time, as it was
        "2026-09-16, America/Manaus, 2026-09-16T14:00:00Z"
    })
    void aReleaseEndsAtTenOfTheNextDayOnWhichARunMayTighten(LocalDate lastGranted, ZoneId zone, String end) {
        assertThat(CAREFUL.releaseEnd(lastGranted, zone)).isEqualTo(end);
    }

    @Test
    void aCalendarOnWhichNoRunCouldEverTightenIsRefused() {
        assertThatThrownBy(() -> new RunCalendar(BankingCalendar.NATIONAL, EnumSet.allOf(DayOfWeek.class), true))
                .hasMessageContaining("never");
        var mondayToThursday = EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.THURSDAY);
        assertThatThrownBy(() -> new RunCalendar(BankingCalendar.NATIONAL, mondayToThursday, false))
                .as("Fridays are eves")
                .hasMessageContaining("never");
    }
}
