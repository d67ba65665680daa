package net.catraca.admin.demo;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;

/**
 * A month on a demo contract's books.
 *
 * @param dueOn first day of the month when prepaid, ten days after its last when postpaid
 */
record Bill(LocalDate dueOn, LocalDate first, LocalDate last, boolean paid) {

    private static final int POSTPAID_DAYS = 10;

    /** Bills are issued so many days ahead. */
    private static final int ISSUED_AHEAD_DAYS = 10;

    /** What the billing job calls it, such as {@code active-2026-11}. */
    String of(String login) {
        return login + "-" + YearMonth.from(first);
    }

    /**
     * Paid months, then unpaid ones from that due day on, as far as they are issued today.
     *
     * @param paidMonths how many months were paid before
     * @param oldestUnpaidDue may lie ahead: then nothing is late
     */
    static List<Bill> unpaidSince(int paidMonths, LocalDate oldestUnpaidDue, boolean prepaid, LocalDate today) {
        LocalDate firstUnpaid = prepaid
                ? oldestUnpaidDue
                : oldestUnpaidDue.minusDays(POSTPAID_DAYS - 1).minusMonths(1);
        var bills = new ArrayList<Bill>();
        for (int month = -paidMonths; ; month++) {
            LocalDate first = firstUnpaid.plusMonths(month);
            LocalDate last = firstUnpaid.plusMonths(month + 1).minusDays(1);
            LocalDate due = prepaid ? first : last.plusDays(POSTPAID_DAYS);
            if (month >= 0 && due.isAfter(today.plusDays(ISSUED_AHEAD_DAYS))) {
                return bills;
            }
            bills.add(new Bill(due, first, last, month < 0));
        }
    }
}
