package net.catraca.billing.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.LongStream;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.testing.TestDatabase;

/**
 * Measures how long a directory takes to load and what it weighs. Not a test; from the repository's root:
 *
 * <pre>./mvnw -q test-compile exec:exec -pl billing-core -Dexec.executable=java -Dexec.classpathScope=test \
 *     -Dexec.args="-Xmx4g -cp %classpath net.catraca.billing.store.DirectoryMeasurement 100000"</pre>
 */
final class DirectoryMeasurement {

    private DirectoryMeasurement() {}

    public static void main(String[] arguments) {
        int logins = arguments.length == 0 ? 100_000 : Integer.parseInt(arguments[0]);
        try (var database = TestDatabase.fresh();
                var context = database.startContext(Map.of(), SecretKeys.parse("test", SecretKeys.generate()))) {
            var sql = context.getBean(Sql.class);
            TestIsp.seed(sql);
            fill(sql, context.getBean(PasswordKeeper.class), logins);
            var loader = context.getBean(DirectoryLoader.class);
            load(sql, loader); // warms up
            var clock = Clock.systemUTC();
            var began = clock.instant();
            load(sql, loader);
            var took = Duration.between(began, clock.instant());
            long with = usedOctets();
            context.getBean(LiveDirectory.class).load().finish(began);
            long without = usedOctets();
            System.out.printf(
                    "%d logins loaded in %d ms, %d octets each%n", logins, took.toMillis(), (with - without) / logins);
        }
    }

    private static void load(Sql sql, DirectoryLoader loader) {
        sql.readingOneSnapshot(() -> {
            loader.loadAll(Instant.EPOCH);
            return true;
        });
    }

    private static long usedOctets() {
        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** One login a contract, a tenth of them late, each with a password. */
    private static void fill(Sql sql, PasswordKeeper passwords, int logins) {
        sql.inTransaction(() -> {
            sql.update("""
                    insert into contract (
                        customer_id, plan_id, status, billing_mode, financial_base_date, signed_on, activated_on,
                        created_at)
                    select 1, 1, 'ACTIVE', 'PREPAID', '2026-01-10', '2026-01-10', '2026-01-10', '2026-01-10T12:00Z'
                      from generate_series(1, ?)
                    """, logins);
            sql.update("""
                    insert into contract_facts (
                        contract_id, version, customer_id, plan_id, zone, status, status_since_day, billing_mode,
                        paid_until_day, late_since_day, pauses, exemptions, releases, automatic_restriction,
                        committed_level)
                    select id, 1, 1, 1, zone, status, 20463, billing_mode, 20780,
                           case when id % 10 = 0 then 20770 end, '{}', '{}', '{}', 'NORMAL', 'ACTIVE'
                      from contract
                    """);
            sql.batch("""
                    insert into subscriber (contract_id, login, credential_kind, secret, created_at)
                    values (?, ?, 'RECOVERABLE', ?, '2026-01-10T12:00Z')
                    """, LongStream.rangeClosed(1, logins).boxed().toList(), id ->
                    new Object[] {id, "customer" + id + "@isp.example", passwords.recoverable("secret" + id)});
            return true;
        });
    }
}
