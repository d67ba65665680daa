package net.catraca.radius.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import net.catraca.radius.packet.Digests;
import org.bouncycastle.crypto.digests.MD4Digest;

/** The arithmetic of MS-CHAPv1 (RFC 2433), MS-CHAPv2 (RFC 2759) and their MPPE keys (RFC 3079). Not thread-safe. */
final class MsChap {

    static final int CHALLENGE_V1_OCTETS = 8;
    static final int CHALLENGE_V2_OCTETS = 16;
    static final int RESPONSE_OCTETS = 24;

    private static final int HASH_OCTETS = 16;
    private static final int KEY_OCTETS = 16;
    private static final HexFormat UPPER_CASE = HexFormat.of().withUpperCase();

    private static final byte[] SERVER_TO_CLIENT = "Magic server to client signing constant".getBytes(US_ASCII);
    private static final byte[] ONE_MORE_ITERATION = "Pad to make it do more than one iteration".getBytes(US_ASCII);
    private static final byte[] MASTER_KEY = "This is the MPPE Master Key".getBytes(US_ASCII);
    private static final byte[] CLIENT_SENDS =
            "On the client side, this is the send key; on the server side, it is the receive key.".getBytes(US_ASCII);
    private static final byte[] SERVER_SENDS =
            "On the client side, this is the receive key; on the server side, it is the send key.".getBytes(US_ASCII);
    private static final byte[] PAD_1 = new byte[40];
    private static final byte[] PAD_2 = new byte[40];

    static {
        Arrays.fill(PAD_2, (byte) 0xf2);
    }

    private final MessageDigest sha1 = Digests.digest("SHA-1");
    private final MD4Digest md4 = new MD4Digest();
    // The JDK's: BouncyCastle takes seven times as long to set up a key.
    private final Cipher des = des();

    private static Cipher des() {
        try {
            return Cipher.getInstance("DES/ECB/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no DES", e);
        }
    }

    /** ChallengeHash, RFC 2759 §8.2, of a user name as it is in the packet, but without its domain. */
    byte[] challenge(byte[] peerChallenge, byte[] authenticatorChallenge, byte[] userName) {
        sha1.update(peerChallenge);
        sha1.update(authenticatorChallenge);
        return Arrays.copyOf(sha1.digest(userName), CHALLENGE_V1_OCTETS);
    }

    /** ChallengeResponse, RFC 2433 §A.6 and RFC 2759 §8.5: three DES blocks of an 8-octet challenge. */
    byte[] response(byte[] challenge, byte[] ntHash) {
        var keys = Arrays.copyOf(ntHash, 21);
        var response = new byte[RESPONSE_OCTETS];
        try {
            for (int block = 0; block < 3; block++) {
                des.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(desKey(keys, 7 * block), "DES"));
                des.doFinal(challenge, 0, challenge.length, response, 8 * block);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("DES takes any 8 octets for a key and for a block", e);
        }
        return response;
    }

    /** Spreads 56 bits over eight octets; the lowest bit of each is parity, which DES ignores. */
    private static byte[] desKey(byte[] octets, int at) {
        long bits = 0;
        for (int i = 0; i < 7; i++) {
            bits = (bits << 8) | (octets[at + i] & 0xff);
        }
        var key = new byte[8];
        for (int i = 0; i < 8; i++) {
            key[i] = (byte) ((bits >>> (49 - 7 * i)) << 1);
        }
        return key;
    }

    /** HashNtPasswordHash, RFC 2759 §8.4: what proves to the peer that we know its password too. */
    byte[] hashHash(byte[] ntHash) {
        var hashHash = new byte[HASH_OCTETS];
        md4.update(ntHash, 0, ntHash.length);
        md4.doFinal(hashHash, 0);
        return hashHash;
    }

    /** GenerateAuthenticatorResponse, RFC 2759 §8.7: "S=" and 40 upper-case hex digits. */
    String authenticatorResponse(byte[] hashHash, byte[] response, byte[] challenge) {
        sha1.update(hashHash);
        sha1.update(response);
        var digest = sha1.digest(SERVER_TO_CLIENT);
        sha1.update(digest);
        sha1.update(challenge);
        return "S=" + UPPER_CASE.formatHex(sha1.digest(ONE_MORE_ITERATION));
    }

    /** GetMasterKey, RFC 3079 §3.4. */
    byte[] masterKey(byte[] hashHash, byte[] response) {
        sha1.update(hashHash);
        sha1.update(response);
        return Arrays.copyOf(sha1.digest(MASTER_KEY), KEY_OCTETS);
    }

    /** With which the NAS sends. */
    byte[] sendKey(byte[] masterKey) {
        return startKey(masterKey, SERVER_SENDS);
    }

    /** With which the NAS receives. */
    byte[] receiveKey(byte[] masterKey) {
        return startKey(masterKey, CLIENT_SENDS);
    }

    /** GetAsymmetricStartKey for 128 bits, RFC 3079 §3.4. */
    private byte[] startKey(byte[] masterKey, byte[] direction) {
        sha1.update(masterKey);
        sha1.update(PAD_1);
        sha1.update(direction);
        return Arrays.copyOf(sha1.digest(PAD_2), KEY_OCTETS);
    }
}
