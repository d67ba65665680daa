package net.catraca.admin.daemon;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import net.catraca.radius.packet.Digests;

/** An Access-Request as a router would send it to the demo (RFC 2865 §4.1), for the {@link Rehearsal} only. */
final class RehearsedRequest {

    private static final byte[] SECRET = "testing123".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final int ACCESS_REQUEST = 1;
    private static final int USER_NAME = 1;
    private static final int USER_PASSWORD = 2;
    private static final int CHAP_PASSWORD = 3;
    private static final int HEADER_OCTETS = 20;
    private static final int BLOCK_OCTETS = 16;

    private RehearsedRequest() {}

    /** RFC 2865 §5.2; the password has at most two blocks. */
    static byte[] pap(String login, String password) {
        byte[] authenticator = authenticator();
        byte[] hidden = Arrays.copyOf(password.getBytes(StandardCharsets.UTF_8), 2 * BLOCK_OCTETS);
        byte[] last = authenticator;
        for (int block = 0; block < hidden.length; block += BLOCK_OCTETS) {
            byte[] mask = md5(SECRET, last);
            for (int i = 0; i < BLOCK_OCTETS; i++) {
                hidden[block + i] ^= mask[i];
            }
            last = Arrays.copyOfRange(hidden, block, block + BLOCK_OCTETS);
        }
        return packet(authenticator, login, USER_PASSWORD, hidden);
    }

    /** RFC 2865 §5.3; the challenge is the authenticator. */
    static byte[] chap(String login, String password) {
        byte[] authenticator = authenticator();
        byte[] id = {1};
        byte[] digest = md5(id, password.getBytes(StandardCharsets.UTF_8), authenticator);
        byte[] value =
                ByteBuffer.allocate(1 + digest.length).put(id).put(digest).array();
        return packet(authenticator, login, CHAP_PASSWORD, value);
    }

    private static byte[] packet(byte[] authenticator, String login, int type, byte[] value) {
        var attributes = new ByteArrayOutputStream();
        attribute(attributes, USER_NAME, login.getBytes(StandardCharsets.UTF_8));
        attribute(attributes, type, value);
        int length = HEADER_OCTETS + attributes.size();
        return ByteBuffer.allocate(length)
                .put((byte) ACCESS_REQUEST)
                .put(authenticator[0]) // the identifier: any will do, for the authenticator is new each time
                .putShort((short) length)
                .put(authenticator)
                .put(attributes.toByteArray())
                .array();
    }

    private static void attribute(ByteArrayOutputStream attributes, int type, byte[] value) {
        attributes.write(type);
        attributes.write(2 + value.length);
        attributes.writeBytes(value);
    }

    private static byte[] authenticator() {
        byte[] octets = new byte[BLOCK_OCTETS];
        RANDOM.nextBytes(octets);
        return octets;
    }

    private static byte[] md5(byte[]... parts) {
        MessageDigest md5 = Digests.digest("MD5");
        for (byte[] part : parts) {
            md5.update(part);
        }
        return md5.digest();
    }
}
