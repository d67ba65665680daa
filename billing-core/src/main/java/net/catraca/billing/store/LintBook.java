package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.lint.LintFinding;
import net.catraca.billing.lint.LintKind;
import net.catraca.billing.lint.LintRun;
import org.jspecify.annotations.Nullable;

/** The tables {@code lint_…}. */
@Singleton
public final class LintBook {

    /** Findings of a kind that are kept one by one: whoever has more has another problem, and the count says so. */
    public static final int MOST_KEPT = 10_000;

    private final Sql sql;

    LintBook(Sql sql) {
        this.sql = sql;
    }

    public long begin(String by, Instant at) {
        return sql.first(
                        "insert into lint_run (started_by, started_at) values (?, ?) returning id",
                        row -> row.bigint("id"),
                        by,
                        at)
                .orElseThrow();
    }

    /** Ends a run and removes all that are older: whoever looks sees this one from now on. */
    public void end(long runId, Instant at) {
        sql.inTransaction(() -> {
            sql.update("update lint_run set ended_at = ? where id = ?", at, runId);
            return sql.update("delete from lint_run where id < ?", runId);
        });
    }

    /** The last run that ended. */
    public Optional<LintRun> last() {
        return sql.reading(() -> sql.first(
                "select * from lint_run where ended_at is not null order by id desc limit 1",
                row -> new LintRun(
                        row.bigint("id"),
                        row.text("started_by"),
                        row.instant("started_at"),
                        row.instantOrNull("ended_at"),
                        counts(row.bigint("id")))));
    }

    private List<LintRun.Count> counts(long runId) {
        return sql.list(
                "select * from lint_count where run_id = ? order by kind",
                row -> new LintRun.Count(row.oneOf(LintKind.class, "kind"), row.bigint("found"), row.bigint("millis")),
                runId);
    }

    /** By id, above one. */
    public List<LintFinding> page(
            long runId, @Nullable LintKind kind, @Nullable Long contractId, long afterId, int limit) {
        return sql.list("""
                select * from lint_finding
                 where run_id = ? and id > ? and (?::text is null or kind = ?)
                   and (?::bigint is null or contract_id = ?)
                 order by id limit ?
                """, LintBook::finding, runId, afterId, kind, kind, contractId, contractId, limit);
    }

    void count(long runId, LintKind kind, long found, long millis) {
        sql.update(
                "insert into lint_count (run_id, kind, found, millis) values (?, ?, ?, ?)", runId, kind, found, millis);
    }

    /** Of one contract. */
    void keep(long runId, LintKind kind, long contractId, long customerId, String... facts) {
        sql.update(
                "insert into lint_finding (run_id, kind, contract_id, customer_id, facts) values (?, ?, ?, ?, ?)",
                runId,
                kind,
                contractId,
                customerId,
                facts);
    }

    /**
     * Keeps what a query finds.
     *
     * @param query of contract_id, customer_id and facts
     * @param arguments of the query
     * @return how many it found
     */
    long keepAll(long runId, LintKind kind, String query, @Nullable Object... arguments) {
        List<@Nullable Object> all = new ArrayList<>(Arrays.asList(arguments));
        all.add(runId);
        all.add(kind);
        all.add(MOST_KEPT);
        return sql.first("""
                        with found as materialized (%s),
                             kept as (
                                 insert into lint_finding (run_id, kind, contract_id, customer_id, facts)
                                 select ?, ?, contract_id, customer_id, facts
                                   from found order by contract_id, customer_id limit ?)
                        select count(*) as n from found
                        """.formatted(query), row -> row.bigint("n"), all.toArray())
                .orElseThrow();
    }

    private static LintFinding finding(Row row) throws SQLException {
        var facts = row.texts("facts");
        Map<String, String> byName = new LinkedHashMap<>();
        for (int i = 0; i + 1 < facts.size(); i += 2) {
            byName.put(facts.get(i), facts.get(i + 1));
        }
        return new LintFinding(
                row.bigint("id"),
                row.oneOf(LintKind.class, "kind"),
                row.bigintOrNull("contract_id"),
                row.bigintOrNull("customer_id"),
                byName);
    }
}
