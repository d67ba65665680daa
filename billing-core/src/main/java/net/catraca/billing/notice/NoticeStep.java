package net.catraca.billing.notice;

import java.time.LocalDate;
import java.util.List;
import java.util.function.Predicate;

/**
 * One notice of a schedule.
 *
 * @param dayOffset days from the due day, which is day 0 (a due date on a non-banking day has moved by then); negative
 *     before it
 * @param template the name of its words
 */
public record NoticeStep(int dayOffset, Channel channel, String template) {

    /** How late a notice still makes sense: who is told a week late takes it for a second one. */
    public static final int MOST_DAYS_LATE = 3;

    /** A year of days without sending is a mistake in the calendar. */
    private static final int SEARCHED_DAYS = 30;

    /** The built-in schedule. */
    public static final List<NoticeStep> USUAL = List.of(
            new NoticeStep(-5, Channel.EMAIL, "before-due"),
            new NoticeStep(-1, Channel.SMS, "before-due"),
            new NoticeStep(0, Channel.EMAIL, "due-today"),
            new NoticeStep(6, Channel.EMAIL, "overdue"),
            new NoticeStep(6, Channel.SMS, "overdue"),
            new NoticeStep(12, Channel.EMAIL, "overdue"));

    /**
     * The days on which it may go out.
     *
     * @param first its own day
     * @param last after it, it is dropped
     */
    public record Days(LocalDate first, LocalDate last) {
        public boolean holds(LocalDate day) {
            return !day.isBefore(first) && !day.isAfter(last);
        }
    }

    /**
     * A reminder whose day is one without sending goes out on the last sending day before it, a notice of something
     * overdue on the first after it. One that missed its day goes out up to {@value #MOST_DAYS_LATE} days later, but a
     * reminder never on the due day or after it, the notice of the due day on no other, and none when the next step of its
     * channel is due.
     *
     * @param dueDay day 0
     * @param schedule the steps beside which it stands
     * @param isSendingDay whether notices go out on a day
     */
    public Days days(LocalDate dueDay, List<NoticeStep> schedule, Predicate<LocalDate> isSendingDay) {
        var first = moved(dueDay.plusDays(dayOffset), isSendingDay);
        if (dayOffset == 0) {
            return new Days(first, first);
        }
        var last = first.plusDays(MOST_DAYS_LATE);
        if (dayOffset < 0 && !last.isBefore(dueDay)) {
            last = dueDay.minusDays(1);
        }
        for (var other : schedule) {
            if (other.channel == channel && other.dayOffset > dayOffset) {
                var before = other.moved(dueDay.plusDays(other.dayOffset), isSendingDay)
                        .minusDays(1);
                last = before.isBefore(last) ? before : last;
            }
        }
        return new Days(first, last.isBefore(first) ? first : last);
    }

    private LocalDate moved(LocalDate day, Predicate<LocalDate> isSendingDay) {
        int step = dayOffset < 0 ? -1 : 1;
        var found = day;
        for (int i = 0; i < SEARCHED_DAYS && !isSendingDay.test(found); i++) {
            found = found.plusDays(step);
        }
        return found;
    }
}
