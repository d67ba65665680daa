package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.run.BankAgreements;
import net.catraca.billing.run.ClaimedPayments;
import net.catraca.billing.run.UnmatchedPayments;

/** What the guards of access runs ask of the money that comes in: bank files, the unmatched queue, shown receipts. */
@Singleton
public final class RunMoney implements BankAgreements, UnmatchedPayments, ClaimedPayments {

    private final Sql sql;

    RunMoney(Sql sql) {
        this.sql = sql;
    }

    /** Those that a file is expected from on every banking day. */
    @Override
    public List<Agreement> watched() {
        return sql.list(
                "select n.name, n.covers_until, " + BankBook.MISSING
                        + "from bank_agreement_news n where n.daily order by n.agreement_id",
                row -> new Agreement(
                        row.text("name"),
                        row.dayOrNull("covers_until"),
                        BankBook.numbers(row.bigints("first_missing"), row.bigints("last_missing"))));
    }

    @Override
    public List<Unmatched> waiting() {
        return sql.list(
                """
                select i.id, i.payer_tax_id, i.amount_cents, i.paid_on,
                       array_remove(i.for_contract_ids || p.contract_id, null) as contract_ids
                  from incoming_payment i left join payment p on p.id = i.repeats_payment_id
                 where i.state = 'UNMATCHED' order by i.id
                """,
                row -> new Unmatched(
                        Long.toString(row.bigint("id")),
                        row.textOrNull("payer_tax_id"),
                        row.bigint("amount_cents"),
                        row.day("paid_on"),
                        Set.of(row.bigints("contract_ids"))));
    }

    @Override
    public Map<Long, Instant> heldUntil(Collection<Long> contractIds, Instant now) {
        Map<Long, Instant> holds = new HashMap<>();
        sql.each("""
                select contract_id, max(holds_until) as until
                  from payment_claim
                 where contract_id = any(?) and ended_at is null and holds_until > ?
                 group by contract_id
                """, row -> holds.put(row.bigint("contract_id"), row.instant("until")), contractIds, now);
        return holds;
    }
}
