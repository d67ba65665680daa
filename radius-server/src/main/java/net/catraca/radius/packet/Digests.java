package net.catraca.radius.packet;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import net.catraca.radius.nas.SharedSecret;

/**
 * The authenticators of RADIUS: MD5 with a secret at its end and HMAC-MD5 (RFC 2104). Reuses its digest objects and
 * buffers, so each event loop has its own: not thread-safe. Comparisons take the same time wherever octets differ.
 */
public final class Digests {

    /** What a request's Message-Authenticator says. */
    public enum MessageAuthenticator {
        ABSENT,
        VALID,
        /** Wrong, of a wrong length, or more than one (RFC 3579 §3.3 allows one): to be dropped, never rejected. */
        INVALID
    }

    private static final int BLOCK_OCTETS = 64;
    private static final int DIGEST_OCTETS = 16;
    private static final byte[] ZEROS = new byte[DIGEST_OCTETS];

    private final MessageDigest md5 = digest("MD5");
    private final byte[] innerPad = new byte[BLOCK_OCTETS];
    private final byte[] outerPad = new byte[BLOCK_OCTETS];
    private final byte[] computed = new byte[DIGEST_OCTETS];
    private final byte[] received = new byte[DIGEST_OCTETS];

    /** A digest that each JDK has, such as MD5, SHA-1 or SHA-256. */
    public static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no " + algorithm, e);
        }
    }

    /**
     * Checks the Message-Authenticator of a request: over its Request Authenticator as it is (RFC 3579 §3.2), or over
     * zeros in its place for accounting, CoA and Disconnect, whose authenticator is computed afterwards.
     */
    public MessageAuthenticator messageAuthenticator(RadiusPacket request, SharedSecret secret) {
        return request.code().hasDigestAsRequestAuthenticator()
                ? messageAuthenticator(request, ZEROS, 0, secret)
                : messageAuthenticator(request, request.octets(), RadiusPacket.AUTHENTICATOR_AT, secret);
    }

    private MessageAuthenticator messageAuthenticator(
            RadiusPacket packet, byte[] authenticator, int authenticatorAt, SharedSecret secret) {
        int at = packet.find(AttributeType.MESSAGE_AUTHENTICATOR);
        if (at == RadiusPacket.NONE) {
            return MessageAuthenticator.ABSENT;
        }
        if (packet.valueLength(at) != DIGEST_OCTETS || packet.next(at) != RadiusPacket.NONE) {
            return MessageAuthenticator.INVALID;
        }
        var octets = packet.octets();
        int value = packet.valueStart(at);
        beginHmac(secret);
        md5.update(octets, 0, RadiusPacket.AUTHENTICATOR_AT);
        md5.update(authenticator, authenticatorAt, DIGEST_OCTETS);
        md5.update(octets, RadiusPacket.HEADER_OCTETS, value - RadiusPacket.HEADER_OCTETS);
        md5.update(ZEROS);
        md5.update(octets, value + DIGEST_OCTETS, octets.length - value - DIGEST_OCTETS);
        endHmac(computed, 0);
        return computedEquals(octets, value) ? MessageAuthenticator.VALID : MessageAuthenticator.INVALID;
    }

    /**
     * Whether the Request Authenticator is the digest that accounting (RFC 2866 §3), CoA and Disconnect (RFC 5176 §2.3)
     * demand.
     */
    public boolean requestAuthenticatorIsValid(RadiusPacket request, SharedSecret secret) {
        digestInto(request.octets(), request.length(), ZEROS, 0, secret, computed, 0);
        return computedEquals(request.octets(), RadiusPacket.AUTHENTICATOR_AT);
    }

    /**
     * Whether this answers that request (RFC 2865 §3): its identifier, its Response Authenticator and, where there is
     * one, its Message-Authenticator, which is computed over the Request Authenticator (RFC 5176 §3.4).
     */
    public boolean responseIsValid(RadiusPacket response, RadiusPacket request, SharedSecret secret) {
        digestInto(
                response.octets(),
                response.length(),
                request.octets(),
                RadiusPacket.AUTHENTICATOR_AT,
                secret,
                computed,
                0);
        return response.identifier() == request.identifier()
                && computedEquals(response.octets(), RadiusPacket.AUTHENTICATOR_AT)
                && messageAuthenticator(response, request.octets(), RadiusPacket.AUTHENTICATOR_AT, secret)
                        != MessageAuthenticator.INVALID;
    }

    /** Fills in a Message-Authenticator whose 16 octets are zero, over the packet as it stands in the buffer. */
    void signMessageAuthenticator(byte[] packet, int length, int valueAt, SharedSecret secret) {
        beginHmac(secret);
        md5.update(packet, 0, length);
        endHmac(packet, valueAt);
    }

    /** Fills in MD5(Code+Identifier+Length+authenticator+Attributes+Secret), RFC 2865 §3. */
    void signAuthenticator(byte[] packet, int length, byte[] authenticator, int authenticatorAt, SharedSecret secret) {
        digestInto(packet, length, authenticator, authenticatorAt, secret, packet, RadiusPacket.AUTHENTICATOR_AT);
    }

    private void digestInto(
            byte[] packet,
            int length,
            byte[] authenticator,
            int authenticatorAt,
            SharedSecret secret,
            byte[] target,
            int targetAt) {
        md5.update(packet, 0, RadiusPacket.AUTHENTICATOR_AT);
        md5.update(authenticator, authenticatorAt, DIGEST_OCTETS);
        md5.update(packet, RadiusPacket.HEADER_OCTETS, length - RadiusPacket.HEADER_OCTETS);
        md5.update(secret.octets());
        finish(target, targetAt);
    }

    // RFC 2104 by hand: javax.crypto.Mac would make a key object and two schedules for every change of NAS.
    private void beginHmac(SharedSecret secret) {
        byte[] key = secret.octets();
        if (key.length > BLOCK_OCTETS) {
            key = md5.digest(key);
        }
        Arrays.fill(innerPad, (byte) 0x36);
        Arrays.fill(outerPad, (byte) 0x5c);
        for (int i = 0; i < key.length; i++) {
            innerPad[i] ^= key[i];
            outerPad[i] ^= key[i];
        }
        md5.update(innerPad);
    }

    private void endHmac(byte[] target, int targetAt) {
        finish(computed, 0);
        md5.update(outerPad);
        md5.update(computed);
        finish(target, targetAt);
    }

    private void finish(byte[] target, int targetAt) {
        try {
            md5.digest(target, targetAt, DIGEST_OCTETS);
        } catch (DigestException e) {
            throw new IllegalStateException("MD5 gives 16 octets", e);
        }
    }

    private boolean computedEquals(byte[] octets, int at) {
        System.arraycopy(octets, at, received, 0, DIGEST_OCTETS);
        return MessageDigest.isEqual(computed, received);
    }
}
