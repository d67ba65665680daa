package net.catraca.billing.receivable;

import static net.catraca.billing.receivable.Skipped.Reason.AWAITING_ACTIVATION;
import static net.catraca.billing.receivable.Skipped.Reason.ENDED;
import static net.catraca.billing.receivable.Skipped.Reason.ERP;
import static net.catraca.billing.receivable.Skipped.Reason.EXEMPT;
import static net.catraca.billing.receivable.Skipped.Reason.FREE;
import static net.catraca.billing.receivable.Skipped.Reason.ISSUED;
import static net.catraca.billing.receivable.Skipped.Reason.LEFT_OVER;
import static net.catraca.billing.receivable.Skipped.Reason.NOT_BEGUN;
import static net.catraca.billing.receivable.Skipped.Reason.OPEN_LIMIT;
import static net.catraca.billing.receivable.Skipped.Reason.PAUSED;
import static net.catraca.billing.receivable.Skipped.Reason.TOO_OLD;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.receivable.Bill.Adjustment;
import net.catraca.billing.receivable.Bill.Why;
import org.jspecify.annotations.Nullable;

/**
 * Which recurring receivables a contract gets, and why not; pure. It thinks in days: a day that is to be charged, and that
 * no receivable covers yet, gets one. So whatever was written before, by whomever, nothing is issued twice and nothing is
 * missed.
 *
 * <p>What has been issued is not changed, but for an end of the contract: when a plan change, a pause or an exemption
 * makes it too dear or too cheap, the next receivable makes up for the difference.
 */
public final class Generation {

    /** Periods before the running one that are made up for; days further back are told as {@link Skipped.Reason#TOO_OLD}. */
    public static final int PERIODS_BACK = 3;

    /** As many days as those periods have at most, the running one and one further back, and a day for the zones. */
    public static final int DAYS_BACK = 31 * (PERIODS_BACK + 2) + 1;

    private final Billing billing;
    private final LocalDate today;
    private final BillingTerms terms;
    private final LocalDate start;
    private final int end;
    private final List<Bill> bills = new ArrayList<>();
    private final List<Cut> cuts = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    private Generation(Billing billing, LocalDate today) {
        this.billing = billing;
        this.today = today;
        this.terms = billing.terms();
        this.start = later(billing.contract().financialBaseDate(), terms.startsOn());
        this.end = end(billing);
    }

    /** @param today the day of issue, in the contract's zone */
    public static Billing.Outcome of(Billing billing, LocalDate today) {
        return new Generation(billing, today).outcome();
    }

    /** The periods that generation looks at on a day: from some past ones to the last that is issued ahead. */
    public static BillingPeriod[] looksAt(BillingTerms terms, BillingMode mode, BillingRules rules, LocalDate today) {
        var running = BillingPeriod.containing(today, terms.billingDay());
        return new BillingPeriod[] {
            running.plus(-PERIODS_BACK, terms.billingDay()), running.plus(periodsAhead(mode, rules), terms.billingDay())
        };
    }

    private static int periodsAhead(BillingMode mode, BillingRules rules) {
        var said = rules.periodsAhead();
        if (said != null) {
            return said;
        }
        return mode == BillingMode.PREPAID ? 1 : 0;
    }

    /** The last day that is charged, or {@link DayWindow#OPEN}. */
    private static int end(Billing billing) {
        int end = billing.terms().endsOn() == null
                ? DayWindow.OPEN
                : day(billing.terms().endsOn());
        var contract = billing.contract();
        return contract.status() == ContractStatus.CANCELLED && contract.cancelledOn() != null
                ? Math.min(end, day(contract.cancelledOn()))
                : end;
    }

    private static LocalDate later(LocalDate one, @Nullable LocalDate other) {
        return other == null || one.isAfter(other) ? one : other;
    }

    private Billing.Outcome outcome() {
        if (billing.contract().moneySource() == MoneySource.ERP) {
            skip(ERP);
        } else if (billing.contract().status() == ContractStatus.AWAITING_ACTIVATION) {
            skip(AWAITING_ACTIVATION);
        } else {
            cutWhatReachesBeyondTheEnd();
            periods();
        }
        return new Billing.Outcome(bills, cuts, skipped);
    }

    private void periods() {
        var pending = adjustments();
        var range = looksAt(terms, billing.contract().billingMode(), billing.rules(), today);
        var period = BillingPeriod.containing(start, terms.billingDay());
        if (period.first().isAfter(range[1].first())) {
            skip(NOT_BEGUN);
            return;
        }
        if (period.first().isBefore(range[0].first())) {
            period = range[0].plus(-1, terms.billingDay());
            var old = days(period);
            if (old.missing > 0) {
                skip(TOO_OLD, period);
            }
            period = period.plus(1, terms.billingDay());
        }
        int open = (int) billing.receivables().stream()
                .filter(one -> one.isOpen() && one.kind() == ReceivableKind.RECURRING && !isCut(one))
                .count();
        for (; !period.first().isAfter(range[1].first()); period = period.plus(1, terms.billingDay())) {
            if (day(period.first()) > end) {
                skip(ENDED);
                break;
            }
            var days = days(period);
            if (days.missing == 0) {
                if (days.why != null) {
                    skip(days.why, period);
                }
                continue;
            }
            for (var run : days.runs()) {
                if (run.cents == 0) {
                    skip(FREE, period);
                } else if (open >= BillingRules.of(billing.rules().openLimit())) {
                    skip(OPEN_LIMIT, period);
                } else {
                    bills.add(bill(period, run, pending));
                    open += bills.getLast().paidByCredit() ? 0 : 1;
                }
            }
        }
        if (end <= day(range[1].last()) && bills.isEmpty()) {
            pending.forEach(
                    left -> skipped.add(new Skipped(billing.contract().id(), LEFT_OVER, null, null, left.cents())));
        }
    }

    // The days of a period -----------------------------------------------------------------------------------------

    /** Days to be charged that belong together: between them lie only paused and exempt ones. */
    private static final class Run {
        private final int first;
        private int last;
        private int charged;
        private long cents;

        private Run(int first) {
            this.first = first;
        }
    }

    private enum State {
        OUTSIDE,
        COVERED,
        PAUSED,
        EXEMPT,
        MISSING
    }

    /** What is to become of each day of a period. */
    private final class Days {
        private final BillingPeriod period;
        private final State[] states;
        private int missing;
        private Skipped.@Nullable Reason why;

        Days(BillingPeriod period) {
            this.period = period;
            this.states = new State[period.days()];
            int first = day(period.first());
            var covering = covering(period);
            for (int i = 0; i < states.length; i++) {
                states[i] = state(first + i, covering);
                switch (states[i]) {
                    case MISSING -> missing++;
                    case COVERED -> why = ISSUED;
                    case PAUSED -> why = why == ISSUED ? ISSUED : PAUSED;
                    case EXEMPT -> why = why == null ? EXEMPT : why;
                    case OUTSIDE -> {}
                }
            }
        }

        List<Run> runs() {
            List<Run> runs = new ArrayList<>();
            Run run = null;
            int first = day(period.first());
            for (int i = 0; i < states.length; i++) {
                if (states[i] == State.MISSING) {
                    if (run == null) {
                        run = new Run(first + i);
                        runs.add(run);
                    }
                    run.last = first + i;
                    run.charged++;
                    run.cents += period.cents(price(first + i, planId(), billing.listCents()), first + i);
                } else if (states[i] == State.COVERED) {
                    run = null;
                }
            }
            return runs;
        }
    }

    private Days days(BillingPeriod period) {
        return new Days(period);
    }

    private State state(int day, List<DayWindow> covering) {
        if (day < day(start) || day > end) {
            return State.OUTSIDE;
        }
        if (isWithin(covering, day)) {
            return State.COVERED;
        }
        if (isWithin(billing.pauses(), day)) {
            return State.PAUSED;
        }
        return isWithin(billing.exemptions(), day) ? State.EXEMPT : State.MISSING;
    }

    /**
     * What recurring receivables cover of the period. One that a person cancelled covers its days, too: they are owed no
     * longer, and nobody wants them back the next morning.
     */
    private List<DayWindow> covering(BillingPeriod period) {
        List<DayWindow> covering = new ArrayList<>();
        for (var one : billing.receivables()) {
            var first = one.coverageFirst();
            var last = one.coverageLast();
            if (one.kind() != ReceivableKind.RECURRING || one.replacedById() != null || one.withdrawn()) {
                continue;
            }
            if (first != null && last != null && !first.isAfter(period.last()) && !last.isBefore(period.first())) {
                covering.add(DayWindow.of(first, isCut(one) ? lastBeforeTheEnd(one, last) : last));
            }
        }
        return covering;
    }

    private LocalDate lastBeforeTheEnd(Receivable cut, LocalDate otherwise) {
        return cuts.stream()
                .filter(one -> one.receivable().id() == cut.id())
                .findFirst()
                .map(one -> one.coverageLast() == null ? otherwise : one.coverageLast())
                .orElse(otherwise);
    }

    private static boolean isWithin(List<DayWindow> windows, int day) {
        for (var window : windows) {
            if (window.firstDay() <= day && day <= window.lastDay()) {
                return true;
            }
        }
        return false;
    }

    private long planId() {
        return billing.contract().planId();
    }

    /**
     * The monthly price that holds on a day.
     *
     * @param planId the plan of which the price at issue is known
     * @param listCents that price
     */
    private long price(int day, long planId, long listCents) {
        PriceStep held = null;
        for (var step : billing.prices()) {
            if (held == null || day(step.from()) <= day) {
                held = step;
            }
        }
        if (held == null) {
            return terms.priceCents() == null ? listCents : terms.priceCents();
        }
        if (held.ownCents() != null) {
            return held.ownCents();
        }
        return held.planId() == planId ? listCents : held.listCents();
    }

    // One bill -----------------------------------------------------------------------------------------------------

    private Bill bill(BillingPeriod period, Run run, Deque<Adjustment> pending) {
        var first = LocalDate.ofEpochDay(run.first);
        var last = LocalDate.ofEpochDay(run.last);
        var made = madeUpFor(run.cents, pending);
        long sum = run.cents + made.stream().mapToLong(Adjustment::cents).sum();
        boolean byCredit = sum == 0;
        long nominal = byCredit ? run.cents : sum;
        var due = dueOn(first, last);
        long discount = byCredit ? 0 : discount(period, run, nominal);
        var until = due.minusDays(BillingRules.of(billing.rules().discountDays()));
        boolean discounted = discount > 0 && !until.isBefore(today);
        return new Bill(
                billing.contract().id(),
                new Generated(first, period.first(), period.last(), planId(), billing.listCents(), run.cents),
                first,
                last,
                run.charged,
                period.days(),
                today,
                due,
                nominal,
                byCredit,
                made,
                discounted ? discount : 0,
                discounted ? until : null,
                LateTerms.of(billing.rules()));
    }

    /** Takes what the bill makes up for; credit beyond its own cents waits for the next one. */
    private static List<Adjustment> madeUpFor(long cents, Deque<Adjustment> pending) {
        List<Adjustment> made = new ArrayList<>();
        long sum = cents;
        // Charges first, so that as much credit as there is can be used.
        for (int i = pending.size(); i > 0; i--) {
            var one = pending.removeFirst();
            if (one.cents() > 0) {
                made.add(one);
                sum += one.cents();
            } else {
                pending.addLast(one);
            }
        }
        while (!pending.isEmpty() && sum > 0) {
            var credit = pending.removeFirst();
            long used = Math.min(sum, -credit.cents());
            made.add(new Adjustment(credit.receivableId(), -used, credit.why()));
            if (used < -credit.cents()) {
                pending.addFirst(new Adjustment(credit.receivableId(), credit.cents() + used, credit.why()));
            }
            sum -= used;
        }
        return made;
    }

    /** Of a part of a period the same part, rounded down, and always less than what it is about. */
    private long discount(BillingPeriod period, Run run, long nominal) {
        long whole = BillingRules.of(billing.rules().discountCents());
        return Math.max(0, Math.min(whole * run.charged / period.days(), nominal - 1));
    }

    /**
     * Prepaid: the last due day that is not after the first covered day. Postpaid: the first after the last covered day.
     * Never so early that the customer could not pay in time.
     */
    private LocalDate dueOn(LocalDate coverageFirst, LocalDate coverageLast) {
        var due = billing.contract().billingMode() == BillingMode.PREPAID
                ? onOrBefore(coverageFirst)
                : onOrAfter(coverageLast.plusDays(1));
        return later(due, today.plusDays(BillingRules.of(billing.rules().leastDaysToPay())));
    }

    private LocalDate onOrBefore(LocalDate day) {
        var month = YearMonth.from(day);
        var due = BillingPeriod.clamped(month, terms.dueDay());
        return due.isAfter(day) ? BillingPeriod.clamped(month.minusMonths(1), terms.dueDay()) : due;
    }

    private LocalDate onOrAfter(LocalDate day) {
        var month = YearMonth.from(day);
        var due = BillingPeriod.clamped(month, terms.dueDay());
        return due.isBefore(day) ? BillingPeriod.clamped(month.plusMonths(1), terms.dueDay()) : due;
    }

    // What has been issued -----------------------------------------------------------------------------------------

    /** Differences that no receivable has made up for yet, those of the oldest days first. */
    private Deque<Adjustment> adjustments() {
        Deque<Adjustment> pending = new ArrayDeque<>();
        billing.receivables().stream()
                .filter(one -> one.generated() != null
                        && one.status() != ReceivableStatus.CANCELLED
                        && !isCut(one)
                        && one.coverageFirst() != null)
                .sorted(Comparator.comparing(Receivable::coverageFirst).thenComparingLong(Receivable::id))
                .forEach(one -> {
                    long difference = expected(one) - charged(one);
                    if (difference != 0) {
                        pending.add(new Adjustment(one.id(), difference, why(one)));
                    }
                });
        return pending;
    }

    /** Nothing stands written that could change the price of a day. */
    private boolean isPlain() {
        return billing.prices().isEmpty()
                && billing.pauses().isEmpty()
                && billing.exemptions().isEmpty()
                && end == DayWindow.OPEN;
    }

    /** What a generated receivable would charge for its own days as they look now. */
    private long expected(Receivable receivable) {
        var generated = receivable.generated();
        if (generated == null) {
            return 0;
        }
        int first = day(receivable.coverageFirst());
        if (isPlain()) {
            long price = price(first, generated.planId(), generated.listCents());
            return generated.period().cents(price, first, day(receivable.coverageLast()));
        }
        long cents = 0;
        for (int day = first; day <= day(receivable.coverageLast()); day++) {
            boolean charged = day <= end && !isWithin(billing.pauses(), day) && !isWithin(billing.exemptions(), day);
            if (charged) {
                cents += generated.period().cents(price(day, generated.planId(), generated.listCents()), day);
            }
        }
        return cents;
    }

    private long charged(Receivable receivable) {
        var generated = receivable.generated();
        return (generated == null ? 0 : generated.ownCents())
                + billing.adjusted().getOrDefault(receivable.id(), 0L);
    }

    private Why why(Receivable receivable) {
        int first = day(receivable.coverageFirst());
        int last = day(receivable.coverageLast());
        if (last > end) {
            return Why.CONTRACT_END;
        }
        for (int day = first; day <= last; day++) {
            if (isWithin(billing.pauses(), day)) {
                return Why.PAUSE;
            }
            if (isWithin(billing.exemptions(), day)) {
                return Why.EXEMPTION;
            }
        }
        // A pause or an exemption that was taken back leaves no trace of its own.
        return billing.prices().isEmpty() ? Why.PAUSE : Why.PLAN_CHANGE;
    }

    private void cutWhatReachesBeyondTheEnd() {
        if (end == DayWindow.OPEN) {
            return;
        }
        billing.receivables().stream()
                .filter(one -> one.generated() != null
                        && one.isOpen()
                        // Its instalments are owed as it was signed; cut, or taken back, it would be owed besides.
                        && !one.is(Receivable.Part.PROMISED)
                        && one.paidCents() == 0
                        && one.coverageLast() != null
                        && day(one.coverageLast()) > end)
                .forEach(one -> cuts.add(cut(one)));
    }

    private Cut cut(Receivable receivable) {
        long difference = expected(receivable) - charged(receivable);
        var generated = receivable.generated();
        long own = (generated == null ? 0 : generated.ownCents()) + difference;
        long nominal = receivable.nominalCents() + difference;
        boolean nothingLeft = day(receivable.coverageFirst()) > end || nominal <= 0 || own <= 0;
        return nothingLeft
                ? new Cut(receivable, 0, 0, null)
                : new Cut(receivable, nominal, own, LocalDate.ofEpochDay(end));
    }

    private boolean isCut(Receivable receivable) {
        return cuts.stream().anyMatch(cut -> cut.receivable().id() == receivable.id());
    }

    // Skips --------------------------------------------------------------------------------------------------------

    private void skip(Skipped.Reason reason) {
        skipped.add(Skipped.contract(billing.contract().id(), reason));
    }

    private void skip(Skipped.Reason reason, BillingPeriod period) {
        skipped.add(new Skipped(billing.contract().id(), reason, period.first(), period.last(), 0));
    }

    private static int day(@Nullable LocalDate date) {
        return date == null ? Integer.MIN_VALUE : (int) date.toEpochDay();
    }
}
