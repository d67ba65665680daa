package net.catraca.radius.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.auth.AuthMethod;
import net.catraca.radius.auth.CredentialCheck;
import net.catraca.radius.auth.CredentialResult.Authenticated;
import net.catraca.radius.auth.CredentialResult.Rejected;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.packet.Digests.MessageAuthenticator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tinyradius.core.RadiusPacketException;
import org.tinyradius.core.attribute.type.RadiusAttribute;
import org.tinyradius.core.dictionary.DefaultDictionary;
import org.tinyradius.core.dictionary.Dictionary;
import org.tinyradius.core.packet.request.AccessRequest;
import org.tinyradius.core.packet.request.AccessRequestChap;
import org.tinyradius.core.packet.request.AccessRequestPap;
import org.tinyradius.core.packet.request.RadiusRequest;
import org.tinyradius.core.packet.response.RadiusResponse;

/** Random packets, written by one and read by the other: TinyRadius shares no line with our packet path. */
class TinyRadiusComparisonTest {

    private static final int PACKETS = 300;
    private static final Dictionary DICTIONARY = DefaultDictionary.INSTANCE;
    private static final int[] TEXT_TYPES = {1, 25, 30, 31, 32, 33, 44, 87};
    private static final int[] FOUR_OCTET_TYPES = {4, 5, 6, 7, 8, 41, 61};

    private final Digests digests = new Digests();
    private final ReplyBuilder replies = new ReplyBuilder(digests);
    private final CredentialCheck credentialCheck = new CredentialCheck(AuthFixtures.PEPPER, new Random(1));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void weReadWhatTinyRadiusAsks(long seed) throws RadiusPacketException {
        var random = new Random(seed);
        for (int i = 0; i < PACKETS; i++) {
            var secret = secret(random);
            var password = password(random);
            var attributes = attributes(random);
            var request = (AccessRequest) request(1, i, random, attributes);
            var pap = RequestBuilder.decoded(
                    request.withPapPassword(password).encodeRequest(secret).toBytes());
            var chap = RequestBuilder.decoded(
                    request.withChapPassword(password).encodeRequest(secret).toBytes());

            for (var packet : List.of(pap, chap)) {
                assertThat(digests.messageAuthenticator(packet, nas(secret).secret()))
                        .isEqualTo(MessageAuthenticator.VALID);
                assertHolds(packet, attributes);
            }
            assertThat(method(pap, secret, password)).isEqualTo(AuthMethod.PAP);
            assertThat(method(chap, secret, password)).isEqualTo(AuthMethod.CHAP);
            assertThat(credentialCheck.check(pap, nas(secret), AuthFixtures.withPassword(password + "x")))
                    .isInstanceOf(Rejected.class);
            assertThat(credentialCheck.check(chap, nas(secret), AuthFixtures.withPassword("x" + password)))
                    .isInstanceOf(Rejected.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void tinyRadiusReadsWhatWeAsk(long seed) throws RadiusPacketException {
        var random = new Random(seed);
        for (int i = 0; i < PACKETS; i++) {
            var secret = secret(random);
            // TinyRadius leaves the padding behind a password of a single octet.
            var password = "p" + text(random, 1 + random.nextInt(127));
            var shared = nas(secret).secret();
            var pap = read(Proofs.pap(RequestBuilder.accessRequest(i & 0xff), password, shared)
                            .add(AttributeType.USER_NAME, "ana")
                            .signed(shared))
                    .decodeRequest(secret);
            var chap = read(Proofs.chap(RequestBuilder.accessRequest(i & 0xff), password)
                            .signed(shared))
                    .decodeRequest(secret);
            var accounting = read(RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, i & 0xff)
                    .add(AttributeType.ACCT_SESSION_ID, password)
                    .signed(shared));

            assertThat(((AccessRequestPap) pap).getPassword()).contains(password);
            assertThat(((AccessRequestChap) chap).checkPassword(password)).isTrue();
            assertThat(((AccessRequestChap) chap).checkPassword(password + "x")).isFalse();
            assertThat(accounting.decodeRequest(secret).getAttributes()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void tinyRadiusBelievesOurAnswers(long seed) throws RadiusPacketException {
        var random = new Random(seed);
        for (int i = 0; i < PACKETS; i++) {
            var secret = secret(random);
            var attributes = attributes(random);
            var request = RequestBuilder.decoded(
                    request(1, i, random, attributes).encodeRequest(secret).toBytes());
            var code = List.of(PacketCode.ACCESS_ACCEPT, PacketCode.ACCESS_REJECT, PacketCode.ACCESS_CHALLENGE)
                    .get(i % 3);
            replies.begin(code, request, true);
            assertThat(replies.append(encoded(attributes(random), AttributeType.PROXY_STATE)))
                    .isTrue();
            var answer = requireNonNull(replies.finish(nas(secret).secret()));

            var read = RadiusResponse.fromByteBuf(DICTIONARY, Unpooled.wrappedBuffer(answer))
                    .decodeResponse(secret, request.authenticator());
            assertThat(texts(read.getAttributes(), AttributeType.PROXY_STATE))
                    .isEqualTo(texts(attributes, AttributeType.PROXY_STATE));

            answer[4 + random.nextInt(answer.length - 4)] ^= 1;
            assertThat(tinyRadiusBelieves(answer, secret, request)).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 11, 12})
    void weBelieveTinyRadiussAnswersAndAccounting(long seed) throws RadiusPacketException {
        var random = new Random(seed);
        for (int i = 0; i < PACKETS; i++) {
            var secret = secret(random);
            var shared = nas(secret).secret();
            var request = RequestBuilder.decoded(request(1, i, random, attributes(random))
                    .encodeRequest(secret)
                    .toBytes());
            var response = RadiusResponse.create(
                            DICTIONARY, (byte) (i % 2 == 0 ? 2 : 3), (byte) i, null, attributes(random))
                    .encodeResponse(secret, request.authenticator())
                    .toBytes();
            var accounting = request(4, i, random, attributes(random))
                    .encodeRequest(secret)
                    .toBytes();

            assertThat(digests.responseIsValid(RequestBuilder.decoded(response), request, shared))
                    .isTrue();
            assertThat(digests.requestAuthenticatorIsValid(RequestBuilder.decoded(accounting), shared))
                    .isTrue();

            response[4 + random.nextInt(16)] ^= 1;
            accounting[4 + random.nextInt(16)] ^= 1;
            assertThat(digests.responseIsValid(RequestBuilder.decoded(response), request, shared))
                    .isFalse();
            assertThat(digests.requestAuthenticatorIsValid(RequestBuilder.decoded(accounting), shared))
                    .isFalse();
        }
    }

    private AuthMethod method(RadiusPacket request, String secret, String password) {
        var result = credentialCheck.check(request, nas(secret), AuthFixtures.withPassword(password));
        assertThat(result).isInstanceOf(Authenticated.class);
        return ((Authenticated) result).method();
    }

    private static boolean tinyRadiusBelieves(byte[] answer, String secret, RadiusPacket request) {
        try {
            RadiusResponse.fromByteBuf(DICTIONARY, Unpooled.wrappedBuffer(answer))
                    .decodeResponse(secret, request.authenticator());
            return true;
        } catch (RadiusPacketException | RuntimeException e) {
            return false;
        }
    }

    private static void assertHolds(RadiusPacket packet, List<RadiusAttribute> attributes) {
        for (int type : TEXT_TYPES) {
            var values = new ArrayList<String>();
            for (int at = packet.find(type); at != RadiusPacket.NONE; at = packet.next(at)) {
                values.add(packet.textAt(at));
            }
            assertThat(values).isEqualTo(texts(attributes, type));
        }
    }

    private static List<String> texts(List<RadiusAttribute> attributes, int type) {
        return attributes.stream()
                .filter(attribute -> attribute.getType() == type)
                .map(attribute -> new String(attribute.getValue(), UTF_8))
                .toList();
    }

    private static RadiusRequest read(RadiusPacket packet) throws RadiusPacketException {
        return RadiusRequest.fromByteBuf(DICTIONARY, Unpooled.wrappedBuffer(packet.octets()));
    }

    private static RadiusRequest request(int code, int identifier, Random random, List<RadiusAttribute> attributes)
            throws RadiusPacketException {
        var authenticator = new byte[16];
        random.nextBytes(authenticator);
        return RadiusRequest.create(DICTIONARY, (byte) code, (byte) identifier, authenticator, attributes);
    }

    private static List<RadiusAttribute> attributes(Random random) {
        var attributes = new ArrayList<RadiusAttribute>();
        for (int count = random.nextInt(9); count > 0; count--) {
            boolean text = random.nextBoolean();
            int type = text
                    ? TEXT_TYPES[random.nextInt(TEXT_TYPES.length)]
                    : FOUR_OCTET_TYPES[random.nextInt(FOUR_OCTET_TYPES.length)];
            attributes.add(DICTIONARY.createAttribute(
                    -1, type, text ? text(random, 1 + random.nextInt(60)).getBytes(UTF_8) : fourOctets(random)));
        }
        return attributes;
    }

    private static byte[] encoded(List<RadiusAttribute> attributes, int exceptType) {
        var writer = new AttributeWriter();
        attributes.stream()
                .filter(attribute -> attribute.getType() != exceptType)
                .forEach(attribute -> writer.add(attribute.getType(), attribute.getValue()));
        return writer.toByteArray();
    }

    private static byte[] fourOctets(Random random) {
        var octets = new byte[4];
        random.nextBytes(octets);
        return octets;
    }

    private static Nas nas(String secret) {
        return AuthFixtures.nas(secret);
    }

    private static String secret(Random random) {
        return text(random, 1 + random.nextInt(90));
    }

    private static String password(Random random) {
        return text(random, 1 + random.nextInt(128));
    }

    private static String text(Random random, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) (' ' + random.nextInt(95)));
        }
        return text.toString();
    }
}
