package net.catraca.admin.daemon;

import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalTime;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.contract.Contract;

/** When an ISP may be seeded whose run has days and hours: tests run at night and on Sundays, too. */
final class RunDay {

    private RunDay() {}

    /** Noon of the last day before today on which a run may tighten. */
    static Clock before(Clock clock) {
        var calendar = RunCalendar.careful(BankingCalendar.NATIONAL);
        var zone = Contract.DEFAULT_ZONE;
        var day = LocalDate.ofInstant(clock.instant(), zone).minusDays(1);
        while (!calendar.mayTightenOn(day)) {
            day = day.minusDays(1);
        }
        return Clock.fixed(day.atTime(LocalTime.NOON).atZone(zone).toInstant(), zone);
    }
}
