package net.catraca.radius.dynauth;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.store.TargetBook;
import net.catraca.radius.testing.TestDirectory;
import net.catraca.radius.testing.TestProfiles;

/**
 * The process that {@link KilledReconcilerTest} kills: knows some sessions, all opened as active, of which the first ones
 * have paid and the others are blocked, and brings their NAS there.
 */
final class KilledReconciler {

    private KilledReconciler() {}

    static ApplicationContext context(String jdbcUrl) {
        Map<String, Object> properties = Map.of(
                "datasources.default.url", jdbcUrl,
                "datasources.default.username", "postgres",
                "datasources.default.password", "",
                "datasources.default.driver-class-name", "org.postgresql.Driver",
                "datasources.default.dialect", "POSTGRES",
                "flyway.datasources.default.enabled", "false");
        return ApplicationContext.builder(properties, "test")
                .singletons(Clock.systemUTC())
                .start();
    }

    /** URL of the database, name of the node, the NAS's port, how many sessions, how many of them have paid. */
    public static void main(String[] arguments) throws InterruptedException {
        var clock = Clock.systemUTC();
        var book = context(arguments[0]).getBean(TargetBook.class);
        int count = Integer.parseInt(arguments[3]);
        int paid = Integer.parseInt(arguments[4]);
        var directory = new TestDirectory();
        var sessions = new TestSessions();
        for (int id = 1; id <= count; id++) {
            directory.subscribe(id, id <= paid ? Fixtures.contract() : Fixtures.blockedContract());
            sessions.put(TestSessions.session(
                    id,
                    1,
                    "login-" + id,
                    id,
                    id,
                    TestSessions.opened(id, AccessLevel.ACTIVE, Fixtures.FIBER_500.id(), Fixtures.FIBER_500.version()),
                    Instant.now(clock).minusSeconds(600)));
        }
        var profiles = TestProfiles.shipped();
        var registry = new NasRegistry(vendor -> profiles.vendors().contains(vendor));
        registry.replace(List.of(nas(Integer.parseInt(arguments[2]))), List.of());
        var meters = new SimpleMeterRegistry();
        var reconciler = new Reconciler(
                sessions,
                directory,
                profiles,
                registry,
                new NasIdentities(),
                new DynauthClient(Retransmission.USUAL, null, meters, new Random(), clock),
                book,
                (id, how) -> sessions.end(id, how.cause(), how.at()),
                // Slow enough to be killed in the middle.
                new NasBudget(40, 16, 0, 3, 2),
                arguments[1],
                clock,
                Ticker.systemTicker(),
                new Random(),
                meters);
        sessions.listen(reconciler);
        reconciler.start();
        Thread.currentThread().join(); // until killed
    }

    private static Nas nas(int coaPort) {
        return NasFixtures.atCoaPort(NasFixtures.nas(1, "127.0.0.0/8"), coaPort);
    }
}
