package net.catraca.billing.calendar;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Set;

/**
 * The days on which a run may tighten. Someone who is cut off needs a day on which payments clear and people answer.
 *
 * @param banks weekends and holidays are never among them
 * @param never further days of the week on which no run tightens; not all seven
 * @param onEves whether the day before a weekend or a holiday may be one
 */
public record RunCalendar(BankingCalendar banks, Set<DayOfWeek> never, boolean onEves) {

    /** Releases end at this local time, when people are awake and at work. */
    public static final LocalTime RELEASES_END_AT = LocalTime.of(10, 0);

    /** A year of local holidays in a row is a mistake in the file, not a calendar. */
    private static final int SEARCHED_DAYS = 366;

    public RunCalendar {
        never = Set.copyOf(never);
        // A Friday is the eve of a weekend.
        var open = EnumSet.range(DayOfWeek.MONDAY, onEves ? DayOfWeek.FRIDAY : DayOfWeek.THURSDAY);
        open.removeAll(never);
        if (open.isEmpty()) {
            throw new IllegalArgumentException("never: expected a working day on which runs may tighten, was " + never);
        }
    }

    /** The default: not on Fridays, weekends, holidays and their eves. */
    public static RunCalendar careful(BankingCalendar banks) {
        return new RunCalendar(banks, Set.of(DayOfWeek.FRIDAY), false);
    }

    public boolean mayTightenOn(LocalDate day) {
        return banks.isBankingDay(day)
                && !never.contains(day.getDayOfWeek())
                && (onEves || banks.isBankingDay(day.plusDays(1)));
    }

    /** The day itself if a run may tighten on it, else the first after it on which one may. */
    public LocalDate nextTighteningDay(LocalDate day) {
        for (var next = day; next.isBefore(day.plusDays(SEARCHED_DAYS)); next = next.plusDays(1)) {
            if (mayTightenOn(next)) {
                return next;
            }
        }
        throw new IllegalStateException("no day on which a run may tighten within a year of " + day);
    }

    /** When a release ends whose last granted day this is: 10:00 of the first day from it on which a run may tighten. */
    public Instant releaseEnd(LocalDate lastGrantedDay, ZoneId zone) {
        return nextTighteningDay(lastGrantedDay)
                .atTime(RELEASES_END_AT)
                .atZone(zone)
                .toInstant();
    }
}
