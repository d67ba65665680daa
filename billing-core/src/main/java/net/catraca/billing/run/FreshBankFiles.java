package net.catraca.billing.run;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.run.BankAgreements.Agreement;

/** Every agreement must cover the last banking day before today, without a gap in its files' numbers. */
public record FreshBankFiles(BankAgreements agreements, BankingCalendar calendar, ZoneId zone)
        implements MoneyFreshness {

    @Override
    public List<Stale> stale(Instant now) {
        var expected = calendar.previousBankingDay(LocalDate.ofInstant(now, zone));
        List<Stale> stale = new ArrayList<>();
        for (var agreement : agreements.watched()) {
            var covered = agreement.coveredThrough();
            if (covered == null || covered.isBefore(expected)) {
                stale.add(new Stale(
                        source(agreement),
                        "covered through " + (covered == null ? "no day" : covered) + ", and " + expected
                                + " was a banking day"));
            } else if (!agreement.missing().isEmpty()) {
                stale.add(new Stale(
                        source(agreement),
                        "files missing: "
                                + agreement.missing().stream()
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(", "))));
            }
        }
        return stale;
    }

    private static String source(Agreement agreement) {
        return "agreement " + agreement.name();
    }
}
