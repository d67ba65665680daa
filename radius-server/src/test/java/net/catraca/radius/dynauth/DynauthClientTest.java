package net.catraca.radius.dynauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.DynauthResult.Acknowledged;
import net.catraca.radius.dynauth.DynauthResult.Refused;
import net.catraca.radius.dynauth.DynauthResult.TimedOut;
import net.catraca.radius.dynauth.DynauthResult.Unreachable;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.AttributeWriter;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.SignedRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DynauthClientTest {

    private static final String SECRET = "a-long-enough-shared-secret";
    private static final Retransmission QUICK = new Retransmission(100, 400, 3, 2_000);

    private final SettableClock clock = new SettableClock(Fixtures.NOW);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private FakeNas nas;
    private DynauthClient client;

    @BeforeEach
    void open() throws IOException {
        nas = new FakeNas(SECRET);
        client = client(QUICK, null);
    }

    @AfterEach
    void close() {
        client.close();
        nas.close();
    }

    private DynauthClient client(Retransmission timing, @Nullable InetAddress source) {
        return new DynauthClient(timing, source, meters, new Random(1), clock);
    }

    private Destination destination() {
        return new Destination(nas.address(), SharedSecret.of(SECRET), true);
    }

    private static DynauthRequest request(Method method, String sessionId) {
        return new DynauthRequest(
                method,
                new AttributeWriter()
                        .add(AttributeType.ACCT_SESSION_ID, sessionId)
                        .toByteArray());
    }

    private CompletableFuture<DynauthResult> send(DynauthRequest request) {
        var result = new CompletableFuture<DynauthResult>();
        var _ = client.send(destination(), request, result::complete);
        return result;
    }

    private static DynauthResult known(CompletableFuture<DynauthResult> result) {
        return result.orTimeout(10, TimeUnit.SECONDS).join();
    }

    private double discarded(String reason) {
        return meters.get("catraca.coa.discarded")
                .tag("reason", reason)
                .counter()
                .count();
    }

    @Test
    void anAcknowledgedChangeTellsHowLongItTook() {
        var result = known(send(request(Method.COA, "s-1")));

        assertThat(result)
                .isInstanceOfSatisfying(Acknowledged.class, acknowledged -> assertThat(acknowledged.roundTrip())
                        .isBetween(Duration.ofNanos(1), Duration.ofSeconds(2)));
        assertThat(nas.complaints()).isEmpty();
        assertThat(nas.received()).singleElement().satisfies(request -> {
            assertThat(request.code()).isEqualTo(43);
            assertThat(request.types()).containsExactly(80, 44, 55);
            assertThat(request.value(55))
                    .isEqualTo(ByteBuffer.allocate(4)
                            .putInt((int) Fixtures.NOW.getEpochSecond())
                            .array());
        });
    }

    @Test
    void aRefusalTellsItsCause() {
        nas.refuse(503);
        assertThat(known(send(request(Method.DISCONNECT, "s-1")))).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.errorCause()).isEqualTo(503);
            assertThat(ErrorCause.words(refused.errorCause())).isEqualTo("the NAS has no such session (503)");
        });
        assertThat(nas.received().getFirst().code()).isEqualTo(40);

        nas.refuse(null);
        assertThat(known(send(request(Method.DISCONNECT, "s-1"))))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.errorCause())
                        .isNull());
    }

    @Test
    void aLostRequestIsSentAgainToTheOctetFromTheSamePort() {
        var heard = new AtomicInteger();
        nas.behave(request -> heard.incrementAndGet() < 3 ? List.of() : request.acknowledged());
        var result = send(request(Method.COA, "s-1"));
        clock.set(Fixtures.NOW.plusSeconds(7));

        assertThat(known(result)).isInstanceOf(Acknowledged.class);
        var received = nas.received();
        assertThat(received).hasSize(3);
        assertThat(received).allSatisfy(again -> assertThat(again.octets).isEqualTo(received.getFirst().octets));
        assertThat(received.stream().map(again -> again.from).distinct()).hasSize(1);
        // 100 ms and then 200 ms, a tenth more or less (RFC 5080 §2.2.1)
        assertThat(millisBetween(received.get(0), received.get(1))).isBetween(85L, 400L);
        assertThat(millisBetween(received.get(1), received.get(2))).isBetween(170L, 600L);
    }

    private static long millisBetween(FakeNas.Request first, FakeNas.Request second) {
        return (second.atNanos - first.atNanos) / 1_000_000;
    }

    @Test
    void aSilentNasIsGivenUpAfterItsRetransmissions() {
        nas.ignore();

        assertThat(known(send(request(Method.COA, "s-1")))).isEqualTo(new TimedOut(4));
        assertThat(nas.received()).hasSize(4);
        assertThat(client.inFlight()).isZero();
    }

    @Test
    void theWholeTimeIsBoundedToo() {
        client.close();
        client = client(new Retransmission(100, 10_000, 20, 500), null);
        nas.ignore();
        long began = System.nanoTime();

        assertThat(known(send(request(Method.COA, "s-1")))).isInstanceOf(TimedOut.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began).toMillis()).isCloseTo(500, within(400L));
    }

    @Test
    void whereNobodyListensTheNetworkSaysSo() {
        nas.close();

        assertThat(known(send(request(Method.COA, "s-1"))))
                .isEqualTo(new Unreachable("nobody listens on the NAS's CoA port"));
    }

    @Test
    void forgedAnswersAreDroppedInSilenceAndTheTrueOneStillCounts() {
        nas.behave(request -> {
            var otherSecret = request.answer(44, new byte[0], "guessed".getBytes(StandardCharsets.UTF_8));
            var badMessageAuthenticator = request.acknowledged().getFirst().clone();
            badMessageAuthenticator[25] ^= 1;
            var short_ = Arrays.copyOf(request.acknowledged().getFirst(), 30);
            var wrongCode = request.answer(41, new byte[0], SECRET.getBytes(StandardCharsets.UTF_8));
            var wrongIdentifier = request.acknowledged().getFirst().clone();
            wrongIdentifier[1]++;
            return List.of(
                    otherSecret,
                    badMessageAuthenticator,
                    short_,
                    wrongCode,
                    wrongIdentifier,
                    request.refused(504).getFirst());
        });

        assertThat(known(send(request(Method.COA, "s-1")))).isInstanceOf(Refused.class);
        assertThat(discarded("bad-authenticator")).isEqualTo(2);
        assertThat(discarded("malformed")).isEqualTo(1);
        assertThat(discarded("wrong-code")).isEqualTo(1);
        assertThat(discarded("nobody-waits")).isEqualTo(1);
    }

    @Test
    void anAnswerWithAWrongMessageAuthenticatorButRightDigestIsDropped() {
        nas.behave(request -> {
            // signed right as a whole, but its Message-Authenticator is all zeros
            var answer = ByteBuffer.allocate(38)
                    .put((byte) 44)
                    .put((byte) request.identifier())
                    .putShort((short) 38)
                    .put(request.octets, 4, 16)
                    .put((byte) 80)
                    .put((byte) 18)
                    .put(new byte[16])
                    .array();
            System.arraycopy(digest(answer), 0, answer, 4, 16);
            return List.of(answer);
        });

        assertThat(known(send(request(Method.COA, "s-1")))).isInstanceOf(TimedOut.class);
        assertThat(discarded("bad-authenticator")).isEqualTo(4);
    }

    private static byte[] digest(byte[] octets) {
        var md5 = Digests.digest("MD5");
        md5.update(octets);
        return md5.digest(SECRET.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anAnswerOfAnotherTimeIsDropped() {
        nas.behave(request -> List.of(request.answer(
                44, timestamp(Fixtures.NOW.minusSeconds(301)), SECRET.getBytes(StandardCharsets.UTF_8))));
        assertThat(known(send(request(Method.COA, "s-1")))).isInstanceOf(TimedOut.class);
        assertThat(discarded("stale")).isEqualTo(4);

        nas.behave(request -> List.of(request.answer(
                44, timestamp(Fixtures.NOW.minusSeconds(299)), SECRET.getBytes(StandardCharsets.UTF_8))));
        assertThat(known(send(request(Method.COA, "s-1")))).isInstanceOf(Acknowledged.class);
    }

    private static byte[] timestamp(Instant at) {
        return new AttributeWriter()
                .add(AttributeType.EVENT_TIMESTAMP, at.getEpochSecond())
                .toByteArray();
    }

    @Test
    void aThousandInFlightUseAnIdentifierAndPortOnceEach() {
        nas.ignore();
        client.close();
        client = client(new Retransmission(5_000, 8_000, 4, 15_000), null);
        var results = IntStream.range(0, 1_000)
                .mapToObj(i -> send(request(Method.COA, "s-" + i)))
                .toList();
        await().atMost(Duration.ofSeconds(10)).until(() -> nas.received().size() >= 1_000);

        var used = new HashSet<String>();
        nas.received().forEach(request -> used.add(request.from.getPort() + "/" + request.identifier()));
        assertThat(used).hasSize(1_000);
        assertThat(nas.received().stream()
                        .map(request -> request.from.getPort())
                        .distinct())
                .hasSize(4);
        assertThat(client.inFlight()).isEqualTo(1_000);

        nas.acknowledge();
        results.getFirst(); // they wait still; a second wave is answered beside them
        assertThat(known(send(request(Method.COA, "later")))).isInstanceOf(Acknowledged.class);
        assertThat(results).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void aThousandAreAnsweredEachOnce() {
        var results = IntStream.range(0, 1_000)
                .mapToObj(i -> send(request(Method.COA, "s-" + i)))
                .toList();

        assertThat(results).allSatisfy(result -> assertThat(known(result)).isInstanceOf(Acknowledged.class));
        assertThat(nas.complaints()).isEmpty();
    }

    @Test
    void beyondItsBoundARequestIsToldAtOnce() {
        nas.ignore();
        client.close();
        client = client(new Retransmission(5_000, 8_000, 4, 15_000), null);
        int most = DynauthClient.MOST_SOCKETS_OF_ONE * Identifiers.ALL;
        var results = IntStream.range(0, most)
                .mapToObj(i -> send(request(Method.COA, "s-" + i)))
                .toList();

        assertThat(known(send(request(Method.COA, "one too many"))))
                .isInstanceOfSatisfying(Unreachable.class, unreachable -> assertThat(unreachable.why())
                        .contains("2048"));
        client.close();
        assertThat(results)
                .allSatisfy(result -> assertThat(known(result)).isEqualTo(new Unreachable("Catraca is stopping")));
    }

    @Test
    void theIdentifierThatRestedLongestIsNext() {
        var identifiers = new Identifiers(250);
        for (int i = 0; i < 256; i++) {
            assertThat(identifiers.take()).isEqualTo((250 + i) % 256);
        }
        assertThat(identifiers.take()).isEqualTo(Identifiers.NONE);
        identifiers.giveBack(7);
        identifiers.giveBack(3);
        assertThat(identifiers.take()).isEqualTo(7);
        assertThat(identifiers.take()).isEqualTo(3);
    }

    @Test
    void theSourceAddressCanBeChosen() {
        client.close();
        client = client(QUICK, InetAddress.ofLiteral("127.0.0.9"));

        assertThat(known(send(request(Method.COA, "s-1")))).isInstanceOf(Acknowledged.class);
        assertThat(nas.received().getFirst().from.getAddress()).isEqualTo(InetAddress.ofLiteral("127.0.0.9"));
    }

    @Test
    void anAddressThatIsNotOursIsToldAndNotWaitedFor() {
        client.close();
        client = client(QUICK, InetAddress.ofLiteral("192.0.2.200"));

        assertThat(known(send(request(Method.COA, "s-1")))).isInstanceOf(Unreachable.class);
    }

    @Test
    void ipv6Too() throws IOException {
        nas.close();
        nas = new FakeNas(SECRET, new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));

        assertThat(known(send(request(Method.COA, "s-1")))).isInstanceOf(Acknowledged.class);
    }

    /** Computed apart from this program, with Python's hashlib and hmac. */
    @Test
    void theOctetsAreThese() {
        var packet = SignedRequest.of(
                PacketCode.DISCONNECT_REQUEST,
                7,
                new AttributeWriter()
                        .add(AttributeType.USER_NAME, "joao")
                        .add(AttributeType.ACCT_SESSION_ID, "81a00012")
                        .add(AttributeType.EVENT_TIMESTAMP, 1_760_000_000L)
                        .toByteArray(),
                true,
                SharedSecret.of("xyzzy5461-catraca"),
                new Digests());

        assertThat(HexFormat.of().formatHex(packet.octets())).isEqualTo(GOLDEN);
    }

    private static final String GOLDEN =
            "2807003c390bcc51d3afae0c5086b1637c7e1ac35012cc30426fcc48bf425b596ee304825d520106"
                    + "6a6f616f2c0a3831613030303132370668e77800";
}
