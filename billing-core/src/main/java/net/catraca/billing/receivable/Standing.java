package net.catraca.billing.receivable;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract.ErpMoney;
import org.jspecify.annotations.Nullable;

/**
 * How a contract stands with its money: how far it is paid, and from which days on it is late. It holds at every later
 * instant until a receivable, a pause or an exemption is written: days that lie ahead are in it, too. Days are days
 * since 1970-01-01 in the contract's zone, {@code NO_DAY} for none.
 *
 * @param paidUntilDay last day of the unbroken run of coverage from the financial base date whose recurring receivable
 *     is settled or replaced by an agreement, or that is paused or exempt. A pause or an exemption without an end adds
 *     no day until it gets one
 * @param owed the open receivables that count for blocking, those first that are late first
 */
public record Standing(int paidUntilDay, List<Owed> owed) {

    public Standing {
        owed = owed.stream().sorted(Comparator.comparingInt(Owed::dayZero)).toList();
    }

    /**
     * What beside its receivables decides how a contract stands.
     *
     * @param baseDate the financial base date: first day of coverage
     * @param pausesAndExemptions all that there ever were, in any order
     */
    public record Terms(
            BillingMode mode, LocalDate baseDate, List<DayWindow> pausesAndExemptions, BankingCalendar calendar) {

        public Terms {
            pausesAndExemptions = List.copyOf(pausesAndExemptions);
        }
    }

    /**
     * Something owed that counts for blocking.
     *
     * @param receivable null when an ERP told no more of it than its due day
     * @param dueDay its due day, moved to the next banking day: day 0 of being late
     * @param lapsedSinceDay day 0 of being late by the end of a prepaid contract's paid-until. Only the receivable of
     *     the period that follows has one, and not if it was postponed or returned by an agreement; never before it was issued
     */
    public record Owed(@Nullable Receivable receivable, int dueDay, int lapsedSinceDay) {

        /** The day 0 of whichever count comes first. */
        public int dayZero() {
            return lapsedSinceDay == NO_DAY ? dueDay : Math.min(dueDay, lapsedSinceDay);
        }

        private int owedSinceDay() {
            return receivable == null ? dayZero() : Math.min(dayZero(), day(receivable.originalDueOn()));
        }

        boolean isRenegotiated() {
            return receivable != null && receivable.kind() == ReceivableKind.RENEGOTIATED;
        }
    }

    /** Of a contract whose receivables are kept here. */
    public static Standing of(Terms terms, List<Receivable> receivables) {
        int paidUntil = paidUntil(terms, receivables);
        var owed = receivables.stream()
                .filter(receivable -> receivable.status() == ReceivableStatus.OPEN && receivable.countsForBlocking())
                .map(open -> new Owed(open, dueDay(open.dueOn(), terms), lapsedSince(open, paidUntil, terms)))
                .toList();
        return new Standing(paidUntil, owed);
    }

    /** Of a contract whose money an ERP keeps. Until it has told something, nothing is owed. */
    public static Standing ofErp(Terms terms, @Nullable ErpMoney told) {
        if (told == null) {
            return new Standing(NO_DAY, List.of());
        }
        int paidUntil = told.paidUntil() == null ? NO_DAY : day(told.paidUntil());
        if (told.oldestDueOn() == null) {
            return new Standing(paidUntil, List.of());
        }
        int lapsedSince = terms.mode() == BillingMode.PREPAID ? paidUntil : NO_DAY;
        return new Standing(paidUntil, List.of(new Owed(null, dueDay(told.oldestDueOn(), terms), lapsedSince)));
    }

    /** Day 0 of being late by the due date of the oldest regular receivable. */
    public int lateSinceDay() {
        return earliest(owed.stream().filter(one -> !one.isRenegotiated()).mapToInt(Owed::dueDay));
    }

    /** Day 0 of being late by the end of paid-until. */
    public int lapsedSinceDay() {
        return earliest(owed.stream().mapToInt(Owed::lapsedSinceDay).filter(day -> day != NO_DAY));
    }

    /** Day 0 of being late by the due date of the oldest renegotiated receivable. */
    public int renegotiatedLateSinceDay() {
        return earliest(owed.stream().filter(Owed::isRenegotiated).mapToInt(Owed::dueDay));
    }

    /** Day 0 of the regular debt by whichever count comes first. */
    public int regularDayZero() {
        return earliest(owed.stream().filter(one -> !one.isRenegotiated()).mapToInt(Owed::dayZero));
    }

    /**
     * Since when what is late on a day has been owed: its first day 0, by the due dates before any postponing. Limits
     * are per debt, and postponing makes no new one.
     */
    public int debtSinceDay(int day) {
        return earliest(owed.stream().filter(one -> one.dayZero() < day).mapToInt(Owed::owedSinceDay));
    }

    /** As if no more were owed than what is late on a day: that of which day 0 has passed. */
    public Standing lateOn(int day) {
        return new Standing(
                paidUntilDay, owed.stream().filter(one -> one.dayZero() < day).toList());
    }

    /** As if no more than these receivables were owed: what a commitment rests on, or what the guards let pass. */
    public Standing restrictedTo(Set<Long> receivableIds) {
        var some = owed.stream()
                .filter(one -> one.receivable() != null
                        && receivableIds.contains(one.receivable().id()))
                .toList();
        return new Standing(paidUntilDay, some);
    }

    /** Ids of what is owed. */
    public Set<Long> receivableIds() {
        return owed.stream()
                .map(Owed::receivable)
                .filter(Objects::nonNull)
                .map(Receivable::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static int paidUntil(Terms terms, List<Receivable> receivables) {
        var covered = new ArrayList<DayWindow>();
        receivables.stream().map(Standing::coverage).forEach(covered::addAll);
        terms.pausesAndExemptions().stream()
                .filter(window -> window.lastDay() != DayWindow.OPEN)
                .forEach(covered::add);
        covered.sort(Comparator.comparingInt(DayWindow::firstDay));
        int dayBefore = day(terms.baseDate()) - 1;
        int last = dayBefore;
        for (var window : covered) {
            if (window.firstDay() > last + 1) {
                break;
            }
            last = Math.max(last, window.lastDay());
        }
        return last == dayBefore ? NO_DAY : last;
    }

    /** The days that the receivable covers now: none or one window. */
    private static List<DayWindow> coverage(Receivable receivable) {
        // While an agreement runs, the coverage of what it replaced counts as covered.
        boolean covers =
                receivable.status() == ReceivableStatus.SETTLED || receivable.status() == ReceivableStatus.RENEGOTIATED;
        var first = receivable.coverageFirst();
        var last = receivable.coverageLast();
        return covers && receivable.kind() == ReceivableKind.RECURRING && first != null && last != null
                ? List.of(new DayWindow(day(first), day(last), null))
                : List.of();
    }

    private static int lapsedSince(Receivable open, int paidUntil, Terms terms) {
        var first = open.coverageFirst();
        var last = open.coverageLast();
        boolean isOfNextPeriod = terms.mode() == BillingMode.PREPAID
                && paidUntil != NO_DAY
                && open.kind() == ReceivableKind.RECURRING
                && first != null
                && last != null
                && day(first) <= paidUntil + 1
                && paidUntil + 1 <= day(last);
        // Postponing is relief: then the due day counts, and paid-until does not. What a broken agreement returns comes
        // back with its due day, too: by the end of paid-until it could tighten without a run.
        boolean byDueDay = open.dueOn().isAfter(open.originalDueOn()) || open.is(Receivable.Part.RETURNED);
        return isOfNextPeriod && !byDueDay ? Math.max(paidUntil, day(open.issuedOn())) : NO_DAY;
    }

    private static int dueDay(LocalDate dueOn, Terms terms) {
        return day(terms.calendar().nextBankingDay(dueOn));
    }

    private static int earliest(IntStream days) {
        return days.min().orElse(NO_DAY);
    }

    private static int day(LocalDate date) {
        return (int) date.toEpochDay();
    }
}
