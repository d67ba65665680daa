package net.catraca.radius.packet;

import net.catraca.radius.nas.SharedSecret;

/**
 * Requests of our own, whose authenticator is a digest of the packet: CoA and Disconnect (RFC 5176 §2.3). The
 * Message-Authenticator stands first and is computed over zeros in the authenticator's place (RFC 5176 §3.4).
 */
public final class SignedRequest {

    /** What a packet of 4096 octets leaves for attributes beside the Message-Authenticator. */
    public static final int MAX_ATTRIBUTE_OCTETS = RadiusPacket.MAX_OCTETS - RadiusPacket.HEADER_OCTETS - 18;

    private static final byte[] ZEROS = new byte[RadiusPacket.AUTHENTICATOR_OCTETS];

    private SignedRequest() {}

    /**
     * @param code one with a digest as its authenticator
     * @param identifier 0..255
     * @param attributes encoded, without a Message-Authenticator; at most {@link #MAX_ATTRIBUTE_OCTETS}
     * @param messageAuthenticator false only for equipment that drops packets which hold one
     * @throws IllegalArgumentException when there are too many octets of attributes
     */
    public static RadiusPacket of(
            PacketCode code,
            int identifier,
            byte[] attributes,
            boolean messageAuthenticator,
            SharedSecret secret,
            Digests digests) {
        if (attributes.length > MAX_ATTRIBUTE_OCTETS) {
            throw new IllegalArgumentException(
                    "attributes: expected at most " + MAX_ATTRIBUTE_OCTETS + " octets, was " + attributes.length);
        }
        int attributesAt = RadiusPacket.HEADER_OCTETS + (messageAuthenticator ? 18 : 0);
        var octets = new byte[attributesAt + attributes.length];
        octets[0] = (byte) code.octet();
        octets[1] = (byte) identifier;
        octets[2] = (byte) (octets.length >>> 8);
        octets[3] = (byte) octets.length;
        System.arraycopy(attributes, 0, octets, attributesAt, attributes.length);
        if (messageAuthenticator) {
            octets[RadiusPacket.HEADER_OCTETS] = AttributeType.MESSAGE_AUTHENTICATOR;
            octets[RadiusPacket.HEADER_OCTETS + 1] = 18;
            digests.signMessageAuthenticator(octets, octets.length, RadiusPacket.HEADER_OCTETS + 2, secret);
        }
        digests.signAuthenticator(octets, octets.length, ZEROS, 0, secret);
        return new RadiusPacket(code, octets);
    }
}
