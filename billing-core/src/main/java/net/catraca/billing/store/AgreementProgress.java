package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.catraca.billing.access.AgreementTerms.Relief;
import net.catraca.billing.receivable.Agreement;
import net.catraca.billing.receivable.Agreement.State;
import net.catraca.billing.store.AgreementTrail.Moved;
import net.catraca.billing.store.AgreementTrail.Progress;

/**
 * Takes agreements to where their instalments are, within each write that may have paid or reversed one: the relief of
 * a first payment comes in that payment's transaction, whoever booked it.
 */
@Singleton
final class AgreementProgress {

    private final Sql sql;
    private final List<AgreementTrail> trails;

    AgreementProgress(Sql sql, List<AgreementTrail> trails) {
        this.sql = sql;
        this.trails = List.copyOf(trails);
    }

    private record Seen(long id, State state, State now, long debtCents) {}

    /**
     * @param contractIds that the caller has locked
     * @return whether any of theirs is elsewhere now
     */
    boolean follow(Collection<Long> contractIds, Instant now) {
        var all = moved(contractIds, now);
        all.forEach(moved -> trails.forEach(trail -> trail.followed(moved, now)));
        return !all.isEmpty();
    }

    /** The same, told to nobody: the caller keeps it in what it says itself. */
    List<Moved> moved(Collection<Long> contractIds, Instant now) {
        var more = oweWhatWasTakenBack(contractIds, now);
        var elsewhere = sql
                .list(
                        """
                        select a.id, a.state, a.relief, a.debt_cents, count(*) as instalments,
                               count(*) filter (where r.status = 'SETTLED') as settled
                          from agreement a
                          join receivable r on r.agreement_id = a.id and r.agreement_part = 'INSTALMENT'
                         where a.contract_id = any(?) and a.state in ('PENDING', 'RUNNING', 'COMPLETED')
                         group by a.id
                        """,
                        row -> new Seen(
                                row.bigint("id"),
                                row.oneOf(State.class, "state"),
                                Agreement.stateOf(
                                        row.oneOf(Relief.class, "relief"),
                                        row.integer("instalments"),
                                        row.integer("settled")),
                                row.bigint("debt_cents")),
                        contractIds)
                .stream()
                .filter(agreement -> agreement.state() != agreement.now() || more.containsKey(agreement.id()))
                .toList();
        elsewhere.stream()
                .filter(agreement -> agreement.state() != agreement.now())
                .forEach(this::move);
        return elsewhere.stream()
                .map(agreement -> new Moved(
                        agreement.id(),
                        new Progress(agreement.state(), agreement.debtCents() - more.getOrDefault(agreement.id(), 0L)),
                        new Progress(agreement.now(), agreement.debtCents())))
                .toList();
    }

    private void move(Seen agreement) {
        sql.update(
                "update agreement set version = version + 1, state = ? where id = ?", agreement.now(), agreement.id());
        boolean waits = agreement.now() == State.PENDING;
        if (waits || agreement.state() == State.PENDING) {
            // One of the two counts for blocking: the old debt while it waits, else the instalments.
            sql.update(
                    """
                    update receivable
                       set version = version + 1, status = ?, agreement_part = ?
                     where agreement_id = ? and agreement_part = ?
                    """,
                    waits ? "OPEN" : "RENEGOTIATED",
                    waits ? "PROMISED" : "REPLACED",
                    agreement.id(),
                    waits ? "REPLACED" : "PROMISED");
            sql.update("""
                    update receivable
                       set version = version + 1, counts_for_blocking = ?
                     where agreement_id = ? and agreement_part = 'INSTALMENT'
                    """, !waits, agreement.id());
        }
    }

    /**
     * A payment from before the agreement was reversed: what it had paid is one instalment more, due today.
     *
     * @return its cents by agreement
     */
    private Map<Long, Long> oweWhatWasTakenBack(Collection<Long> contractIds, Instant now) {
        Map<Long, Long> more = new HashMap<>();
        sql.each("""
                insert into receivable (
                    contract_id, kind, nominal_cents, issued_on, due_on, original_due_on, counts_for_blocking, status,
                    created_at, agreement_id, agreement_part)
                select a.contract_id, 'RENEGOTIATED', sum(o.paid_cents - r.paid_cents), d.today, d.today, d.today,
                       a.state <> 'PENDING', 'OPEN', ?, a.id, 'INSTALMENT'
                  from agreement a
                  join contract c on c.id = a.contract_id
                  cross join lateral (select (?::timestamptz at time zone c.zone)::date as today) d
                  join agreement_receivable o on o.agreement_id = a.id
                  join receivable r on r.id = o.receivable_id
                 where a.contract_id = any(?) and a.state in ('PENDING', 'RUNNING', 'COMPLETED')
                   and r.paid_cents < o.paid_cents
                 group by a.id, d.today
                returning agreement_id, nominal_cents
                """, row -> more.put(row.bigint("agreement_id"), row.bigint("nominal_cents")), now, now, contractIds);
        if (more.isEmpty()) {
            return more;
        }
        sql.update("""
                update agreement a
                   set version = a.version + 1, debt_cents = a.debt_cents + n.cents
                  from (select o.agreement_id, sum(o.paid_cents - r.paid_cents) as cents
                          from agreement_receivable o
                          join receivable r on r.id = o.receivable_id and r.paid_cents < o.paid_cents
                         group by o.agreement_id) n
                 where n.agreement_id = a.id and a.contract_id = any(?)
                   and a.state in ('PENDING', 'RUNNING', 'COMPLETED')
                """, contractIds);
        sql.update("""
                update agreement_receivable o
                   set owed_cents = o.owed_cents + o.paid_cents - r.paid_cents, paid_cents = r.paid_cents
                  from receivable r, agreement a
                 where r.id = o.receivable_id and a.id = o.agreement_id and r.paid_cents < o.paid_cents
                   and a.contract_id = any(?) and a.state in ('PENDING', 'RUNNING', 'COMPLETED')
                """, contractIds);
        return more;
    }
}
