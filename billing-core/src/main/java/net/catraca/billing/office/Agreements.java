package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.LimitReached;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.receivable.Agreement;
import net.catraca.billing.receivable.Agreement.End;
import net.catraca.billing.receivable.Agreement.Move;
import net.catraca.billing.receivable.Agreement.Replaced;
import net.catraca.billing.receivable.Agreement.State;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.AgreementBook;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.ReceivableBook;
import org.jspecify.annotations.Nullable;

/**
 * Agreements: old receivables replaced by instalments. Signing relieves, at once or at the first payment, by policy;
 * what an agreement gives back when it ends tightens nothing until a run. What may be agreed upon, and how, is said in
 * {@link AgreementSigning}; how an agreement goes on as its instalments are paid is followed by every write (see
 * AgreementProgress).
 */
@Singleton
public final class Agreements {

    /** Agreements looked at before the next are read. */
    private static final int PAGE = 500;

    private static final String LATE = "an instalment is late";
    private static final String WAITING = "waiting";

    private final AccessWrite access;
    private final AgreementBook agreements;
    private final ReceivableBook receivables;
    private final ContractFacts facts;
    private final ReturnedDebt returned;
    private final AgreementSigning signing;
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
            AgreementSigning signing,
            MoneyInTime money,
            BankingCalendar calendar,
            AuditLog audit,
            Clock clock) {
        this.access = access;
        this.agreements = agreements;
        this.receivables = receivables;
        this.facts = facts;
        this.returned = returned;
        this.signing = signing;
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
        var checks = AgreementSigning.check(draft);
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        var contracts = contracts(draft);
        List<AccessWrite.Change> changes = new ArrayList<>();
        var signed = access.on(contracts.ids(), now, write -> {
            Outcome<List<Agreement>> outcome = contracts.missing() == null
                    ? signing.sign(actor, draft, write, now)
                    : Outcome.declined(contracts.missing());
            switch (outcome) {
                case Outcome.Declined<List<Agreement>> _ -> write.leaveAll();
                case Outcome.Done(var list) -> {
                    list.forEach(
                            each -> audit.append(actor, "agreement.sign", subject(each), null, detail(each.id()), now));
                    write.afterwards(told -> {
                        changes.addAll(told);
                        if (onlyPreviewed) {
                            throw new OnlyPreviewed(Outcome.done(signed(list, changes)));
                        }
                    });
                }
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
