package net.catraca.billing.bench;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import net.catraca.billing.office.AccessRuns;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.TestDatabase;

/**
 * Measures the preview and the commit of an access run. Not a test; from the repository's root:
 *
 * <pre>./mvnw -q test-compile exec:exec -pl billing-core -Dexec.executable=java -Dexec.classpathScope=test \
 *     -Dexec.args="-Xmx512m -cp %classpath net.catraca.billing.bench.RunMeasurement 1000000 50000"</pre>
 */
final class RunMeasurement {

    private static final Actor MARIA = new Actor("maria", 1L, "192.0.2.7", true);
    private static final Actor PEDRO = new Actor("pedro", 2L, "192.0.2.8", true);

    private RunMeasurement() {}

    public static void main(String[] arguments) throws InterruptedException {
        int contracts = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        int late = arguments.length < 2 ? contracts / 20 : Integer.parseInt(arguments[1]);
        AuditLog unkept = (_, _, _, _, _, _) -> {};
        try (var database = TestDatabase.fresh();
                var context = database.startContext(
                        Map.of(),
                        unkept,
                        Clock.fixed(LargeIsp.NOW, ZoneOffset.UTC),
                        SecretKeys.parse("test", SecretKeys.generate()))) {
            var sql = context.getBean(Sql.class);
            var meter = new Meter(sql);
            meter.measure(contracts + " contracts, " + late + " late", () -> {
                LargeIsp.fill(sql, contracts, late);
                return true;
            });
            var runs = context.getBean(AccessRuns.class);
            AccessRun run = meter.measure(
                    "preview", () -> runs.preview(MARIA, RunScope.ALL).orThrow());
            meter.measure(
                    "commit, to be approved", () -> runs.commit(MARIA, run.id()).orThrow());
            AccessRun done = meter.measure("approval and commit", () -> runs.approve(PEDRO, run.id(), null, "measured")
                    .orThrow());
            System.out.println(done.state() + ", " + done.totals());
        }
    }
}
