package net.catraca.billing.receivable;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;

import java.time.LocalDate;
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
 * @param paidUntilDay see {@link PaidUntil}
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
     * @param pauses all that there ever were, in any order
     * @param exemptions all that there ever were, in any order
     */
    public record Terms(
            BillingMode mode,
            LocalDate baseDate,
            List<DayWindow> pauses,
            List<DayWindow> exemptions,
            BankingCalendar calendar) {

        public Terms {
            pauses = List.copyOf(pauses);
            exemptions = List.copyOf(exemptions);
        }
    }

    /**
     * Something owed that counts for blocking.
     *
     * @param receivable null when an ERP told no more of it than its due date
     * @param dueOnDay its due date as the bill says; notices of an ERP's debt name it
     * @param dueDay its due day, moved to the next banking day: day 0 of being late
     * @param lapsedSinceDay day 0 of being late by the end of a prepaid contract's paid-until. Only the receivable of
     *     the period that follows has one, and not if it was postponed or returned by an agreement; never before it was issued
     */
    public record Owed(@Nullable Receivable receivable, int dueOnDay, int dueDay, int lapsedSinceDay) {

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
        var covered = PaidUntil.of(terms, receivables).day();
        int paidUntil = covered == null ? NO_DAY : day(covered);
        var owed = receivables.stream()
                .filter(receivable -> receivable.status() == ReceivableStatus.OPEN && receivable.countsForBlocking())
                .map(open -> new Owed(
                        open, day(open.dueOn()), dueDay(open.dueOn(), terms), lapsedSince(open, paidUntil, terms)))
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
        var owed = new Owed(null, day(told.oldestDueOn()), dueDay(told.oldestDueOn(), terms), lapsedSince);
        return new Standing(paidUntil, List.of(owed));
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

    private static int lapsedSince(Receivable open, int paidUntil, Terms terms) {
        boolean isOfNextPeriod = terms.mode() == BillingMode.PREPAID
                && paidUntil != NO_DAY
                && open.covers(LocalDate.ofEpochDay(paidUntil + 1L));
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
