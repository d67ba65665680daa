package net.catraca.admin.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.catraca.admin.simulator.Account.Method;
import net.catraca.admin.simulator.FakeServer.Received;
import net.catraca.admin.simulator.SimulationSettings.Accounting;
import net.catraca.admin.simulator.SimulationSettings.Load;
import net.catraca.admin.simulator.SimulationSettings.Network;
import net.catraca.billing.access.AccessLevel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final byte[] RATE = FakeServer.mikrotik(8, "150M/300M");
    private static final byte[] GARDEN =
            FakeServer.together(FakeServer.mikrotik(8, "512k/1M"), FakeServer.mikrotik(19, "catraca-blocked"));

    @TempDir
    Path folder;

    private FakeServer server;

    @BeforeEach
    void listen() throws IOException {
        server = new FakeServer();
        server.profile = RATE;
    }

    @AfterEach
    void close() {
        server.close();
    }

    private NasSettings nas() throws IOException {
        try (var free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return NasSettings.of(
                    "nas-1",
                    InetAddress.getLoopbackAddress(),
                    FakeServer.SECRET,
                    RouterModel.MIKROTIK,
                    free.getLocalPort());
        }
    }

    private static List<Account> lines(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> Account.of("line-" + i, "line-" + i + "-pass"))
                .toList();
    }

    private SimulationSettings settings(NasSettings nas, int lines, Network network, Duration interim)
            throws IOException {
        return new SimulationSettings(
                InetAddress.getLoopbackAddress(),
                server.port(),
                server.port(),
                List.of(nas),
                lines(lines),
                Set.of(Method.PAP),
                7,
                new Load(Duration.ZERO, true, Duration.ZERO, Duration.ofMillis(50), true, 0),
                network,
                new Accounting(interim, 0.5, Duration.ofMillis(50)),
                2048,
                folder.resolve("ledger.jsonl"));
    }

    private static Network quick(double lostRequests, double lostAnswers) {
        return new Network(lostRequests, lostAnswers, 0, 0, Duration.ofMillis(150), 8, 8);
    }

    private static void awaitOnline(Simulator simulator, int count) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> simulator.progress().sessions().online() == count);
    }

    /** The line dials in again after that session. */
    private static void awaitAnother(Simulator simulator, String session) {
        await().until(() -> simulator.sessions().stream()
                .anyMatch(online -> !online.sessionId().equals(session)));
    }

    private static Progress ended(Simulator simulator) {
        simulator.end(true, PATIENCE);
        return simulator.await();
    }

    @Test
    void linesDialInCountAndHangUp() throws IOException {
        try (var simulator =
                Simulator.start(settings(nas(), 20, Network.GOOD, Duration.ofMillis(300)), Clock.systemUTC())) {
            awaitOnline(simulator, 20);
            await().until(() -> server.records(3).size() >= 40);
            var end = ended(simulator);

            assertThat(end.isClean()).isTrue();
            assertThat(end.problems()).isEmpty();
            assertThat(end.answers().accepts()).isEqualTo(20);
            assertThat(end.sessions().hangUps()).isEqualTo(20);
        }
        assertThat(server.records(1)).hasSize(20);
        assertThat(server.records(2)).hasSize(20).allSatisfy(stop -> {
            assertThat(stop.number(43)).isPositive().isGreaterThan(stop.number(42));
            assertThat(stop.number(49)).isEqualTo(RecordFacts.USER_REQUEST);
            assertThat(stop.number(52)).isZero();
        });
        var ledger = LedgerReader.read(folder.resolve("ledger.jsonl"));
        assertThat(ledger).hasSize(20).allSatisfy(session -> {
            assertThat(session.stopAcknowledged()).isTrue();
            assertThat(session.uncertain).isEmpty();
        });
    }

    @Test
    void countersOfASessionOnlyRise() throws IOException {
        try (var simulator =
                Simulator.start(settings(nas(), 1, Network.GOOD, Duration.ofMillis(100)), Clock.systemUTC())) {
            awaitOnline(simulator, 1);
            await().until(() -> server.records(3).size() >= 5);
        }
        var octets = server.records(3).stream().map(record -> record.number(43)).toList();
        assertThat(octets).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aRetransmissionIsTheSameOctetsFromTheSamePort() throws IOException {
        server.deafFor = 2;
        try (var simulator = Simulator.start(settings(nas(), 3, quick(0, 0), Duration.ZERO), Clock.systemUTC())) {
            awaitOnline(simulator, 3);
            var end = ended(simulator);
            assertThat(end.requests().retransmitted()).isPositive();
            assertThat(end.requests().unanswered()).isZero();
        }
        var first = server.received.stream()
                .filter(one -> one.code() == 1)
                .findFirst()
                .orElseThrow();
        assertThat(server.received.stream().filter(one -> Arrays.equals(one.octets(), first.octets())))
                .hasSize(3)
                .extracting(Received::port)
                .containsOnly(first.port());
    }

    @Test
    void aNasWithDelayTimeSendsARecordAnewWithAnotherIdentifier() throws IOException {
        server.deafFor = 1;
        try (var simulator = Simulator.start(
                settings(
                        nas().withDelayTime(),
                        1,
                        new Network(0, 0, 0, 0, Duration.ofMillis(1100), 4, 2),
                        Duration.ZERO),
                Clock.systemUTC())) {
            assertThat(simulator.isOver()).isFalse();
            await().atMost(Duration.ofSeconds(20)).until(() -> server.records(1).size() >= 2);
        }
        var starts = server.records(1);
        assertThat(starts.get(0).octets()).isNotEqualTo(starts.get(1).octets());
        assertThat(starts.get(0).octets()[1]).isNotEqualTo(starts.get(1).octets()[1]);
        assertThat(starts.get(0).number(41)).isZero();
        assertThat(starts.get(1).number(41)).isPositive();
        assertThat(starts).allSatisfy(start -> assertThat(start.number(55)).isEqualTo(-1));
    }

    @Test
    void aLossyNetworkLosesNothingForGood() throws IOException {
        try (var simulator = Simulator.start(
                settings(
                        nas(), 50, new Network(20, 20, 10, 10, Duration.ofMillis(150), 10, 10), Duration.ofMillis(400)),
                Clock.systemUTC())) {
            awaitOnline(simulator, 50);
            var end = ended(simulator);
            assertThat(end.isClean()).isTrue();
            assertThat(end.requests().lost()).isPositive();
            assertThat(end.answers().lost()).isPositive();
            assertThat(end.answers().repeated()).isPositive();
            assertThat(end.requests().unanswered()).isZero();
        }
        assertThat(LedgerReader.read(folder.resolve("ledger.jsonl")))
                .hasSize(50)
                .allMatch(LedgerSession::stopAcknowledged);
    }

    @Test
    void aWrongAuthenticatorIsNoticedAndTheAnswerIgnored() throws IOException {
        server.tampering = answer -> {
            answer[5] ^= 1;
            return answer;
        };
        try (var simulator = Simulator.start(settings(nas(), 1, quick(0, 0), Duration.ZERO), Clock.systemUTC())) {
            await().until(() -> simulator.progress().answers().badAuthenticator() > 1);
            assertThat(simulator.progress().sessions().online()).isZero();
            assertThat(simulator.progress().isClean()).isFalse();
        }
    }

    @Test
    void anotherAnswerToTheSameRequestIsNoticed() throws IOException {
        var count = new AtomicInteger();
        var honest = server.profile;
        var duplicating = new Network(0, 0, 100, 0, Duration.ofSeconds(2), 2, 2);
        try (var simulator = Simulator.start(settings(nas(), 1, duplicating, Duration.ZERO), Clock.systemUTC())) {
            awaitOnline(simulator, 1);
            assertThat(simulator.progress().answers().differing()).isZero();
            assertThat(honest).isEqualTo(RATE);
        }
        server.forgetful = () -> server.profile = FakeServer.mikrotik(8, count.incrementAndGet() + "M/300M");
        try (var simulator = Simulator.start(settings(nas(), 1, duplicating, Duration.ZERO), Clock.systemUTC())) {
            await().until(() -> simulator.progress().answers().differing() > 0);
        }
    }

    @Test
    void anUnexpectedRejectIsAProblemAndAnExpectedOneIsNot() throws IOException {
        server.rejected = List.of("line-2");
        try (var simulator = Simulator.start(settings(nas(), 2, Network.GOOD, Duration.ZERO), Clock.systemUTC())) {
            await().atMost(PATIENCE).until(() -> simulator.progress().answers().rejects() == 1);
            assertThat(simulator.progress().answers().unexpectedRejects()).isEqualTo(1);
            assertThat(simulator.progress().problems())
                    .singleElement()
                    .asString()
                    .contains("line-2");
        }
    }

    @Test
    void aRebootEndsAllSessionsWithoutAStopAndLinesComeBack() throws IOException {
        try (var simulator = Simulator.start(settings(nas(), 10, Network.GOOD, Duration.ZERO), Clock.systemUTC())) {
            awaitOnline(simulator, 10);
            simulator.reboot("nas-1");
            await().until(() -> simulator.progress().sessions().online() == 0);
            assertThat(server.records(2)).isEmpty();
            awaitOnline(simulator, 10);
            assertThat(server.records(7)).hasSize(2);
            ended(simulator);
        }
        var ledger = LedgerReader.read(folder.resolve("ledger.jsonl"));
        assertThat(ledger).hasSize(20);
        assertThat(ledger.stream().filter(session -> session.end.equals("reboot")))
                .hasSize(10);
    }

    @Test
    void aNasObeysARestrictionAndARestoreAndADisconnect() throws Exception {
        NasSettings nas = nas();
        try (var simulator = Simulator.start(settings(nas, 1, Network.GOOD, Duration.ZERO), Clock.systemUTC())) {
            awaitOnline(simulator, 1);
            String session = simulator.sessions().getFirst().sessionId();

            assertThat(ask(nas, FakeServer.dynamicAuthorization(43, 1, session, GARDEN))[0])
                    .isEqualTo((byte) 44);
            assertThat(simulator.sessions().getFirst().level()).isEqualTo(AccessLevel.BLOCKED);

            // A router keeps an entry that it is not told to replace.
            ask(nas, FakeServer.dynamicAuthorization(43, 2, session, RATE));
            assertThat(simulator.sessions().getFirst().level()).isEqualTo(AccessLevel.BLOCKED);

            ask(nas, FakeServer.dynamicAuthorization(43, 3, session, FakeServer.mikrotik(19, "catraca-active")));
            assertThat(simulator.sessions().getFirst().level()).isEqualTo(AccessLevel.ACTIVE);

            assertThat(ask(nas, FakeServer.dynamicAuthorization(40, 4, session))[0])
                    .isEqualTo((byte) 41);
            await().until(() -> server.records(2).size() == 1);
            assertThat(server.records(2).getFirst().number(49)).isEqualTo(RecordFacts.ADMIN_RESET);
            awaitAnother(simulator, session);
        }
    }

    @Test
    void aNasMayIgnoreRefuseOrSayNothing() throws Exception {
        NasSettings nas = nas();
        try (var simulator = Simulator.start(settings(nas, 1, Network.GOOD, Duration.ZERO), Clock.systemUTC())) {
            awaitOnline(simulator, 1);
            String session = simulator.sessions().getFirst().sessionId();

            simulator.behave("nas-1", new CoaBehaviour.Ignore());
            assertThat(ask(nas, FakeServer.dynamicAuthorization(43, 1, session, GARDEN))[0])
                    .isEqualTo((byte) 44);
            assertThat(simulator.sessions().getFirst().level()).isEqualTo(AccessLevel.ACTIVE);

            simulator.behave("nas-1", new CoaBehaviour.Nak(506));
            byte[] nak = ask(nas, FakeServer.dynamicAuthorization(43, 2, session, GARDEN));
            assertThat(nak[0]).isEqualTo((byte) 45);
            assertThat(ByteBuffer.wrap(nak).getInt(22)).isEqualTo(506);

            simulator.behave("nas-1", new CoaBehaviour.Obey());
            byte[] unknown = ask(nas, FakeServer.dynamicAuthorization(43, 3, "no-such-session", GARDEN));
            assertThat(ByteBuffer.wrap(unknown).getInt(22)).isEqualTo(503);
            byte[] foreign =
                    ask(nas, FakeServer.dynamicAuthorization(43, 4, session, FakeServer.attribute(26, huaweiGroup())));
            assertThat(ByteBuffer.wrap(foreign).getInt(22)).isEqualTo(401);

            simulator.behave("nas-1", new CoaBehaviour.Silent());
            assertThat(ask(nas, FakeServer.dynamicAuthorization(43, 5, session, GARDEN)))
                    .isEmpty();
            await().until(() -> simulator.progress().coa().silent() == 1);
            assertThat(simulator.progress().coa().naks()).containsEntry(506, 1L).containsEntry(503, 1L);
        }
    }

    @Test
    void theSameSeedLetsLinesUseTheSameMethods() throws IOException {
        assertThat(methods(7)).isEqualTo(methods(7)).isNotEqualTo(methods(8));
    }

    private List<String> methods(long seed) throws IOException {
        server.received.clear();
        var plain = settings(nas(), 40, Network.GOOD, Duration.ZERO);
        var settings = new SimulationSettings(
                plain.server(),
                plain.authPort(),
                plain.acctPort(),
                plain.nases(),
                plain.accounts(),
                Set.of(Method.PAP, Method.CHAP),
                seed,
                plain.load(),
                plain.network(),
                plain.accounting(),
                2048,
                null);
        try (var simulator = Simulator.start(settings, Clock.systemUTC())) {
            awaitOnline(simulator, 40);
        }
        return server.received.stream()
                .filter(one -> one.code() == 1)
                .map(one -> one.text(1) + (one.first(2).length > 0 ? " PAP" : " CHAP"))
                .distinct()
                .sorted()
                .toList();
    }

    private static byte[] huaweiGroup() {
        byte[] inner = FakeServer.attribute(251, "catraca-blocked".getBytes(UTF_8));
        return ByteBuffer.allocate(4 + inner.length).putInt(2011).put(inner).array();
    }

    /** Its answer, empty when there was none within a second. */
    private static byte[] ask(NasSettings nas, byte[] octets) throws IOException, GeneralSecurityException {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(1000);
            socket.send(new DatagramPacket(octets, octets.length, nas.source(), nas.coaPort()));
            var answer = new DatagramPacket(new byte[4096], 4096);
            socket.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        } catch (java.net.SocketTimeoutException _) {
            return new byte[0];
        }
    }

    @Test
    void aNasMayRefuseCoaAndObeyADisconnect() throws Exception {
        NasSettings nas = nas().withCoa(CoaBehaviour.parse("nak-coa:405"));
        try (var simulator = Simulator.start(settings(nas, 1, Network.GOOD, Duration.ZERO), Clock.systemUTC())) {
            awaitOnline(simulator, 1);
            String session = simulator.sessions().getFirst().sessionId();
            assertThat(simulator.sessions().getFirst().nasObeys()).isFalse();

            byte[] nak = ask(nas, FakeServer.dynamicAuthorization(43, 1, session, GARDEN));
            assertThat(nak[0]).isEqualTo((byte) 45);
            assertThat(ByteBuffer.wrap(nak).getInt(22)).isEqualTo(405);
            assertThat(simulator.sessions().getFirst().level()).isEqualTo(AccessLevel.ACTIVE);

            assertThat(ask(nas, FakeServer.dynamicAuthorization(40, 2, session))[0])
                    .isEqualTo((byte) 41);
            awaitAnother(simulator, session);
        }
    }
}
