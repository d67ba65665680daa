package net.catraca.admin.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.catraca.admin.simulator.Account.Method;
import org.jspecify.annotations.Nullable;
import org.tinyradius.core.RadiusPacketException;
import org.tinyradius.core.attribute.type.RadiusAttribute;
import org.tinyradius.core.attribute.type.VendorSpecificAttribute;
import org.tinyradius.core.dictionary.Dictionary;
import org.tinyradius.core.dictionary.Vendor;
import org.tinyradius.core.dictionary.parser.DictionaryParser;
import org.tinyradius.core.packet.request.AccessRequest;
import org.tinyradius.core.packet.request.RadiusRequest;

/** Writes the requests of one NAS, with TinyRadius. Not thread-safe. */
final class RequestWriter {

    static final Dictionary DICTIONARY = dictionary();

    private static final byte ACCESS_REQUEST = 1;
    private static final byte ACCOUNTING_REQUEST = 4;
    private static final int MESSAGE_AUTHENTICATOR = 80;
    private static final int MICROSOFT = 311;
    private static final int ETHERNET = 15;

    private final NasSettings nas;
    // RFC 2865 §3: Request Authenticators are unpredictable. Were they seeded, a second run could get the first one's
    // answers out of the server's duplicate cache.
    private final SecureRandom random = new SecureRandom();

    /** TinyRadius's own, of 2023, and the vendors of {@link PolicyAttribute}: it opens no attribute of others. */
    private static Dictionary dictionary() {
        try {
            var dictionary = DictionaryParser.newClasspathParser()
                    .parseDictionary("org/tinyradius/core/dictionary/default_dictionary");
            Stream.concat(Stream.of(MICROSOFT), PolicyAttribute.VENDORS.stream().map(PolicyAttribute::vendor))
                    .distinct()
                    .filter(vendor -> dictionary.getVendor(vendor).isEmpty())
                    .forEach(vendor -> dictionary.addVendor(new Vendor(vendor, "vendor-" + vendor, 1, 1)));
            return dictionary;
        } catch (IOException e) {
            throw new UncheckedIOException("TinyRadius's own dictionary cannot be read", e);
        }
    }

    RequestWriter(NasSettings nas) {
        this.nas = nas;
    }

    /**
     * A request as it leaves.
     *
     * @param expectedProof what an Access-Accept must hold as MS-CHAP2-Success, or null
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Written(
            byte[] octets, byte[] authenticator, @Nullable String expectedProof) {}

    /** Who dials in, and where. */
    record Caller(String login, String password, int port, String portId, String mac, String sessionId) {}

    Written access(int identifier, Caller caller, Method method) {
        var attributes = new ArrayList<RadiusAttribute>();
        common(attributes, caller);
        add(attributes, 6, 2); // Service-Type Framed
        add(attributes, 7, 1); // Framed-Protocol PPP
        byte[] authenticator = new byte[16];
        random.nextBytes(authenticator);
        try {
            return switch (method) {
                case PAP ->
                    written(blank(identifier, authenticator, attributes).withPapPassword(caller.password()), null);
                case CHAP ->
                    written(blank(identifier, authenticator, attributes).withChapPassword(caller.password()), null);
                case MSCHAPV2 -> msChapV2(identifier, authenticator, attributes, caller);
            };
        } catch (RadiusPacketException e) {
            throw new IllegalStateException("TinyRadius does not write an Access-Request of " + caller.login(), e);
        }
    }

    private static AccessRequest blank(int identifier, byte[] authenticator, List<RadiusAttribute> attributes)
            throws RadiusPacketException {
        return (AccessRequest)
                RadiusRequest.create(DICTIONARY, ACCESS_REQUEST, (byte) identifier, authenticator, attributes);
    }

    /** RFC 2548 §2.3.2: ident, flags, peer challenge, eight zeros, response. */
    private Written msChapV2(int identifier, byte[] authenticator, List<RadiusAttribute> attributes, Caller caller)
            throws RadiusPacketException {
        byte[] challenge = new byte[16];
        byte[] peer = new byte[16];
        random.nextBytes(challenge);
        random.nextBytes(peer);
        byte[] response = MsChapV2Peer.response(challenge, peer, caller.login(), caller.password());
        byte ident = 1;
        byte[] value = ByteBuffer.allocate(50)
                .put(ident)
                .put((byte) 0)
                .put(peer)
                .put(new byte[8])
                .put(response)
                .array();
        attributes.add(vendor(MICROSOFT, 11, challenge));
        attributes.add(vendor(MICROSOFT, 25, value));
        String proof = MsChapV2Peer.expected(challenge, peer, response, caller.login(), caller.password());
        return written(blank(identifier, authenticator, attributes), proof);
    }

    private Written written(AccessRequest request, @Nullable String proof) throws RadiusPacketException {
        RadiusRequest encoded = request.encodeRequest(nas.secret());
        if (!nas.messageAuthenticator()) {
            encoded = RadiusRequest.create(
                    DICTIONARY,
                    ACCESS_REQUEST,
                    encoded.getId(),
                    encoded.getAuthenticator(),
                    encoded.getAttributes().stream()
                            .filter(attribute -> attribute.getType() != MESSAGE_AUTHENTICATOR)
                            .toList());
        }
        return new Written(encoded.toBytes(), encoded.getAuthenticator(), proof);
    }

    /** @param delaySeconds what Acct-Delay-Time says; below 0 for none */
    Written accounting(int identifier, RecordFacts record, long delaySeconds) {
        var attributes = new ArrayList<RadiusAttribute>();
        add(attributes, 40, record.status().number());
        if (record.caller() != null) {
            common(attributes, record.caller());
        } else {
            nas(attributes);
            add(attributes, 44, record.sessionId());
        }
        if (delaySeconds >= 0) {
            // RFC 2869 §5.3 and RFC 2866 §5.2: one of the two tells when it happened, never both.
            add(attributes, 41, (int) delaySeconds);
        } else {
            add(attributes, 55, (int) record.at().getEpochSecond());
        }
        if (record.caller() != null) {
            session(attributes, record);
        }
        try {
            var request = RadiusRequest.create(
                            DICTIONARY, ACCOUNTING_REQUEST, (byte) identifier, new byte[16], attributes)
                    .encodeRequest(nas.secret());
            return new Written(request.toBytes(), request.getAuthenticator(), null);
        } catch (RadiusPacketException e) {
            throw new IllegalStateException("TinyRadius does not write an Accounting-Request: " + record, e);
        }
    }

    private void session(List<RadiusAttribute> attributes, RecordFacts record) {
        add(attributes, 45, 1); // Acct-Authentic RADIUS
        add(attributes, 6, 2);
        add(attributes, 7, 1);
        add(attributes, 8, record.framedAddress());
        record.classes().forEach(octets -> attributes.add(standard(25, octets)));
        if (record.status() != RecordFacts.Status.START) {
            add(attributes, 46, (int) record.seconds());
            counter(attributes, 42, 52, record.inOctets());
            counter(attributes, 43, 53, record.outOctets());
            add(attributes, 47, (int) (record.inOctets() / RecordFacts.OCTETS_A_PACKET));
            add(attributes, 48, (int) (record.outOctets() / RecordFacts.OCTETS_A_PACKET));
        }
        if (record.status() == RecordFacts.Status.STOP) {
            add(attributes, 49, record.terminateCause());
        }
    }

    private void counter(List<RadiusAttribute> attributes, int octetsType, int gigawordsType, long octets) {
        add(attributes, octetsType, (int) octets);
        if (nas.gigawords()) {
            add(attributes, gigawordsType, (int) (octets >>> 32));
        }
    }

    private void common(List<RadiusAttribute> attributes, Caller caller) {
        add(attributes, 1, caller.login());
        nas(attributes);
        add(attributes, 5, caller.port());
        add(attributes, 61, ETHERNET);
        add(attributes, 87, caller.portId());
        add(attributes, 31, caller.mac());
        add(attributes, 44, caller.sessionId());
    }

    private void nas(List<RadiusAttribute> attributes) {
        byte[] address = nas.source().getAddress();
        attributes.add(standard(nas.source() instanceof Inet4Address ? 4 : 95, address));
        add(attributes, 32, nas.identifier());
    }

    private static void add(List<RadiusAttribute> attributes, int type, int value) {
        attributes.add(standard(type, ByteBuffer.allocate(4).putInt(value).array()));
    }

    private static void add(List<RadiusAttribute> attributes, int type, String value) {
        attributes.add(standard(type, value.getBytes(UTF_8)));
    }

    private static RadiusAttribute standard(int type, byte[] value) {
        return DICTIONARY.createAttribute(-1, type, value);
    }

    private static RadiusAttribute vendor(int vendor, int type, byte[] value) {
        return new VendorSpecificAttribute(
                DICTIONARY,
                vendor,
                List.of(DICTIONARY.createAttribute(vendor, type, Arrays.copyOf(value, value.length))));
    }

    static io.netty.buffer.ByteBuf wrapped(byte[] octets) {
        return Unpooled.wrappedBuffer(octets, 0, PacketCheck.length(octets));
    }
}
