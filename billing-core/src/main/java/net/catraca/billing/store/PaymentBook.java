package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.Payment.Allocation;
import net.catraca.billing.payment.Payment.Reversal;
import net.catraca.billing.payment.PaymentDraft;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code payment} and {@code payment_allocation}. They are written within an {@link AccessWrite} that holds
 * the contract. Allocations of a reversed payment stay, as the record of what it had paid.
 */
@Singleton
public final class PaymentBook {

    private static final String SELECT = """
            select p.*,
                   array(select a.receivable_id from payment_allocation a
                          where a.payment_id = p.id order by a.receivable_id) as receivables,
                   array(select a.cents from payment_allocation a
                          where a.payment_id = p.id order by a.receivable_id) as shares
              from payment p
            """;

    private final Sql sql;

    PaymentBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<Payment> find(long id) {
        return sql.first(SELECT + " where p.id = ?", PaymentBook::payment, id);
    }

    public Optional<Payment> findByExternalId(String externalId) {
        return sql.first(SELECT + " where p.external_id = ?", PaymentBook::payment, externalId);
    }

    /** By id, above one; of one contract or, for null, of all. */
    public List<Payment> page(@Nullable Long contractId, long afterId, int limit) {
        return contractId == null
                ? sql.list(SELECT + " where p.id > ? order by p.id limit ?", PaymentBook::payment, afterId, limit)
                : sql.list(
                        SELECT + " where p.contract_id = ? and p.id > ? order by p.id limit ?",
                        PaymentBook::payment,
                        contractId,
                        afterId,
                        limit);
    }

    /** A contract's payments for receivables that they name, that stand and have money left, oldest first. */
    public List<Payment> withMoneyLeft(long contractId) {
        return sql.list(SELECT + """
                 where p.contract_id = ? and (p.receivable_id is not null or p.incoming_id is not null)
                   and p.reversed_at is null
                   and p.amount_cents > coalesce((
                       select sum(a.cents) from payment_allocation a where a.payment_id = p.id), 0)
                 order by p.paid_on, p.id
                """, PaymentBook::payment, contractId);
    }

    /** A contract's payments for a receivable that they name, that stand and have paid another, oldest first. */
    public List<Payment> paidAsCredit(long contractId) {
        return sql.list(SELECT + """
                 where p.contract_id = ? and p.receivable_id is not null and p.reversed_at is null
                   and exists (select from payment_allocation a
                                where a.payment_id = p.id and a.receivable_id <> p.receivable_id)
                 order by p.paid_on, p.id
                """, PaymentBook::payment, contractId);
    }

    /** Takes from a receivable what a payment has paid of it. */
    public void free(long paymentId, long receivableId) {
        sql.update(
                "delete from payment_allocation where payment_id = ? and receivable_id = ?", paymentId, receivableId);
        moved(Map.of(paymentId, 0L));
    }

    /**
     * What payments are for, by their ids: the receivable that each names, or those of its contract that stand on the bill
     * by whose number it came. Of others there is nothing.
     */
    public Map<Long, Set<Long>> named(Collection<Payment> payments) {
        Map<Long, Set<Long>> named = new HashMap<>();
        var ofBills = new ArrayList<Long>();
        for (var payment : payments) {
            var receivable = payment.receivableId();
            if (receivable == null) {
                ofBills.add(payment.id());
            } else {
                named.put(payment.id(), Set.of(receivable));
            }
        }
        if (!ofBills.isEmpty()) {
            sql.each(
                    """
                    select p.id, r.id as receivable_id
                      from payment p
                      join incoming_payment i on i.id = p.incoming_id
                     cross join lateral (
                           select c.id from charge c where c.agreement_id = i.agreement_id and c.our_number = i.our_number
                           union
                           select c.id from charge c where c.txid = i.txid) c
                      join charge_receivable x on x.charge_id = c.id
                      join receivable r on r.id = x.receivable_id and r.contract_id = p.contract_id
                     where p.id = any(?)
                    """,
                    row -> named.computeIfAbsent(row.bigint("id"), _ -> new HashSet<>())
                            .add(row.bigint("receivable_id")),
                    ofBills);
        }
        return named;
    }

    /**
     * Inserts a payment that has paid nothing yet. Empty when the external id is taken, possibly by another transaction
     * a moment ago.
     *
     * @param contractId the draft's, or its receivable's
     * @param byHand whether a person entered it
     */
    public Optional<Payment> insert(PaymentDraft draft, long contractId, Instant now, String by, boolean byHand) {
        return sql.first(
                """
                insert into payment (
                    external_id, contract_id, receivable_id, amount_cents, paid_on, source, received_at, received_by,
                    by_hand, charges_cents)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (external_id) do nothing
                returning *, '{}'::bigint[] as receivables, '{}'::bigint[] as shares
                """,
                PaymentBook::payment,
                draft.externalId(),
                contractId,
                draft.receivableId(),
                draft.amountCents(),
                draft.paidOn(),
                draft.source(),
                now,
                by,
                byHand,
                draft.chargesCents());
    }

    /** A payment to be booked by {@link #insertAll}. */
    public record Entry(
            PaymentDraft draft, long contractId, @Nullable Long incomingId) {}

    /**
     * Inserts payments that nobody entered by hand and that have paid nothing yet; one whose external id is taken is left
     * out.
     *
     * @return ids by external id
     */
    public Map<String, Long> insertAll(List<Entry> rows, Instant now, String by) {
        Map<String, Long> ids = new HashMap<>();
        sql.each(
                """
                insert into payment (
                    external_id, contract_id, receivable_id, amount_cents, paid_on, source, received_at, received_by,
                    charges_cents, incoming_id)
                select n.external_id, n.contract_id, n.receivable_id, n.amount_cents, n.paid_on, n.source, ?, ?,
                       n.charges_cents, n.incoming_id
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?) as n (
                       external_id, contract_id, receivable_id, amount_cents, paid_on, source, charges_cents,
                       incoming_id)
                on conflict (external_id) do nothing
                returning id, external_id
                """,
                row -> ids.put(row.text("external_id"), row.bigint("id")),
                RowColumns.of(rows)
                        .text(row -> row.draft().externalId())
                        .bigint(Entry::contractId)
                        .bigint(row -> row.draft().receivableId())
                        .bigint(row -> row.draft().amountCents())
                        .day(row -> row.draft().paidOn())
                        .text(row -> row.draft().source())
                        .bigint(row -> row.draft().chargesCents())
                        .bigint(Entry::incomingId)
                        .after(now, by));
        return ids;
    }

    /** One payment's share. */
    public record Share(long paymentId, long receivableId, long cents) {}

    /** What payments have paid; a receivable that one has paid already takes the cents besides. */
    public void allocateAll(List<Share> shares) {
        if (shares.isEmpty()) {
            return;
        }
        // One statement for all: a hundred thousand a file are usual.
        sql.update(
                """
                insert into payment_allocation (payment_id, receivable_id, cents)
                select * from unnest(?, ?, ?)
                on conflict (payment_id, receivable_id) do update
                   set cents = payment_allocation.cents + excluded.cents
                """,
                RowColumns.of(shares)
                        .bigint(Share::paymentId)
                        .bigint(Share::receivableId)
                        .bigint(Share::cents)
                        .arguments());
    }

    /** What is interest and fine, where that turned out when the amount was spread: cents by payment. */
    public void setCharges(Map<Long, Long> charges) {
        sql.batch("update payment set charges_cents = ? where id = ?", charges.entrySet(), entry ->
                new @Nullable Object[] {entry.getValue(), entry.getKey()});
    }

    /** Money of a payment that no receivable has taken and that is no interest. */
    record Credit(long paymentId, long contractId, LocalDate paidOn, long cents) {}

    /**
     * What came less what is paid, a contract at a time. One of which an ERP keeps the money has none here, and an
     * instalment is paid instead of what its agreement is to replace. What is open is not asked by a condition:
     * PostgreSQL would read its partial index of all that is open, which grows while a month is issued.
     */
    private static final String WITH_CREDIT_AND_DEBT = """
            select c.id, c.cancelled_on
              from contract c
              cross join lateral (
                   select sum(p.amount_cents - p.charges_cents) as cents
                     from payment p where p.contract_id = c.id and p.reversed_at is null) came
             where c.money_source = 'LOCAL' and came.cents > 0
               and came.cents > (
                   select case when bool_or(r.status = 'OPEN' and r.agreement_part is distinct from 'PROMISED')
                               then sum(r.paid_cents) end
                     from receivable r where r.contract_id = c.id)
            """;

    /** Those of these contracts that have credit and something open, each with the day of its cancellation, if any. */
    Map<Long, Optional<LocalDate>> withCreditAndDebt(Collection<Long> contractIds) {
        Map<Long, Optional<LocalDate>> found = new HashMap<>();
        sql.each(
                WITH_CREDIT_AND_DEBT + " and c.id = any(?)",
                row -> found.put(row.bigint("id"), Optional.ofNullable(row.dayOrNull("cancelled_on"))),
                contractIds);
        return found;
    }

    /** Contracts that have credit and something open, by id, above one. */
    public List<Long> withCreditAndDebtAfter(long contractId, int limit) {
        return sql.list(
                WITH_CREDIT_AND_DEBT + " and c.id > ? order by c.id limit ?",
                row -> row.bigint("id"),
                contractId,
                limit);
    }

    /** Of these contracts, oldest first. */
    List<Credit> credits(Collection<Long> contractIds) {
        return sql.list(
                """
                select * from (
                    select p.id, p.contract_id, p.paid_on,
                           p.amount_cents - p.charges_cents - coalesce((
                               select sum(a.cents) from payment_allocation a where a.payment_id = p.id), 0) as cents
                      from payment p
                     where p.contract_id = any(?) and p.reversed_at is null and p.charges_cents < p.amount_cents) c
                 where c.cents > 0
                 order by c.paid_on, c.id
                """,
                row -> new Credit(row.bigint("id"), row.bigint("contract_id"), row.day("paid_on"), row.bigint("cents")),
                contractIds);
    }

    /** A payment that was told before is the one that news of money is about. */
    public void link(String externalId, long incomingId) {
        sql.update(
                "update payment set incoming_id = ? where external_id = ? and incoming_id is null",
                incomingId,
                externalId);
    }

    /**
     * Money that a bill was paid with, as one way told it.
     *
     * @param incomingId null when no bank told it
     * @param paymentId the payment, or the first of those that were made of one piece of news
     * @param receivableId the bill that it paid, or was for
     * @param amountCents of all payments that were made of that news and paid these bills
     */
    public record Telling(
            @Nullable Long incomingId,
            long paymentId,
            String externalId,
            String source,
            LocalDate paidOn,
            long amountCents,
            long chargesCents,
            long receivableId,
            LocalDate dueOn) {}

    /** What bills were paid with, or what came for them; one for each of these bills. Reversed payments are left out. */
    public List<Telling> tellings(Collection<Long> receivableIds) {
        return sql.list(
                """
                with paying as (
                    select payment_id, receivable_id from payment_allocation where receivable_id = any(?)
                    union
                    select id, receivable_id from payment where receivable_id = any(?)),
                standing as (
                    select y.receivable_id as bill_id, p.*, coalesce(-p.incoming_id, p.id) as news
                      from paying y join payment p on p.id = y.payment_id
                     where p.reversed_at is null),
                told as (
                    select news, min(id) as payment_id, sum(amount_cents)::bigint as amount_cents,
                           sum(charges_cents)::bigint as charges_cents
                      from (select distinct id, news, amount_cents, charges_cents from standing) s
                     group by news)
                select distinct s.incoming_id, t.payment_id, f.external_id, f.source, f.paid_on, t.amount_cents,
                       t.charges_cents, s.bill_id, r.due_on
                  from told t
                  join standing s on s.news = t.news
                  join payment f on f.id = t.payment_id
                  join receivable r on r.id = s.bill_id
                 order by t.payment_id, s.bill_id
                """,
                row -> new Telling(
                        row.bigintOrNull("incoming_id"),
                        row.bigint("payment_id"),
                        row.text("external_id"),
                        row.text("source"),
                        row.day("paid_on"),
                        row.bigint("amount_cents"),
                        row.bigint("charges_cents"),
                        row.bigint("bill_id"),
                        row.day("due_on")),
                receivableIds,
                receivableIds);
    }

    /** Payments that were made of one piece of news. */
    public List<Payment> ofIncoming(long incomingId) {
        return sql.list(SELECT + " where p.incoming_id = ? order by p.id", PaymentBook::payment, incomingId);
    }

    /** What the payment has paid; a receivable it has paid already takes the cents besides. */
    public void allocate(long paymentId, Collection<Allocation> shares) {
        sql.batch("""
                insert into payment_allocation (payment_id, receivable_id, cents) values (?, ?, ?)
                on conflict (payment_id, receivable_id) do update
                   set cents = payment_allocation.cents + excluded.cents
                """, shares, share -> new @Nullable Object[] {paymentId, share.receivableId(), share.cents()});
    }

    /** What a payment that stands has paid of a receivable. */
    public record Paying(long paymentId, long receivableId, LocalDate paidOn, long cents) {}

    /** Takes from receivables what standing payments have paid of them, for others; in the order in which it was paid. */
    public List<Paying> takeFrom(Collection<Long> receivableIds) {
        return sql
                .list(
                        """
                        delete from payment_allocation a using payment p
                         where p.id = a.payment_id and p.reversed_at is null and a.receivable_id = any(?)
                        returning a.payment_id, a.receivable_id, p.paid_on, a.cents
                        """,
                        row -> new Paying(
                                row.bigint("payment_id"),
                                row.bigint("receivable_id"),
                                row.day("paid_on"),
                                row.bigint("cents")),
                        receivableIds)
                .stream()
                .sorted(Comparator.comparing(Paying::paidOn)
                        .thenComparingLong(Paying::paymentId)
                        .thenComparingLong(Paying::receivableId))
                .toList();
    }

    /** Takes from a receivable what standing payments have paid of it: it is free for others. */
    public void takeAllFrom(long receivableId) {
        var taken = takeFrom(List.of(receivableId));
        moved(taken.stream().map(Paying::paymentId).distinct().collect(Collectors.toMap(id -> id, _ -> 0L)));
    }

    /**
     * What these payments have paid is other now.
     *
     * @param cents of each that are interest and fine besides, 0 for none
     */
    public void moved(Map<Long, Long> cents) {
        sql.batch(
                "update payment set version = version + 1, charges_cents = charges_cents + ? where id = ?",
                cents.entrySet(),
                entry -> new @Nullable Object[] {entry.getValue(), entry.getKey()});
    }

    public void reverse(long id, Reversal reversal) {
        sql.update("""
                update payment
                   set version = version + 1, reversed_at = ?, reversed_by = ?, reverse_reason = ?
                 where id = ?
                """, reversal.at(), reversal.by(), reversal.reason(), id);
    }

    private static Payment payment(Row row) throws SQLException {
        long amount = row.bigint("amount_cents");
        var allocations = allocations(row.bigints("receivables"), row.bigints("shares"));
        return new Payment(
                row.bigint("id"),
                row.bigint("version"),
                row.text("external_id"),
                row.bigint("contract_id"),
                row.bigintOrNull("receivable_id"),
                amount,
                row.day("paid_on"),
                row.text("source"),
                row.instant("received_at"),
                row.text("received_by"),
                row.bool("by_hand"),
                allocations,
                amount - allocations.stream().mapToLong(Allocation::cents).sum(),
                row.bigint("charges_cents"),
                row.bigintOrNull("incoming_id"),
                reversal(row));
    }

    private static List<Allocation> allocations(Long[] receivables, Long[] shares) {
        return IntStream.range(0, receivables.length)
                .mapToObj(i -> new Allocation(receivables[i], shares[i]))
                .toList();
    }

    private static @Nullable Reversal reversal(Row row) throws SQLException {
        var at = row.instantOrNull("reversed_at");
        return at == null ? null : new Reversal(at, row.text("reversed_by"), row.text("reverse_reason"));
    }
}
