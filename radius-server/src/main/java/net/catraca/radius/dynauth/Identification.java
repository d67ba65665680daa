package net.catraca.radius.dynauth;

import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.catraca.radius.dictionary.AddressLiteral;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasIdentities.NasIdentity;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.AttributeWriter;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.reply.SessionAttribute;
import net.catraca.radius.session.Session;
import org.jspecify.annotations.Nullable;

/** Encodes what names a session to its NAS. */
final class Identification {

    private static final byte[] NOTHING = {};

    private Identification() {}

    /**
     * @param attributes what the NAS's vendor knows; what the session does not have is left out
     * @param identity how the NAS calls itself, or null when it has sent nothing since the start
     */
    static byte[] of(Session session, Nas nas, @Nullable NasIdentity identity, List<SessionAttribute> attributes) {
        var writer = new AttributeWriter();
        for (var attribute : attributes) {
            switch (attribute) {
                case USER_NAME ->
                    text(writer, AttributeType.USER_NAME, session.key().userName());
                case ACCT_SESSION_ID ->
                    text(writer, AttributeType.ACCT_SESSION_ID, session.key().acctSessionId());
                case FRAMED_IP_ADDRESS -> ipv4(writer, session.addresses().ipv4());
                case CALLING_STATION_ID ->
                    text(
                            writer,
                            AttributeType.CALLING_STATION_ID,
                            session.line().callingStationId());
                case NAS_PORT_ID ->
                    text(writer, AttributeType.NAS_PORT_ID, session.key().port());
                case NAS_IP_ADDRESS -> nasAddress(writer, session, identity);
                case NAS_IDENTIFIER ->
                    nasIdentifier(writer, nas, identity, attributes.contains(SessionAttribute.NAS_IP_ADDRESS));
            }
        }
        return writer.toByteArray();
    }

    private static void text(AttributeWriter writer, int type, @Nullable String text) {
        byte[] octets = text == null ? NOTHING : text.getBytes(StandardCharsets.UTF_8);
        // What was no UTF-8 has grown in between, and would name nothing to the NAS anyhow.
        if (octets.length > 0 && octets.length <= RadiusPacket.MAX_VALUE_OCTETS) {
            writer.add(type, octets);
        }
    }

    private static void ipv4(AttributeWriter writer, @Nullable String address) {
        var octets = address == null ? null : AddressLiteral.ipv4(address);
        if (octets != null) {
            writer.add(AttributeType.FRAMED_IP_ADDRESS, octets);
        }
    }

    private static void nasAddress(AttributeWriter writer, Session session, @Nullable NasIdentity identity) {
        if (identity != null && identity.ipv4() != null) {
            writer.add(AttributeType.NAS_IP_ADDRESS, identity.ipv4());
        } else if (identity != null && identity.ipv6() != null) {
            writer.add(AttributeType.NAS_IPV6_ADDRESS, identity.ipv6());
        } else if (identity == null || identity.identifier() == null) {
            boolean isIpv4 = session.nasAddress() instanceof Inet4Address;
            writer.add(
                    isIpv4 ? AttributeType.NAS_IP_ADDRESS : AttributeType.NAS_IPV6_ADDRESS,
                    session.nasAddress().getAddress());
        } else {
            // It calls itself by name alone: an address that it does not know as its own would be refused.
            writer.add(AttributeType.NAS_IDENTIFIER, identity.identifier());
        }
    }

    private static void nasIdentifier(
            AttributeWriter writer, Nas nas, @Nullable NasIdentity identity, boolean addressListed) {
        byte[] name = identity != null
                ? identity.identifier()
                : nas.nasIdentifier() == null ? null : nas.nasIdentifier().getBytes(StandardCharsets.UTF_8);
        boolean isThere = addressListed && identity != null && identity.ipv4() == null && identity.ipv6() == null;
        if (name != null && !isThere) {
            writer.add(AttributeType.NAS_IDENTIFIER, name);
        }
    }
}
