package net.catraca.billing.run;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import net.catraca.billing.calendar.RunCalendar;

/**
 * When runs may commit: on the days of the calendar, within hours in which people can pay and call.
 *
 * @param zone of these days and hours
 */
public record RunTimes(RunSettings.Times times, RunCalendar calendar, ZoneId zone) {

    public boolean allow(Instant now) {
        var local = now.atZone(zone);
        return mayTightenOn(local.toLocalDate())
                && !local.toLocalTime().isBefore(times.from())
                && local.toLocalTime().isBefore(times.until());
    }

    /** The instant itself if a run may commit, else the first after it. */
    public Instant next(Instant now) {
        if (allow(now)) {
            return now;
        }
        var local = now.atZone(zone);
        var day = local.toLocalDate();
        if (!local.toLocalTime().isBefore(times.from()) || !mayTightenOn(day)) {
            day = nextDay(day.plusDays(1));
        }
        return day.atTime(times.from()).atZone(zone).toInstant();
    }

    private LocalDate nextDay(LocalDate from) {
        return times.byCalendar() ? calendar.nextTighteningDay(from) : from;
    }

    private boolean mayTightenOn(LocalDate day) {
        return !times.byCalendar() || calendar.mayTightenOn(day);
    }
}
