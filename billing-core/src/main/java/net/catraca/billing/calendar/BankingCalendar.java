package net.catraca.billing.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The banking days of Brazil: not Saturdays, Sundays, the national bank holidays (computed, as FEBRABAN lists them:
 * Carnival's Monday and Tuesday, Good Friday and Corpus Christi among them) or a local holiday. The last working day
 * of the year counts as a banking day: branches are closed to the public, but bills can be paid.
 *
 * @param localHolidays further days without banks: those of a state or a city
 */
public record BankingCalendar(Predicate<LocalDate> localHolidays) {

    public static final BankingCalendar NATIONAL = new BankingCalendar(Set.of());

    private static final Set<MonthDay> FIXED = Set.of(
            MonthDay.of(1, 1),
            MonthDay.of(4, 21),
            MonthDay.of(5, 1),
            MonthDay.of(9, 7),
            MonthDay.of(10, 12),
            MonthDay.of(11, 2),
            MonthDay.of(11, 15),
            MonthDay.of(12, 25));

    private static final MonthDay BLACK_AWARENESS = MonthDay.of(11, 20);
    /** Law 14,759 of December 2023 made 20 November a national holiday. */
    private static final int BLACK_AWARENESS_SINCE = 2024;

    public BankingCalendar(Set<LocalDate> localHolidays) {
        this((Predicate<LocalDate>) Set.copyOf(localHolidays)::contains);
    }

    public boolean isBankingDay(LocalDate day) {
        return day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY && !isHoliday(day);
    }

    /** The day itself if banks work on it, else the first after it on which they do. */
    public LocalDate nextBankingDay(LocalDate day) {
        var next = day;
        while (!isBankingDay(next)) {
            next = next.plusDays(1);
        }
        return next;
    }

    /** The last before the day on which banks work. */
    public LocalDate previousBankingDay(LocalDate day) {
        var previous = day.minusDays(1);
        while (!isBankingDay(previous)) {
            previous = previous.minusDays(1);
        }
        return previous;
    }

    public boolean isHoliday(LocalDate day) {
        return isNationalHoliday(day) || localHolidays.test(day);
    }

    public static boolean isNationalHoliday(LocalDate day) {
        return FIXED.contains(MonthDay.from(day)) || isBlackAwareness(day) || isMovable(day);
    }

    private static boolean isBlackAwareness(LocalDate day) {
        return day.getYear() >= BLACK_AWARENESS_SINCE && MonthDay.from(day).equals(BLACK_AWARENESS);
    }

    private static boolean isMovable(LocalDate day) {
        long afterEaster = day.toEpochDay() - easter(day.getYear()).toEpochDay();
        return afterEaster == -48 // Carnival's Monday
                || afterEaster == -47 // and Tuesday
                || afterEaster == -2 // Good Friday
                || afterEaster == 60; // Corpus Christi
    }

    /** Easter Sunday of the Gregorian calendar, by the computation of Meeus, Jones and Butcher. */
    static LocalDate easter(int year) {
        int a = year % 19;
        int b = year / 100;
        int c = year % 100;
        int epact = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
        int weekday = (32 + 2 * (b % 4) + 2 * (c / 4) - epact - c % 4) % 7;
        int correction = (a + 11 * epact + 22 * weekday) / 451;
        int month = (epact + weekday - 7 * correction + 114) / 31;
        int day = (epact + weekday - 7 * correction + 114) % 31 + 1;
        return LocalDate.of(year, month, day);
    }
}
