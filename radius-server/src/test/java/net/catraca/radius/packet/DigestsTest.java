package net.catraca.radius.packet;

import static java.util.Objects.requireNonNull;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static net.catraca.radius.packet.RequestBuilder.decoded;
import static net.catraca.radius.packet.RequestBuilder.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.packet.Digests.MessageAuthenticator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestsTest {

    private static final SharedSecret SECRET = SharedSecret.of("xyzzy5461");

    private final Digests digests = new Digests();

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 63, 64, 65, 200})
    void computesTheHmacOfTheJdkWithSecretsOfAnyLength(int secretOctets) throws GeneralSecurityException {
        var random = new Random(secretOctets);
        var key = new byte[secretOctets];
        random.nextBytes(key);
        for (int i = 0; i < 50; i++) {
            var packet = new byte[20 + random.nextInt(400)];
            random.nextBytes(packet);
            int valueAt = random.nextInt(packet.length - 16);
            Arrays.fill(packet, valueAt, valueAt + 16, (byte) 0);
            var mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(key, "HmacMD5"));
            var expected = mac.doFinal(packet);

            digests.signMessageAuthenticator(packet, packet.length, valueAt, new SharedSecret(key));

            assertThat(Arrays.copyOfRange(packet, valueAt, valueAt + 16)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0cda00268a54f4686fb394c52866e302185d062350125a665e2e1e8411f3e243822097c84fa3",
                "0cb30026925f6b66dd5fed571fcb1db7ad3882605012e8d6eabda910875cd91fdade26367858",
                "0c47002cbf58de56ae408ad3b70c8513f9b03fbe0406c00002105012852d6fec61e7ed74b8e32dac2f2a5fb2"
            })
    void verifiesTheStatusServersThatRfc5997Prints(String hex) {
        var packet = decoded(HexFormat.of().parseHex(hex));

        assertThat(digests.messageAuthenticator(packet, SECRET)).isEqualTo(MessageAuthenticator.VALID);
        assertThat(digests.messageAuthenticator(packet, SharedSecret.of("xyzzy5462")))
                .isEqualTo(MessageAuthenticator.INVALID);
    }

    @ParameterizedTest
    @EnumSource(names = {"ACCESS_REQUEST", "STATUS_SERVER", "ACCOUNTING_REQUEST", "COA_REQUEST", "DISCONNECT_REQUEST"})
    void findsEveryFlippedBitOfASignedRequest(PacketCode code) {
        var signed = request(code, 42).add(AttributeType.USER_NAME, "ana").signed(SECRET);
        assertThat(digests.messageAuthenticator(signed, SECRET)).isEqualTo(MessageAuthenticator.VALID);

        for (int bit = 0; bit < 8 * signed.length(); bit++) {
            var octets = signed.octets().clone();
            octets[bit / 8] ^= (byte) (1 << bit % 8);
            if (PacketCodec.decode(octets) instanceof Decoding.Decoded(var packet)) {
                boolean authenticatorIsAChecksum = packet.code().hasDigestAsRequestAuthenticator();
                boolean passes = digests.messageAuthenticator(packet, SECRET) == MessageAuthenticator.VALID
                        && (!authenticatorIsAChecksum || digests.requestAuthenticatorIsValid(packet, SECRET));
                assertThat(passes).as("bit %s", bit).isFalse();
            }
        }
    }

    @Test
    void takesAMessageAuthenticatorOfWrongLengthOrASecondOneForAForgery() {
        var tooShort = accessRequest(1)
                .add(AttributeType.MESSAGE_AUTHENTICATOR, new byte[15])
                .unsigned();
        var two = accessRequest(1)
                .add(AttributeType.MESSAGE_AUTHENTICATOR, new byte[16])
                .signed(SECRET);

        assertThat(digests.messageAuthenticator(tooShort, SECRET)).isEqualTo(MessageAuthenticator.INVALID);
        assertThat(digests.messageAuthenticator(two, SECRET)).isEqualTo(MessageAuthenticator.INVALID);
    }

    @Test
    void findsNoMessageAuthenticatorWhereThereIsNone() {
        assertThat(digests.messageAuthenticator(accessRequest(1).unsigned(), SECRET))
                .isEqualTo(MessageAuthenticator.ABSENT);
    }

    @Test
    void takesNoAnswerForThatOfAnotherRequest() {
        var replies = new ReplyBuilder(digests);
        var ours = accessRequest(1).unsigned();
        var sameIdentifier = accessRequest(1).authenticator(new byte[16]).unsigned();
        var answer = decoded(requireNonNull(
                replies.begin(PacketCode.ACCESS_ACCEPT, ours, true).finish(SECRET)));

        assertThat(digests.responseIsValid(answer, ours, SECRET)).isTrue();
        assertThat(digests.responseIsValid(answer, sameIdentifier, SECRET)).isFalse();
        assertThat(digests.responseIsValid(answer, ours, SharedSecret.of("other")))
                .isFalse();
        assertThat(digests.responseIsValid(answer, accessRequest(2).unsigned(), SECRET))
                .isFalse();
    }
}
