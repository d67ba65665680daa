package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.Commitment;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code commitment}: what runs have fixed. It is written within an
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
        // As are the others below: a run fills this table from nothing.
        sql.eachPlannedAnew(
                "select * from commitment where contract_id = any(?)",
                row -> found.put(row.bigint("contract_id"), commitment(row)),
                contractIds);
        return found;
    }

    /** What a run fixes, by contract, in place of whatever the contracts had. */
    public void fix(Map<Long, Commitment> commitments, long runId) {
        put(commitments, runId);
    }

    private void put(Map<Long, Commitment> commitments, @Nullable Long runId) {
        if (commitments.isEmpty()) {
            return;
        }
        var rows = commitments.entrySet();
        sql.update(
                """
                insert into commitment (contract_id, level, committed_at, as_of, run_id, erp_due_on, receivable_ids)
                select n.contract_id, n.level, n.committed_at, n.as_of, ?::bigint, n.erp_due_on,
                       n.receivable_ids::bigint[]
                  from unnest(?, ?, ?, ?, ?, ?) as n (
                       contract_id, level, committed_at, as_of, erp_due_on, receivable_ids)
                on conflict (contract_id) do update set
                    level = excluded.level,
                    committed_at = excluded.committed_at,
                    as_of = excluded.as_of,
                    run_id = excluded.run_id,
                    erp_due_on = excluded.erp_due_on,
                    receivable_ids = excluded.receivable_ids
                """,
                RowColumns.of(rows)
                        .bigint(Map.Entry::getKey)
                        .constant(entry -> entry.getValue().level())
                        .instant(entry -> entry.getValue().committedAt())
                        .instant(entry -> entry.getValue().asOf())
                        .day(entry -> entry.getValue().erpDueOn())
                        .numbers(entry -> entry.getValue().receivableIds())
                        .after(runId));
        sql.update("""
                insert into first_commitment (contract_id, committed_at)
                select contract_id, committed_at from commitment where contract_id = any(?)
                on conflict do nothing
                """, commitments.keySet());
    }

    /** What a system of before has fixed, by contract: no run of ours did. */
    public void adopt(Map<Long, Commitment> commitments) {
        put(commitments, null);
    }

    /** Which of these contracts have a commitment, or had one, adopted or of a run, however long ago. */
    public Set<Long> everOf(Collection<Long> contractIds) {
        return Set.copyOf(sql.list(
                "select contract_id from first_commitment where contract_id = any(?)",
                row -> row.bigint("contract_id"),
                contractIds));
    }

    /** How many stand that were adopted; until the transaction ends nobody else asks. */
    public int countAdopted() {
        sql.list("select pg_advisory_xact_lock(hashtextextended('commitment/adopted', 0))", row -> true);
        return sql.first("select count(*)::integer as n from commitment where run_id is null", row -> row.integer("n"))
                .orElseThrow();
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

    /** What a write has left of the contracts' commitments: never more than before. Null when nothing. */
    void keep(Map<Long, @Nullable Commitment> left) {
        Map<Long, Commitment> lighter = new TreeMap<>();
        List<Long> gone = new ArrayList<>();
        left.forEach((contractId, commitment) -> {
            if (commitment == null) {
                gone.add(contractId);
            } else {
                lighter.put(contractId, commitment);
            }
        });
        if (!gone.isEmpty()) {
            sql.updatePlannedAnew("delete from commitment where contract_id = any(?)", gone);
        }
        if (!lighter.isEmpty()) {
            var rows = lighter.entrySet();
            sql.updatePlannedAnew(
                    """
                    update commitment c
                       set level = n.level, as_of = n.as_of,
                           receivable_ids = array(select one from unnest(c.receivable_ids) as one
                                                   where one = any(n.receivable_ids::bigint[]))
                      from unnest(?, ?, ?, ?) as n (contract_id, level, as_of, receivable_ids)
                     where c.contract_id = n.contract_id
                    """,
                    RowColumns.of(rows)
                            .bigint(Map.Entry::getKey)
                            .constant(entry -> entry.getValue().level())
                            .instant(entry -> entry.getValue().asOf())
                            .numbers(entry -> entry.getValue().receivableIds())
                            .arguments());
        }
    }

    private void keep(long contractId, @Nullable Commitment left) {
        var one = new TreeMap<Long, @Nullable Commitment>();
        one.put(contractId, left);
        keep(one);
    }

    /** The contract's commitment rests on these no longer, for good, though they are owed: they were postponed. */
    public void takeOut(long contractId, Set<Long> receivableIds) {
        takeOut(Map.of(contractId, receivableIds));
    }

    /** The same of many contracts. */
    public void takeOut(Map<Long, Set<Long>> receivableIds) {
        if (!receivableIds.isEmpty()) {
            var left = new TreeMap<Long, @Nullable Commitment>();
            of(receivableIds.keySet())
                    .forEach((contractId, commitment) ->
                            left.put(contractId, commitment.without(receivableIds.getOrDefault(contractId, Set.of()))));
            keep(left);
        }
    }

    private static Commitment commitment(Row row) throws SQLException {
        return new Commitment(
                row.oneOf(AccessLevel.class, "level"),
                row.instant("committed_at"),
                row.instant("as_of"),
                Set.of(row.bigints("receivable_ids")),
                row.dayOrNull("erp_due_on"));
    }
}
