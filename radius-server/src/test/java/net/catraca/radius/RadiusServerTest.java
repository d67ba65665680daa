package net.catraca.radius;

import static net.catraca.radius.nas.NasFixtures.nas;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.flow.HashUpgrade;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.testing.TestClient;
import net.catraca.radius.testing.TestIsp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The whole server on real sockets of loopback. */
class RadiusServerTest {

    private static final RadiusSettings SETTINGS =
            RadiusSettings.defaults().listeningOn(List.of("127.0.0.1", "::1"), 0, 0);

    private final Ticker ticker = Ticker.systemTicker();
    private final TestIsp isp = new TestIsp(ticker, SETTINGS, "127.0.0.0/8");
    private final RadiusServer server = serverOf(SETTINGS);
    private int requests;

    private RadiusServer serverOf(RadiusSettings settings) {
        return new RadiusServer(
                settings,
                isp.flows,
                new HashWorker(ticker, Duration.ofSeconds(5), HashUpgrade.NONE),
                isp.meters,
                isp.registry,
                ticker);
    }

    @BeforeEach
    void start() {
        isp.serve(nas(1, "127.0.0.0/8"), nas(2, "::1"));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
        isp.close();
    }

    private TestClient client(int address) throws IOException {
        return new TestClient(server.authAddresses().get(address));
    }

    private RadiusPacket pap(String login, String password) {
        byte[] authenticator = new byte[16];
        ByteBuffer.wrap(authenticator).putInt(++requests);
        return Proofs.pap(
                        accessRequest(requests % 256)
                                .authenticator(authenticator)
                                .add(AttributeType.USER_NAME, login)
                                .add(AttributeType.NAS_IDENTIFIER, "bras-01"),
                        password,
                        TestIsp.SECRET)
                .signed(TestIsp.SECRET);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void answersOverIpv4AndIpv6FromTheAddressThatWasAsked(int address) throws IOException {
        try (var nas = client(address)) {
            var request = pap("reduced", "reduced-pass");
            nas.send(request.octets());
            var answer = nas.receive();

            assertThat(answer.getSocketAddress())
                    .isEqualTo(server.authAddresses().get(address));
            var accept = RequestBuilder.decoded(Arrays.copyOf(answer.getData(), answer.getLength()));
            assertThat(accept.text(AttributeType.FILTER_ID)).isEqualTo("reduced");
            assertThat(new Digests().responseIsValid(accept, request, TestIsp.SECRET))
                    .isTrue();
        }
    }

    @Test
    void accountingPortAnswersStatusServerAndNothingElse() throws IOException {
        try (var nas = new TestClient(server.acctAddresses().getFirst())) {
            var start = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                    .add(AttributeType.ACCT_STATUS_TYPE, 1)
                    .signed(TestIsp.SECRET);
            nas.send(start.octets());
            var status = RequestBuilder.request(PacketCode.STATUS_SERVER, 2).signed(TestIsp.SECRET);

            var answer = nas.exchange(status);

            // The only answer, and to the second packet: the first got none.
            assertThat(answer.identifier()).isEqualTo(2);
            assertThat(answer.code()).isEqualTo(PacketCode.ACCOUNTING_RESPONSE);
        }
    }

    @Test
    void largeRequestArrivesWhole() throws IOException {
        try (var nas = client(0)) {
            var request = accessRequest(1).add(AttributeType.USER_NAME, "active");
            for (int i = 0; i < 15; i++) {
                request.add(AttributeType.PROXY_STATE, "x".repeat(250));
            }
            var large = Proofs.pap(request, "active-pass", TestIsp.SECRET).signed(TestIsp.SECRET);

            var answer = nas.exchange(large);

            assertThat(large.length()).isGreaterThan(3_800);
            assertThat(answer.length()).isGreaterThan(3_800);
        }
    }

    @Test
    void rejectComesLateAndWithoutHoldingAnybodyUp() throws IOException {
        try (var nas = client(0)) {
            long start = System.nanoTime();
            nas.send(pap("active", "wrong").octets());
            nas.send(pap("active", "active-pass").octets());

            var first = nas.receive();
            var second = nas.receive();

            assertThat(first.getData()[0]).isEqualTo((byte) PacketCode.ACCESS_ACCEPT.octet());
            assertThat(second.getData()[0]).isEqualTo((byte) PacketCode.ACCESS_REJECT.octet());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(990));
        }
    }

    @Test
    void retransmissionGetsTheSameOctets() throws IOException {
        try (var nas = client(0)) {
            var request = pap("active", "active-pass").octets();

            assertThat(nas.exchange(request)).isEqualTo(nas.exchange(request));
        }
    }

    @Test
    void retransmissionsSentFromManyThreadsAtOnceAllGetTheSameOctets() throws Exception {
        try (var nas = client(0);
                var threads = Executors.newFixedThreadPool(8)) {
            byte[] request = pap("active", "active-pass").octets();
            var together = new CyclicBarrier(8);
            List<Callable<Integer>> senders = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                senders.add(() -> {
                    together.await();
                    for (int i = 0; i < 50; i++) {
                        nas.send(request);
                    }
                    return 50;
                });
            }
            for (var sent : threads.invokeAll(senders)) {
                assertThat(sent.get()).isEqualTo(50);
            }

            Set<String> answers = new HashSet<>();
            for (int i = 0; i < 400; i++) {
                var answer = nas.receive();
                answers.add(HexFormat.of().formatHex(answer.getData(), 0, answer.getLength()));
            }

            assertThat(answers).hasSize(1);
            assertThat(isp.counted("catraca.radius.requests", "nas", "nas-1", "outcome", "active"))
                    .isEqualTo(1);
        }
    }

    @Test
    void importedHashIsCheckedOffTheLoop() throws IOException {
        isp.directory.subscribe(
                "imported", Fixtures.contract(), new Credential.Imported("$1$saltsalt$e6Grroz2lEdSv7v30gFLw."));
        try (var nas = client(0)) {
            var answer = nas.exchange(pap("imported", "imported-pass"));

            assertThat(answer.code()).isEqualTo(PacketCode.ACCESS_ACCEPT);
        }
    }

    @Test
    void nasThatIsAddedMayAskAtOnceAndOneThatIsRemovedMayNot() throws IOException {
        try (var nas = client(1)) {
            isp.serve(nas(1, "127.0.0.0/8"));
            nas.send(pap("active", "active-pass").octets());
            assertThat(nas.receive(Duration.ofMillis(300))).isEmpty();

            isp.serve(nas(1, "127.0.0.0/8"), nas(2, "::1"));
            assertThat(nas.exchange(pap("active", "active-pass")).code()).isEqualTo(PacketCode.ACCESS_ACCEPT);
        }
    }

    @Test
    void floodOfGarbageLeavesTheLoopsAlive() throws IOException {
        var random = new Random(20261123);
        try (var nas = client(0);
                var sixth = client(1)) {
            byte[] valid = pap("active", "active-pass").octets();
            for (int i = 0; i < 20_000; i++) {
                (i % 2 == 0 ? nas : sixth).send(garbage(random, valid));
            }

            for (int i = 0; i < 64; i++) {
                try (var another = client(i % 2)) {
                    assertThat(another.exchange(pap("active", "active-pass")).code())
                            .isEqualTo(PacketCode.ACCESS_ACCEPT);
                }
            }
        }
        assertThat(isp.counted("catraca.radius.drops", "reason", "internal-error"))
                .isZero();
    }

    /** Noise, or a true request with some octets changed, cut off, or its length lied about. */
    private static byte[] garbage(Random random, byte[] valid) {
        byte[] octets;
        if (random.nextInt(3) == 0) {
            octets = new byte[random.nextInt(4096)];
            random.nextBytes(octets);
        } else {
            octets = Arrays.copyOf(valid, 1 + random.nextInt(valid.length + 30));
            for (int i = random.nextInt(6); i > 0; i--) {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt();
            }
        }
        return octets;
    }

    @Test
    void secondDaemonOnTheSamePortIsRefusedWithAClearMessage() {
        var second = serverOf(SETTINGS.listeningOn(List.of("127.0.0.1"), server.authPort(), server.acctPort()));

        assertThatThrownBy(second::start)
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("authentication on 127.0.0.1:" + server.authPort())
                .hasMessageContaining("the port is taken");
    }

    @Test
    void addressThatIsNotOfThisMachineIsRefused() {
        var elsewhere = serverOf(SETTINGS.listeningOn(List.of("192.0.2.77"), 0, 0));

        assertThatThrownBy(elsewhere::start)
                .isInstanceOf(ListenException.class)
                .hasMessageContaining("192.0.2.77")
                .hasMessageContaining("no such address");
    }

    @Test
    void wildcardMeansEachAddressOfTheMachine() throws IOException {
        var everywhere = serverOf(SETTINGS.listeningOn(List.of("0.0.0.0"), 0, 0));
        everywhere.start();
        try (var nas =
                new TestClient(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), everywhere.authPort()))) {
            assertThat(everywhere.authAddresses())
                    .noneMatch(address -> address.getAddress().isAnyLocalAddress())
                    .anyMatch(address -> address.getAddress().isLoopbackAddress());
            assertThat(nas.exchange(pap("active", "active-pass")).code()).isEqualTo(PacketCode.ACCESS_ACCEPT);
        } finally {
            everywhere.stop();
        }
    }

    @Test
    void stoppingAnswersTheRejectsThatWaitAndFreesThePort() throws IOException {
        try (var nas = client(0)) {
            nas.send(pap("active", "wrong").octets());
            Awaitility.await()
                    .until(() -> isp.registry
                                    .get("catraca.radius.rejects.pending")
                                    .gauge()
                                    .value()
                            == 1);

            long start = System.nanoTime();
            server.stop();

            assertThat(nas.receive().getData()[0]).isEqualTo((byte) PacketCode.ACCESS_REJECT.octet());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            var next = serverOf(SETTINGS.listeningOn(List.of("127.0.0.1"), server.authPort(), server.acctPort()));
            next.start();
            next.stop();
        }
    }

    @Test
    void manyRejectsAtOnceAreAnsweredWithoutWaitingForTheirTurn() throws IOException {
        server.stop();
        var narrow = serverOf(
                new RadiusSettings(List.of("127.0.0.1"), 0, 0, 1, 4 << 20, 5_000, 10, 65_536, 16L << 20, 10, 300));
        narrow.start();
        try (var nas = new TestClient(narrow.authAddresses().getFirst())) {
            for (int i = 0; i < 30; i++) {
                nas.send(pap("nobody-" + i, "wrong").octets());
            }
            Awaitility.await().until(() -> isp.counted("catraca.radius.rejects.undelayed") == 20);
            for (int i = 0; i < 30; i++) {
                assertThat(nas.receive().getData()[0]).isEqualTo((byte) PacketCode.ACCESS_REJECT.octet());
            }
        } finally {
            narrow.stop();
        }
    }

    /** A whole city: says how long it took, and asserts only that nobody was lost or answered twice differently. */
    @Test
    void twentyThousandDialInsFromManyPortsAreAllAnswered() throws IOException {
        int clients = 16;
        int each = 1_250;
        List<TestClient> nases = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            nases.add(client(i % 2));
        }
        long start = System.nanoTime();
        int answered = 0;
        for (int round = 0; round < each / 50; round++) {
            Map<TestClient, Integer> sent = new HashMap<>();
            for (int i = 0; i < 50; i++) {
                for (var nas : nases) {
                    nas.send(pap("active", "active-pass").octets());
                    sent.merge(nas, 1, Integer::sum);
                }
            }
            for (var nas : nases) {
                for (int i = 0; i < sent.getOrDefault(nas, 0); i++) {
                    assertThat(nas.receive().getData()[0]).isEqualTo((byte) PacketCode.ACCESS_ACCEPT.octet());
                    answered++;
                }
            }
        }
        for (var nas : nases) {
            nas.close();
        }
        assertThat(answered).isEqualTo(clients * each);
        LoggerFactory.getLogger(RadiusServerTest.class)
                .info("{} dial-ins in {} ms", answered, (System.nanoTime() - start) / 1_000_000);
    }
}
