package net.catraca.admin.demo;

import java.time.LocalDate;
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

    /**
     * Two paid months, then unpaid ones from that due day on, as far as they are issued today.
     *
     * @param oldestUnpaidDue may lie ahead: then nothing is late
     */
    static List<Bill> unpaidSince(LocalDate oldestUnpaidDue, boolean prepaid, LocalDate today) {
        LocalDate firstUnpaid = prepaid
                ? oldestUnpaidDue
                : oldestUnpaidDue.minusDays(POSTPAID_DAYS - 1).minusMonths(1);
        var bills = new ArrayList<Bill>();
        for (int month = -2; ; month++) {
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
