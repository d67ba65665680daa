package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Those that wait for a person, oldest first. */
    public List<IncomingPayment> unmatched(@Nullable Long agreementId, long afterId, int limit) {
        return sql.list("""
                select * from incoming_payment
                 where state = 'UNMATCHED' and id > ? and (?::bigint is null or agreement_id = ?)
                 order by id limit ?
                """, IncomingBook::incoming, afterId, agreementId, agreementId, limit);
    }

    /** Of a file, by line. */
    public List<IncomingPayment> ofFile(long fileId, long afterLine, int limit) {
        return sql.list(
                "select * from incoming_payment where file_id = ? and line > ? order by line limit ?",
                IncomingBook::incoming,
                fileId,
                afterLine,
                limit);
    }

    /**
     * Keeps news once; what was told before is left out.
     *
     * @param why by external id: why it waits for a person; without an entry it is matched
     * @return ids by external id
     */
    public Map<String, Long> insertAll(List<News> news, Map<String, Why> why, Instant now, String by) {
        Map<String, Long> ids = new HashMap<>();
        sql.each(
                """
                insert into incoming_payment (
                    external_id, agreement_id, file_id, line, source, our_number, txid, document, payer_tax_id,
                    payer_name, amount_cents, charges_cents, paid_on, why, state, difference_cents,
                    received_at, received_by)
                select n.external_id, n.agreement_id, n.file_id, case when n.file_id is not null then n.line end,
                       n.source, n.our_number, n.txid, n.document, n.payer_tax_id, n.payer_name, n.amount_cents,
                       n.charges_cents, n.paid_on, n.why, case when n.why is null then 'MATCHED' else 'UNMATCHED' end,
                       case when n.why is null then 0 end, ?, ?
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n (
                       external_id, agreement_id, file_id, line, source, our_number, txid, document, payer_tax_id,
                       payer_name, amount_cents, charges_cents, paid_on, why)
                on conflict (external_id) do nothing
                returning id, external_id
                """,
                row -> ids.put(row.text("external_id"), row.bigint("id")),
                RowColumns.of(news)
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
                        .day(News::paidOn)
                        .constant(one -> why.get(one.externalId()))
                        .after(now, by));
        return ids;
    }

    /** How far each was from what was asked for. */
    public void differ(Map<Long, Long> centsById) {
        sql.batch(
                "update incoming_payment set difference_cents = ? where id = ? and difference_cents is distinct from ?",
                centsById.entrySet(),
                entry -> new Object[] {entry.getValue(), entry.getKey(), entry.getValue()});
    }

    /** What became of it, by a person's word or a refund. */
    public void decide(long id, State state, @Nullable Decision decision) {
        if (decision == null) {
            sql.update("update incoming_payment set version = version + 1, state = ? where id = ?", state, id);
            return;
        }
        sql.update("""
                update incoming_payment
                   set version = version + 1, state = ?, decided_at = ?, decided_by = ?, decide_reason = ?
                 where id = ?
                """, state, decision.at(), decision.by(), decision.reason(), id);
    }

    /** @param cents all that was given back so far */
    public void refund(long id, State state, long cents) {
        sql.update(
                "update incoming_payment set version = version + 1, state = ?, refunded_cents = ? where id = ?",
                state,
                cents,
                id);
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

    /** What a file has booked, and what of it could not be matched. */
    public record Booked(int paid, int unmatched) {}

    public Booked bookedBy(long fileId) {
        return sql.first("""
                        select count(*) filter (where why is null)::integer as paid,
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

    /** Those of the same payer or amount; both first, then the nearest due dates. */
    public List<Candidate> candidates(IncomingPayment incoming, int limit) {
        return sql.list(
                """
                select * from (
                    select r.id, r.contract_id, k.id as customer_id, k.name, r.nominal_cents, r.paid_cents, r.due_on,
                           k.tax_id is not distinct from ? as same_payer,
                           ? in (r.nominal_cents, r.nominal_cents - r.discount_cents, r.nominal_cents - r.paid_cents)
                               as same_amount
                      from receivable r
                      join contract c on c.id = r.contract_id
                      join customer k on k.id = c.customer_id
                     where r.status = 'OPEN' and (k.tax_id = ? or r.nominal_cents = ? or r.nominal_cents - r.discount_cents = ?)
                    ) x
                 order by same_payer and same_amount desc, same_payer desc, abs(due_on - ?::date), id
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
                incoming.payerTaxId(),
                incoming.amountCents(),
                incoming.payerTaxId(),
                incoming.amountCents(),
                incoming.amountCents(),
                incoming.paidOn(),
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
                decision(row));
    }

    private static @Nullable Decision decision(Row row) throws SQLException {
        var at = row.instantOrNull("decided_at");
        return at == null ? null : new Decision(at, row.text("decided_by"), row.textOrNull("decide_reason"));
    }
}
