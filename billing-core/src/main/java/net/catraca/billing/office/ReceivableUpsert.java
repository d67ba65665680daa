package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.office.AuditLog.Entry;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.Settlement;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Receivable.Part;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.release.ReleaseRules;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.CommitmentBook;
import net.catraca.billing.store.DebtReliefBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** Receivables from a billing job: created or updated by their external id, many in one transaction. */
@Singleton
public final class ReceivableUpsert {

    /** A row each for as many contracts as one transaction may lock. */
    public static final int MAX_ROWS = AccessWrite.MOST_CONTRACTS;

    private final Sql sql;
    private final AccessWrite access;
    private final ReceivableBook receivables;
    private final CommitmentBook commitments;
    private final ReleaseRules rules;
    private final DebtReliefBook otherRelief;
    private final WaitingMoney waiting;
    private final AuditLog audit;
    private final Clock clock;

    ReceivableUpsert(
            Sql sql,
            AccessWrite access,
            ReceivableBook receivables,
            CommitmentBook commitments,
            ReleaseRules rules,
            DebtReliefBook otherRelief,
            WaitingMoney waiting,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.access = access;
        this.receivables = receivables;
        this.commitments = commitments;
        this.rules = rules;
        this.otherRelief = otherRelief;
        this.waiting = waiting;
        this.audit = audit;
        this.clock = clock;
    }

    /** What became of a row, and the receivable as it stands now unless the row was declined. */
    public record Row(int index, @Nullable String externalId, Written written, Outcome<Receivable> outcome) {}

    public enum Written {
        CREATED,
        UPDATED,
        UNCHANGED,
        DECLINED
    }

    /**
     * A row that cannot be accepted is declined for itself; the others are written. An update of a receivable that is
     * no longer open is declined unless it says the same. A later due date is a postponement: a commitment no longer
     * rests on the receivable.
     *
     * @param drafts at most {@link #MAX_ROWS}
     * @return one row a draft, in their order
     */
    public Outcome<List<Row>> upsert(Actor actor, List<ReceivableDraft> drafts) {
        if (drafts.size() > MAX_ROWS) {
            return Outcome.declined(new Problem.Invalid("rows", "at most " + MAX_ROWS));
        }
        var now = clock.instant();
        var contracts = drafts.stream().map(ReceivableDraft::contractId).collect(Collectors.toCollection(TreeSet::new));
        return Outcome.done(sql.inTransaction(() -> {
            waiting.begin();
            return access.on(contracts, now, write -> new Upsert(actor, write, now, existing(drafts)).all(drafts));
        }));
    }

    private Map<String, Receivable> existing(List<ReceivableDraft> drafts) {
        var ids = drafts.stream()
                .map(ReceivableDraft::externalId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        return receivables.findByExternalIds(ids).stream()
                .collect(Collectors.toMap(found -> Objects.requireNonNull(found.externalId()), found -> found));
    }

    /** One upsert under way: its contracts are locked. */
    private final class Upsert {

        private final Actor actor;
        private final Instant now;
        private final Map<String, Receivable> existing;
        private final Map<Long, ContractSnapshot> contracts;
        private final AccessWrite.Write write;
        private final Set<String> seen = new HashSet<>();
        private final Set<Long> changed = new HashSet<>();
        private final List<ReceivableDraft> fresh = new ArrayList<>();
        private final Map<String, Receivable> created = new LinkedHashMap<>();
        private final Map<Long, Receivable> rewritten = new TreeMap<>();
        private final Map<Long, Receivable> updated = new HashMap<>();

        Upsert(Actor actor, AccessWrite.Write write, Instant now, Map<String, Receivable> existing) {
            this.actor = actor;
            this.now = now;
            this.existing = existing;
            this.write = write;
            this.contracts =
                    write.before().stream().collect(Collectors.toMap(ContractSnapshot::contractId, facts -> facts));
        }

        List<Row> all(List<ReceivableDraft> drafts) {
            List<Supplier<Row>> looked = new ArrayList<>();
            for (var draft : drafts) {
                looked.add(row(looked.size(), draft));
            }
            create();
            rewrite();
            var rows = looked.stream().map(Supplier::get).toList();
            contracts.keySet().stream()
                    .filter(contract -> !changed.contains(contract))
                    .forEach(write::leave);
            return withMoney(rows);
        }

        /** What waited for what is new pays it, and what its contracts paid too much before pays what they owe. */
        private List<Row> withMoney(List<Row> rows) {
            var gotMoney = waiting.payFor(actor, write, created.values(), now);
            var paid = write.useCredit().stream().map(Receivable::id).collect(Collectors.toSet());
            return rows.stream()
                    .map(row -> row.outcome() instanceof Outcome.Done<Receivable>(var receivable)
                                    && (paid.contains(receivable.id()) || gotMoney.contains(receivable.contractId()))
                            ? new Row(
                                    row.index(),
                                    row.externalId(),
                                    row.written(),
                                    Outcome.done(
                                            receivables.find(receivable.id()).orElseThrow()))
                            : row)
                    .toList();
        }

        /** @return what became of the draft, to be asked when all are written */
        private Supplier<Row> row(int index, ReceivableDraft draft) {
            var problem = problem(draft);
            if (problem != null) {
                return () -> new Row(index, draft.externalId(), Written.DECLINED, Outcome.declined(problem));
            }
            var externalId = Objects.requireNonNull(draft.externalId());
            var old = existing.get(externalId);
            if (old == null) {
                fresh.add(draft);
                return () -> created(index, externalId);
            }
            return update(index, draft, old);
        }

        private @Nullable Problem problem(ReceivableDraft draft) {
            var checks = Receivables.check(draft)
                    .expect(draft.externalId() != null, "externalId", "the id by which it is created or updated");
            if (checks.failed()) {
                return checks.problem();
            }
            if (!contracts.containsKey(draft.contractId())) {
                return new Unknown("contract", draft.contractId());
            }
            return seen.add(Objects.requireNonNull(draft.externalId()))
                    ? null
                    : new Conflict("external-id-repeated", draft.externalId());
        }

        private void create() {
            var inserted = receivables.insertDrafts(fresh, draft -> today(draft.contractId()), now);
            inserted.forEach(receivable -> {
                changed.add(receivable.contractId());
                created.put(Objects.requireNonNull(receivable.externalId()), receivable);
            });
            audit.appendAll(
                    actor,
                    "receivable.create",
                    inserted.stream()
                            .map(receivable -> new Entry(Receivables.subject(receivable), null, receivable))
                            .toList(),
                    now);
        }

        private Row created(int index, String externalId) {
            var found = created.get(externalId);
            // Not there: another transaction has created it since the external ids were looked up.
            return found == null
                    ? new Row(
                            index,
                            externalId,
                            Written.DECLINED,
                            Outcome.declined(new Conflict("external-id-taken", externalId)))
                    : new Row(index, externalId, Written.CREATED, Outcome.done(found));
        }

        private Supplier<Row> update(int index, ReceivableDraft draft, Receivable old) {
            var wanted = old.rewritten(draft);
            if (old.contractId() != draft.contractId()) {
                return declined(index, old, new Conflict("of-another-contract", Long.toString(old.contractId())));
            }
            if (wanted.equals(old)) {
                return () -> new Row(index, old.externalId(), Written.UNCHANGED, Outcome.done(old));
            }
            if (!old.isOpen()) {
                return declined(
                        index, old, new Conflict("not-open", old.status().name()));
            }
            if (old.is(Part.PROMISED) || old.is(Part.INSTALMENT)) {
                return declined(index, old, Receivables.inAgreement(old));
            }
            rewritten.put(old.id(), wanted);
            changed.add(old.contractId());
            return () -> new Row(
                    index,
                    old.externalId(),
                    Written.UPDATED,
                    Outcome.done(Objects.requireNonNull(updated.get(old.id()))));
        }

        private void rewrite() {
            if (rewritten.isEmpty()) {
                return;
            }
            var open = receivables
                    .openSettlements(rewritten.values().stream()
                            .map(Receivable::contractId)
                            .collect(Collectors.toSet()))
                    .values()
                    .stream()
                    .flatMap(List::stream)
                    .collect(Collectors.toMap(one -> one.receivable().id(), one -> one));
            var before = existing.values().stream().collect(Collectors.toMap(Receivable::id, old -> old));
            List<Entry> entries = new ArrayList<>();
            Map<Long, Set<Long>> postponed = new TreeMap<>();
            var written = receivables.updateAll(rewritten.values().stream()
                    .map(one -> settled(one, open.get(one.id())))
                    .toList());
            for (var one : written) {
                var old = Objects.requireNonNull(before.get(one.id()));
                updated.put(one.id(), one);
                if (one.dueOn().isAfter(old.dueOn())) {
                    postponed
                            .computeIfAbsent(one.contractId(), _ -> new TreeSet<>())
                            .add(one.id());
                    countDays(old, one);
                }
                entries.add(new Entry(Receivables.subject(old), old, one));
            }
            commitments.takeOut(postponed);
            audit.appendAll(actor, "receivable.update", entries, now);
        }

        /** An ERP's due dates are taken as they come, but the days won count as released here, too. */
        private void countDays(Receivable old, Receivable later) {
            var relief = rules.postponed(old, later.dueOn(), today(old.contractId()));
            if (relief != null && old.countsForBlocking()) {
                otherRelief.insert(old.contractId(), relief, old.id(), actor.name(), now);
            }
        }

        /** A lower amount may be paid already. */
        private Receivable settled(Receivable wanted, @Nullable Settlement open) {
            var policy =
                    Objects.requireNonNull(contracts.get(wanted.contractId())).policy();
            return Objects.requireNonNull(open)
                    .of(wanted)
                    .settle(day -> policy.versionOn(day).limits().toleranceCents());
        }

        private static Supplier<Row> declined(int index, Receivable old, Problem problem) {
            return () -> new Row(index, old.externalId(), Written.DECLINED, Outcome.declined(problem));
        }

        private LocalDate today(long contractId) {
            var facts = Objects.requireNonNull(contracts.get(contractId));
            return LocalDate.ofInstant(now, facts.zone());
        }
    }
}
