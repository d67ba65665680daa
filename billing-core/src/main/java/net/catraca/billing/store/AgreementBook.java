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
import net.catraca.billing.access.AgreementTerms;
import net.catraca.billing.receivable.Agreement;
import net.catraca.billing.receivable.Agreement.End;
import net.catraca.billing.receivable.Agreement.Move;
import net.catraca.billing.receivable.Agreement.Replaced;
import net.catraca.billing.receivable.Agreement.State;
import net.catraca.billing.receivable.AgreementPlan.Part;
import org.jspecify.annotations.Nullable;

/** The tables {@code agreement…}. They are written within an {@link AccessWrite} that holds the contract. */
@Singleton
public final class AgreementBook {

    private final Sql sql;
    private final AgreementProgress progress;

    AgreementBook(Sql sql, AgreementProgress progress) {
        this.sql = sql;
        this.progress = progress;
    }

    /** Takes agreements to where their instalments are, before the write ends, which would do the same and tell of it. */
    public void follow(Collection<Long> contractIds, Instant now) {
        progress.moved(contractIds, now);
    }

    public Optional<Agreement> find(long id) {
        return sql.first("select * from agreement where id = ?", AgreementBook::agreement, id);
    }

    /** By id, above one. */
    public List<Agreement> page(@Nullable Long contractId, @Nullable State state, long afterId, int limit) {
        return sql.list("""
                select * from agreement
                 where id > ? and (?::bigint is null or contract_id = ?) and (?::text is null or state = ?)
                 order by id limit ?
                """, AgreementBook::agreement, afterId, contractId, contractId, state, state, limit);
    }

    /** It and those signed together with it, whatever became of them. */
    public List<Agreement> signedTogether(long id) {
        return sql.list("""
                select o.* from agreement a
                  join agreement o on o.id = a.id or o.signed_with = a.signed_with
                 where a.id = ? order by o.id
                """, AgreementBook::agreement, id);
    }

    /** Of contracts, those that run or wait for their first payment. */
    public List<Agreement> standing(Collection<Long> contractIds) {
        return sql.list(
                "select * from agreement where contract_id = any(?) and state in ('PENDING', 'RUNNING') order by id",
                AgreementBook::agreement,
                contractIds);
    }

    /**
     * Standing ones with an unpaid instalment that was due so long ago that they may break, by id, above one.
     *
     * @param latest the latest day anywhere
     */
    public List<Agreement> perhapsLate(LocalDate latest, long afterId, int limit) {
        return sql.list("""
                select a.* from agreement a
                 where a.id > ? and a.state in ('PENDING', 'RUNNING')
                   and exists (select from receivable r
                                where r.agreement_id = a.id and r.agreement_part = 'INSTALMENT' and r.status = 'OPEN'
                                  and r.due_on + a.break_days <= ?)
                 order by a.id limit ?
                """, AgreementBook::agreement, afterId, latest, limit);
    }

    /**
     * How often each of these receivables, or one in whose place it was written, got into an agreement that was not
     * cancelled; none where never.
     */
    public Map<Long, Integer> timesAgreed(Collection<Long> receivableIds) {
        Map<Long, Integer> times = new HashMap<>();
        sql.each("""
                with recursive chain (id, earlier, before) as (
                    select id, id, replaces_id from receivable where id = any(?)
                    union all
                    select c.id, r.id, r.replaces_id from chain c join receivable r on r.id = c.before)
                select c.id, count(*) as times
                  from chain c
                  join agreement_receivable o on o.receivable_id = c.earlier
                  join agreement a on a.id = o.agreement_id
                 where a.state <> 'CANCELLED'
                 group by c.id
                """, row -> times.put(row.bigint("id"), row.integer("times")), receivableIds);
        return times;
    }

    /**
     * Inserts one that waits for its first payment.
     *
     * @param signedWith null for the first, or the only one
     */
    public Agreement insert(
            Part part,
            @Nullable Long signedWith,
            AgreementTerms terms,
            LocalDate today,
            Instant now,
            String by,
            String reason) {
        var agreement = sql.first(
                        """
                        insert into agreement (
                            contract_id, signed_with, state, relief, break_days, debt_cents, charges_cents,
                            discount_cents, signed_on, signed_at, signed_by, reason)
                        values (?, ?, 'PENDING', ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        returning *
                        """,
                        AgreementBook::agreement,
                        part.debt().contractId(),
                        signedWith,
                        terms.relief(),
                        terms.breakDays(),
                        part.debtCents(),
                        part.chargesCents(),
                        part.discountCents(),
                        today,
                        now,
                        by,
                        reason)
                .orElseThrow();
        sql.batch("""
                insert into agreement_receivable (agreement_id, receivable_id, owed_cents, paid_cents)
                select ?, id, ?, paid_cents from receivable where id = ?
                """, part.debt().receivables(), each ->
                new @Nullable Object[] {agreement.id(), each.owedCents(), each.receivableId()});
        return agreement;
    }

    /** It was the first of those signed together. */
    public void setSignedWith(long id, long first) {
        sql.update("update agreement set signed_with = ? where id = ?", first, id);
    }

    public List<Replaced> replaced(long id) {
        return sql.list(
                "select * from agreement_receivable where agreement_id = ? order by receivable_id",
                row -> new Replaced(row.bigint("receivable_id"), row.bigint("owed_cents")),
                id);
    }

    public List<Move> moves(long id) {
        return sql.list(
                "select * from agreement_move where agreement_id = ? order by id",
                row -> new Move(
                        row.bigint("payment_id"),
                        row.bigint("from_receivable_id"),
                        row.bigintOrNull("to_receivable_id"),
                        row.bigint("cents")),
                id);
    }

    /** Broken or cancelled, with where its money went. */
    public Agreement end(long id, State state, End end, List<Move> moves) {
        sql.batch("""
                insert into agreement_move (agreement_id, payment_id, from_receivable_id, to_receivable_id, cents)
                values (?, ?, ?, ?, ?)
                """, moves, move ->
                new @Nullable Object[] {id, move.paymentId(), move.from(), move.to(), move.cents()});
        return sql.first("""
                        update agreement
                           set version = version + 1, state = ?, ended_at = ?, ended_by = ?, end_reason = ?
                         where id = ?
                        returning *
                        """, AgreementBook::agreement, state, end.at(), end.by(), end.reason(), id)
                .orElseThrow();
    }

    static Agreement agreement(Row row) throws SQLException {
        var ended = row.instantOrNull("ended_at");
        return new Agreement(
                row.bigint("id"),
                row.bigint("version"),
                row.bigint("contract_id"),
                row.bigintOrNull("signed_with"),
                row.oneOf(State.class, "state"),
                row.oneOf(AgreementTerms.Relief.class, "relief"),
                row.integer("break_days"),
                row.bigint("debt_cents"),
                row.bigint("charges_cents"),
                row.bigint("discount_cents"),
                row.day("signed_on"),
                row.instant("signed_at"),
                row.text("signed_by"),
                row.text("reason"),
                ended == null ? null : new End(ended, row.text("ended_by"), row.text("end_reason")));
    }
}
