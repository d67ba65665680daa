package net.catraca.billing.bench;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.ReceivableGeneration;
import net.catraca.billing.office.ReceivableGeneration.Scope;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.TestIsp;
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
    private static final long MIB = 1 << 20;

    private GenerationMeasurement() {}

    public static void main(String[] arguments) throws InterruptedException {
        int contracts = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        AuditLog unkept = (_, _, _, _, _, _) -> {};
        var clock = SettableClock.atNoonOf("2026-03-10");
        try (var database = TestDatabase.fresh();
                var context = database.startContext(
                        Map.of(), unkept, clock, SecretKeys.parse("test", SecretKeys.generate()))) {
            var sql = context.getBean(Sql.class);
            TestIsp.seed(sql);
            measure("fill", () -> fill(sql, contracts));
            var generation = context.getBean(ReceivableGeneration.class);
            measure("preview", () -> generation.previewTotals(Scope.ALL, null));
            measure("generate", () -> generation.generate(ACTOR, Scope.ALL, clock.instant()));
            measure("again", () -> generation.generate(ACTOR, Scope.ALL, clock.instant()));
            clock.set(Fixtures.noon("2026-03-11"));
            measure("next day", () -> generation.generate(ACTOR, Scope.ALL, clock.instant()));
        }
    }

    private interface Work {
        Object done() throws InterruptedException;
    }

    private static void measure(String what, Work work) throws InterruptedException {
        var most = new AtomicLong();
        var over = new AtomicBoolean();
        var watch = Thread.ofPlatform().daemon().start(() -> {
            while (!over.get()) {
                var runtime = Runtime.getRuntime();
                most.accumulateAndGet(runtime.totalMemory() - runtime.freeMemory(), Math::max);
                LockSupport.parkNanos(20_000_000);
            }
        });
        var began = Clock.systemUTC().instant();
        long cpuBefore = ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toMillis();
        var result = work.done();
        long cpu = ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .orElse(Duration.ZERO)
                        .toMillis()
                - cpuBefore;
        var took = Duration.between(began, Clock.systemUTC().instant());
        over.set(true);
        watch.join();
        System.out.printf(
                "%s: %d ms (%d ms of CPU here), heap at most %d MiB of %d: %s%n",
                what,
                took.toMillis(),
                cpu,
                most.get() / MIB,
                Runtime.getRuntime().maxMemory() / MIB,
                result);
    }

    /** Postpaid contracts, all of which begin a period on 10 March; a year is paid. */
    private static int fill(Sql sql, int contracts) {
        int rows = sql.inTransaction(() -> {
            sql.update("""
                    insert into contract (
                        customer_id, plan_id, status, billing_mode, financial_base_date, signed_on, activated_on,
                        created_at)
                    select 1, 1, 'ACTIVE', 'POSTPAID', '2025-03-10', '2025-03-10', '2025-03-10', '2025-03-10T12:00Z'
                      from generate_series(1, ?)
                    """, contracts);
            sql.update("""
                    insert into contract_facts (
                        contract_id, version, customer_id, plan_id, zone, status, status_since_day, billing_mode,
                        paid_until_day, pauses, exemptions, releases, automatic_restriction, committed_level)
                    select id, 1, 1, 1, zone, status, 20157, billing_mode, 20521, '{}', '{}', '{}', 'NORMAL', 'ACTIVE'
                      from contract
                    """);
            sql.update("""
                    insert into contract_billing (contract_id, billing_day, due_day)
                    select id, 10, 10 + id % 15 from contract
                    """);
            return sql.update("""
                    insert into receivable (
                        contract_id, kind, nominal_cents, issued_on, due_on, original_due_on, coverage_first,
                        coverage_last, counts_for_blocking, status, paid_cents, settled_on, created_at,
                        fine_basis_points, interest_basis_points, generated_for, period_first, period_last, plan_id,
                        list_cents, own_cents)
                    select c.id, 'RECURRING', 9990, m.first, m.next, m.next, m.first, m.next - 1, true, 'SETTLED', 9990,
                           m.next, '2025-03-10T12:00Z', 200, 100, m.first, m.first, m.next - 1, 1, 9990, 9990
                      from contract c,
                           lateral (select (date '2025-03-10' + make_interval(months => g))::date as first,
                                           (date '2025-03-10' + make_interval(months => g + 1))::date as next
                                      from generate_series(0, 11) g) m
                    """);
        });
        sql.update("analyze");
        return rows;
    }
}
