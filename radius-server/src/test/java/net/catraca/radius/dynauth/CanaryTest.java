package net.catraca.radius.dynauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.LongStream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import org.junit.jupiter.api.Test;

/** The first of many restrictions fail: on a real PostgreSQL and real sockets. */
class CanaryTest extends ReconcilerRig {

    private static final int SESSIONS = 40;
    private static final int CANARIES = 3;

    CanaryTest() {
        super(new NasBudget(1_000, 64, CANARIES, 2, 1));
    }

    private Nas nas(int version, int port, String secret) {
        var mikrotik = NasFixtures.nas(1, "127.0.0.0/8");
        return NasFixtures.with(NasFixtures.atCoaPort(mikrotik, port), secret, version);
    }

    private static int closedPort() throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            return socket.getLocalPort();
        }
    }

    /** Forty subscribers are online and all are blocked at once. */
    private void blockAll() {
        for (long id = 1; id <= SESSIONS; id++) {
            subscribe(id, Fixtures.contract());
            dialIn(id, AccessLevel.ACTIVE);
        }
        serving();
        for (long id = 1; id <= SESSIONS; id++) {
            change(id, Fixtures.blockedContract());
        }
    }

    private void awaitHeld() {
        await().atMost(Duration.ofSeconds(15)).until(() -> status().canaryFailed());
    }

    /** The long pauses come one after the other: those before one of more than six seconds. */
    private void skipToALongPause() {
        skipUntil(() -> status().nextProbeSeconds() > 6);
    }

    private long agreed() {
        return LongStream.rangeClosed(1, SESSIONS).filter(this::isAgreed).count();
    }

    /** With what an edit has ended: no pause is skipped. */
    private void awaitAllAgreedAtOnce() {
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(agreed()).isEqualTo(SESSIONS));
        await().until(() -> !status().canaryFailed());
    }

    private void skipUntilAllAgreed() {
        skipUntil(() -> agreed() == SESSIONS);
        await().until(() -> !status().canaryFailed());
    }

    private long restrictions() {
        return nas.requests().stream().filter(CanaryTest::isRestriction).count();
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
        skipToALongPause(); // only an edit ends the one that has begun
        assertThat(status().heldSeconds()).isGreaterThan(4);
        assertThat(status().restrictions() + status().delayed()).isGreaterThan(SESSIONS - 3 * CANARIES);

        registered(nas(2, nas.address().getPort(), NasFixtures.SECRET));
        awaitAllAgreedAtOnce();
        assertThat(nas.requests()).hasSize(SESSIONS).allMatch(request -> request.code() == COA);
        assertThat(nas.complaints()).isEmpty();
        await().untilAsserted(() -> assertThat(gauge("catraca.coa.held.seconds") + gauge("catraca.coa.alerts"))
                .isZero());
    }

    @Test
    void aCorrectedSecretEndsItToo() {
        registered(nas(1, nas.address().getPort(), "another secret than the router's"));
        blockAll();
        awaitHeld();
        skipToALongPause();
        nas.forget();

        registered(nas(2, nas.address().getPort(), NasFixtures.SECRET));
        awaitAllAgreedAtOnce();
    }

    @Test
    void anEditOfItsCoaRulesEndsItToo() {
        inTable(1);
        registered(nas(1, nas.address().getPort(), NasFixtures.SECRET));
        nas.refuse(404); // our fault: a restriction is not repaired by a Disconnect
        blockAll();
        awaitHeld();
        skipToALongPause();

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
        awaitAllAgreedAtOnce();
    }

    @Test
    void aNasThatRefusesTheRestrictionGetsAFewRequestsAndPeopleAreToldWhileRestoresGoOn() {
        registered(nas(1, nas.address().getPort(), NasFixtures.SECRET));
        nas.behave(request -> isRestriction(request) ? request.refused(404) : request.acknowledged());
        subscribe(1_001, Fixtures.blockedContract());
        dialIn(1_001, AccessLevel.BLOCKED);
        long blockedAt = ticker.read();
        blockAll();
        awaitHeld();

        skipToALongPause();
        assertThat(status().heldSeconds()).isGreaterThan(6);

        long began = System.nanoTime();
        change(1_001, Fixtures.contract());
        await().atMost(Duration.ofSeconds(5)).until(() -> isAgreed(1_001));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
        assertThat(status().canaryFailed()).isTrue();
        await().untilAsserted(() -> assertThat(gauge("catraca.coa.alerts")).isBetween(1.0, 3.0 + CANARIES));
        // In the first round as many as there are canaries, then one at 2, one at 6, one at 14 seconds.
        long asked = restrictions();
        long mostSeconds = Duration.ofNanos(ticker.read() - blockedAt).toSeconds();
        assertThat(asked)
                .isLessThanOrEqualTo(CANARIES
                        + LongStream.of(2, 6, 14, 30, 62)
                                .filter(end -> end <= mostSeconds)
                                .count());

        nas.acknowledge(); // somebody has mended the router; nobody has told us
        skipUntilAllAgreed();
        await().untilAsserted(() -> assertThat(gauge("catraca.coa.alerts")).isZero());
    }

    @Test
    void aNasThatOnlyDisconnectsIsObeyedByItsRule() {
        registered(nas(1, nas.address().getPort(), NasFixtures.SECRET));
        nas.behave(request -> request.code() == COA ? request.refused(null) : request.acknowledged());
        blockAll();

        skipUntilAllAgreed();
        var disconnected = nas.requests().stream()
                .filter(request -> request.code() == DISCONNECT)
                .toList();
        assertThat(disconnected).hasSize(SESSIONS);
        // A few found it out before the others were asked anything.
        var first = disconnected.getFirst();
        assertThat(nas.requests().stream()
                        .filter(request -> request.atNanos < first.atNanos)
                        .map(request -> request.text(44))
                        .distinct()
                        .count())
                .isLessThanOrEqualTo(CANARIES);
    }
}
