package net.catraca.billing.run;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import net.catraca.billing.calendar.BankingCalendar;

/**
 * What came in for the receivables that fell due on the banking days just past must be plausible beside what usually
 * comes in by then. A bank's file that is there but lacks half its lines shows here only.
 */
public record PlausibleReceipts(Receipts receipts, RunSettings.Money limits, BankingCalendar calendar, ZoneId zone)
        implements MoneyFreshness {

    /** Banking days that are looked at together: single days are too uneven. */
    public static final int BANKING_DAYS = 3;

    private static final int MONTHS_BEFORE = 3;

    /** Sums in cents of what counts for blocking and was not cancelled. */
    @FunctionalInterface
    public interface Receipts {
        /**
         * @param first due days, both included
         * @param asOf payments up to this day count
         */
        Received of(LocalDate first, LocalDate last, LocalDate asOf);
    }

    public record Received(long dueCents, long paidCents) {
        double perCent() {
            return dueCents == 0 ? 0 : 100.0 * paidCents / dueCents;
        }
    }

    @Override
    public List<Stale> stale(Instant now) {
        var today = LocalDate.ofInstant(now, zone);
        var last = calendar.previousBankingDay(today);
        var first = last;
        for (int day = 1; day < BANKING_DAYS; day++) {
            first = calendar.previousBankingDay(first);
        }
        var received = receipts.of(first, last, today);
        if (received.dueCents() < limits.floorCents()) {
            return List.of();
        }
        double usual = usual(first, last, today);
        return received.perCent() * 100 >= usual * limits.plausiblePerCent()
                ? List.of()
                : List.of(new Stale(
                        "receipts",
                        "of what fell due from %s to %s, %.0f %% was received, usual is %.0f %%"
                                .formatted(first, last, received.perCent(), usual)));
    }

    /** The same days of the months before, as far as enough fell due in them; 0 when in none. */
    private double usual(LocalDate first, LocalDate last, LocalDate today) {
        double sum = 0;
        int months = 0;
        for (int back = 1; back <= MONTHS_BEFORE; back++) {
            var then = receipts.of(first.minusMonths(back), last.minusMonths(back), today.minusMonths(back));
            if (then.dueCents() >= limits.floorCents()) {
                sum += then.perCent();
                months++;
            }
        }
        return months == 0 ? 0 : sum / months;
    }
}
