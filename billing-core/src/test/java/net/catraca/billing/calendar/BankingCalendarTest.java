package net.catraca.billing.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BankingCalendarTest {

    private static final BankingCalendar NATIONAL = BankingCalendar.NATIONAL;

    @ParameterizedTest
    @CsvSource({
        "1818, 1818-03-22", // the earliest Easter there is
        "1943, 1943-04-25", // the latest
        "1961, 1961-04-02",
        "2000, 2000-04-23",
        "2008, 2008-03-23",
        "2011, 2011-04-24",
        "2024, 2024-03-31",
        "2025, 2025-04-20",
        "2026, 2026-04-05",
        "2027, 2027-03-28",
        "2038, 2038-04-25"
    })
    void easterIsComputed(int year, LocalDate easter) {
        assertThat(BankingCalendar.easter(year)).isEqualTo(easter);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-01",
                "2026-02-16", // Carnival's Monday
                "2026-02-17", // and Tuesday
                "2026-04-03", // Good Friday
                "2026-04-21",
                "2026-05-01",
                "2026-06-04", // Corpus Christi
                "2026-09-07",
                "2026-10-12",
                "2026-11-02",
                "2026-11-15",
                "2026-11-20",
                "2026-12-25",
                "2025-03-03",
                "2025-03-04",
                "2025-04-18",
                "2025-06-19",
                "2024-02-12",
                "2024-05-30",
                "2024-11-20"
            })
    void nationalBankHolidays(LocalDate day) {
        assertThat(NATIONAL.isHoliday(day)).isTrue();
        assertThat(NATIONAL.isBankingDay(day)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-18", // Ash Wednesday
                "2026-04-02", // Maundy Thursday
                "2026-04-06", // Easter Monday
                "2026-06-05",
                "2026-12-24",
                "2026-12-31",
                "2023-11-20" // not a national holiday before 2024
            })
    void banksWorkOnThese(LocalDate day) {
        assertThat(NATIONAL.isBankingDay(day)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-09-16, 2026-09-16",
        "2026-09-19, 2026-09-21", // Saturday
        "2026-09-20, 2026-09-21", // Sunday
        "2026-02-14, 2026-02-18", // Saturday of Carnival
        "2026-04-03, 2026-04-06", // Good Friday
        "2027-01-01, 2027-01-04", // Friday, and into a new year
        "2028-02-26, 2028-03-01" // Saturday of Carnival in a leap year
    })
    void aDueDayOnWhichBanksAreClosedMovesToTheNextOnWhichTheyAreNot(LocalDate day, LocalDate next) {
        assertThat(NATIONAL.nextBankingDay(day)).isEqualTo(next);
    }

    @Test
    void localHolidaysCountLikeNationalOnes() {
        var saoPaulo = new BankingCalendar(Set.of(LocalDate.of(2026, 7, 9)));
        assertThat(saoPaulo.nextBankingDay(LocalDate.of(2026, 7, 9))).isEqualTo("2026-07-10");
        assertThat(NATIONAL.nextBankingDay(LocalDate.of(2026, 7, 9))).isEqualTo("2026-07-09");
    }

    /** Every bank holiday from 2024 to 2030 that is no Saturday or Sunday, as FEBRABAN lists them. */
    @ParameterizedTest
    @CsvSource({
        "2024, 01-01 02-12 02-13 03-29 05-01 05-30 11-15 11-20 12-25",
        "2025, 01-01 03-03 03-04 04-18 04-21 05-01 06-19 11-20 12-25",
        "2026, 01-01 02-16 02-17 04-03 04-21 05-01 06-04 09-07 10-12 11-02 11-20 12-25",
        "2027, 01-01 02-08 02-09 03-26 04-21 05-27 09-07 10-12 11-02 11-15",
        "2028, 02-28 02-29 04-14 04-21 05-01 06-15 09-07 10-12 11-02 11-15 11-20 12-25",
        "2029, 01-01 02-12 02-13 03-30 05-01 05-31 09-07 10-12 11-02 11-15 11-20 12-25",
        "2030, 01-01 03-04 03-05 04-19 05-01 06-20 11-15 11-20 12-25"
    })
    void bankHolidaysOfEachYear(int year, String days) {
        var working = LocalDate.of(year, 1, 1)
                .datesUntil(LocalDate.of(year + 1, 1, 1))
                .filter(day -> day.getDayOfWeek().getValue() <= 5 && NATIONAL.isHoliday(day))
                .map(day -> day.toString().substring(5))
                .toList();
        assertThat(String.join(" ", working)).isEqualTo(days);
    }

    @Test
    void theBankingDayBefore() {
        assertThat(NATIONAL.previousBankingDay(LocalDate.of(2026, 2, 18))).isEqualTo("2026-02-13");
        assertThat(NATIONAL.previousBankingDay(LocalDate.of(2026, 9, 16))).isEqualTo("2026-09-15");
    }

    @Test
    void localHolidaysComeFromLinesAndABadFileChangesNothing() {
        var local = new LocalHolidays();
        var calendar = new BankingCalendar(local);
        assertThat(local.replaceBy(List.of("# São Paulo", "07-09 Revolução de 1932", "2026-01-26 ponte # once", "")))
                .isEmpty();
        assertThat(calendar.isBankingDay(LocalDate.of(2026, 7, 9))).isFalse();
        assertThat(calendar.isBankingDay(LocalDate.of(2029, 7, 9))).isFalse();
        assertThat(calendar.isBankingDay(LocalDate.of(2026, 1, 26))).isFalse();
        assertThat(calendar.isBankingDay(LocalDate.of(2027, 1, 26))).isTrue();
        assertThat(local.name(LocalDate.of(2026, 7, 9))).isEqualTo("Revolução de 1932");

        assertThat(local.replaceBy(List.of("07-10 other", "2026-13-01 wrong")))
                .containsExactly("line 2: expected a day such as 2026-07-09 or 07-09, was 2026-13-01");
        assertThat(calendar.isBankingDay(LocalDate.of(2026, 7, 9))).isFalse();
        assertThat(calendar.isBankingDay(LocalDate.of(2026, 7, 10))).isTrue();
    }
}
