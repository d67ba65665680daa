package net.catraca.billing.bench;

import java.util.Map;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.Lint;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Sql;
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
            var meter = new Meter(sql);
            meter.measure(contracts + " contracts", () -> fill(sql, contracts));
            var lint = context.getBean(Lint.class);
            var run = meter.measure("lint", () -> lint.run("measurement", LargeIsp.NOW));
            run.counts()
                    .forEach(count -> System.out.printf(
                            "%-28s %,10d found %,8d ms%n", count.kind(), count.found(), count.millis()));
        }
    }

    /** A year of which one contract in a hundred has not paid the last bill, and another one lacks a month. */
    private static boolean fill(Sql sql, int contracts) {
        LargeIsp.fill(sql, contracts, contracts / 100);
        sql.inTransaction(() -> {
            sql.update("delete from receivable where contract_id % 100 = 1 and due_on = '2025-12-05'");
            return sql.update("""
                    update contract_facts set paid_until_day = date '2025-11-04' - date '1970-01-01'
                     where contract_id % 100 = 1
                    """);
        });
        return true;
    }
}
