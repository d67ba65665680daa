package net.catraca.radius.dynauth;

import static net.catraca.radius.dynauth.TestSessions.opened;
import static net.catraca.radius.dynauth.TestSessions.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SnapshotBuilder;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.dynauth.SessionTarget.State;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.reply.LoadedProfiles;
import net.catraca.radius.store.TargetBook;
import net.catraca.radius.testing.TestDirectory;
import net.catraca.radius.testing.TestProfiles;
import org.junit.jupiter.api.Test;

/**
 * Many sessions on many NASes are restricted at once, while payments come in. Small in the build; the figures of
 * docs/benchmarks.md come from {@code -Dcatraca.coa.sessions=20000 -Dcatraca.coa.nases=20}.
 */
class MassRestrictionTest {

    private static final int SESSIONS = Integer.getInteger("catraca.coa.sessions", 1_000);
    private static final int NASES = Integer.getInteger("catraca.coa.nases", 5);
    private static final int PAYMENTS = 50;
    private static final AccessLevel ACTIVE = AccessLevel.ACTIVE;

    private final Clock clock = Clock.systemUTC();
    private final TestDirectory directory = new TestDirectory();
    private final TestSessions sessions = new TestSessions();
    private final List<FakeNas> nases = new ArrayList<>();

    @Test
    void aPaymentIsRestoredWithinASecondWhileAllOthersAreRestricted() throws IOException {
        var profiles = TestProfiles.shipped();
        var registry = new NasRegistry(vendor -> profiles.vendors().contains(vendor));
        registry.replace(rows(), List.of());
        try (var database = TestDatabase.fresh();
                var context = database.startContext();
                var client =
                        new DynauthClient(Retransmission.USUAL, null, new SimpleMeterRegistry(), new Random(1), clock);
                var reconciler = reconciler(profiles, registry, context, client)) {
            sessions.listen(reconciler);
            reconciler.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> reconciler.statuses().size() == NASES);
            dialIn();

            long began = System.nanoTime();
            for (long id = PAYMENTS + 1; id <= SESSIONS; id++) {
                subscribe(id, Fixtures.blockedContract());
                reconciler.contractChanged(id);
            }
            var waits = payEvery(Duration.ofMillis(100), reconciler);
            await().atMost(Duration.ofMinutes(5)).until(() -> agreed(reconciler) == SESSIONS);
            var took = Duration.ofNanos(System.nanoTime() - began);

            waits.sort(null);
            System.out.printf(
                    "%d sessions on %d NASes restricted in %.1f s; a payment's restore left after %.0f ms (median), %.0f"
                            + " ms (slowest of %d)%n",
                    SESSIONS - PAYMENTS,
                    NASES,
                    took.toMillis() / 1000.0,
                    waits.get(waits.size() / 2) / 1e6,
                    waits.getLast() / 1e6,
                    waits.size());
            assertThat(Duration.ofNanos(waits.getLast())).isLessThan(Duration.ofSeconds(1));
            nases.forEach(nas -> assertThat(nas.complaints()).isEmpty());
            nases.forEach(this::assertKeptTheBudget);
        } finally {
            nases.forEach(FakeNas::close);
        }
    }

    private List<Nas> rows() throws IOException {
        var rows = new ArrayList<Nas>();
        for (int i = 1; i <= NASES; i++) {
            var nas = new FakeNas(NasFixtures.SECRET, new InetSocketAddress(InetAddress.ofLiteral("127.0.1." + i), 0));
            nases.add(nas);
            var row = NasFixtures.nas(i, "127.0.1." + i + "/32");
            rows.add(NasFixtures.atCoaPort(row, nas.address().getPort()));
        }
        return rows;
    }

    private Reconciler reconciler(
            LoadedProfiles profiles, NasRegistry registry, ApplicationContext context, DynauthClient client) {
        return new Reconciler(
                sessions,
                directory,
                profiles,
                registry,
                new NasIdentities(),
                client,
                context.getBean(TargetBook.class),
                (id, how) -> sessions.end(id, how.cause(), how.at()),
                NasBudget.USUAL,
                "node-a",
                clock,
                Ticker.systemTicker(),
                new Random(1),
                new SimpleMeterRegistry());
    }

    /** The first are blocked and about to pay; the others are active and about to be blocked. */
    private void dialIn() {
        for (long id = 1; id <= SESSIONS; id++) {
            boolean pays = id <= PAYMENTS;
            subscribe(id, pays ? Fixtures.blockedContract() : paid());
            int nas = nasOf(id);
            sessions.put(session(
                    id,
                    nas,
                    nases.get(nas - 1).address().getAddress(),
                    "login-" + id,
                    id,
                    id,
                    opened(
                            id,
                            pays ? AccessLevel.BLOCKED : ACTIVE,
                            Fixtures.FIBER_500.id(),
                            Fixtures.FIBER_500.version()),
                    clock.instant()));
        }
    }

    private static int nasOf(long id) {
        return (int) (id % NASES) + 1;
    }

    /** In good standing on any day: the clock is the real one. */
    private static SnapshotBuilder paid() {
        return Fixtures.contract().paidUntil("2100-12-31");
    }

    private void subscribe(long id, SnapshotBuilder contract) {
        directory.subscribe(id, contract);
    }

    /** Nanoseconds from each payment's change of the directory to the packet at the NAS. */
    private List<Long> payEvery(Duration pause, Reconciler reconciler) {
        var paidAt = new ArrayList<Long>();
        for (long id = 1; id <= PAYMENTS; id++) {
            subscribe(id, paid());
            paidAt.add(System.nanoTime());
            reconciler.contractChanged(id);
            long next = System.nanoTime() + pause.toNanos();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> System.nanoTime() - next >= 0);
        }
        var waits = new ArrayList<Long>();
        for (long id = 1; id <= PAYMENTS; id++) {
            waits.add(arrival(id) - paidAt.get((int) id - 1));
        }
        return waits;
    }

    private long arrival(long id) {
        var nas = nases.get(nasOf(id) - 1);
        await().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(20)).until(() -> nas.received().stream()
                .anyMatch(request -> request.text(44).equals("s-" + id)));
        return nas.received().stream()
                .filter(request -> request.text(44).equals("s-" + id))
                .findFirst()
                .orElseThrow()
                .atNanos;
    }

    private long agreed(Reconciler reconciler) {
        long agreed = 0;
        for (long id = 1; id <= SESSIONS; id++) {
            var target = reconciler.target(id);
            agreed += target != null && target.state() == State.AGREED ? 1 : 0;
        }
        return agreed;
    }

    private void assertKeptTheBudget(FakeNas nas) {
        var received = nas.received();
        for (int i = 0; i + 2 * NasBudget.USUAL.ratePerSecond() < received.size(); i++) {
            long took = received.get(i + 2 * NasBudget.USUAL.ratePerSecond()).atNanos - received.get(i).atNanos;
            assertThat(Duration.ofNanos(took)).isGreaterThan(Duration.ofMillis(900));
        }
    }
}
