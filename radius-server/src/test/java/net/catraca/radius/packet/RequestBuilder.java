package net.catraca.radius.packet;

import java.util.Arrays;
import java.util.Random;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.packet.Decoding.Decoded;

/** Requests as a NAS would send them. */
public final class RequestBuilder {

    private final PacketCode code;
    private final int identifier;
    private final byte[] authenticator = new byte[16];
    private final AttributeWriter attributes = new AttributeWriter();

    private RequestBuilder(PacketCode code, int identifier) {
        this.code = code;
        this.identifier = identifier;
        new Random(identifier).nextBytes(authenticator);
    }

    public static RequestBuilder accessRequest(int identifier) {
        return new RequestBuilder(PacketCode.ACCESS_REQUEST, identifier);
    }

    public static RequestBuilder request(PacketCode code, int identifier) {
        return new RequestBuilder(code, identifier);
    }

    public static RadiusPacket decoded(byte[] octets) {
        return switch (PacketCodec.decode(octets)) {
            case Decoded(var packet) -> packet;
            case Decoding.Malformed(var reason) -> throw new AssertionError(reason);
        };
    }

    public RequestBuilder authenticator(byte[] octets) {
        System.arraycopy(octets, 0, authenticator, 0, authenticator.length);
        return this;
    }

    public byte[] authenticator() {
        return authenticator.clone();
    }

    public RequestBuilder add(int type, byte[] value) {
        attributes.add(type, value);
        return this;
    }

    public RequestBuilder add(int type, String value) {
        attributes.add(type, value);
        return this;
    }

    public RequestBuilder add(int type, long value) {
        attributes.add(type, value);
        return this;
    }

    public RequestBuilder addVendor(int vendorId, int vendorType, byte[] value) {
        attributes.addVendor(vendorId, vendorType, value);
        return this;
    }

    /** Without Message-Authenticator; accounting and CoA still need {@link #signed}. */
    public RadiusPacket unsigned() {
        return decoded(octets(attributes.toByteArray()));
    }

    /** With a Message-Authenticator behind what was added, and with the Request Authenticator that the code demands. */
    public RadiusPacket signed(SharedSecret secret) {
        var octets = octets(attributes
                .add(AttributeType.MESSAGE_AUTHENTICATOR, new byte[16])
                .toByteArray());
        var digests = new Digests();
        if (code.hasDigestAsRequestAuthenticator()) {
            Arrays.fill(octets, 4, 20, (byte) 0);
        }
        digests.signMessageAuthenticator(octets, octets.length, octets.length - 16, secret);
        if (code.hasDigestAsRequestAuthenticator()) {
            digests.signAuthenticator(octets, octets.length, new byte[16], 0, secret);
        }
        return decoded(octets);
    }

    /** With the Request Authenticator that accounting demands, and nothing else. */
    public RadiusPacket signedWithoutMessageAuthenticator(SharedSecret secret) {
        var octets = octets(attributes.toByteArray());
        Arrays.fill(octets, 4, 20, (byte) 0);
        new Digests().signAuthenticator(octets, octets.length, new byte[16], 0, secret);
        return decoded(octets);
    }

    private byte[] octets(byte[] encoded) {
        var octets = new byte[20 + encoded.length];
        octets[0] = (byte) code.octet();
        octets[1] = (byte) identifier;
        octets[2] = (byte) (octets.length >>> 8);
        octets[3] = (byte) octets.length;
        System.arraycopy(authenticator, 0, octets, 4, 16);
        System.arraycopy(encoded, 0, octets, 20, encoded.length);
        return octets;
    }
}
