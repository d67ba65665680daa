package net.catraca.billing.notice;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import net.catraca.billing.calendar.BankingCalendar;
import org.jspecify.annotations.Nullable;

/**
 * When notices go out, and what is in all of them.
 *
 * @param fromHour first local hour of a day at which they do
 * @param untilHour first at which they no longer do
 * @param onSundaysAndHolidays whether they do then, too
 * @param sender what the ISP is called in them
 * @param billLink where a customer sees and pays a bill, with {@code {receivable}}, {@code {contract}} and {@code
 *     {externalId}} (the receivable's, or its number) to be filled in; null for none
 */
public record NoticeSettings(
        int fromHour,
        int untilHour,
        boolean onSundaysAndHolidays,
        String sender,
        @Nullable String billLink) {

    /** Between eight and eight, neither on Sundays nor on holidays. */
    public static final NoticeSettings USUAL = new NoticeSettings(8, 20, false, "Catraca", null);

    public NoticeSettings {
        if (fromHour < 0 || untilHour > 24 || fromHour >= untilHour) {
            throw new IllegalArgumentException("hours: expected a span within a day");
        }
    }

    public boolean isSendingDay(LocalDate day, BankingCalendar calendar) {
        return onSundaysAndHolidays || (day.getDayOfWeek() != DayOfWeek.SUNDAY && !calendar.isHoliday(day));
    }

    /** Whether a message may go out at that instant to somebody in that zone. */
    public boolean allow(Instant at, ZoneId zone, BankingCalendar calendar) {
        var local = at.atZone(zone);
        return isSendingDay(local.toLocalDate(), calendar)
                && local.getHour() >= fromHour
                && local.getHour() < untilHour;
    }
}
