package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.catraca.billing.payment.Settlement;
import net.catraca.billing.payment.Settlement.Paid;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Receivable.InAgreement;
import net.catraca.billing.receivable.Receivable.Part;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.receivable.ReceivableStatus;
import org.jspecify.annotations.Nullable;

/** The table {@code receivable}. It is written within an {@link AccessWrite} that holds the contract. */
@Singleton
public final class ReceivableBook {

    private final Sql sql;

    ReceivableBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<Receivable> find(long id) {
        return sql.first("select * from receivable where id = ?", ReceivableBook::receivable, id);
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

    /** All that bear on the access of these contracts: those that are owed, and all that cover a period. */
    public List<Receivable> bearingOnAccess(Collection<Long> contractIds) {
        return sql.list("""
                select * from receivable
                 where contract_id = any(?) and (status = 'OPEN' or kind = 'RECURRING')
                 order by contract_id, due_on, id
                """, ReceivableBook::receivable, contractIds);
    }

    /**
     * Those that take money, each with the payments that stand against it: what is owed, but for what an agreement is to
     * replace, whose instalments are paid instead.
     */
    public List<Settlement> openSettlements(long contractId) {
        var paid = paid("r.contract_id = ? and r.status = 'OPEN'", contractId);
        return open(contractId).stream()
                .filter(receivable -> !receivable.is(Part.PROMISED))
                .map(receivable -> new Settlement(receivable, paid.getOrDefault(receivable.id(), List.of())))
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
                .map(receivable -> new Settlement(receivable, paid.getOrDefault(receivable.id(), List.of())))
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
                       settled_on = n.settled_on::date
                  from unnest(?, ?, ?, ?) as n (id, status, paid_cents, settled_on)
                 where r.id = n.id
                """,
                receivables.stream().mapToLong(Receivable::id).toArray(),
                receivables.stream().map(each -> each.status().name()).toArray(String[]::new),
                receivables.stream().mapToLong(Receivable::paidCents).toArray(),
                texts(receivables));
    }

    private static @Nullable String[] texts(Collection<Receivable> receivables) {
        return receivables.stream()
                .map(each -> each.settledOn() == null ? null : each.settledOn().toString())
                .toArray(String[]::new);
    }

    /** One receivable with the payments that stand against it. */
    public Optional<Settlement> settlement(long id) {
        return find(id).map(receivable ->
                new Settlement(receivable, paid("r.id = ?", id).getOrDefault(id, List.of())));
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
        return sql.first(
                """
                insert into receivable (
                    external_id, contract_id, kind, nominal_cents, discount_cents, discount_until, issued_on, due_on,
                    original_due_on, coverage_first, coverage_last, counts_for_blocking, status, created_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'OPEN', ?)
                on conflict (external_id) do nothing
                returning *
                """,
                ReceivableBook::receivable,
                draft.externalId(),
                draft.contractId(),
                draft.kind(),
                draft.nominalCents(),
                draft.discountCents(),
                draft.discountUntil(),
                draft.issuedOn() == null ? today : draft.issuedOn(),
                draft.dueOn(),
                draft.dueOn(),
                draft.coverageFirst(),
                draft.coverageLast(),
                draft.counts(),
                now);
    }

    /** Writes what may change and raises the version. */
    public Receivable update(Receivable receivable) {
        return sql.first(
                        """
                        update receivable
                           set version = version + 1, kind = ?, nominal_cents = ?, discount_cents = ?,
                               discount_until = ?, issued_on = ?, due_on = ?, coverage_first = ?, coverage_last = ?,
                               counts_for_blocking = ?, status = ?, paid_cents = ?, settled_on = ?, cancel_reason = ?,
                               agreement_id = ?, agreement_part = ?
                         where id = ?
                        returning *
                        """,
                        ReceivableBook::receivable,
                        receivable.kind(),
                        receivable.nominalCents(),
                        receivable.discountCents(),
                        receivable.discountUntil(),
                        receivable.issuedOn(),
                        receivable.dueOn(),
                        receivable.coverageFirst(),
                        receivable.coverageLast(),
                        receivable.countsForBlocking(),
                        receivable.status(),
                        receivable.paidCents(),
                        receivable.settledOn(),
                        receivable.cancelReason(),
                        receivable.agreement() == null
                                ? null
                                : receivable.agreement().agreementId(),
                        receivable.agreement() == null
                                ? null
                                : receivable.agreement().part(),
                        receivable.id())
                .orElseThrow(() -> new IllegalStateException("receivable " + receivable.id() + ": gone"));
    }

    /** All that got into an agreement and has no later one, by due day: instalments and old debt. */
    public List<Receivable> inAgreement(long agreementId) {
        return sql.list(
                "select * from receivable where agreement_id = ? order by due_on, id",
                ReceivableBook::receivable,
                agreementId);
    }

    /**
     * Of these receivables, those that take no money since an agreement replaces or replaced them, or broke: whoever
     * pays them pays what is open of that agreement.
     *
     * @return agreement by receivable
     */
    public Map<Long, Long> replaced(Collection<Long> receivableIds) {
        Map<Long, Long> found = new LinkedHashMap<>();
        sql.each("""
                select id, agreement_id from receivable
                 where id = any(?) and agreement_id is not null
                   and (agreement_part = 'PROMISED' or status in ('RENEGOTIATED', 'CANCELLED'))
                """, row -> found.put(row.bigint("id"), row.bigint("agreement_id")), receivableIds);
        return found;
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
                inAgreement(row));
    }

    private static @Nullable InAgreement inAgreement(Row row) throws SQLException {
        Long agreement = row.bigintOrNull("agreement_id");
        return agreement == null ? null : new InAgreement(agreement, row.oneOf(Part.class, "agreement_part"));
    }
}
