package net.catraca.billing.bench;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.Lint;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.TestDatabase;

/**
 * Measures lint over contracts with a year of receivables each, one in a hundred of them with something wrong. Not a
 * test; from the repository's root:
 *
 * <pre>./mvnw -q test-compile exec:exec -pl billing-core -Dexec.executable=java -Dexec.classpathScope=test \
 *     -Dexec.args="-Xmx512m -cp %classpath net.catraca.billing.bench.LintMeasurement 1000000"</pre>
 */
public final class LintMeasurement {

    private LintMeasurement() {}

    /** @param arguments the number of contracts, 50,000 unless given */
    @SuppressWarnings("SystemOut") // a measurement run by hand, not the daemon
    public static void main(String[] arguments) throws InterruptedException {
        int contracts = arguments.length == 0 ? 50_000 : Integer.parseInt(arguments[0]);
        AuditLog unkept = (_, _, _, _, _, _) -> {};
        try (var database = TestDatabase.fresh();
                var context =
                        database.startContext(Map.of(), unkept, SecretKeys.parse("test", SecretKeys.generate()))) {
            var sql = context.getBean(Sql.class);
            TestIsp.seed(sql);
            fill(sql, contracts);
            long began = Clock.systemUTC().millis();
            var run = context.getBean(Lint.class).run("measurement", Instant.parse("2026-12-20T15:00:00Z"));
            long took = Clock.systemUTC().millis() - began;
            run.counts()
                    .forEach(count -> System.out.printf(
                            "%-28s %,10d found %,8d ms%n", count.kind(), count.found(), count.millis()));
            System.out.printf(
                    "%,d contracts: %,d ms, heap %d MiB of %d%n",
                    contracts,
                    took,
                    (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20,
                    Runtime.getRuntime().maxMemory() >> 20);
        }
    }

    /** Postpaid contracts since 10 December 2025, paid until 9 December 2026 but for one in a hundred. */
    private static void fill(Sql sql, int contracts) {
        sql.inTransaction(() -> {
            sql.update("""
                    insert into contract (
                        customer_id, plan_id, status, billing_mode, financial_base_date, signed_on, activated_on,
                        created_at)
                    select 1, 1, 'ACTIVE', 'POSTPAID', '2025-12-10', '2025-12-10', '2025-12-10', '2025-12-10T12:00Z'
                      from generate_series(1, ?)
                    """, contracts);
            sql.update("""
                    insert into receivable (
                        external_id, contract_id, kind, nominal_cents, issued_on, due_on, original_due_on,
                        coverage_first, coverage_last, counts_for_blocking, status, paid_cents, settled_on, created_at)
                    select 'bill-' || c.id || '-' || m, c.id, 'RECURRING', 9990, d.last_day, d.last_day + 1,
                           d.last_day + 1, d.first_day, d.last_day, true, s.status,
                           case s.status when 'OPEN' then 0 else 9990 end,
                           case s.status when 'OPEN' then null else d.last_day + 1 end, '2025-12-10T12:00Z'
                      from contract c
                      cross join generate_series(0, 11) m
                      cross join lateral (
                           select (date '2025-12-10' + m * interval '1 month')::date as first_day,
                                  (date '2025-12-09' + (m + 1) * interval '1 month')::date as last_day) d
                      cross join lateral (
                           select case when c.id % 100 = 0 and m >= 6 then 'OPEN' else 'SETTLED' end as status) s
                     where c.id % 100 <> 1 or m <> 3
                    """);
            return sql.update("""
                    insert into contract_facts (
                        contract_id, version, customer_id, plan_id, zone, status, status_since_day, billing_mode,
                        paid_until_day, late_since_day, pauses, exemptions, releases, automatic_restriction,
                        committed_level)
                    select id, 1, 1, 1, zone, status, date '2025-12-10' - date '1970-01-01', billing_mode,
                           case id % 100 when 0 then date '2026-06-09' when 1 then date '2026-03-09'
                                         else date '2026-12-09' end - date '1970-01-01',
                           case id % 100 when 0 then date '2026-07-10' - date '1970-01-01' end,
                           '{}', '{}', '{}', 'NORMAL', 'ACTIVE'
                      from contract
                    """);
        });
        sql.update("analyze");
    }
}
