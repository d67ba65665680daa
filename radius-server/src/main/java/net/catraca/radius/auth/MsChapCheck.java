package net.catraca.radius.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import net.catraca.billing.directory.Credential;
import net.catraca.radius.auth.CredentialResult.Authenticated;
import net.catraca.radius.auth.CredentialResult.Rejected;
import net.catraca.radius.auth.CredentialResult.Unusable;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.AttributeWriter;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/** MS-CHAP in Microsoft's attributes (RFC 2548): reads the response, writes success with MPPE keys, or the error. */
final class MsChapCheck {

    private static final int MICROSOFT = 311;
    private static final int MS_CHAP_RESPONSE = 1;
    private static final int MS_CHAP_ERROR = 2;
    private static final int MS_MPPE_ENCRYPTION_POLICY = 7;
    private static final int MS_MPPE_ENCRYPTION_TYPES = 8;
    private static final int MS_CHAP_CHALLENGE = 11;
    private static final int MS_CHAP_MPPE_KEYS = 12;
    private static final int MS_MPPE_SEND_KEY = 16;
    private static final int MS_MPPE_RECV_KEY = 17;
    private static final int MS_CHAP2_RESPONSE = 25;
    private static final int MS_CHAP2_SUCCESS = 26;

    private static final int MS_CHAP_RESPONSE_OCTETS = 50;
    private static final int MS_CHAP_RESPONSE_AT = 26;
    private static final int ENCRYPTION_ALLOWED = 1;
    private static final int RC4_128_BIT = 4;
    private static final int RC4_40_OR_128_BIT = 6;

    private static final HexFormat UPPER_CASE = HexFormat.of().withUpperCase();

    private final MsChap msChap = new MsChap();
    private final Obfuscation obfuscation;
    private final RandomGenerator random;
    private final Credential.Recoverable decoy;

    /** @param decoy is checked where there is no login or no recoverable password, and never matches */
    MsChapCheck(Obfuscation obfuscation, RandomGenerator random, Credential.Recoverable decoy) {
        this.obfuscation = obfuscation;
        this.random = random;
        this.decoy = decoy;
    }

    /** The place of an MS-CHAPv1 response, or {@link RadiusPacket#NONE}. */
    static int findV1(RadiusPacket request) {
        return request.findVendor(MICROSOFT, MS_CHAP_RESPONSE);
    }

    /** The place of an MS-CHAPv2 response, or {@link RadiusPacket#NONE}. */
    static int findV2(RadiusPacket request) {
        return request.findVendor(MICROSOFT, MS_CHAP2_RESPONSE);
    }

    CredentialResult v1(RadiusPacket request, int at, Nas nas, @Nullable Credential credential) {
        var challenge = nasChallenge(request, MsChap.CHALLENGE_V1_OCTETS);
        if (request.valueLength(at) != MS_CHAP_RESPONSE_OCTETS || challenge == null) {
            return malformed();
        }
        var value = request.bytesAt(at);
        boolean ntResponse = value[1] == 1;
        if (!nas.msChapV1Allowed() || !ntResponse) {
            return new Unusable(Unusable.Obstacle.MS_CHAP_V1_REFUSED, errorV1(value[0]));
        }
        var response = Arrays.copyOfRange(value, MS_CHAP_RESPONSE_AT, MS_CHAP_RESPONSE_OCTETS);
        var ntHash = ntHash(credential);
        boolean matches = MessageDigest.isEqual(msChap.response(challenge, ntHash), response);
        return matches && hasNtHash(credential)
                ? new Authenticated(AuthMethod.MS_CHAP_V1, successV1(ntHash, request, nas.secret()))
                : refused(credential, errorV1(value[0]));
    }

    CredentialResult v2(RadiusPacket request, int at, SharedSecret secret, @Nullable Credential credential) {
        var nasChallenge = nasChallenge(request, MsChap.CHALLENGE_V2_OCTETS);
        var userName = request.bytes(AttributeType.USER_NAME);
        if (request.valueLength(at) != MS_CHAP_RESPONSE_OCTETS || nasChallenge == null || userName == null) {
            return malformed();
        }
        var value = request.bytesAt(at);
        var peerChallenge = Arrays.copyOfRange(value, 2, 2 + MsChap.CHALLENGE_V2_OCTETS);
        var response = Arrays.copyOfRange(value, MS_CHAP_RESPONSE_AT, MS_CHAP_RESPONSE_OCTETS);
        var challenge = msChap.challenge(peerChallenge, nasChallenge, withoutDomain(userName));
        var ntHash = ntHash(credential);
        boolean matches = MessageDigest.isEqual(msChap.response(challenge, ntHash), response);
        return matches && hasNtHash(credential)
                ? new Authenticated(
                        AuthMethod.MS_CHAP_V2, successV2(value[0], ntHash, response, challenge, request, secret))
                : refused(credential, errorV2(value[0]));
    }

    private static byte @Nullable [] nasChallenge(RadiusPacket request, int octets) {
        var challenge = request.vendorBytes(MICROSOFT, MS_CHAP_CHALLENGE);
        return challenge != null && challenge.length == octets ? challenge : null;
    }

    /** RFC 2759 §4: the Windows domain before a backslash is no part of the hashed name. */
    private static byte[] withoutDomain(byte[] userName) {
        int from = userName.length;
        while (from > 0 && userName[from - 1] != '\\') {
            from--;
        }
        return Arrays.copyOfRange(userName, from, userName.length);
    }

    private byte[] successV2(
            byte ident, byte[] ntHash, byte[] response, byte[] challenge, RadiusPacket request, SharedSecret secret) {
        var hashHash = msChap.hashHash(ntHash);
        var masterKey = msChap.masterKey(hashHash, response);
        var authenticator = request.authenticator();
        // RFC 2548 §2.4.2: the top bit set, and no two alike in a packet.
        int salt = 0x8000 | random.nextInt(0x8000);
        var sendSalt = new byte[] {(byte) (salt >>> 8), (byte) (salt & ~1)};
        var receiveSalt = new byte[] {(byte) (salt >>> 8), (byte) (salt | 1)};
        return new AttributeWriter()
                .addVendor(
                        MICROSOFT,
                        MS_CHAP2_SUCCESS,
                        withIdent(ident, msChap.authenticatorResponse(hashHash, response, challenge)))
                .addVendor(MICROSOFT, MS_MPPE_ENCRYPTION_POLICY, ENCRYPTION_ALLOWED)
                .addVendor(MICROSOFT, MS_MPPE_ENCRYPTION_TYPES, RC4_40_OR_128_BIT)
                .addVendor(
                        MICROSOFT,
                        MS_MPPE_SEND_KEY,
                        obfuscation.hideKey(msChap.sendKey(masterKey), sendSalt, authenticator, secret))
                .addVendor(
                        MICROSOFT,
                        MS_MPPE_RECV_KEY,
                        obfuscation.hideKey(msChap.receiveKey(masterKey), receiveSalt, authenticator, secret))
                .toByteArray();
    }

    /**
     * The NT key follows eight octets of LM key, which stay zero: an LM hash gives the password away, and only 40 bit
     * encryption, which is not offered, would use it.
     */
    private byte[] successV1(byte[] ntHash, RadiusPacket request, SharedSecret secret) {
        var keys = new byte[32];
        System.arraycopy(msChap.hashHash(ntHash), 0, keys, 8, 16);
        return new AttributeWriter()
                .addVendor(MICROSOFT, MS_MPPE_ENCRYPTION_POLICY, ENCRYPTION_ALLOWED)
                .addVendor(MICROSOFT, MS_MPPE_ENCRYPTION_TYPES, RC4_128_BIT)
                .addVendor(MICROSOFT, MS_CHAP_MPPE_KEYS, obfuscation.hide(keys, request.authenticator(), secret))
                .toByteArray();
    }

    /** RFC 2433 §5: authentication failure, no retry. */
    private byte[] errorV1(byte ident) {
        return error(ident, "E=691 R=0 C=" + UPPER_CASE.formatHex(challenge(MsChap.CHALLENGE_V1_OCTETS)) + " V=2");
    }

    /** RFC 2759 §6: the same with a challenge of 16 octets and a message, which are mandatory there. */
    private byte[] errorV2(byte ident) {
        return error(
                ident,
                "E=691 R=0 C=" + UPPER_CASE.formatHex(challenge(MsChap.CHALLENGE_V2_OCTETS))
                        + " V=3 M=Authentication failed");
    }

    private static byte[] error(byte ident, String text) {
        return new AttributeWriter()
                .addVendor(MICROSOFT, MS_CHAP_ERROR, withIdent(ident, text))
                .toByteArray();
    }

    private static byte[] withIdent(byte ident, String text) {
        var value = new byte[1 + text.length()];
        value[0] = ident;
        System.arraycopy(text.getBytes(US_ASCII), 0, value, 1, text.length());
        return value;
    }

    private byte[] challenge(int count) {
        var octets = new byte[count];
        random.nextBytes(octets);
        return octets;
    }

    private byte[] ntHash(@Nullable Credential credential) {
        return switch (credential) {
            case Credential.Recoverable(var _, var ntHash) -> ntHash;
            case Credential.NtHash(var ntHash) -> ntHash;
            case null, default -> decoy.ntHash();
        };
    }

    private static boolean hasNtHash(@Nullable Credential credential) {
        return credential instanceof Credential.Recoverable || credential instanceof Credential.NtHash;
    }

    private static CredentialResult refused(@Nullable Credential credential, byte[] attributes) {
        return credential instanceof Credential.NtHash
                ? new Rejected(Rejected.Mismatch.WRONG_PASSWORD, attributes)
                : CredentialCheck.refused(credential, attributes);
    }

    private static CredentialResult malformed() {
        return new Unusable(Unusable.Obstacle.MALFORMED_CREDENTIAL, CredentialCheck.NO_ATTRIBUTES);
    }
}
