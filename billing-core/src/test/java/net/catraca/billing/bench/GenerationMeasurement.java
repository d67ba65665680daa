package net.catraca.billing.bench;

import java.util.Map;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.ReceivableGeneration;
import net.catraca.billing.office.ReceivableGeneration.Scope;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;

/**
 * Measures the generation of a month: a receivable for each of many contracts that have twelve months of paid ones. Not a
 * test; from the repository's root:
 *
 * <pre>./mvnw -q test-compile exec:exec -pl billing-core -Dexec.executable=java -Dexec.classpathScope=test \
 *     -Dexec.args="-Xmx512m -cp %classpath net.catraca.billing.bench.GenerationMeasurement 1000000"</pre>
 */
final class GenerationMeasurement {

    private static final Actor ACTOR = Actor.system("measurement");

    private GenerationMeasurement() {}

    public static void main(String[] arguments) throws InterruptedException {
        int contracts = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        AuditLog unkept = (_, _, _, _, _, _) -> {};
        var clock = SettableClock.atNoonOf("2026-03-05");
        try (var database = TestDatabase.fresh();
                var context = database.startContext(
                        Map.of(), unkept, clock, SecretKeys.parse("test", SecretKeys.generate()))) {
            var sql = context.getBean(Sql.class);
            var meter = new Meter(sql);
            meter.measure(contracts + " contracts", () -> {
                LargeIsp.fill(sql, contracts, 0);
                return true;
            });
            var generation = context.getBean(ReceivableGeneration.class);
            print(meter.measure("preview", () -> generation.previewTotals(Scope.ALL, null)));
            print(meter.measure("generate", () -> generation.generate(ACTOR, Scope.ALL, clock.instant())));
            print(meter.measure("again", () -> generation.generate(ACTOR, Scope.ALL, clock.instant())));
            clock.set(Fixtures.noon("2026-03-06"));
            print(meter.measure("next day", () -> generation.generate(ACTOR, Scope.ALL, clock.instant())));
        }
    }

    @SuppressWarnings("SystemOut") // a measurement run by hand, not the daemon
    private static void print(Object totals) {
        System.out.println("    " + totals);
    }
}
