package net.catraca.radius.packet;

import java.util.Arrays;
import net.catraca.radius.nas.SharedSecret;
import org.jspecify.annotations.Nullable;

/**
 * Builds the answer to a request: Message-Authenticator first, then the request's Proxy-States in their order, then
 * what is appended. Used again for each answer, by one event loop: not thread-safe.
 *
 * <p>An answer has at most 4096 octets. What does not fit is refused by {@link #append}, so the caller decides what to
 * leave out (a Reply-Message, say); the Message-Authenticator and the Proxy-States have their room from the start.
 */
public final class ReplyBuilder {

    private static final int MESSAGE_AUTHENTICATOR_OCTETS = 18;
    private static final int MESSAGE_AUTHENTICATOR_VALUE_AT = RadiusPacket.HEADER_OCTETS + 2;

    private final Digests digests;
    private final byte[] buffer = new byte[RadiusPacket.MAX_OCTETS];
    private int length;
    private boolean signed;
    private boolean overflowed;

    public ReplyBuilder(Digests digests) {
        this.digests = digests;
    }

    /**
     * Begins an answer and forgets the one before.
     *
     * @param messageAuthenticator whether to put one first. In answers to Access-Requests and Status-Servers always
     *     (CVE-2024-3596), but for the NAS known to drop such answers.
     */
    public ReplyBuilder begin(PacketCode code, RadiusPacket request, boolean messageAuthenticator) {
        buffer[0] = (byte) code.octet();
        buffer[1] = (byte) request.identifier();
        // The Request Authenticator stands here while Message-Authenticator and obfuscated attributes are computed.
        System.arraycopy(
                request.octets(),
                RadiusPacket.AUTHENTICATOR_AT,
                buffer,
                RadiusPacket.AUTHENTICATOR_AT,
                RadiusPacket.AUTHENTICATOR_OCTETS);
        length = RadiusPacket.HEADER_OCTETS;
        signed = messageAuthenticator;
        if (messageAuthenticator) {
            putEmptyMessageAuthenticator();
        }
        overflowed = request.proxyStateOctets() > RadiusPacket.MAX_OCTETS - length;
        if (!overflowed) {
            length = request.copyProxyStates(buffer, length);
        }
        return this;
    }

    private void putEmptyMessageAuthenticator() {
        buffer[length] = AttributeType.MESSAGE_AUTHENTICATOR;
        buffer[length + 1] = MESSAGE_AUTHENTICATOR_OCTETS;
        Arrays.fill(buffer, MESSAGE_AUTHENTICATOR_VALUE_AT, length + MESSAGE_AUTHENTICATOR_OCTETS, (byte) 0);
        length += MESSAGE_AUTHENTICATOR_OCTETS;
    }

    /**
     * Appends whole encoded attributes, all or none.
     *
     * @param attributes as {@link AttributeWriter} makes them, perhaps empty; no Message-Authenticator or Proxy-State
     * @return whether they fitted
     */
    public boolean append(byte[] attributes) {
        if (overflowed || attributes.length > RadiusPacket.MAX_OCTETS - length) {
            return false;
        }
        System.arraycopy(attributes, 0, buffer, length, attributes.length);
        length += attributes.length;
        return true;
    }

    /**
     * Computes the Message-Authenticator and then the Response Authenticator (RFC 2865 §3).
     *
     * @return the answer, or null if the request's Proxy-States leave no room for one: {@link Drop#REPLY_TOO_LONG}
     */
    public byte @Nullable [] finish(SharedSecret secret) {
        if (overflowed) {
            return null;
        }
        buffer[2] = (byte) (length >>> 8);
        buffer[3] = (byte) length;
        if (signed) {
            digests.signMessageAuthenticator(buffer, length, MESSAGE_AUTHENTICATOR_VALUE_AT, secret);
        }
        digests.signAuthenticator(buffer, length, buffer, RadiusPacket.AUTHENTICATOR_AT, secret);
        return Arrays.copyOf(buffer, length);
    }
}
