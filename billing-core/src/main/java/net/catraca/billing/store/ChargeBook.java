package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.bank.Charge;
import org.jspecify.annotations.Nullable;

/** The tables {@code charge} and {@code charge_receivable}. */
@Singleton
public final class ChargeBook {

    private static final String SELECT = """
            select c.*, array(select r.receivable_id from charge_receivable r
                               where r.charge_id = c.id order by r.receivable_id) as receivables
              from charge c
            """;

    private final Sql sql;

    ChargeBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<Charge> find(long id) {
        return sql.first(SELECT + " where c.id = ?", ChargeBook::charge, id);
    }

    /** Those by which a receivable can be paid, newest first. */
    public List<Charge> ofReceivable(long receivableId) {
        return sql.list(
                SELECT + " where c.id in (select charge_id from charge_receivable where receivable_id = ?)"
                        + " order by c.id desc",
                ChargeBook::charge,
                receivableId);
    }

    /** Empty when the number or the txid is taken. The receivables exist. */
    public Optional<Charge> insert(
            long agreementId,
            @Nullable String ourNumber,
            @Nullable String txid,
            Collection<Long> receivableIds,
            Instant now,
            String by) {
        return sql.inTransaction(() -> sql.first("""
                        insert into charge (agreement_id, our_number, txid, created_at, created_by) values (?, ?, ?, ?, ?)
                        on conflict do nothing
                        returning id
                        """, row -> row.bigint("id"), agreementId, ourNumber, txid, now, by)
                .map(id -> {
                    sql.update(
                            "insert into charge_receivable (charge_id, receivable_id) select ?, unnest(?)",
                            id,
                            receivableIds);
                    return find(id).orElseThrow();
                }));
    }

    /** A receivable that money is for: the key that was asked for, with what it led to. */
    public record Target(String key, long receivableId, long contractId) {}

    /** By the agreement's own numbers. */
    public List<Target> byOurNumbers(long agreementId, Collection<String> ourNumbers) {
        return targets("""
                select c.our_number as key, r.id, r.contract_id
                  from charge c
                  join charge_receivable x on x.charge_id = c.id
                  join receivable r on r.id = x.receivable_id
                 where c.agreement_id = ? and c.our_number = any(?)
                 order by r.id
                """, agreementId, ourNumbers.toArray(String[]::new));
    }

    /** Whichever agreement it came to. */
    public List<Target> byTxids(Collection<String> txids) {
        return targets("""
                select c.txid as key, r.id, r.contract_id
                  from charge c
                  join charge_receivable x on x.charge_id = c.id
                  join receivable r on r.id = x.receivable_id
                 where c.txid = any(?)
                 order by r.id
                """, (Object) txids.toArray(String[]::new));
    }

    /** By the receivables' external ids, which were remitted as the bills' own numbers; with what was written in their place. */
    public List<Target> byDocuments(Collection<String> documents) {
        return targets("""
                with recursive chain (key, id, contract_id, next) as (
                    select external_id, id, contract_id, replaced_by_id from receivable where external_id = any(?)
                    union all
                    select c.key, r.id, r.contract_id, r.replaced_by_id from chain c join receivable r on r.id = c.next)
                select key, id, contract_id from chain order by id
                """, (Object) documents.toArray(String[]::new));
    }

    private List<Target> targets(String query, @Nullable Object... arguments) {
        return sql.list(
                query, row -> new Target(row.text("key"), row.bigint("id"), row.bigint("contract_id")), arguments);
    }

    private static Charge charge(Row row) throws SQLException {
        return new Charge(
                row.bigint("id"),
                row.bigint("version"),
                row.bigint("agreement_id"),
                row.textOrNull("our_number"),
                row.textOrNull("txid"),
                List.of(row.bigints("receivables")),
                row.instant("created_at"),
                row.text("created_by"));
    }
}
