package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.Commitment;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code commitment} and {@code commitment_receivable}: what runs have fixed. They are written within an
 * {@link AccessWrite} that holds the contract.
 */
@Singleton
public final class CommitmentBook {

    private final Sql sql;

    CommitmentBook(Sql sql) {
        this.sql = sql;
    }

    /** The commitments of these contracts, by contract; one without is not in it. */
    public Map<Long, Commitment> of(Collection<Long> contractIds) {
        Map<Long, Commitment> found = new HashMap<>();
        sql.each("""
                select c.*, array(select r.receivable_id from commitment_receivable r
                                   where r.contract_id = c.contract_id) as receivables
                  from commitment c
                 where c.contract_id = any(?)
                """, row -> found.put(row.bigint("contract_id"), commitment(row)), contractIds);
        return found;
    }

    /** What a run fixes, by contract, in place of whatever the contracts had. */
    public void fix(Map<Long, Commitment> commitments, long runId) {
        put(commitments, runId);
    }

    private void put(Map<Long, Commitment> commitments, @Nullable Long runId) {
        sql.batch("""
                insert into commitment (contract_id, level, committed_at, as_of, run_id, erp_due_on)
                values (?, ?, ?, ?, ?, ?)
                on conflict (contract_id) do update set
                    level = excluded.level,
                    committed_at = excluded.committed_at,
                    as_of = excluded.as_of,
                    run_id = excluded.run_id,
                    erp_due_on = excluded.erp_due_on
                """, commitments.entrySet(), entry -> new @Nullable Object[] {
            entry.getKey(),
            entry.getValue().level(),
            entry.getValue().committedAt(),
            entry.getValue().asOf(),
            runId,
            entry.getValue().erpDueOn()
        });
        sql.update("delete from commitment_receivable where contract_id = any(?)", commitments.keySet());
        sql.batch(
                "insert into commitment_receivable (contract_id, receivable_id) select ?, unnest(?)",
                commitments.entrySet(),
                entry ->
                        new @Nullable Object[] {entry.getKey(), entry.getValue().receivableIds()});
    }

    /** What a system of before has fixed, by contract: no run of ours did. */
    public void adopt(Map<Long, Commitment> commitments) {
        put(commitments, null);
    }

    /** Which of these contracts still have a commitment that this run has fixed. */
    public Set<Long> standingOf(long runId, Collection<Long> contractIds) {
        return Set.copyOf(sql.list(
                "select contract_id from commitment where run_id = ? and contract_id = any(?)",
                row -> row.bigint("contract_id"),
                runId,
                contractIds));
    }

    /**
     * Takes a commitment away and puts a laxer one of before in its place.
     *
     * @param prior null for none
     * @param priorRunId the run that fixed the prior one, or null
     */
    public void lift(long contractId, @Nullable Commitment prior, @Nullable Long priorRunId) {
        keep(contractId, prior);
        if (prior != null) {
            sql.update(
                    "update commitment set committed_at = ?, run_id = ?, erp_due_on = ? where contract_id = ?",
                    prior.committedAt(),
                    priorRunId,
                    prior.erpDueOn(),
                    contractId);
        }
    }

    /** What a write has left of the contract's commitment: never more than before. Null when nothing. */
    void keep(long contractId, @Nullable Commitment left) {
        if (left == null) {
            sql.update("delete from commitment where contract_id = ?", contractId);
            return;
        }
        sql.update(
                "update commitment set level = ?, as_of = ? where contract_id = ?",
                left.level(),
                left.asOf(),
                contractId);
        sql.update(
                "delete from commitment_receivable where contract_id = ? and receivable_id <> all(?)",
                contractId,
                left.receivableIds());
    }

    /** The contract's commitment rests on these no longer, for good, though they are owed: they were postponed. */
    public void takeOut(long contractId, Set<Long> receivableIds) {
        var commitment = of(List.of(contractId)).get(contractId);
        if (commitment != null) {
            keep(contractId, commitment.without(receivableIds));
        }
    }

    private static Commitment commitment(Row row) throws SQLException {
        return new Commitment(
                row.oneOf(AccessLevel.class, "level"),
                row.instant("committed_at"),
                row.instant("as_of"),
                Set.of(row.bigints("receivables")),
                row.dayOrNull("erp_due_on"));
    }
}
