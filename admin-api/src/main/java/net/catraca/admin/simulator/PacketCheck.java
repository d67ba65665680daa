package net.catraca.admin.simulator;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks received octets with the JDK's digests alone: neither the server's code nor TinyRadius, which lets an answer
 * without a Message-Authenticator pass, has a say. Not thread-safe.
 */
final class PacketCheck {

    private static final int HEADER = 20;
    private static final int AUTHENTICATOR = 4;
    private static final int DIGEST = 16;
    private static final int MESSAGE_AUTHENTICATOR = 80;
    private static final byte[] ZEROS = new byte[DIGEST];

    private final MessageDigest md5;
    private final Mac hmac;

    /** What is wrong with a packet, or nothing. */
    enum Finding {
        GENUINE,
        /** Its length or its attributes do not add up. */
        MALFORMED,
        BAD_AUTHENTICATOR,
        BAD_MESSAGE_AUTHENTICATOR,
        /** An answer to an Access-Request holds one, or it could be forged (CVE-2024-3596). */
        NO_MESSAGE_AUTHENTICATOR,
        /** It is there and right, but not the first attribute, where the CVE's remedy wants it. */
        LATE_MESSAGE_AUTHENTICATOR
    }

    PacketCheck(String secret) {
        try {
            byte[] key = secret.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            md5 = MessageDigest.getInstance("MD5");
            hmac = Mac.getInstance("HmacMD5");
            hmac.init(new SecretKeySpec(key, "HmacMD5"));
            this.secret = key;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no MD5", e);
        }
    }

    private final byte[] secret;

    /**
     * @param requestAuthenticator of the request that it answers
     * @param signed whether it must hold a Message-Authenticator, as the answer to an Access-Request
     */
    Finding answer(byte[] octets, byte[] requestAuthenticator, boolean signed) {
        return check(octets, requestAuthenticator, requestAuthenticator, signed);
    }

    /** A CoA-Request or Disconnect-Request: both digests are over sixteen zeros (RFC 5176 §2.3, §3.4). */
    Finding request(byte[] octets) {
        return check(octets, ZEROS, ZEROS, false);
    }

    private Finding check(byte[] octets, byte[] underMd5, byte[] underHmac, boolean signed) {
        if (!isWellFormed(octets)) {
            return Finding.MALFORMED;
        }
        int length = length(octets);
        md5.update(octets, 0, AUTHENTICATOR);
        md5.update(underMd5);
        md5.update(octets, HEADER, length - HEADER);
        byte[] expected = md5.digest(secret);
        if (!Arrays.equals(expected, 0, DIGEST, octets, AUTHENTICATOR, HEADER)) {
            return Finding.BAD_AUTHENTICATOR;
        }
        int at = find(octets, MESSAGE_AUTHENTICATOR);
        if (at < 0) {
            return signed ? Finding.NO_MESSAGE_AUTHENTICATOR : Finding.GENUINE;
        }
        byte[] blanked = Arrays.copyOf(octets, length);
        System.arraycopy(underHmac, 0, blanked, AUTHENTICATOR, DIGEST);
        Arrays.fill(blanked, at + 2, at + 2 + DIGEST, (byte) 0);
        if (octets[at + 1] != 2 + DIGEST
                || !Arrays.equals(hmac.doFinal(blanked), 0, DIGEST, octets, at + 2, at + 2 + DIGEST)) {
            return Finding.BAD_MESSAGE_AUTHENTICATOR;
        }
        return signed && at != HEADER ? Finding.LATE_MESSAGE_AUTHENTICATOR : Finding.GENUINE;
    }

    private static boolean isWellFormed(byte[] octets) {
        if (octets.length < HEADER || length(octets) < HEADER || length(octets) > octets.length) {
            return false;
        }
        int at = HEADER;
        int end = length(octets);
        while (at + 2 <= end && (octets[at + 1] & 0xff) >= 2) {
            at += octets[at + 1] & 0xff;
        }
        return at == end;
    }

    private static int find(byte[] octets, int type) {
        int end = length(octets);
        for (int at = HEADER; at < end; at += octets[at + 1] & 0xff) {
            if ((octets[at] & 0xff) == type) {
                return at;
            }
        }
        return -1;
    }

    static int length(byte[] octets) {
        return ((octets[2] & 0xff) << 8) | (octets[3] & 0xff);
    }
}
