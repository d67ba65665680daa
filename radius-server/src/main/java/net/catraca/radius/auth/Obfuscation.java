package net.catraca.radius.auth;

import java.security.MessageDigest;
import java.util.Arrays;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/**
 * Hides values with MD5 of secret and authenticator: User-Password (RFC 2865 §5.2), MS-CHAP-MPPE-Keys (RFC 2548 §2.4.1)
 * and, salted, the MPPE keys (RFC 2548 §2.4.2). Not thread-safe.
 */
final class Obfuscation {

    static final int MAX_PASSWORD_OCTETS = 128;

    private static final int CHUNK_OCTETS = 16;
    private static final byte[] NO_SALT = {};

    private final MessageDigest md5 = Digests.digest("MD5");

    /**
     * The User-Password at this place in clear, without the NULs at its end; others are kept (RFC 2865 §5).
     *
     * @return an array to be wiped, or null if the length is none of 16, 32, … 128
     */
    byte @Nullable [] reveal(RadiusPacket request, int at, SharedSecret secret) {
        int length = request.valueLength(at);
        if (length == 0 || length > MAX_PASSWORD_OCTETS || length % CHUNK_OCTETS != 0) {
            return null;
        }
        var clear = request.bytesAt(at);
        var hidden = request.octets();
        int start = request.valueStart(at);
        for (int chunk = 0; chunk < length; chunk += CHUNK_OCTETS) {
            md5.update(secret.octets());
            if (chunk == 0) {
                md5.update(request.authenticator());
            } else {
                md5.update(hidden, start + chunk - CHUNK_OCTETS, CHUNK_OCTETS);
            }
            mask(clear, chunk);
        }
        return withoutPadding(clear);
    }

    private static byte[] withoutPadding(byte[] clear) {
        int end = clear.length;
        while (end > 0 && clear[end - 1] == 0) {
            end--;
        }
        var password = new byte[end];
        System.arraycopy(clear, 0, password, 0, end);
        Arrays.fill(clear, (byte) 0);
        return password;
    }

    /** Hides a multiple of 16 octets as User-Password is hidden, in place. */
    byte[] hide(byte[] clear, byte[] requestAuthenticator, SharedSecret secret) {
        return hide(clear, requestAuthenticator, NO_SALT, secret);
    }

    /**
     * Salt and hidden key, as MS-MPPE-Send-Key and MS-MPPE-Recv-Key carry it.
     *
     * @param salt two octets, the top bit set, unique in the packet
     */
    byte[] hideKey(byte[] key, byte[] salt, byte[] requestAuthenticator, SharedSecret secret) {
        int padded = (1 + key.length + CHUNK_OCTETS - 1) / CHUNK_OCTETS * CHUNK_OCTETS;
        var clear = new byte[padded];
        clear[0] = (byte) key.length;
        System.arraycopy(key, 0, clear, 1, key.length);
        var hidden = hide(clear, requestAuthenticator, salt, secret);
        var value = new byte[salt.length + hidden.length];
        System.arraycopy(salt, 0, value, 0, salt.length);
        System.arraycopy(hidden, 0, value, salt.length, hidden.length);
        return value;
    }

    private byte[] hide(byte[] octets, byte[] requestAuthenticator, byte[] salt, SharedSecret secret) {
        for (int chunk = 0; chunk < octets.length; chunk += CHUNK_OCTETS) {
            md5.update(secret.octets());
            if (chunk == 0) {
                md5.update(requestAuthenticator);
                md5.update(salt);
            } else {
                md5.update(octets, chunk - CHUNK_OCTETS, CHUNK_OCTETS);
            }
            mask(octets, chunk);
        }
        return octets;
    }

    private void mask(byte[] octets, int at) {
        var mask = md5.digest();
        for (int i = 0; i < CHUNK_OCTETS; i++) {
            octets[at + i] ^= mask[i];
        }
    }
}
