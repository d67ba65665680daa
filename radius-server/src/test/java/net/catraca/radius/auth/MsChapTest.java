package net.catraca.radius.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The examples that RFC 2759 and RFC 3079 print for user "User" with password "clientPass", and RFC 2433's. */
class MsChapTest {

    private static final byte[] NT_HASH = hex("44EBBA8D5312B8D611474411F56989AE");
    private static final byte[] HASH_HASH = hex("41C00C584BD2D91C4017A2A12FA59F3F");
    private static final byte[] CHALLENGE = hex("D02E4386BCE91226");
    private static final byte[] RESPONSE = hex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF");
    private static final byte[] MASTER_KEY = hex("FDECE3717A8C838CB388E527AE3CDD31");

    private final MsChap msChap = new MsChap();

    @Test
    void hashesThePasswordAndItsHashAsRfc2759Prints() {
        assertThat(AuthFixtures.ntHash("clientPass")).isEqualTo(NT_HASH);
        assertThat(msChap.hashHash(NT_HASH)).isEqualTo(HASH_HASH);
    }

    @Test
    void derivesTheChallengeThatRfc2759Prints() {
        assertThat(msChap.challenge(
                        hex("21402324255E262A28295F2B3A337C7E"),
                        hex("5B5D7C7D7B3F2F3E3C2C602132262628"),
                        "User".getBytes(US_ASCII)))
                .isEqualTo(CHALLENGE);
    }

    @Test
    void computesTheResponseThatRfc2759Prints() {
        assertThat(msChap.response(CHALLENGE, NT_HASH)).isEqualTo(RESPONSE);
    }

    @Test
    void computesTheResponseThatRfc2433Prints() {
        assertThat(msChap.response(hex("102DB5DF085D3041"), AuthFixtures.ntHash("MyPw")))
                .isEqualTo(hex("4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61"));
    }

    @Test
    void provesItselfWithTheUpperCaseStringThatRfc2759Prints() {
        assertThat(msChap.authenticatorResponse(HASH_HASH, RESPONSE, CHALLENGE))
                .isEqualTo("S=407A5589115FD0D6209F510FE9C04566932CDA56");
    }

    @Test
    void derivesTheMasterKeyAndTheSendKeyThatRfc3079Prints() {
        assertThat(msChap.masterKey(HASH_HASH, RESPONSE)).isEqualTo(MASTER_KEY);
        assertThat(msChap.sendKey(MASTER_KEY)).isEqualTo(hex("8B7CDC149B993A1BA118CB153F56DCCB"));
    }

    @Test
    void derivesTheReceiveKeyOfTheSameExampleFromTheOtherConstant() {
        assertThat(msChap.receiveKey(MASTER_KEY)).isEqualTo(hex("D5F0E9521E3EA9589645E86051C82226"));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
