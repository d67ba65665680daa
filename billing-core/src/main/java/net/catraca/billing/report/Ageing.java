package net.catraca.billing.report;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.report.Delinquency.Bucket;
import net.catraca.billing.report.Delinquency.Recovery;
import org.jspecify.annotations.Nullable;

/** Puts sums by due day into buckets of days late. Pure; one for one report. */
public final class Ageing {

    private static final int SMALL_DELAY = 4;

    private final BankingCalendar banks;
    private final List<Bucket> buckets = new ArrayList<>();
    private final TreeMap<YearMonth, Recovery> recovery = new TreeMap<>();

    public Ageing(BankingCalendar banks) {
        this.banks = banks;
        for (int i = 0; i < Delinquency.FIRST_DAYS.size(); i++) {
            Integer last = i + 1 < Delinquency.FIRST_DAYS.size() ? Delinquency.FIRST_DAYS.get(i + 1) - 1 : null;
            buckets.add(new Bucket(Delinquency.FIRST_DAYS.get(i), last, 0, 0, 0, 0));
        }
    }

    private long daysLate(LocalDate dueOn, LocalDate on) {
        return ChronoUnit.DAYS.between(banks.nextBankingDay(dueOn), on);
    }

    /** Receivables of one due day that are open on a day, which may be before they are late. */
    public void receivables(LocalDate dueOn, LocalDate today, long count, long cents) {
        add(daysLate(dueOn, today), 0, 0, count, cents);
    }

    /** Contracts whose oldest open receivable was due that day. */
    public void contracts(LocalDate oldestDueOn, LocalDate today, long count, long cents) {
        add(daysLate(oldestDueOn, today), count, cents, 0, 0);
    }

    private void add(long days, long contracts, long contractCents, long receivables, long receivableCents) {
        for (int i = buckets.size() - 1; i >= 0; i--) {
            if (days >= buckets.get(i).firstDay()) {
                buckets.set(i, buckets.get(i).plus(contracts, contractCents, receivables, receivableCents));
                return;
            }
        }
    }

    public void due(LocalDate dueOn, long cents) {
        add(dueOn, new Recovery(YearMonth.from(dueOn), cents, 0, 0, 0, 0, 0));
    }

    public void paid(LocalDate dueOn, LocalDate paidOn, long cents) {
        var month = YearMonth.from(dueOn);
        long days = daysLate(dueOn, paidOn);
        if (days <= 0) {
            add(dueOn, new Recovery(month, 0, cents, 0, 0, 0, 0));
        } else if (days <= SMALL_DELAY) {
            add(dueOn, new Recovery(month, 0, 0, cents, 0, 0, 0));
        } else if (days <= 30) {
            add(dueOn, new Recovery(month, 0, 0, 0, cents, 0, 0));
        } else if (days <= 60) {
            add(dueOn, new Recovery(month, 0, 0, 0, 0, cents, 0));
        } else {
            add(dueOn, new Recovery(month, 0, 0, 0, 0, 0, cents));
        }
    }

    private void add(LocalDate dueOn, Recovery more) {
        recovery.merge(
                YearMonth.from(dueOn),
                more,
                (one, other) -> new Recovery(
                        one.month(),
                        one.dueCents() + other.dueCents(),
                        one.onTimeCents() + other.onTimeCents(),
                        one.smallDelayCents() + other.smallDelayCents(),
                        one.within30Cents() + other.within30Cents(),
                        one.within60Cents() + other.within60Cents(),
                        one.laterCents() + other.laterCents()));
    }

    public Delinquency report() {
        @Nullable Integer open = null;
        var total = new Bucket(Delinquency.FIRST_DAYS.getFirst(), open, 0, 0, 0, 0);
        for (var bucket : buckets) {
            total = total.plus(
                    bucket.contracts(), bucket.contractCents(), bucket.receivables(), bucket.receivableCents());
        }
        return new Delinquency(total, buckets, List.copyOf(recovery.values()));
    }
}
