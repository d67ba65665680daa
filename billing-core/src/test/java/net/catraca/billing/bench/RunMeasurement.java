package net.catraca.billing.bench;

import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Supplier;
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

    public static void main(String[] arguments) {
        int contracts = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        int late = arguments.length < 2 ? contracts / 20 : Integer.parseInt(arguments[1]);
        AuditLog unkept = (_, _, _, _, _, _) -> {};
        try (var database = TestDatabase.fresh();
                var context = database.startContext(
                        Map.of(),
                        unkept,
                        Clock.fixed(LargeIsp.NOW, ZoneOffset.UTC),
                        SecretKeys.parse("test", SecretKeys.generate()))) {
            timed("filled with " + contracts + " contracts, " + late + " late", () -> fill(context, contracts, late));
            var runs = context.getBean(AccessRuns.class);
            AccessRun run =
                    timed("preview", () -> runs.preview(MARIA, RunScope.ALL).orThrow());
            timed("commit, to be approved", () -> runs.commit(MARIA, run.id()).orThrow());
            AccessRun done = timed("approval and commit", () -> runs.approve(PEDRO, run.id(), null, "measured")
                    .orThrow());
            System.out.println(done.state() + ", " + done.totals());
        }
    }

    private static boolean fill(ApplicationContext context, int contracts, int late) {
        LargeIsp.fill(context.getBean(Sql.class), contracts, late);
        return true;
    }

    private static <T> T timed(String what, Supplier<T> work) {
        var began = Clock.systemUTC().instant();
        T result = work.get();
        var runtime = Runtime.getRuntime();
        System.out.printf(
                "%s: %d ms, heap %d MiB of %d%n",
                what,
                Duration.between(began, Clock.systemUTC().instant()).toMillis(),
                (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                runtime.maxMemory() >> 20);
        return result;
    }
}
