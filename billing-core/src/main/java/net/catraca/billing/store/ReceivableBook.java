package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.payment.Settlement;
import net.catraca.billing.payment.Settlement.Paid;
import net.catraca.billing.receivable.Bill;
import net.catraca.billing.receivable.Bill.Adjustment;
import net.catraca.billing.receivable.Bill.Why;
import net.catraca.billing.receivable.Generated;
import net.catraca.billing.receivable.LateTerms;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Receivable.InAgreement;
import net.catraca.billing.receivable.Receivable.Part;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.run.UnmatchedPaymentGuard.OpenBills;
import org.jspecify.annotations.Nullable;

/** The table {@code receivable}. It is written within an {@link AccessWrite} that holds the contract. */
@Singleton
public final class ReceivableBook implements OpenBills {

    private final Sql sql;
    private final BankingCalendar calendar;

    ReceivableBook(Sql sql, BankingCalendar calendar) {
        this.sql = sql;
        this.calendar = calendar;
    }

    public Optional<Receivable> find(long id) {
        return sql.first("select * from receivable where id = ?", ReceivableBook::receivable, id);
    }

    /** Whose each is; without those that do not exist. */
    public Map<Long, Long> contractsOf(Collection<Long> ids) {
        Map<Long, Long> contracts = new HashMap<>();
        sql.each(
                "select id, contract_id from receivable where id = any(?)",
                row -> contracts.put(row.bigint("id"), row.bigint("contract_id")),
                ids);
        return contracts;
    }

    public Optional<Receivable> findByExternalId(String externalId) {
        return sql.first("select * from receivable where external_id = ?", ReceivableBook::receivable, externalId);
    }

    public List<Receivable> findByExternalIds(Collection<String> externalIds) {
        return sql.list("select * from receivable where external_id = any(?)", ReceivableBook::receivable, (Object)
                externalIds.toArray(String[]::new));
    }

    /** By id, above one; of one contract or, for null, of all. */
    public List<Receivable> page(@Nullable Long contractId, long afterId, int limit) {
        return contractId == null
                ? sql.list(
                        "select * from receivable where id > ? order by id limit ?",
                        ReceivableBook::receivable,
                        afterId,
                        limit)
                : sql.list(
                        "select * from receivable where contract_id = ? and id > ? order by id limit ?",
                        ReceivableBook::receivable,
                        contractId,
                        afterId,
                        limit);
    }

    /** Those that are owed, oldest due first. */
    public List<Receivable> open(long contractId) {
        return sql.list(
                "select * from receivable where contract_id = ? and status = 'OPEN' order by due_on, id",
                ReceivableBook::receivable,
                contractId);
    }

    /** The same of many contracts. What an agreement has promised is not asked for. */
    @Override
    public Map<Long, List<Receivable>> openOf(Collection<Long> contractIds) {
        return sql
                .list(
                        "select * from receivable where contract_id = any(?) and status = 'OPEN'",
                        ReceivableBook::receivable,
                        contractIds)
                .stream()
                .filter(receivable -> !receivable.is(Part.PROMISED))
                .collect(Collectors.groupingBy(Receivable::contractId));
    }

    /** All that bear on the access of these contracts: those that are owed, and all that cover a period. */
    public List<Receivable> bearingOnAccess(Collection<Long> contractIds) {
        // For none of them a plan that was made for many would still read all that there are.
        return contractIds.isEmpty() ? List.of() : sql.list("""
                select * from receivable
                 where contract_id = any(?) and (status = 'OPEN' or kind = 'RECURRING')
                 order by contract_id, due_on, id
                """, ReceivableBook::receivable, contractIds);
    }

    /**
     * As {@link #bearingOnAccess}, in no order and only with what decides whether a contract is late and how far it is
     * paid: which days, which state, which part in an agreement. All else is as if it were not known, amounts are 0.
     */
    List<Receivable> forFacts(Collection<Long> contractIds) {
        return sql.list("""
                select id, contract_id, kind, issued_on, due_on, original_due_on, coverage_first, coverage_last,
                       counts_for_blocking, status, agreement_id, agreement_part
                  from receivable
                 where contract_id = any(?) and (status = 'OPEN' or kind = 'RECURRING')
                """, row -> bare(row, null, null, false), contractIds);
    }

    private static Receivable bare(
            Row row, @Nullable Generated generated, @Nullable Long replacedById, boolean withdrawn)
            throws SQLException {
        return new Receivable(
                row.bigint("id"),
                0,
                null,
                row.bigint("contract_id"),
                row.oneOf(ReceivableKind.class, "kind"),
                0,
                0,
                null,
                row.day("issued_on"),
                row.day("due_on"),
                row.day("original_due_on"),
                row.dayOrNull("coverage_first"),
                row.dayOrNull("coverage_last"),
                row.bool("counts_for_blocking"),
                row.oneOf(ReceivableStatus.class, "status"),
                0,
                null,
                null,
                inAgreement(row),
                null,
                generated,
                null,
                replacedById,
                withdrawn);
    }

    /**
     * Of these contracts those that are owed, and those that cover a day or more from a day on; in no order and only with
     * what decides which days are still to be charged, and how much of a difference to make up for. All else is as if it
     * were not known, amounts but those of its generation are 0.
     */
    List<Receivable> forGeneration(Collection<Long> contractIds, LocalDate since) {
        return contractIds.isEmpty()
                ? List.of()
                : sql.list(
                        """
                select id, contract_id, kind, issued_on, due_on, original_due_on, coverage_first, coverage_last,
                       counts_for_blocking, status, agreement_id, agreement_part, generated_for, period_first, period_last,
                       plan_id, list_cents, own_cents, replaced_by_id, withdrawn
                  from receivable
                 where contract_id = any(?) and (status = 'OPEN' or kind = 'RECURRING' and coverage_last >= ?)
                """,
                        row -> bare(row, generated(row), row.bigintOrNull("replaced_by_id"), row.bool("withdrawn")),
                        contractIds,
                        since);
    }

    /**
     * Those that take money, each with the payments that stand against it: what is owed, but for what an agreement is to
     * replace, whose instalments are paid instead.
     */
    public List<Settlement> openSettlements(long contractId) {
        var paid = paid("r.contract_id = ? and r.status = 'OPEN'", contractId);
        return open(contractId).stream()
                .filter(receivable -> !receivable.is(Part.PROMISED))
                .map(receivable -> new Settlement(receivable, paid.getOrDefault(receivable.id(), List.of()), calendar))
                .toList();
    }

    /** The same of many contracts, by contract. */
    public Map<Long, List<Settlement>> openSettlements(Collection<Long> contractIds) {
        var paid = paid("r.contract_id = any(?) and r.status = 'OPEN'", contractIds);
        return sql
                .list(
                        "select * from receivable where contract_id = any(?) and status = 'OPEN' order by due_on, id",
                        ReceivableBook::receivable,
                        contractIds)
                .stream()
                .filter(receivable -> !receivable.is(Part.PROMISED))
                .map(receivable -> new Settlement(receivable, paid.getOrDefault(receivable.id(), List.of()), calendar))
                .collect(Collectors.groupingBy(
                        settlement -> settlement.receivable().contractId()));
    }

    /** Writes what payments made of receivables, and raises their versions. */
    public void settleAll(Collection<Receivable> receivables) {
        if (receivables.isEmpty()) {
            return;
        }
        sql.update(
                """
                update receivable r
                   set version = r.version + 1, status = n.status, paid_cents = n.paid_cents,
                       settled_on = n.settled_on
                  from unnest(?, ?, ?, ?) as n (id, status, paid_cents, settled_on)
                 where r.id = n.id
                """,
                RowColumns.of(receivables)
                        .bigint(Receivable::id)
                        .constant(Receivable::status)
                        .bigint(Receivable::paidCents)
                        .day(Receivable::settledOn)
                        .arguments());
    }

    /** One receivable with the payments that stand against it. */
    public Optional<Settlement> settlement(long id) {
        return find(id).map(receivable ->
                new Settlement(receivable, paid("r.id = ?", id).getOrDefault(id, List.of()), calendar));
    }

    private Map<Long, List<Paid>> paid(String which, Object key) {
        record Share(long receivableId, Paid paid) {}
        Map<Long, List<Paid>> paid = new LinkedHashMap<>();
        sql.list(
                        """
                        select a.receivable_id, a.payment_id, p.paid_on, a.cents
                          from receivable r
                          join payment_allocation a on a.receivable_id = r.id
                          join payment p on p.id = a.payment_id
                         where p.reversed_at is null and %s
                        """.formatted(which),
                        row -> new Share(
                                row.bigint("receivable_id"),
                                new Paid(row.bigint("payment_id"), row.day("paid_on"), row.bigint("cents"))),
                        key)
                .forEach(share -> paid.merge(share.receivableId(), List.of(share.paid()), ReceivableBook::joined));
        return paid;
    }

    private static <T> List<T> joined(List<T> one, List<T> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /**
     * Empty when the external id is taken, possibly by another transaction a moment ago.
     *
     * @param today the day it is issued unless the draft says so
     */
    public Optional<Receivable> insert(ReceivableDraft draft, LocalDate today, Instant now) {
        return insertDrafts(List.of(draft), _ -> today, now).stream().findFirst();
    }

    /**
     * Inserts many by one statement; those whose external id is taken are left out.
     *
     * @param today the day one is issued unless its draft says so
     */
    public List<Receivable> insertDrafts(
            Collection<ReceivableDraft> drafts, Function<ReceivableDraft, LocalDate> today, Instant now) {
        if (drafts.isEmpty()) {
            return List.of();
        }
        var rows = RowColumns.of(drafts)
                .text(ReceivableDraft::externalId)
                .bigint(ReceivableDraft::contractId)
                .text(draft -> draft.kind().name())
                .bigint(ReceivableDraft::nominalCents)
                .bigint(ReceivableDraft::discountCents)
                .day(ReceivableDraft::discountUntil)
                .day(draft -> draft.issuedOn() == null ? today.apply(draft) : draft.issuedOn())
                .day(ReceivableDraft::dueOn)
                .day(ReceivableDraft::coverageFirst)
                .day(ReceivableDraft::coverageLast)
                .bool(ReceivableDraft::counts);
        return sql.list("""
                insert into receivable (
                    external_id, contract_id, kind, nominal_cents, discount_cents, discount_until, issued_on, due_on,
                    original_due_on, coverage_first, coverage_last, counts_for_blocking, status, created_at)
                select external_id, contract_id, kind, nominal_cents, discount_cents, discount_until, issued_on, due_on,
                       due_on, coverage_first, coverage_last, counts, 'OPEN', ?
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n (
                       external_id, contract_id, kind, nominal_cents, discount_cents, discount_until, issued_on, due_on,
                       coverage_first, coverage_last, counts)
                on conflict (external_id) do nothing
                returning *
                """, ReceivableBook::receivable, rows.after(now));
    }

    /**
     * Inserts generated receivables, with what they make up for, in one statement each. One whose days have a receivable
     * already is left out.
     */
    public List<Receivable> insertAll(List<Bill> bills, Instant now) {
        if (bills.isEmpty()) {
            return List.of();
        }
        var byKey = bills.stream()
                .collect(Collectors.toMap(bill -> new Key(bill.contractId(), bill.coverageFirst()), bill -> bill));
        var inserted = sql.list(
                """
                insert into receivable (
                    contract_id, kind, nominal_cents, discount_cents, discount_until, issued_on, due_on,
                    original_due_on, coverage_first, coverage_last, counts_for_blocking, status, settled_on,
                    created_at, fine_basis_points, interest_basis_points, generated_for, period_first, period_last,
                    plan_id, list_cents, own_cents)
                select n.contract_id, 'RECURRING', n.nominal, n.discount,
                       case when n.discount > 0 then date '1970-01-01' + n.discount_until end,
                       date '1970-01-01' + n.issued, date '1970-01-01' + n.due, date '1970-01-01' + n.due,
                       date '1970-01-01' + n.first, date '1970-01-01' + n.last, true,
                       case when n.settled = 1 then 'SETTLED' else 'OPEN' end,
                       case when n.settled = 1 then date '1970-01-01' + n.issued end,
                       ?, n.fine, n.interest, date '1970-01-01' + n.first, date '1970-01-01' + n.period_first,
                       date '1970-01-01' + n.period_last, n.plan_id, n.list, n.own
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n (
                       contract_id, nominal, discount, discount_until, issued, due, first, last, settled, fine,
                       interest, period_first, period_last, plan_id, list, own)
                on conflict (contract_id, generated_for)
                      where generated_for is not null and replaced_by_id is null and not withdrawn
                   do nothing
                returning id, contract_id, generated_for
                """,
                row -> issued(row.bigint("id"), present(byKey.get(key(row)))),
                now,
                longs(bills, Bill::contractId),
                longs(bills, Bill::nominalCents),
                longs(bills, Bill::discountCents),
                days(bills, Bill::discountUntil),
                days(bills, Bill::issuedOn),
                days(bills, Bill::dueOn),
                days(bills, Bill::coverageFirst),
                days(bills, Bill::coverageLast),
                ints(bills, bill -> bill.paidByCredit() ? 1 : 0),
                ints(bills, bill -> bill.lateTerms().fineBasisPoints()),
                ints(bills, bill -> bill.lateTerms().interestBasisPoints()),
                days(bills, bill -> bill.generated().periodFirst()),
                days(bills, bill -> bill.generated().periodLast()),
                longs(bills, bill -> bill.generated().planId()),
                longs(bills, bill -> bill.generated().listCents()),
                longs(bills, bill -> bill.generated().ownCents()));
        insertAdjustments(bills, inserted);
        return inserted;
    }

    private record Key(long contractId, @Nullable LocalDate first) {}

    private static Key key(Row row) throws SQLException {
        return new Key(row.bigint("contract_id"), row.day("generated_for"));
    }

    private static <T> T present(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    /** As the statement above writes it. */
    private static Receivable issued(long id, Bill bill) {
        boolean settled = bill.paidByCredit();
        return new Receivable(
                id,
                1,
                null,
                bill.contractId(),
                ReceivableKind.RECURRING,
                bill.nominalCents(),
                bill.discountCents(),
                bill.discountCents() > 0 ? bill.discountUntil() : null,
                bill.issuedOn(),
                bill.dueOn(),
                bill.dueOn(),
                bill.coverageFirst(),
                bill.coverageLast(),
                true,
                settled ? ReceivableStatus.SETTLED : ReceivableStatus.OPEN,
                0,
                settled ? bill.issuedOn() : null,
                null,
                null,
                bill.lateTerms(),
                bill.generated(),
                null,
                null,
                false);
    }

    private void insertAdjustments(List<Bill> bills, List<Receivable> inserted) {
        Map<Key, Long> ids = new HashMap<>();
        inserted.forEach(one -> ids.put(new Key(one.contractId(), one.coverageFirst()), one.id()));
        for (var bill : bills) {
            var id = ids.get(new Key(bill.contractId(), bill.coverageFirst()));
            if (id != null) {
                sql.batch(
                        "insert into receivable_adjustment (receivable_id, adjusts_id, cents, why) values (?, ?, ?, ?)",
                        bill.adjustments(),
                        one -> new @Nullable Object[] {id, one.receivableId(), one.cents(), one.why()});
            }
        }
    }

    private static long[] longs(List<Bill> bills, ToLongFunction<Bill> of) {
        return bills.stream().mapToLong(of).toArray();
    }

    private static int[] ints(List<Bill> bills, ToIntFunction<Bill> of) {
        return bills.stream().mapToInt(of).toArray();
    }

    private static int[] days(List<Bill> bills, Function<Bill, @Nullable LocalDate> of) {
        return ints(bills, bill -> {
            var day = of.apply(bill);
            return day == null ? 0 : (int) day.toEpochDay();
        });
    }

    /** What receivables that stand make up for others of these contracts: cents by the other one's id. */
    public Map<Long, Map<Long, Long>> adjusted(Collection<Long> contractIds) {
        Map<Long, Map<Long, Long>> adjusted = new HashMap<>();
        sql.each(
                """
                select r.contract_id, a.adjusts_id, sum(a.cents)::bigint as cents
                  from receivable_adjustment a
                  join receivable r on r.id = a.receivable_id
                 where r.contract_id = any(?) and r.status <> 'CANCELLED'
                 group by r.contract_id, a.adjusts_id
                """,
                row -> adjusted.computeIfAbsent(row.bigint("contract_id"), _ -> new HashMap<>())
                        .put(row.bigint("adjusts_id"), row.bigint("cents")),
                contractIds);
        return adjusted;
    }

    /** What a receivable makes up for. */
    public List<Adjustment> adjustments(long receivableId) {
        return sql.list(
                "select * from receivable_adjustment where receivable_id = ? order by adjusts_id",
                row -> new Adjustment(row.bigint("adjusts_id"), row.bigint("cents"), row.oneOf(Why.class, "why")),
                receivableId);
    }

    /**
     * Cancels a receivable and writes another in its place, which takes over what the old one was generated for, what it
     * makes up for, the charges by which it may be paid, its part in an agreement that has ended, and what a commitment
     * rests on it: whoever means to let the contract through takes the old one out before. What had paid the old one is
     * free for the new one.
     *
     * @param wanted the old one with what is to be different: amounts, days, whether it counts for blocking
     */
    public Receivable replace(Receivable old, Receivable wanted, String reason, LocalDate today, Instant now) {
        long id = sql.first(
                        """
                        insert into receivable (
                            contract_id, kind, nominal_cents, discount_cents, discount_until, issued_on, due_on,
                            original_due_on, coverage_first, coverage_last, counts_for_blocking, status, created_at,
                            fine_basis_points, interest_basis_points, replaces_id, period_first, period_last, plan_id,
                            list_cents, own_cents, agreement_id, agreement_part)
                        select contract_id, kind, ?, ?, ?, ?, ?, ?, coverage_first, ?, ?, 'OPEN', ?,
                               fine_basis_points, interest_basis_points, id, period_first, period_last, plan_id,
                               list_cents, ?, agreement_id, agreement_part
                          from receivable where id = ?
                        returning id
                        """,
                        row -> row.bigint("id"),
                        wanted.nominalCents(),
                        wanted.discountCents(),
                        wanted.discountUntil(),
                        today,
                        wanted.dueOn(),
                        wanted.originalDueOn(),
                        wanted.coverageLast(),
                        wanted.countsForBlocking(),
                        now,
                        wanted.generated() == null ? null : wanted.generated().ownCents(),
                        old.id())
                .orElseThrow();
        sql.update(
                "delete from payment_allocation a using payment p where p.id = a.payment_id"
                        + " and a.receivable_id = ? and p.reversed_at is null",
                old.id());
        sql.update("""
                update receivable
                   set version = version + 1, status = 'CANCELLED', cancel_reason = ?, replaced_by_id = ?,
                       paid_cents = 0, settled_on = null
                 where id = ?
                """, reason, id, old.id());
        sql.update(
                "insert into receivable_adjustment (receivable_id, adjusts_id, cents, why)"
                        + " select ?, adjusts_id, cents, why from receivable_adjustment where receivable_id = ?",
                id,
                old.id());
        sql.updatePlannedAnew(
                "update commitment set receivable_ids = array_replace(receivable_ids, ?, ?) where contract_id = ?",
                old.id(),
                id,
                old.contractId());
        // Differences that were made up for stay made up for.
        sql.update("update receivable_adjustment set adjusts_id = ? where adjusts_id = ?", id, old.id());
        sql.update(
                "insert into charge_receivable (charge_id, receivable_id)"
                        + " select charge_id, ? from charge_receivable where receivable_id = ?",
                id,
                old.id());
        return sql.first(
                        "update receivable set generated_for = (select generated_for from receivable where id = ?)"
                                + " where id = ? returning *",
                        ReceivableBook::receivable,
                        old.id(),
                        id)
                .orElseThrow();
    }

    /** Takes a receivable back because its contract had ended before its days. */
    public void withdraw(long id, String reason) {
        sql.update("""
                update receivable
                   set version = version + 1, status = 'CANCELLED', cancel_reason = ?, withdrawn = true
                 where id = ?
                """, reason, id);
    }

    /**
     * For each of these receivables those that money for it may pay: itself, what was written in its place, the
     * instalments of an agreement that replaces or replaced it, the old debt of one that ended; and so on from there.
     * Only those that are open take any.
     */
    public Map<Long, Set<Long>> leads(Collection<Long> receivableIds) {
        Map<Long, Set<Long>> leads = new HashMap<>();
        receivableIds.forEach(id -> leads.put(id, new HashSet<>(Set.of(id))));
        sql.each(
                """
                with recursive lead (named, id) as (
                    select id, id from receivable where id = any(?)
                    union
                    select l.named, n.id
                      from lead l
                      join receivable r on r.id = l.id
                     cross join lateral (
                           select r.replaced_by_id as id where r.replaced_by_id is not null
                           union all
                           select i.id from receivable i
                            where i.agreement_id = r.agreement_id and i.agreement_part = 'INSTALMENT'
                              and r.agreement_part in ('PROMISED', 'REPLACED')
                           union all
                           select o.receivable_id from agreement_receivable o join agreement a on a.id = o.agreement_id
                            where o.agreement_id = r.agreement_id and a.state in ('BROKEN', 'CANCELLED')
                              and r.agreement_part in ('INSTALMENT', 'RETURNED')
                              and r.status = 'CANCELLED' and r.replaced_by_id is null) n)
                select named, id from lead where named <> id
                """,
                row -> leads.computeIfAbsent(row.bigint("named"), _ -> new HashSet<>())
                        .add(row.bigint("id")),
                receivableIds);
        return leads;
    }

    public Map<Long, Long> nominalCents(Collection<Long> receivableIds) {
        Map<Long, Long> nominal = new HashMap<>();
        if (!receivableIds.isEmpty()) {
            sql.each(
                    "select id, nominal_cents from receivable where id = any(?)",
                    row -> nominal.put(row.bigint("id"), row.bigint("nominal_cents")),
                    receivableIds);
        }
        return nominal;
    }

    /** The receivable in whose place others were written, followed to the one that stands; the id itself else. */
    public Map<Long, Long> standingFor(Collection<Long> receivableIds) {
        Map<Long, Long> standing = new HashMap<>();
        receivableIds.forEach(id -> standing.put(id, id));
        sql.each("""
                with recursive chain (named, id, next) as (
                    select id, id, replaced_by_id from receivable where id = any(?)
                    union all
                    select c.named, r.id, r.replaced_by_id from chain c join receivable r on r.id = c.next)
                select named, id from chain where next is null
                """, row -> standing.put(row.bigint("named"), row.bigint("id")), receivableIds);
        return standing;
    }

    /** Writes what may change and raises the version. */
    public Receivable update(Receivable receivable) {
        return updateAll(List.of(receivable)).stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("receivable " + receivable.id() + ": gone"));
    }

    /** The same of many, by one statement. */
    public List<Receivable> updateAll(Collection<Receivable> receivables) {
        List<Receivable> updated = new ArrayList<>();
        if (receivables.isEmpty()) {
            return updated;
        }
        var rows = RowColumns.of(receivables)
                .bigint(Receivable::id)
                .text(one -> one.kind().name())
                .bigint(Receivable::nominalCents)
                .bigint(Receivable::discountCents)
                .day(Receivable::discountUntil)
                .day(Receivable::issuedOn)
                .day(Receivable::dueOn)
                .day(Receivable::coverageFirst)
                .day(Receivable::coverageLast)
                .bool(Receivable::countsForBlocking)
                .text(one -> one.status().name())
                .bigint(Receivable::paidCents)
                .day(Receivable::settledOn)
                .text(Receivable::cancelReason)
                .bigint(one -> one.agreement() == null ? null : one.agreement().agreementId())
                .text(one ->
                        one.agreement() == null ? null : one.agreement().part().name());
        sql.eachPlannedAnew("""
                update receivable r
                   set version = r.version + 1, kind = n.kind, nominal_cents = n.nominal_cents,
                       discount_cents = n.discount_cents, discount_until = n.discount_until, issued_on = n.issued_on,
                       due_on = n.due_on, coverage_first = n.coverage_first, coverage_last = n.coverage_last,
                       counts_for_blocking = n.counts_for_blocking, status = n.status, paid_cents = n.paid_cents,
                       settled_on = n.settled_on, cancel_reason = n.cancel_reason, agreement_id = n.agreement_id,
                       agreement_part = n.agreement_part
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n (
                       id, kind, nominal_cents, discount_cents, discount_until, issued_on, due_on, coverage_first,
                       coverage_last, counts_for_blocking, status, paid_cents, settled_on, cancel_reason, agreement_id,
                       agreement_part)
                 where r.id = n.id
                returning r.*
                """, row -> updated.add(receivable(row)), rows.after());
        return updated;
    }

    /** All that got into an agreement and has no later one, by due day: instalments and old debt. */
    public List<Receivable> inAgreement(long agreementId) {
        return sql.list(
                "select * from receivable where agreement_id = ? order by due_on, id",
                ReceivableBook::receivable,
                agreementId);
    }

    static Receivable receivable(Row row) throws SQLException {
        return new Receivable(
                row.bigint("id"),
                row.bigint("version"),
                row.textOrNull("external_id"),
                row.bigint("contract_id"),
                row.oneOf(ReceivableKind.class, "kind"),
                row.bigint("nominal_cents"),
                row.bigint("discount_cents"),
                row.dayOrNull("discount_until"),
                row.day("issued_on"),
                row.day("due_on"),
                row.day("original_due_on"),
                row.dayOrNull("coverage_first"),
                row.dayOrNull("coverage_last"),
                row.bool("counts_for_blocking"),
                row.oneOf(ReceivableStatus.class, "status"),
                row.bigint("paid_cents"),
                row.dayOrNull("settled_on"),
                row.textOrNull("cancel_reason"),
                inAgreement(row),
                lateTerms(row),
                generated(row),
                row.bigintOrNull("replaces_id"),
                row.bigintOrNull("replaced_by_id"),
                row.bool("withdrawn"));
    }

    private static @Nullable InAgreement inAgreement(Row row) throws SQLException {
        Long agreement = row.bigintOrNull("agreement_id");
        return agreement == null ? null : new InAgreement(agreement, row.oneOf(Part.class, "agreement_part"));
    }

    private static @Nullable LateTerms lateTerms(Row row) throws SQLException {
        var fine = row.integerOrNull("fine_basis_points");
        return fine == null ? null : new LateTerms(fine, row.integer("interest_basis_points"));
    }

    private static @Nullable Generated generated(Row row) throws SQLException {
        var key = row.dayOrNull("generated_for");
        return key == null
                ? null
                : new Generated(
                        key,
                        row.day("period_first"),
                        row.day("period_last"),
                        row.bigint("plan_id"),
                        row.bigint("list_cents"),
                        row.bigint("own_cents"));
    }
}
