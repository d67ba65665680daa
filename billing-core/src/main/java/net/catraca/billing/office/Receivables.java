package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.office.LockedContract.Held;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.receivable.Bill.Adjustment;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.receivable.LateCharges;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Receivable.Part;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.release.ReleaseRules;
import net.catraca.billing.store.BillingBook;
import net.catraca.billing.store.CommitmentBook;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.DebtReliefBook;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** What contracts owe: written by people one at a time; by billing jobs in bulk, see {@link ReceivableUpsert}. */
@Singleton
public final class Receivables {

    /** Prepaid for three years; a longer period is a slip in a year's digits. */
    private static final int MOST_COVERED_DAYS = 1100;

    private final Sql sql;
    private final LockedContract contracts;
    private final ReceivableBook receivables;
    private final PaymentBook payments;
    private final CommitmentBook commitments;
    private final ReleaseSituations situations;
    private final ReleaseRules rules;
    private final DebtReliefBook otherRelief;
    private final WaitingMoney waiting;
    private final ContractBook contractBook;
    private final BillingBook billing;
    private final BillingRules usual;
    private final BankingCalendar calendar;
    private final AuditLog audit;
    private final Clock clock;

    Receivables(
            Sql sql,
            LockedContract contracts,
            ReceivableBook receivables,
            PaymentBook payments,
            CommitmentBook commitments,
            ReleaseSituations situations,
            ReleaseRules rules,
            DebtReliefBook otherRelief,
            WaitingMoney waiting,
            ContractBook contractBook,
            BillingBook billing,
            BillingRules usual,
            BankingCalendar calendar,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.contracts = contracts;
        this.receivables = receivables;
        this.payments = payments;
        this.commitments = commitments;
        this.situations = situations;
        this.rules = rules;
        this.otherRelief = otherRelief;
        this.waiting = waiting;
        this.contractBook = contractBook;
        this.billing = billing;
        this.usual = usual;
        this.calendar = calendar;
        this.audit = audit;
        this.clock = clock;
    }

    /** Money that waited for it, and what the contract paid too much before, is used for it at once. */
    public Outcome<Receivable> create(Actor actor, ReceivableDraft draft) {
        var checks = check(draft)
                .expect(
                        draft.kind() != ReceivableKind.RENEGOTIATED,
                        "kind",
                        "recurring or one-off: instalments are written by an agreement");
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            waiting.begin();
            return contracts.with(draft.contractId(), held -> create(actor, draft, held));
        });
    }

    private Outcome<Receivable> create(Actor actor, ReceivableDraft draft, Held held) {
        return receivables
                .insert(draft, held.today(), held.now())
                .map(created -> {
                    audit.append(actor, "receivable.create", subject(created), null, created, held.now());
                    waiting.payFor(actor, held.write(), List.of(created), held.now());
                    held.write().useCredit();
                    return Outcome.done(receivables.find(created.id()).orElseThrow());
                })
                .orElseGet(
                        () -> Outcome.declined(new Conflict("external-id-taken", String.valueOf(draft.externalId()))));
    }

    public Optional<Receivable> find(long id) {
        return receivables.find(id);
    }

    public Optional<Receivable> findByExternalId(String externalId) {
        return receivables.findByExternalId(externalId);
    }

    /**
     * @param contractId null for all contracts
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<Receivable> list(@Nullable Long contractId, long afterId, int limit) {
        return receivables.page(contractId, afterId, limit);
    }

    /**
     * An open receivable is owed no longer, and a commitment no longer rests on it. What was paid of it pays what else
     * the contract owes, or is its credit.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<Receivable> cancel(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        return onOpen(id, expectedVersion, (open, held) -> {
            if (open.is(Part.INSTALMENT)) {
                return Outcome.declined(inAgreement(open));
            }
            payments.takeAllFrom(id);
            var cancelled = receivables.update(open.paid(0, open.status(), null).cancelled(reason));
            audit.append(actor, "receivable.cancel", subject(cancelled), open, cancelled, held.now());
            return Outcome.done(cancelled);
        });
    }

    /**
     * Moves the due date of an open receivable to a later day; a commitment no longer rests on it, for good. Its
     * original due date is kept, and the days won count as released: declined with {@link Problem.LimitReached} where
     * they are more than one debt gets.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<Receivable> postpone(
            Actor actor, long id, @Nullable Long expectedVersion, LocalDate dueOn, String reason) {
        var checks = new Checks().text(reason, 500, "reason").day(dueOn, "dueOn");
        if (checks.failed()) {
            return checks.declined();
        }
        return onOpen(id, expectedVersion, (open, held) -> {
            if (!dueOn.isAfter(open.dueOn())) {
                return Outcome.declined(new Problem.Invalid("dueOn", "a day after " + open.dueOn()));
            }
            // What does not count for blocking lets nothing through.
            var relief = open.countsForBlocking() ? rules.postponed(open, dueOn, held.today()) : null;
            var refused = rules.refusesPostponing(open, relief, situations.of(held), held.now());
            if (refused != null) {
                return Outcome.declined(
                        new ReleaseRefusal(refused, held.before().zone()).problem());
            }
            var postponed = receivables.update(open.dueOn(dueOn));
            if (relief != null) {
                otherRelief.insert(held.contractId(), relief, id, actor.name(), held.now());
            }
            commitments.takeOut(held.contractId(), Set.of(id));
            audit.append(
                    actor,
                    "receivable.postpone",
                    subject(postponed),
                    open,
                    new Postponed(postponed, reason),
                    held.now());
            return Outcome.done(postponed);
        });
    }

    /**
     * The same debt written anew.
     *
     * @param discountUntil null exactly when there is no discount
     */
    public record Substitute(
            long nominalCents, long discountCents, @Nullable LocalDate discountUntil, LocalDate dueOn, String reason) {}

    /**
     * Cancels an open receivable and writes another in its place: other amounts, another due date. It covers the same
     * days, can be paid by the same charges, and takes what was paid of the old one. It is the same debt, and no younger
     * for it: what rested on the old one rests on it, and notices of the old one are notices of it, unless it is due
     * later. That counts as postponing, with its limits.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     * @return the new one
     */
    public Outcome<Receivable> substitute(Actor actor, long id, @Nullable Long expectedVersion, Substitute wanted) {
        var checks = new Checks().text(wanted.reason(), 500, "reason");
        checkAmounts(checks, wanted.nominalCents(), wanted.discountCents(), wanted.discountUntil())
                .day(wanted.dueOn(), "dueOn");
        if (checks.failed()) {
            return checks.declined();
        }
        return onOpen(id, expectedVersion, (open, held) -> {
            if (open.kind() == ReceivableKind.RENEGOTIATED) {
                return Outcome.declined(new Conflict("instalment", "an agreement says what its instalments are"));
            }
            if (wanted.dueOn().isBefore(held.today()) && wanted.dueOn().isBefore(open.dueOn())) {
                return Outcome.declined(new Problem.Invalid(
                        "dueOn", "a day no earlier than today, or than " + open.dueOn() + " as before"));
            }
            var relief = open.countsForBlocking() ? rules.postponed(open, wanted.dueOn(), held.today()) : null;
            var refused = rules.refusesPostponing(open, relief, situations.of(held), held.now());
            if (refused != null) {
                return Outcome.declined(
                        new ReleaseRefusal(refused, held.before().zone()).problem());
            }
            var original = wanted.dueOn().isBefore(open.originalDueOn()) ? wanted.dueOn() : open.originalDueOn();
            var anew = open.substituted(
                    wanted.nominalCents(), wanted.discountCents(), wanted.discountUntil(), wanted.dueOn(), original);
            if (relief != null) {
                otherRelief.insert(held.contractId(), relief, id, actor.name(), held.now());
            }
            if (wanted.dueOn().isAfter(open.dueOn())) {
                commitments.takeOut(held.contractId(), Set.of(id));
            }
            var written = receivables.replace(open, anew, wanted.reason(), held.today(), held.now());
            held.write().useCredit();
            var after = receivables.find(written.id()).orElseThrow();
            audit.append(
                    actor,
                    "receivable.substitute",
                    subject(open),
                    open,
                    new Postponed(after, wanted.reason()),
                    held.now());
            return Outcome.done(after);
        });
    }

    private record Postponed(Receivable receivable, String reason) {}

    private interface OnOpen {
        Outcome<Receivable> apply(Receivable open, Held held);
    }

    private Outcome<Receivable> onOpen(long id, @Nullable Long expectedVersion, OnOpen work) {
        var found = receivables.find(id);
        if (found.isEmpty()) {
            return Outcome.declined(new Unknown("receivable", id));
        }
        return contracts.with(found.get().contractId(), held -> {
            // Read again: only now nobody else can write it.
            var receivable = receivables.find(id).orElseThrow();
            var stale = LockedContract.stale(expectedVersion, receivable.version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            if (receivable.is(Part.PROMISED)) {
                return Outcome.declined(inAgreement(receivable));
            }
            return receivable.isOpen()
                    ? work.apply(receivable, held)
                    : Outcome.declined(
                            new Conflict("not-open", receivable.status().name()));
        });
    }

    /** Its agreement has to be cancelled or broken first. */
    static Problem inAgreement(Receivable receivable) {
        var agreement = receivable.agreement();
        return new Conflict("in-agreement", agreement == null ? "" : "agreement " + agreement.agreementId());
    }

    /**
     * What receivables cost when they are paid on a day.
     *
     * @param on null for today in each one's contract's zone
     */
    public Map<Long, LateCharges> charges(List<Receivable> some, @Nullable LocalDate on) {
        if (some.isEmpty()) {
            return Map.of();
        }
        var ids = some.stream().map(Receivable::contractId).collect(Collectors.toSet());
        var rulesOf = billing.rulesOf(ids);
        var zones = on == null ? zones(ids) : Map.<Long, ZoneId>of();
        Map<Long, LateCharges> charges = new HashMap<>();
        for (var one : some) {
            var day = on == null
                    ? LocalDate.ofInstant(clock.instant(), zones.getOrDefault(one.contractId(), Contract.DEFAULT_ZONE))
                    : on;
            var inForce =
                    rulesOf.getOrDefault(one.contractId(), BillingRules.NONE).orElse(usual);
            charges.put(one.id(), LateCharges.of(one, inForce, calendar, day));
        }
        return charges;
    }

    private Map<Long, ZoneId> zones(Set<Long> contractIds) {
        return contractBook.findAll(contractIds).stream().collect(Collectors.toMap(Contract::id, Contract::zone));
    }

    /** What a generated receivable makes up for. */
    public List<Adjustment> adjustments(long id) {
        return receivables.adjustments(id);
    }

    static String subject(Receivable receivable) {
        return "receivable/" + receivable.id();
    }

    /** What is wrong with a draft in itself, whatever the books say. */
    static Checks check(ReceivableDraft draft) {
        var issuedOn = draft.issuedOn();
        var checks = new Checks().textOrNone(draft.externalId(), 200, "externalId");
        checkAmounts(checks, draft.nominalCents(), draft.discountCents(), draft.discountUntil())
                .day(issuedOn, "issuedOn")
                .expect(issuedOn == null || !issuedOn.isAfter(draft.dueOn()), "issuedOn", "a day no later than dueOn")
                .day(draft.dueOn(), "dueOn");
        return checkCoverage(draft, checks);
    }

    private static Checks checkAmounts(
            Checks checks, long nominalCents, long discountCents, @Nullable LocalDate discountUntil) {
        return checks.cents(nominalCents, "nominalCents")
                .expect(
                        discountCents >= 0 && discountCents < Math.max(1, nominalCents),
                        "discountCents",
                        "0 or more and less than nominalCents")
                .expect(
                        (discountCents > 0) == (discountUntil != null),
                        "discountUntil",
                        "a day exactly when discountCents is more than 0")
                .day(discountUntil, "discountUntil");
    }

    private static Checks checkCoverage(ReceivableDraft draft, Checks checks) {
        var first = draft.coverageFirst();
        var last = draft.coverageLast();
        if (draft.kind() != ReceivableKind.RECURRING) {
            return checks.expect(
                            first == null, "coverageFirst", "none: only a recurring receivable has a coverage period")
                    .expect(last == null, "coverageLast", "none: only a recurring receivable has a coverage period");
        }
        checks.expect(first != null, "coverageFirst", "the first covered day of a recurring receivable")
                .expect(last != null, "coverageLast", "the last covered day of a recurring receivable")
                .day(first, "coverageFirst")
                .day(last, "coverageLast");
        if (first != null && last != null) {
            checks.expect(!last.isBefore(first), "coverageLast", "a day no earlier than coverageFirst")
                    .expect(
                            ChronoUnit.DAYS.between(first, last) < MOST_COVERED_DAYS,
                            "coverageLast",
                            "a period of at most " + MOST_COVERED_DAYS + " days");
        }
        return checks;
    }
}
