package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.IncomingPayment.Decision;
import net.catraca.billing.bank.IncomingPayment.State;
import net.catraca.billing.bank.IncomingPayment.Why;
import net.catraca.billing.bank.News;
import org.jspecify.annotations.Nullable;

/** The table {@code incoming_payment}: money that somebody outside has told us of, once each. */
@Singleton
public final class IncomingBook {

    private final Sql sql;

    IncomingBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<IncomingPayment> find(long id) {
        return sql.first("select * from incoming_payment where id = ?", IncomingBook::incoming, id);
    }

    public Optional<IncomingPayment> findByExternalId(String externalId) {
        return sql.first("select * from incoming_payment where external_id = ?", IncomingBook::incoming, externalId);
    }

    /** As it stands; nobody else writes it until this transaction ends. */
    public Optional<IncomingPayment> hold(long id) {
        return sql.first("select * from incoming_payment where id = ? for update", IncomingBook::incoming, id);
    }

    /**
     * For whoever makes bills or charges, before he locks contracts: until his transaction ends nobody keeps news as
     * unmatched. So news and its bill that come at the same moment meet, whichever is first.
     */
    public void holdNumbers() {
        sql.list(
                "select pg_advisory_xact_lock_shared(hashtextextended('numbers of bills', 0))::text as locked",
                row -> "");
    }

    /** For whoever found no bill for his news, before he locks contracts: waits for all who are making bills. */
    public void waitForNumbers() {
        sql.list("select pg_advisory_xact_lock(hashtextextended('numbers of bills', 0))::text as locked", row -> "");
    }

    /** An agreement's own number. */
    public record Numbered(long agreementId, String ourNumber) {}

    /** Money that waits because nobody knew its number, and bears one of these. */
    public List<IncomingPayment> waitingFor(
            Collection<Numbered> ourNumbers, Collection<String> txids, Collection<String> documents) {
        return sql.list(
                """
                select i.* from incoming_payment i
                 where i.state = 'UNMATCHED' and i.why in ('UNKNOWN_NUMBER', 'TAKEN_BACK')
                   and (exists (select 1 from unnest(?, ?) as n (agreement_id, our_number)
                                 where n.agreement_id = i.agreement_id and n.our_number = i.our_number)
                        or i.txid = any(?) or i.document = any(?))
                 order by i.id
                """,
                IncomingBook::incoming,
                ourNumbers.stream().mapToLong(Numbered::agreementId).toArray(),
                ourNumbers.stream().map(Numbered::ourNumber).toArray(String[]::new),
                txids.toArray(String[]::new),
                documents.toArray(String[]::new));
    }

    /** Those of them that wait still; nobody else writes them until this transaction ends. */
    public List<IncomingPayment> holdWaiting(Collection<Long> ids) {
        return sql.list(
                "select * from incoming_payment where id = any(?) and state = 'UNMATCHED' order by id for update",
                IncomingBook::incoming,
                ids);
    }

    /** What they are for is known now. */
    public void matched(Collection<Long> ids) {
        sql.update("update incoming_payment set version = version + 1, state = 'MATCHED' where id = any(?)", ids);
    }

    /** They wait for another reason now. */
    public void mayRepeat(Map<Long, Waits> waits) {
        sql.batch("""
                update incoming_payment
                   set version = version + 1, why = ?, repeats_id = ?, repeats_payment_id = ?
                 where id = ?
                """, waits.entrySet(), entry -> new @Nullable Object[] {
            entry.getValue().why(),
            entry.getValue().repeatsId(),
            entry.getValue().repeatsPaymentId(),
            entry.getKey()
        });
    }

    /** Those that wait for a person, oldest first. */
    public List<IncomingPayment> unmatched(@Nullable Long agreementId, @Nullable Why why, long afterId, int limit) {
        return sql.list("""
                select * from incoming_payment
                 where state = 'UNMATCHED' and id > ? and (?::bigint is null or agreement_id = ?)
                   and (?::text is null or why = ?)
                 order by id limit ?
                """, IncomingBook::incoming, afterId, agreementId, agreementId, why, why, limit);
    }

    /** Of a file, by line; in one state or, for null, in any. */
    public List<IncomingPayment> ofFile(long fileId, @Nullable State state, long afterLine, int limit) {
        return sql.list("""
                select * from incoming_payment
                 where file_id = ? and line > ? and (?::text is null or state = ?)
                 order by line limit ?
                """, IncomingBook::incoming, fileId, afterLine, state, state, limit);
    }

    /** Why news waits for a person, and what it may repeat. */
    public record Waits(
            Why why, @Nullable Long repeatsId, @Nullable Long repeatsPaymentId) {
        public Waits(Why why) {
            this(why, null, null);
        }
    }

    /**
     * Of news that its line alone identifies: the first of another file that says the same of the same payer.
     *
     * @return ids by the news' external ids
     */
    public Map<String, Long> sayingTheSame(List<News> news) {
        Map<String, Long> same = new HashMap<>();
        if (news.isEmpty()) {
            return same;
        }
        sql.each(
                """
                select n.external_id, min(o.id) as id
                  from unnest(?, ?, ?, ?, ?, ?, ?) as n (
                       external_id, agreement_id, file_id, amount_cents, paid_on, payer_tax_id, payer_name)
                  join incoming_payment o
                    on o.agreement_id = n.agreement_id and o.paid_on = n.paid_on
                   and o.amount_cents = n.amount_cents and o.our_number is null and o.txid is null
                   and coalesce(o.document, '') ~ '^[0 ./-]*$' and o.file_id is distinct from n.file_id
                   and o.payer_tax_id is not distinct from n.payer_tax_id
                   and o.payer_name is not distinct from n.payer_name
                 group by n.external_id
                """,
                row -> same.put(row.text("external_id"), row.bigint("id")),
                RowColumns.of(news)
                        .text(News::externalId)
                        .bigint(News::agreementId)
                        .bigint(News::fileId)
                        .bigint(News::amountCents)
                        .day(News::paidOn)
                        .text(News::payerTaxId)
                        .text(News::payerName)
                        .arguments());
        return same;
    }

    /**
     * Keeps news once. What was told before is left out; a line of a file that tells it again is kept as its repetition.
     *
     * @param waits by external id: why it waits for a person; without an entry it is matched
     * @return ids by external id
     */
    public Map<String, Long> insertAll(List<News> news, Map<String, Waits> waits, Instant now, String by) {
        var ids = insertNew(news, waits, now, by);
        insertRepeated(
                news.stream()
                        .filter(one -> one.fileId() != null && !ids.containsKey(one.externalId()))
                        .toList(),
                now,
                by);
        return ids;
    }

    /** The same line of the same file, as an interrupted import reads it again, repeats nothing. */
    private void insertRepeated(List<News> news, Instant now, String by) {
        if (news.isEmpty()) {
            return;
        }
        sql.update("""
                insert into incoming_payment (
                    external_id, agreement_id, file_id, line, source, our_number, txid, document, payer_tax_id,
                    payer_name, amount_cents, charges_cents, paid_on, state, repeats_id, received_at, received_by)
                select n.external_id || ' in file ' || n.file_id || ' line ' || n.line, n.agreement_id, n.file_id,
                       n.line, n.source, n.our_number, n.txid, n.document, n.payer_tax_id, n.payer_name,
                       n.amount_cents, n.charges_cents, n.paid_on, 'REPEATED', o.id, ?, ?
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n (
                       external_id, agreement_id, file_id, line, source, our_number, txid, document, payer_tax_id,
                       payer_name, amount_cents, charges_cents, paid_on)
                  join incoming_payment o on o.external_id = n.external_id
                 where (o.file_id, o.line) is distinct from (n.file_id, n.line)
                on conflict (external_id) do nothing
                """, told(news).after(now, by));
    }

    private Map<String, Long> insertNew(List<News> news, Map<String, Waits> waits, Instant now, String by) {
        Map<String, Long> ids = new HashMap<>();
        sql.each(
                """
                insert into incoming_payment (
                    external_id, agreement_id, file_id, line, source, our_number, txid, document, payer_tax_id,
                    payer_name, amount_cents, charges_cents, paid_on, why, repeats_id, repeats_payment_id, state,
                    difference_cents, received_at, received_by)
                select n.external_id, n.agreement_id, n.file_id, case when n.file_id is not null then n.line end,
                       n.source, n.our_number, n.txid, n.document, n.payer_tax_id, n.payer_name, n.amount_cents,
                       n.charges_cents, n.paid_on, n.why, n.repeats_id, n.repeats_payment_id,
                       case when n.why is null then 'MATCHED' else 'UNMATCHED' end,
                       case when n.why is null then 0 end, ?, ?
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n (
                       external_id, agreement_id, file_id, line, source, our_number, txid, document, payer_tax_id,
                       payer_name, amount_cents, charges_cents, paid_on, why, repeats_id, repeats_payment_id)
                on conflict (external_id) do nothing
                returning id, external_id
                """,
                row -> ids.put(row.text("external_id"), row.bigint("id")),
                told(news)
                        .constant(one -> of(waits, one, Waits::why))
                        .bigint(one -> of(waits, one, Waits::repeatsId))
                        .bigint(one -> of(waits, one, Waits::repeatsPaymentId))
                        .after(now, by));
        return ids;
    }

    private static RowColumns<News> told(List<News> news) {
        return RowColumns.of(news)
                .text(News::externalId)
                .bigint(News::agreementId)
                .bigint(News::fileId)
                .bigint(News::line)
                .text(News::source)
                .text(News::ourNumber)
                .text(News::txid)
                .text(News::document)
                .text(News::payerTaxId)
                .text(News::payerName)
                .bigint(News::amountCents)
                .bigint(News::chargesCents)
                .day(News::paidOn);
    }

    private static <T> @Nullable T of(Map<String, Waits> waits, News news, Function<Waits, @Nullable T> what) {
        var found = waits.get(news.externalId());
        return found == null ? null : what.apply(found);
    }

    /** What waits is known to be for these contracts: contract ids by its own id. */
    public void setContracts(Map<Long, Collection<Long>> contractIds) {
        sql.batch(
                "update incoming_payment set for_contract_ids = ? where id = ?",
                contractIds.entrySet(),
                entry -> new Object[] {
                    entry.getValue().stream().mapToLong(Long::longValue).toArray(), entry.getKey()
                });
    }

    /** How far each was from what was asked for. */
    public void differ(Map<Long, Long> centsById) {
        sql.batch(
                "update incoming_payment set difference_cents = ? where id = ? and difference_cents is distinct from ?",
                centsById.entrySet(),
                entry -> new Object[] {entry.getValue(), entry.getKey(), entry.getValue()});
    }

    /** What became of it by a person's word. */
    public void decide(long id, State state, Decision decision) {
        sql.update("""
                update incoming_payment
                   set version = version + 1, state = ?, decided_at = ?, decided_by = ?, decide_reason = ?
                 where id = ?
                """, state, decision.at(), decision.by(), decision.reason(), id);
    }

    /** It waits again, by a person's word. */
    public void waitAgain(long id, Why why, Decision decision) {
        sql.update("""
                update incoming_payment
                   set version = version + 1, state = 'UNMATCHED', why = ?, difference_cents = null, decided_at = ?,
                       decided_by = ?, decide_reason = ?
                 where id = ?
                """, why, decision.at(), decision.by(), decision.reason(), id);
    }

    /** All that was booked of it was reversed, by now: the money went back. It changes nothing while a payment stands. */
    public void noteReversal(long id) {
        sql.update("""
                update incoming_payment i set version = version + 1, state = 'REVERSED'
                 where id = ? and state = 'MATCHED'
                   and not exists (select 1 from payment p where p.incoming_id = i.id and p.reversed_at is null)
                """, id);
    }

    /**
     * It was given back, or a part of it; what was booked of the rest stands.
     *
     * @param cents all that was given back so far
     */
    public void refund(long id, boolean whole, long cents) {
        sql.update("""
                update incoming_payment i
                   set version = version + 1, refunded_cents = ?,
                       state = case when ? then 'REFUNDED'
                                    when state = 'REVERSED' and exists (
                                         select 1 from payment p where p.incoming_id = i.id and p.reversed_at is null)
                                    then 'MATCHED'
                                    else state end
                 where id = ?
                """, cents, whole, id);
    }

    /** @param oldest null when nothing waits */
    public record Waiting(long count, long cents, @Nullable Instant oldest) {}

    public Waiting waiting() {
        return sql.first("""
                        select count(*) as n, coalesce(sum(amount_cents), 0)::bigint as cents, min(received_at) as oldest
                          from incoming_payment where state = 'UNMATCHED'
                        """, row -> new Waiting(row.bigint("n"), row.bigint("cents"), row.instantOrNull("oldest")))
                .orElseThrow();
    }

    /** What a file has booked, and what of it could not be matched; lines that repeat others are neither. */
    public record Booked(int paid, int unmatched) {}

    public Booked bookedBy(long fileId) {
        return sql.first("""
                        select count(*) filter (where why is null and state <> 'REPEATED')::integer as paid,
                               count(*) filter (where why is not null)::integer as unmatched
                          from incoming_payment where file_id = ?
                        """, row -> new Booked(row.integer("paid"), row.integer("unmatched")), fileId)
                .orElseThrow();
    }

    /** An open receivable that money may have been for. */
    public record Candidate(
            long receivableId,
            long contractId,
            long customerId,
            String customerName,
            long nominalCents,
            long paidCents,
            LocalDate dueOn,
            boolean samePayer,
            boolean sameAmount) {}

    /**
     * Those of the same payer or amount; both first, then the nearest due dates. The same amount is what somebody brings who
     * pays one of them, or the overdue ones of a contract at once: from what is left, less the discount, to as much and the
     * fine and interest that the law allows. See {@link net.catraca.billing.payment.Payable}.
     */
    public List<Candidate> candidates(IncomingPayment incoming, int limit) {
        return sql.list(
                """
                with asked (cents, day, payer) as (values (?::bigint, ?::date, ?::text)),
                owed as (
                    select r.*, r.nominal_cents - r.paid_cents as left_cents,
                           case when a.day > r.due_on then 0.02 + 0.01 * (a.day - r.due_on) / 30 else 0 end as late
                      from receivable r, asked a
                     where r.status = 'OPEN' and r.agreement_part is distinct from 'PROMISED'),
                several as (
                    select contract_id, due_on, id,
                           sum(left_cents - discount_cents) over oldest as least,
                           sum(left_cents + ceil(left_cents * late)) over oldest as most
                      from owed where late > 0
                    window oldest as (partition by contract_id order by due_on, id)),
                together as (
                    select contract_id, max(due_on) as due_on
                      from several, asked where asked.cents between least and most group by contract_id),
                possible as (
                    select o.id, o.contract_id, k.id as customer_id, k.name, o.nominal_cents, o.paid_cents, o.due_on,
                           coalesce(k.tax_id = a.payer, false) as same_payer, a.day,
                           a.cents between o.left_cents - o.discount_cents
                                       and o.left_cents + ceil(o.left_cents * o.late)
                           or a.cents between o.nominal_cents - o.discount_cents
                                          and o.nominal_cents + ceil(o.nominal_cents * o.late)
                           or coalesce(o.due_on <= t.due_on, false) as same_amount
                      from asked a
                     cross join owed o
                      join contract c on c.id = o.contract_id
                      join customer k on k.id = c.customer_id
                      left join together t on t.contract_id = o.contract_id)
                select * from possible
                 where same_payer or same_amount
                 order by same_payer and same_amount desc, same_payer desc, abs(due_on - day), id
                 limit ?
                """,
                row -> new Candidate(
                        row.bigint("id"),
                        row.bigint("contract_id"),
                        row.bigint("customer_id"),
                        row.text("name"),
                        row.bigint("nominal_cents"),
                        row.bigint("paid_cents"),
                        row.day("due_on"),
                        row.bool("same_payer"),
                        row.bool("same_amount")),
                incoming.amountCents() - incoming.refundedCents(),
                incoming.paidOn(),
                incoming.payerTaxId(),
                limit);
    }

    private static IncomingPayment incoming(Row row) throws SQLException {
        return new IncomingPayment(
                row.bigint("id"),
                row.bigint("version"),
                row.text("external_id"),
                row.bigint("agreement_id"),
                row.bigintOrNull("file_id"),
                row.bigintOrNull("line"),
                row.text("source"),
                row.textOrNull("our_number"),
                row.textOrNull("txid"),
                row.textOrNull("document"),
                row.textOrNull("payer_tax_id"),
                row.textOrNull("payer_name"),
                row.bigint("amount_cents"),
                row.bigint("charges_cents"),
                row.bigint("refunded_cents"),
                row.bigintOrNull("difference_cents"),
                row.day("paid_on"),
                row.instant("received_at"),
                row.text("received_by"),
                row.oneOf(State.class, "state"),
                row.oneOfOrNull(Why.class, "why"),
                row.bigintOrNull("repeats_id"),
                row.bigintOrNull("repeats_payment_id"),
                decision(row));
    }

    private static @Nullable Decision decision(Row row) throws SQLException {
        var at = row.instantOrNull("decided_at");
        return at == null ? null : new Decision(at, row.text("decided_by"), row.textOrNull("decide_reason"));
    }
}
