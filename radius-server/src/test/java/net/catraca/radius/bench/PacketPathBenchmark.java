package net.catraca.radius.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.auth.CredentialCheck;
import net.catraca.radius.auth.CredentialResult;
import net.catraca.radius.auth.CredentialResult.Authenticated;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.AttributeWriter;
import net.catraca.radius.packet.Decoding.Decoded;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.PacketCodec;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.ReplyBuilder;
import net.catraca.radius.packet.RequestBuilder;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.tinyradius.core.RadiusPacketException;
import org.tinyradius.core.attribute.type.RadiusAttribute;
import org.tinyradius.core.dictionary.DefaultDictionary;
import org.tinyradius.core.dictionary.Dictionary;
import org.tinyradius.core.packet.request.AccessRequestPap;
import org.tinyradius.core.packet.request.RadiusRequest;
import org.tinyradius.core.packet.response.RadiusResponse;

/** One event loop's work for one Access-Request, from received octets to octets to send; no socket, no directory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 20, time = 1)
@Measurement(iterations = 5, time = 1)
public class PacketPathBenchmark {

    private static final String SECRET = "a secret of twenty-six o.";
    private static final String PASSWORD = "segredo";
    private static final String RATE_LIMIT = "250M/500M";
    private static final int MIKROTIK = 14988;
    private static final int MIKROTIK_RATE_LIMIT = 8;

    private final Nas nas = AuthFixtures.nas(SECRET);
    private final Digests digests = new Digests();
    private final ReplyBuilder replies = new ReplyBuilder(digests);
    private final CredentialCheck credentialCheck = new CredentialCheck(AuthFixtures.PEPPER, new SecureRandom());
    private final SubscriberSnapshot subscriber = AuthFixtures.withPassword(PASSWORD);

    private final byte[] pap =
            Proofs.pap(request(), PASSWORD, nas.secret()).signed(nas.secret()).octets();
    private final byte[] chap =
            Proofs.chap(request(), PASSWORD).signed(nas.secret()).octets();
    private final byte[] msChapV2 =
            Proofs.msChapV2(request(), "ana", PASSWORD).signed(nas.secret()).octets();
    private final ByteBuf papBuffer = Unpooled.directBuffer().writeBytes(pap);

    private final byte[] profile = new AttributeWriter()
            .add(AttributeType.SERVICE_TYPE, 2)
            .add(AttributeType.ACCT_INTERIM_INTERVAL, 900)
            .addVendor(MIKROTIK, MIKROTIK_RATE_LIMIT, RATE_LIMIT)
            .toByteArray();

    private final Dictionary dictionary = DefaultDictionary.INSTANCE;
    private final List<RadiusAttribute> tinyRadiusProfile = List.of(
            dictionary.createAttribute(-1, AttributeType.SERVICE_TYPE, new byte[] {0, 0, 0, 2}),
            dictionary.createAttribute(-1, AttributeType.ACCT_INTERIM_INTERVAL, new byte[] {0, 0, 3, (byte) 132}),
            dictionary.createAttribute(
                    -1,
                    AttributeType.VENDOR_SPECIFIC,
                    value(new AttributeWriter()
                            .addVendor(MIKROTIK, MIKROTIK_RATE_LIMIT, RATE_LIMIT)
                            .toByteArray())));

    private static RequestBuilder request() {
        return RequestBuilder.accessRequest(7)
                .add(AttributeType.USER_NAME, "ana")
                .add(AttributeType.NAS_IP_ADDRESS, 0xc0000201L)
                .add(AttributeType.NAS_PORT, 15_728_640)
                .add(AttributeType.SERVICE_TYPE, 2)
                .add(AttributeType.CALLING_STATION_ID, "00:1B:22:0A:BB:0C")
                .add(AttributeType.NAS_PORT_ID, "ether1-vlan100");
    }

    private static byte[] value(byte[] attribute) {
        return Arrays.copyOfRange(attribute, 2, attribute.length);
    }

    @Benchmark
    public Digests.MessageAuthenticator decodeAndVerify() {
        return digests.messageAuthenticator(((Decoded) PacketCodec.decode(papBuffer)).packet(), nas.secret());
    }

    @Benchmark
    public byte @Nullable [] papExchange() {
        return exchange(pap);
    }

    @Benchmark
    public byte @Nullable [] chapExchange() {
        return exchange(chap);
    }

    @Benchmark
    public byte @Nullable [] msChapV2Exchange() {
        return exchange(msChapV2);
    }

    @Benchmark
    public CredentialResult msChapV2Check() {
        return credentialCheck.check(((Decoded) PacketCodec.decode(msChapV2)).packet(), nas, subscriber);
    }

    private byte @Nullable [] exchange(byte[] datagram) {
        RadiusPacket request = ((Decoded) PacketCodec.decode(datagram)).packet();
        if (digests.messageAuthenticator(request, nas.secret()) != Digests.MessageAuthenticator.VALID) {
            throw new IllegalStateException("not verified");
        }
        var proof = (Authenticated) credentialCheck.check(request, nas, subscriber);
        replies.begin(PacketCode.ACCESS_ACCEPT, request, true);
        if (!replies.append(profile) || !replies.append(proof.attributes())) {
            throw new IllegalStateException("no room");
        }
        return replies.finish(nas.secret());
    }

    /** The same exchange as {@link #papExchange}; TinyRadius puts the Message-Authenticator last. */
    @Benchmark
    public byte[] papExchangeByTinyRadius() throws RadiusPacketException {
        var request = (AccessRequestPap) RadiusRequest.fromByteBuf(dictionary, Unpooled.wrappedBuffer(pap))
                .decodeRequest(SECRET);
        if (!request.getPassword().orElse("").equals(PASSWORD)) {
            throw new IllegalStateException("not verified");
        }
        return RadiusResponse.create(dictionary, (byte) 2, request.getId(), null, tinyRadiusProfile)
                .encodeResponse(SECRET, request.getAuthenticator())
                .toBytes();
    }
}
