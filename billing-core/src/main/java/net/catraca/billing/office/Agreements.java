package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.catraca.billing.access.AgreementTerms;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.LimitReached;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.receivable.Agreement;
import net.catraca.billing.receivable.Agreement.End;
import net.catraca.billing.receivable.Agreement.Move;
import net.catraca.billing.receivable.Agreement.Replaced;
import net.catraca.billing.receivable.Agreement.State;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.AgreementPlan;
import net.catraca.billing.receivable.AgreementPlan.Debt;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.AgreementBook;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.ReceivableBook;
import org.jspecify.annotations.Nullable;

/**
 * Agreements: old receivables replaced by instalments. Signing relieves, at once or at the first payment, by policy;
 * what an agreement gives back when it ends tightens nothing until a run. How an agreement goes on as its instalments
 * are paid is followed by every write (see AgreementProgress).
 */
@Singleton
public final class Agreements {

    /** Ten years; more is a slip of the keyboard. */
    private static final int MOST_INSTALMENTS = 120;

    /** An agreement lets a debt through: its first payment may not be far away. */
    private static final int MOST_DAYS_TO_FIRST = 45;

    private static final int MOST_RECEIVABLES = 500;

    /** Agreements looked at before the next are read. */
    private static final int PAGE = 500;

    private static final String LATE = "an instalment is late";
    private static final String WAITING = "waiting";

    private final AccessWrite access;
    private final AgreementBook agreements;
    private final ReceivableBook receivables;
    private final ContractFacts facts;
    private final ReturnedDebt returned;
    private final Credits credits;
    private final MoneyInTime money;
    private final BankingCalendar calendar;
    private final AuditLog audit;
    private final Clock clock;

    Agreements(
            AccessWrite access,
            AgreementBook agreements,
            ReceivableBook receivables,
            ContractFacts facts,
            ReturnedDebt returned,
            Credits credits,
            MoneyInTime money,
            BankingCalendar calendar,
            AuditLog audit,
            Clock clock) {
        this.access = access;
        this.agreements = agreements;
        this.receivables = receivables;
        this.facts = facts;
        this.returned = returned;
        this.credits = credits;
        this.money = money;
        this.calendar = calendar;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * An agreement with all that belongs to it.
     *
     * @param replaced what it replaced, by id
     * @param receivables its instalments and the old ones that have no later agreement, by due day
     * @param breaksOn the first day on which it breaks if nothing more is paid; null when nothing is late ahead, or
     *     while a pause is open
     * @param moves where the money of a broken or cancelled one went
     */
    public record Detail(
            Agreement agreement,
            List<Replaced> replaced,
            List<Receivable> receivables,
            @Nullable LocalDate breaksOn,
            List<Move> moves) {

        public Detail {
            replaced = List.copyOf(replaced);
            receivables = List.copyOf(receivables);
            moves = List.copyOf(moves);
        }

        public List<Receivable> instalments() {
            return receivables.stream()
                    .filter(each -> each.is(Receivable.Part.INSTALMENT))
                    .toList();
        }
    }

    /**
     * What was signed, or would be: one agreement a contract.
     *
     * @param changes each contract's facts before and after
     */
    public record Signed(List<Detail> agreements, List<AccessWrite.Change> changes) {

        public Signed {
            agreements = List.copyOf(agreements);
            changes = List.copyOf(changes);
        }
    }

    /** Rolls back what was done, and carries it. */
    private static final class OnlyPreviewed extends RuntimeException {

        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial") // never written
        private final Outcome<Signed> signed;

        OnlyPreviewed(Outcome<Signed> signed) {
            super("previewed", null, false, false);
            this.signed = signed;
        }
    }

    /** What {@link #sign} would do; nothing is written. No transaction may be running. */
    public Outcome<Signed> preview(Actor actor, AgreementDraft draft) {
        try {
            return sign(actor, draft, true);
        } catch (OnlyPreviewed previewed) {
            return previewed.signed;
        }
    }

    /**
     * Replaces overdue receivables by instalments. Declined as {@code not-open}, {@code not-overdue},
     * {@code in-agreement} or {@code of-another-customer} for a receivable that cannot be taken, and with
     * {@link LimitReached} for a debt that was agreed upon too often.
     */
    public Outcome<Signed> sign(Actor actor, AgreementDraft draft) {
        return sign(actor, draft, false);
    }

    private Outcome<Signed> sign(Actor actor, AgreementDraft draft, boolean onlyPreviewed) {
        var checks = check(draft);
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        var contracts = contracts(draft);
        List<AccessWrite.Change> changes = new ArrayList<>();
        var signed = access.on(contracts.ids(), now, write -> {
            Outcome<List<Agreement>> outcome = contracts.missing() == null
                    ? new Signing(actor, draft, write, now).all()
                    : Outcome.declined(contracts.missing());
            switch (outcome) {
                case Outcome.Declined<List<Agreement>> _ -> write.leaveAll();
                case Outcome.Done(var list) ->
                    write.afterwards(told -> {
                        changes.addAll(told);
                        if (onlyPreviewed) {
                            throw new OnlyPreviewed(Outcome.done(signed(list, changes)));
                        }
                    });
            }
            return outcome;
        });
        return signed.map(list -> signed(list, changes));
    }

    private Signed signed(List<Agreement> list, List<AccessWrite.Change> changes) {
        return new Signed(list.stream().map(each -> detail(each.id())).toList(), changes);
    }

    private record Contracts(TreeSet<Long> ids, @Nullable Problem missing) {}

    private Contracts contracts(AgreementDraft draft) {
        var ids = new TreeSet<Long>();
        if (draft.contractId() != null) {
            ids.add(draft.contractId());
        }
        for (long id : draft.receivableIds()) {
            var receivable = receivables.find(id);
            if (receivable.isEmpty()) {
                return new Contracts(new TreeSet<>(), new Unknown("receivable", id));
            }
            ids.add(receivable.get().contractId());
        }
        return new Contracts(ids, null);
    }

    private static Checks check(AgreementDraft draft) {
        return new Checks()
                .text(draft.reason(), 500, "reason")
                .expect(
                        (draft.contractId() != null) == draft.receivableIds().isEmpty(),
                        "receivableIds",
                        "ids of overdue receivables, or a contract in contractId")
                .expect(
                        draft.receivableIds().size() <= MOST_RECEIVABLES,
                        "receivableIds",
                        "at most " + MOST_RECEIVABLES)
                .expect(within(draft.chargesCents()), "chargesCents", "0 to " + Checks.MOST_CENTS + " cents")
                .expect(within(draft.discountCents()), "discountCents", "0 to " + Checks.MOST_CENTS + " cents")
                .expect(within(draft.downPaymentCents()), "downPaymentCents", "0 to " + Checks.MOST_CENTS + " cents")
                .expect(
                        draft.downPaymentDueOn() == null || draft.downPaymentCents() > 0,
                        "downPaymentDueOn",
                        "none without a down payment")
                .expect(
                        draft.instalments() >= 0 && draft.instalments() <= MOST_INSTALMENTS,
                        "instalments",
                        "0 to " + MOST_INSTALMENTS)
                .expect(
                        (draft.instalments() > 0) == (draft.firstDueOn() != null),
                        "firstDueOn",
                        "a day exactly when there are instalments")
                .day(draft.downPaymentDueOn(), "downPaymentDueOn")
                .day(draft.firstDueOn(), "firstDueOn");
    }

    private static boolean within(long cents) {
        return cents >= 0 && cents <= Checks.MOST_CENTS;
    }

    /** One signing under way: its contracts are locked. */
    private final class Signing {

        private final Actor actor;
        private final AgreementDraft draft;
        private final AccessWrite.Write write;
        private final Instant now;

        Signing(Actor actor, AgreementDraft draft, AccessWrite.Write write, Instant now) {
            this.actor = actor;
            this.draft = draft;
            this.write = write;
            this.now = now;
        }

        Outcome<List<Agreement>> all() {
            var contract = draft.contractId();
            if (contract != null && !write.holds(contract)) {
                return Outcome.declined(new Unknown("contract", contract));
            }
            // Read now that nobody else can write them.
            var old = contract == null
                    ? draft.receivableIds().stream()
                            .map(id -> receivables.find(id).orElseThrow())
                            .sorted(Comparator.comparingLong(Receivable::id))
                            .toList()
                    : receivables.open(contract).stream()
                            .filter(each -> isOverdue(each) && isFree(each))
                            .toList();
            var problem = problem(old);
            return problem == null ? agree(old) : Outcome.declined(problem);
        }

        private @Nullable Problem problem(List<Receivable> old) {
            if (old.isEmpty()) {
                return new Conflict("nothing-overdue", "contract " + draft.contractId());
            }
            for (var each : old) {
                var problem = problem(each);
                if (problem != null) {
                    return problem;
                }
            }
            if (write.before().stream()
                            .map(ContractSnapshot::customerId)
                            .distinct()
                            .count()
                    > 1) {
                return new Conflict("of-another-customer", "receivables of one customer's contracts");
            }
            return tooOften(old);
        }

        private @Nullable Problem problem(Receivable old) {
            if (!isFree(old)) {
                return Receivables.inAgreement(old);
            }
            if (!old.isOpen()) {
                return new Conflict(
                        "not-open",
                        "receivable " + old.id() + ": " + old.status().name());
            }
            return isOverdue(old)
                    ? null
                    : new Conflict("not-overdue", "receivable " + old.id() + " is due on " + old.dueOn());
        }

        private boolean isFree(Receivable old) {
            return old.agreement() == null || old.is(Receivable.Part.RETURNED);
        }

        private boolean isOverdue(Receivable old) {
            return calendar.nextBankingDay(old.dueOn()).isBefore(today(old.contractId()));
        }

        private @Nullable Problem tooOften(List<Receivable> old) {
            var times = agreements.timesAgreed(old.stream().map(Receivable::id).toList());
            for (var each : old) {
                int before = times.getOrDefault(each.id(), 0);
                int most = terms(each.contractId()).perDebt();
                if (before >= most) {
                    return new LimitReached(
                            "agreements-per-debt",
                            "the policy allows %d agreements of one debt, and receivable %d was in %d"
                                    .formatted(most, each.id(), before),
                            null,
                            null);
                }
            }
            return null;
        }

        private Outcome<List<Agreement>> agree(List<Receivable> old) {
            var debts = debts(old);
            var today = today(debts.getFirst().contractId());
            var checks = new Checks();
            long whole = AgreementPlan.debtCents(debts) + draft.chargesCents() - draft.discountCents();
            checks.expect(whole > 0, "discountCents", "less than what is owed, with charges")
                    .expect(
                            draft.downPaymentCents() <= whole
                                    && (draft.instalments() > 0 || draft.downPaymentCents() == whole),
                            "downPaymentCents",
                            "at most " + whole + " cents, and all of it without instalments");
            checkDays(checks, today);
            if (checks.failed()) {
                return checks.declined();
            }
            var plan = AgreementPlan.of(draft, debts, today);
            return plan.parts().stream().anyMatch(part -> part.instalments().isEmpty())
                    ? Outcome.declined(new Invalid("discountCents", "so much that each contract has something to pay"))
                    : Outcome.done(write(plan, old, today));
        }

        private void checkDays(Checks checks, LocalDate today) {
            var last = today.plusDays(MOST_DAYS_TO_FIRST);
            var down = draft.downPaymentDueOn() == null ? today : draft.downPaymentDueOn();
            var first = draft.firstDueOn();
            boolean paysDown = draft.downPaymentCents() > 0;
            checks.expect(
                    !down.isBefore(today) && !down.isAfter(last),
                    "downPaymentDueOn",
                    "a day from " + today + " to " + last);
            if (first == null) {
                return;
            }
            var earliest = paysDown ? down : today;
            var latest = earliest.plusDays(MOST_DAYS_TO_FIRST);
            checks.expect(
                    !first.isBefore(earliest) && !first.isAfter(latest),
                    "firstDueOn",
                    "a day from " + earliest + " to " + latest);
        }

        private List<Debt> debts(List<Receivable> old) {
            var missing = old.stream()
                    .collect(Collectors.groupingBy(
                            Receivable::contractId,
                            TreeMap::new,
                            Collectors.mapping(
                                    each -> new Replaced(
                                            each.id(),
                                            receivables
                                                    .settlement(each.id())
                                                    .orElseThrow()
                                                    .missingOn(today(each.contractId()))),
                                    Collectors.toList())));
            return missing.entrySet().stream()
                    .map(entry -> new Debt(entry.getKey(), entry.getValue()))
                    .toList();
        }

        private List<Agreement> write(AgreementPlan plan, List<Receivable> old, LocalDate today) {
            List<Agreement> signed = new ArrayList<>();
            List<Receivable> instalments = new ArrayList<>();
            for (var part : plan.parts()) {
                long contract = part.debt().contractId();
                Long first = signed.isEmpty() ? null : signed.getFirst().id();
                var agreement =
                        agreements.insert(part, first, terms(contract), today, now, actor.name(), draft.reason());
                signed.add(agreement);
                promise(agreement, old);
                part.instalments().forEach(each -> instalments.add(instalment(agreement, each)));
            }
            if (signed.size() > 1) {
                agreements.setSignedWith(
                        signed.getFirst().id(), signed.getFirst().id());
            }
            credits.use(write, instalments, now);
            agreements.follow(write.held(), now);
            for (var agreement : signed) {
                var kept = detail(agreement.id());
                audit.append(actor, "agreement.sign", subject(agreement), null, kept, now);
            }
            return signed;
        }

        private void promise(Agreement agreement, List<Receivable> old) {
            old.stream()
                    .filter(each -> each.contractId() == agreement.contractId())
                    .forEach(each -> receivables.update(each.in(agreement.id(), Receivable.Part.PROMISED)));
        }

        private Receivable instalment(Agreement agreement, AgreementPlan.Instalment part) {
            var draftOfIt = new ReceivableDraft(
                    null,
                    agreement.contractId(),
                    ReceivableKind.RENEGOTIATED,
                    part.cents(),
                    0,
                    null,
                    null,
                    part.dueOn(),
                    null,
                    null,
                    // It counts once it has replaced the old debt.
                    false);
            var created = receivables
                    .insert(draftOfIt, today(agreement.contractId()), now)
                    .orElseThrow();
            return receivables.update(created.in(agreement.id(), Receivable.Part.INSTALMENT));
        }

        private LocalDate today(long contract) {
            return LocalDate.ofInstant(now, facts(contract).zone());
        }

        private AgreementTerms terms(long contract) {
            return facts(contract).policy().versionOn(today(contract)).agreement();
        }

        private ContractSnapshot facts(long contract) {
            return Objects.requireNonNull(write.before(contract));
        }
    }

    public Optional<Detail> find(long id) {
        return agreements.find(id).map(this::detail);
    }

    /**
     * @param contractId null for all contracts
     * @param state null for all states
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<Detail> list(@Nullable Long contractId, @Nullable State state, long afterId, int limit) {
        return agreements.page(contractId, state, afterId, limit).stream()
                .map(this::detail)
                .toList();
    }

    /** Those of a contract that run or wait for their first payment. */
    List<Detail> standing(long contractId) {
        return agreements.standing(List.of(contractId)).stream()
                .map(this::detail)
                .toList();
    }

    private Detail detail(long id) {
        return detail(agreements.find(id).orElseThrow());
    }

    private Detail detail(Agreement agreement) {
        var all = receivables.inAgreement(agreement.id());
        var pauses = facts.find(agreement.contractId()).orElseThrow().pauses();
        int breaksOn = agreement.state().isStanding() ? breaksOn(agreement, all, pauses) : DayWindow.OPEN;
        return new Detail(
                agreement,
                agreements.replaced(agreement.id()),
                all,
                breaksOn == DayWindow.OPEN ? null : LocalDate.ofEpochDay(breaksOn),
                agreements.moves(agreement.id()));
    }

    /** OPEN when no instalment is unpaid, or a pause is open. */
    private int breaksOn(Agreement agreement, List<Receivable> all, @Nullable DayWindow pauses) {
        return all.stream()
                .filter(each -> each.is(Receivable.Part.INSTALMENT) && each.isOpen())
                .mapToInt(each -> (int) calendar.nextBankingDay(each.dueOn()).toEpochDay())
                .map(due -> agreement.breaksOn(due, pauses))
                .min()
                .orElse(DayWindow.OPEN);
    }

    /**
     * The old debt returns with its due days and notices, less what was paid; tightening waits for a run. Those signed
     * together with it break, too.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     * @return declined as {@code not-standing} when it is completed, broken or cancelled
     */
    public Outcome<Detail> breakByHand(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        return end(actor, id, expectedVersion, State.BROKEN, reason);
    }

    /** As {@link #breakByHand}, for one that was signed in error: it does not count as an agreement of its debt. */
    public Outcome<Detail> cancel(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        return end(actor, id, expectedVersion, State.CANCELLED, reason);
    }

    private Outcome<Detail> end(Actor actor, long id, @Nullable Long expectedVersion, State state, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        return onSignedTogether(id, (write, agreement, now) -> {
                    var stale = LockedContract.stale(expectedVersion, agreement.version());
                    if (stale != null) {
                        return stale;
                    }
                    if (!agreement.state().isStanding()) {
                        return new Conflict("not-standing", agreement.state().name());
                    }
                    endTogether(actor, write, agreement, state, reason, now);
                    return null;
                })
                .map(this::detail);
    }

    /**
     * @param waiting those that are late by what is told, and may have been paid in time
     * @param waitsFor why it is not sure of the first of them; null when none waits
     */
    record BrokenLate(int broken, int waiting, @Nullable String waitsFor) {}

    /**
     * Breaks all agreements that have an instalment late for so long; those of contracts that are exempt wait, and those
     * of which the news of money does not tell yet that they were not paid in time: breaking cannot be undone.
     *
     * @throws InterruptedException when the thread was interrupted: what is left is for the next time
     */
    BrokenLate breakLate(Actor actor, Instant at) throws InterruptedException {
        // In the zone that is furthest ahead a day may have begun that has not elsewhere.
        var latest = LocalDate.ofInstant(at, ZoneOffset.MAX);
        var news = money.at(at);
        int broken = 0;
        int waiting = 0;
        String waitsFor = null;
        long after = 0;
        for (var page = agreements.perhapsLate(latest, after, PAGE);
                !page.isEmpty();
                page = agreements.perhapsLate(latest, after, PAGE)) {
            for (var agreement : page) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("breaking agreements, after " + after);
                }
                switch (breakIfLate(actor, agreement.id(), news, at)) {
                    case Outcome.Done<Agreement> _ -> broken++;
                    case Outcome.Declined(Conflict(var code, var why))
                    when code.equals(WAITING) -> {
                        waiting++;
                        waitsFor = waitsFor == null ? why : waitsFor;
                    }
                    case Outcome.Declined<Agreement> _ -> {}
                }
            }
            after = page.getLast().id();
        }
        return new BrokenLate(broken, waiting, waitsFor);
    }

    private Outcome<Agreement> breakIfLate(Actor actor, long id, MoneyInTime.News news, Instant at) {
        return onSignedTogether(id, at, (write, agreement, now) -> {
            var facts = Objects.requireNonNull(write.before(agreement.contractId()));
            int today = facts.dayAt(now);
            int breaksOn = breaksOn(agreement, receivables.inAgreement(agreement.id()), facts.pauses());
            boolean exempt = DayWindow.holding(facts.exemptions(), today) != null;
            if (!agreement.state().isStanding() || breaksOn > today || exempt) {
                return new Conflict("not-late", agreement.state().name());
            }
            var unsure = news.whyUnsure(LocalDate.ofEpochDay(breaksOn), owed(agreement, write));
            if (unsure != null) {
                return new Conflict(WAITING, unsure);
            }
            endTogether(actor, write, agreement, State.BROKEN, LATE, now);
            return null;
        });
    }

    /** What may be paid by whoever keeps this agreement and those that break with it. */
    private Map<ContractSnapshot, List<Receivable>> owed(Agreement agreement, AccessWrite.Write write) {
        Map<ContractSnapshot, List<Receivable>> owed = new LinkedHashMap<>();
        agreements.signedTogether(agreement.id()).stream()
                .filter(each -> each.state().isStanding())
                .forEach(each -> owed.computeIfAbsent(
                                Objects.requireNonNull(write.before(each.contractId())), _ -> new ArrayList<>())
                        .addAll(receivables.inAgreement(each.id()).stream()
                                .filter(Receivable::isOpen)
                                .toList()));
        return owed;
    }

    private interface OnAgreement {
        /** Null when it was done. */
        @Nullable
        Problem apply(AccessWrite.Write write, Agreement agreement, Instant now);
    }

    private Outcome<Agreement> onSignedTogether(long id, OnAgreement work) {
        return onSignedTogether(id, clock.instant(), work);
    }

    /** Locks the contracts of all that were signed together; which those are never changes. */
    private Outcome<Agreement> onSignedTogether(long id, Instant now, OnAgreement work) {
        var contracts = agreements.signedTogether(id).stream()
                .map(Agreement::contractId)
                .collect(Collectors.toCollection(TreeSet::new));
        if (contracts.isEmpty()) {
            return Outcome.declined(new Unknown("agreement", id));
        }
        return access.on(contracts, now, write -> {
            var problem = work.apply(write, agreements.find(id).orElseThrow(), now);
            if (problem != null) {
                write.leaveAll();
                return Outcome.<Agreement>declined(problem);
            }
            return Outcome.done(agreements.find(id).orElseThrow());
        });
    }

    private void endTogether(
            Actor actor, AccessWrite.Write write, Agreement agreement, State state, String reason, Instant now) {
        agreements.signedTogether(agreement.id()).stream()
                .filter(each -> each.state().isStanding())
                .forEach(each -> end(actor, write, each, state, reason, now));
    }

    private void end(
            Actor actor, AccessWrite.Write write, Agreement agreement, State state, String reason, Instant now) {
        var before = detail(agreement);
        var policy =
                Objects.requireNonNull(write.before(agreement.contractId())).policy();
        var moves = returned.giveBack(agreement, before.receivables(), state, day -> policy.versionOn(day)
                .limits()
                .toleranceCents());
        var ended = agreements.end(agreement.id(), state, new End(now, actor.name(), reason), moves);
        audit.append(
                actor,
                state == State.BROKEN ? "agreement.break" : "agreement.cancel",
                subject(ended),
                before,
                detail(ended),
                now);
    }

    private static String subject(Agreement agreement) {
        return "agreement/" + agreement.id();
    }
}
