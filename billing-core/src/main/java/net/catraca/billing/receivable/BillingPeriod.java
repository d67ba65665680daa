package net.catraca.billing.receivable;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;

/**
 * A month of coverage, from one billing day to the eve of the next, both included.
 *
 * <p>Money of a part of it: the first n days of N cost price × n ÷ N, rounded half up to the cent, and a day costs what
 * the days up to it cost more than those before it. So the parts of a period make up its price to the cent, however it
 * is cut, and the order of cutting does not matter.
 */
public record BillingPeriod(LocalDate first, LocalDate last) {

    /** The period that holds a day. */
    public static BillingPeriod containing(LocalDate day, int billingDay) {
        var month = YearMonth.from(day);
        var first = clamped(month, billingDay);
        return first.isAfter(day) ? beginningIn(month.minusMonths(1), billingDay) : beginningIn(month, billingDay);
    }

    /** So many periods later, or earlier for a negative number. */
    public BillingPeriod plus(int periods, int billingDay) {
        return beginningIn(YearMonth.from(first).plusMonths(periods), billingDay);
    }

    private static BillingPeriod beginningIn(YearMonth month, int billingDay) {
        return new BillingPeriod(
                clamped(month, billingDay),
                clamped(month.plusMonths(1), billingDay).minusDays(1));
    }

    /** That day of the month, or its last day when it is shorter. */
    static LocalDate clamped(YearMonth month, int day) {
        return month.atDay(Math.min(day, month.lengthOfMonth()));
    }

    public int days() {
        return (int) ChronoUnit.DAYS.between(first, last) + 1;
    }

    /** What a day costs of a monthly price; both in days since 1970-01-01 and cents. */
    long cents(long price, int epochDay) {
        return cents(price, epochDay, epochDay);
    }

    /** What the days from one to another, both included, cost of a monthly price. */
    long cents(long price, int firstDay, int lastDay) {
        int begin = (int) first.toEpochDay();
        int days = days();
        return upTo(price, lastDay + 1 - begin, days) - upTo(price, firstDay - begin, days);
    }

    private static long upTo(long price, int part, int whole) {
        return (2 * price * part + whole) / (2L * whole);
    }
}
