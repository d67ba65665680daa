package net.catraca.admin.simulator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.MD4Digest;

/** The side of MS-CHAPv2 that has the password (RFC 2759), written apart from the server's. */
final class MsChapV2Peer {

    private static final String SIGNING = "Magic server to client signing constant";
    private static final String PADDING = "Pad to make it do more than one iteration";

    private MsChapV2Peer() {}

    /** The 24 octets that prove the password, §8.1. */
    static byte[] response(byte[] authenticatorChallenge, byte[] peerChallenge, String login, String password) {
        try {
            byte[] challenge = challenge(authenticatorChallenge, peerChallenge, login);
            byte[] hash = Arrays.copyOf(md4(password.getBytes(UTF_16LE)), 21);
            var out = ByteBuffer.allocate(24);
            for (int third = 0; third < 3; third++) {
                var des = Cipher.getInstance("DES/ECB/NoPadding");
                byte[] seven = Arrays.copyOfRange(hash, third * 7, third * 7 + 7);
                des.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(widened(seven), "DES"));
                out.put(des.doFinal(challenge));
            }
            return out.array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks DES or SHA-1", e);
        }
    }

    /** What the server must say to prove that it knows the password, too: "S=" and 40 hex digits, §8.7. */
    static String expected(
            byte[] authenticatorChallenge, byte[] peerChallenge, byte[] response, String login, String password) {
        try {
            var sha = MessageDigest.getInstance("SHA-1");
            sha.update(md4(md4(password.getBytes(UTF_16LE))));
            sha.update(response);
            sha.update(SIGNING.getBytes(ISO_8859_1));
            byte[] first = sha.digest();
            sha.update(first);
            sha.update(challenge(authenticatorChallenge, peerChallenge, login));
            sha.update(PADDING.getBytes(ISO_8859_1));
            var text = new StringBuilder("S=");
            for (byte octet : sha.digest()) {
                text.append(String.format(Locale.ROOT, "%02X", octet & 0xff));
            }
            return text.toString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks SHA-1", e);
        }
    }

    private static byte[] challenge(byte[] authenticatorChallenge, byte[] peerChallenge, String login)
            throws GeneralSecurityException {
        var sha = MessageDigest.getInstance("SHA-1");
        sha.update(peerChallenge);
        sha.update(authenticatorChallenge);
        sha.update(login.getBytes(UTF_8));
        return Arrays.copyOf(sha.digest(), 8);
    }

    private static byte[] md4(byte[] octets) {
        var digest = new MD4Digest();
        digest.update(octets, 0, octets.length);
        byte[] out = new byte[16];
        digest.doFinal(out, 0);
        return out;
    }

    /** Puts an unused parity bit behind each seven bits. */
    private static byte[] widened(byte[] seven) {
        BitSet from = new BitSet(56);
        for (int bit = 0; bit < 56; bit++) {
            from.set(bit, ((seven[bit / 8] >> (7 - (bit % 8))) & 1) == 1);
        }
        byte[] eight = new byte[8];
        for (int bit = 0; bit < 56; bit++) {
            if (from.get(bit)) {
                eight[bit / 7] |= (byte) (0x80 >> (bit % 7));
            }
        }
        return eight;
    }
}
