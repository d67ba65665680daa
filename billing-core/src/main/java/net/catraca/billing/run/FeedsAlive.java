package net.catraca.billing.run;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import net.catraca.billing.calendar.BankingCalendar;

/**
 * Feeds that usually speak must have done so lately: Pix at any hour, an ERP every day, others on every banking day. One
 * that fell silent stays so until it is heard again, or a person says that it has ended.
 */
public record FeedsAlive(MoneyFeeds feeds, Duration silence, BankingCalendar calendar, ZoneId zone)
        implements MoneyFreshness {

    /** What feeds have said. */
    @FunctionalInterface
    public interface MoneyFeeds {
        /** Feeds that spoke about daily when they were last heard, and when that was. */
        List<Heard> heard(Instant now);
    }

    /**
     * @param name {@code pix}, {@code erp}, or the source of the payments
     * @param everyDay whether it speaks on days that are no banking days, too
     */
    public record Heard(String name, Instant last, boolean everyDay) {}

    @Override
    public List<Stale> stale(Instant now) {
        return feeds.heard(now).stream()
                .filter(heard -> expectedBy(heard).isBefore(now))
                .map(heard -> new Stale(heard.name(), "nothing was heard since " + heard.last()))
                .toList();
    }

    private Instant expectedBy(Heard heard) {
        var by = heard.last().plus(silence);
        if (heard.everyDay()) {
            return by;
        }
        // A day on which nobody works takes no part in the silence.
        for (var day = dayOf(heard.last()).plusDays(1); !day.isAfter(dayOf(by)); day = day.plusDays(1)) {
            by = calendar.isBankingDay(day) ? by : by.plus(Duration.ofDays(1));
        }
        return by;
    }

    private LocalDate dayOf(Instant at) {
        return LocalDate.ofInstant(at, zone);
    }
}
