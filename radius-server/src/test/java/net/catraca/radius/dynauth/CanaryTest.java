package net.catraca.radius.dynauth;

import static net.catraca.radius.dynauth.TestSessions.opened;
import static net.catraca.radius.dynauth.TestSessions.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.SnapshotBuilder;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.dynauth.SessionTarget.State;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.store.TargetBook;
import net.catraca.radius.testing.TestDirectory;
import net.catraca.radius.testing.TestProfiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The first of many restrictions fail: on a real PostgreSQL and real sockets. */
class CanaryTest {

    private static final TestDatabase DATABASE = TestDatabase.fresh();
    private static final ApplicationContext CONTEXT = DATABASE.startContext();
    private static final ReplyProfiles PROFILES = TestProfiles.shipped();
    private static final int SESSIONS = 40;
    private static final int CANARIES = 3;
    private static final int COA = 43;
    private static final int DISCONNECT = 40;

    private final Sql sql = CONTEXT.getBean(Sql.class);
    private final TargetBook book = CONTEXT.getBean(TargetBook.class);
    private final SettableClock clock = new SettableClock(Fixtures.NOW);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TestDirectory directory = new TestDirectory();
    private final TestSessions sessions = new TestSessions();
    private final NasRegistry registry =
            new NasRegistry(vendor -> PROFILES.vendors().contains(vendor));
    private FakeNas nas;
    private DynauthClient client;
    private Reconciler reconciler;

    @AfterAll
    static void drop() {
        CONTEXT.close();
        DATABASE.close();
    }

    @BeforeEach
    void open() throws IOException {
        sql.update("delete from session_target");
        sql.update("delete from nas_lease");
        sql.update("delete from nas");
        nas = new FakeNas(NasFixtures.SECRET);
        client = new DynauthClient(new Retransmission(100, 400, 1, 400), null, meters, new Random(1), clock);
        reconciler = new Reconciler(
                sessions,
                directory,
                PROFILES,
                registry,
                new NasIdentities(),
                client,
                book,
                (id, how) -> sessions.end(id, how.cause(), how.at()),
                new NasBudget(1_000, 64, CANARIES, 2, 1),
                "node-a",
                clock,
                new Random(1),
                meters);
        sessions.listen(reconciler);
    }

    @AfterEach
    void close() {
        reconciler.close();
        client.close();
        nas.close();
    }

    private Nas nas(int version, int port, String secret) {
        var mikrotik = NasFixtures.nas(1, "127.0.0.0/8");
        return NasFixtures.with(NasFixtures.atCoaPort(mikrotik, port), secret, version);
    }

    private void registered(Nas row) {
        registry.replace(List.of(row), List.of());
    }

    private static int closedPort() throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return socket.getLocalPort();
        }
    }

    private void subscribe(long id, SnapshotBuilder contract) {
        directory.subscribe(id, contract);
    }

    private void dialIn(long id, AccessLevel level) {
        subscribe(id, level == AccessLevel.ACTIVE ? Fixtures.contract() : Fixtures.blockedContract());
        sessions.put(session(
                id,
                1,
                "login-" + id,
                id,
                id,
                opened(id, level, Fixtures.FIBER_500.id(), Fixtures.FIBER_500.version()),
                Fixtures.NOW.minusSeconds(60)));
    }

    private void change(long id, SnapshotBuilder contract) {
        subscribe(id, contract);
        reconciler.contractChanged(id);
    }

    /** Forty subscribers are online and all are blocked at once. */
    private void blockAll() {
        for (long id = 1; id <= SESSIONS; id++) {
            dialIn(id, AccessLevel.ACTIVE);
        }
        reconciler.start();
        await().until(() -> reconciler.status(1) != null);
        for (long id = 1; id <= SESSIONS; id++) {
            change(id, Fixtures.blockedContract());
        }
    }

    private NasStatus status() {
        var status = reconciler.status(1);
        if (status == null) {
            throw new AssertionError("no status");
        }
        return status;
    }

    private void awaitHeld() {
        await().atMost(Duration.ofSeconds(15)).until(() -> status().canaryFailed());
    }

    private long agreed() {
        long agreed = 0;
        for (long id = 1; id <= SESSIONS; id++) {
            var target = reconciler.target(id);
            agreed += target != null && target.state() == State.AGREED ? 1 : 0;
        }
        return agreed;
    }

    private void awaitAllAgreed(Duration within) {
        await().atMost(within).untilAsserted(() -> assertThat(agreed()).isEqualTo(SESSIONS));
        await().until(() -> !status().canaryFailed());
    }

    private double gauge(String name) {
        return meters.get(name).tag("nas", status().nasName()).gauge().value();
    }

    private static boolean isRestriction(FakeNas.Request request) {
        return new String(request.octets, StandardCharsets.ISO_8859_1).contains("catraca-blocked")
                || request.code() == DISCONNECT;
    }

    @Test
    void aWrongPortHoldsTheOthersVisiblyAndItsCorrectionEndsThatAtOnce() throws IOException {
        registered(nas(1, closedPort(), NasFixtures.SECRET));
        blockAll();
        awaitHeld();
        await().untilAsserted(
                        () -> assertThat(gauge("catraca.coa.held.seconds")).isPositive());
        // The long pauses come one after the other; only an edit ends the one that has begun.
        await().atMost(Duration.ofSeconds(30)).until(() -> status().nextProbeSeconds() > 6);
        assertThat(status().heldSeconds()).isGreaterThan(4);
        assertThat(status().restrictions() + status().delayed()).isGreaterThan(SESSIONS - 3 * CANARIES);

        registered(nas(2, nas.address().getPort(), NasFixtures.SECRET));
        awaitAllAgreed(Duration.ofSeconds(5));
        assertThat(nas.received()).hasSize(SESSIONS).allMatch(request -> request.code() == COA);
        assertThat(nas.complaints()).isEmpty();
        await().untilAsserted(() -> assertThat(gauge("catraca.coa.held.seconds") + gauge("catraca.coa.alerts"))
                .isZero());
    }

    @Test
    void aCorrectedSecretEndsItToo() {
        registered(nas(1, nas.address().getPort(), "another secret than the router's"));
        blockAll();
        awaitHeld();
        await().atMost(Duration.ofSeconds(30)).until(() -> status().nextProbeSeconds() > 6);
        nas.forget();

        registered(nas(2, nas.address().getPort(), NasFixtures.SECRET));
        awaitAllAgreed(Duration.ofSeconds(5));
    }

    @Test
    void anEditOfItsCoaRulesEndsItToo() {
        sql.update("""
                insert into nas (id, name, prefix, secret, vendor, created_at, updated_at)
                overriding system value values (1, 'nas-1', '127.0.0.0/8', '\\x00', 'mikrotik', ?, ?)
                """, Fixtures.NOW, Fixtures.NOW);
        registered(nas(1, nas.address().getPort(), NasFixtures.SECRET));
        nas.refuse(404); // our fault: a restriction is not repaired by a Disconnect
        blockAll();
        awaitHeld();
        await().atMost(Duration.ofSeconds(30)).until(() -> status().nextProbeSeconds() > 6);

        nas.acknowledge();
        book.saveRules(
                1,
                new CoaRules(
                        500,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        CoaRules.After.NOTHING,
                        CoaRules.After.NOTHING,
                        CoaRules.After.NOTHING));
        awaitAllAgreed(Duration.ofSeconds(5));
    }

    @Test
    void aNasThatRefusesTheRestrictionGetsAFewRequestsAndPeopleAreToldWhileRestoresGoOn() {
        registered(nas(1, nas.address().getPort(), NasFixtures.SECRET));
        nas.behave(request -> isRestriction(request) ? request.refused(404) : request.acknowledged());
        dialIn(1_001, AccessLevel.BLOCKED);
        blockAll();
        awaitHeld();

        long began = System.nanoTime();
        change(1_001, Fixtures.contract());
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            var target = reconciler.target(1_001);
            return target != null && target.state() == State.AGREED;
        });
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
        assertThat(status().canaryFailed()).isTrue();
        await().untilAsserted(() -> assertThat(gauge("catraca.coa.alerts")).isBetween(1.0, 3.0 + CANARIES));
        await().atMost(Duration.ofSeconds(30)).until(() -> status().heldSeconds() > 7);
        // In the first round as many as there are canaries, then one at 2 and one at 6 seconds.
        assertThat(nas.received().stream().filter(CanaryTest::isRestriction).count())
                .isLessThanOrEqualTo(CANARIES + 3);

        nas.acknowledge(); // somebody has mended the router; nobody has told us
        awaitAllAgreed(Duration.ofSeconds(20));
        await().untilAsserted(() -> assertThat(gauge("catraca.coa.alerts")).isZero());
    }

    @Test
    void aNasThatOnlyDisconnectsIsObeyedByItsRule() {
        registered(nas(1, nas.address().getPort(), NasFixtures.SECRET));
        nas.behave(request -> request.code() == COA ? request.refused(null) : request.acknowledged());
        blockAll();

        awaitAllAgreed(Duration.ofSeconds(60));
        var disconnected = nas.received().stream()
                .filter(request -> request.code() == DISCONNECT)
                .toList();
        assertThat(disconnected).hasSize(SESSIONS);
        // A few found it out before the others were asked anything.
        var first = disconnected.getFirst();
        assertThat(nas.received().stream()
                        .filter(request -> request.atNanos < first.atNanos)
                        .map(request -> request.text(44))
                        .distinct()
                        .count())
                .isLessThanOrEqualTo(CANARIES);
    }
}
