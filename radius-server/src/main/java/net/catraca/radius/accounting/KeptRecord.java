package net.catraca.radius.accounting;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Decoding.Decoded;
import net.catraca.radius.packet.Decoding.Malformed;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.PacketCodec;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.session.SessionClass;

/**
 * An Accounting-Request as it is kept: its attributes as they came, and what was known on arrival. Secrets are left out:
 * a password that a NAS sends against RFC 2866 §4.1 is written nowhere.
 *
 * @param nasName at most {@value #MOST_NAME_OCTETS} octets of UTF-8
 * @param receivedAt in milliseconds
 * @param packet over the kept attributes alone; its identifier and authenticator are zero
 */
public record KeptRecord(
        long nasId, String nasName, InetAddress nasAddress, Instant receivedAt, Accounted whom, RadiusPacket packet) {

    private static final byte FORM = 1;
    /** With the Class of an Access-Accept that the NAS has not sent back. */
    private static final byte FORM_WITH_GIVEN = 2;

    private static final int MOST_NAME_OCTETS = 200;
    private static final int FIXED_OCTETS = 1 + 4 * Long.BYTES + Integer.BYTES + 2;
    private static final int MICROSOFT = 311;

    public KeptRecord {
        receivedAt = receivedAt.truncatedTo(ChronoUnit.MILLIS);
        nasName = cut(nasName);
    }

    /** Keeps what may be kept of a request. */
    public static KeptRecord of(
            long nasId,
            String nasName,
            InetAddress nasAddress,
            Instant receivedAt,
            Accounted whom,
            RadiusPacket request) {
        return new KeptRecord(
                nasId, nasName, nasAddress, receivedAt, whom, packet(request.octets(), RadiusPacket.HEADER_OCTETS));
    }

    /** The attributes as they stand in a packet. */
    public byte[] attributes() {
        return Arrays.copyOfRange(packet.octets(), RadiusPacket.HEADER_OCTETS, packet.length());
    }

    /** For the journal: at most {@value Journal#MAX_RECORD_OCTETS} octets. */
    public byte[] encoded() {
        byte[] address = nasAddress.getAddress();
        byte[] name = nasName.getBytes(UTF_8);
        byte[] given = whom.given() == null ? new byte[0] : whom.given().encoded();
        int attributes = packet.length() - RadiusPacket.HEADER_OCTETS;
        return ByteBuffer.allocate(FIXED_OCTETS + given.length + address.length + name.length + attributes)
                .put(given.length == 0 ? FORM : FORM_WITH_GIVEN)
                .putLong(nasId)
                .putLong(receivedAt.toEpochMilli())
                .putLong(whom.subscriberId() == null ? 0 : whom.subscriberId())
                .putLong(whom.contractId() == null ? 0 : whom.contractId())
                .putInt(whom.askedInterimSeconds())
                .put(given)
                .put((byte) address.length)
                .put(address)
                .put((byte) name.length)
                .put(name)
                .put(packet.octets(), RadiusPacket.HEADER_OCTETS, attributes)
                .array();
    }

    /** @throws IllegalArgumentException when these octets were not {@link #encoded} by this or an earlier Catraca */
    public static KeptRecord decode(byte[] octets) {
        try {
            var in = ByteBuffer.wrap(octets);
            byte form = in.get();
            if (form != FORM && form != FORM_WITH_GIVEN) {
                throw new IllegalArgumentException(
                        "accounting record: expected form " + FORM + " or " + FORM_WITH_GIVEN + ", was " + form);
            }
            long nasId = in.getLong();
            var receivedAt = Instant.ofEpochMilli(in.getLong());
            long subscriberId = in.getLong();
            long contractId = in.getLong();
            int asked = in.getInt();
            SessionClass given = null;
            if (form == FORM_WITH_GIVEN) {
                var ofClass = new byte[SessionClass.OCTETS];
                in.get(ofClass);
                given = SessionClass.decode(ofClass);
            }
            var address = InetAddress.getByAddress(octets(in));
            var name = new String(octets(in), UTF_8);
            var whom = new Accounted(
                    subscriberId == 0 ? null : subscriberId, contractId == 0 ? null : contractId, asked, given);
            return new KeptRecord(nasId, name, address, receivedAt, whom, packet(octets, in.position()));
        } catch (java.nio.BufferUnderflowException | UnknownHostException e) {
            throw new IllegalArgumentException("accounting record: damaged", e);
        }
    }

    private static byte[] octets(ByteBuffer in) {
        var octets = new byte[in.get() & 0xff];
        in.get(octets);
        return octets;
    }

    private static RadiusPacket packet(byte[] octets, int from) {
        var kept = new ByteArrayOutputStream(octets.length);
        kept.writeBytes(new byte[RadiusPacket.HEADER_OCTETS]);
        for (int at = from; at + 1 < octets.length; at += Math.max(2, octets[at + 1] & 0xff)) {
            if (!isSecret(octets, at)) {
                kept.write(octets, at, Math.min(octets[at + 1] & 0xff, octets.length - at));
            }
        }
        byte[] whole = kept.toByteArray();
        whole[0] = (byte) PacketCode.ACCOUNTING_REQUEST.octet();
        whole[2] = (byte) (whole.length >>> 8);
        whole[3] = (byte) whole.length;
        return switch (PacketCodec.decode(whole)) {
            case Decoded(var packet) -> packet;
            case Malformed(var why) -> throw new IllegalArgumentException("accounting record: " + why);
        };
    }

    /** RFC 2866 §4.1 forbids the first ones; Microsoft's are challenges, proofs and keys (RFC 2548). */
    private static boolean isSecret(byte[] octets, int at) {
        return switch (octets[at] & 0xff) {
            case AttributeType.USER_PASSWORD,
                    AttributeType.CHAP_PASSWORD,
                    AttributeType.CHAP_CHALLENGE,
                    AttributeType.STATE,
                    AttributeType.REPLY_MESSAGE,
                    AttributeType.TUNNEL_PASSWORD,
                    AttributeType.EAP_MESSAGE,
                    AttributeType.MESSAGE_AUTHENTICATOR,
                    AttributeType.PROXY_STATE -> true;
            case AttributeType.VENDOR_SPECIFIC ->
                at + 6 <= octets.length && ByteBuffer.wrap(octets).getInt(at + 2) == MICROSOFT;
            default -> false;
        };
    }

    private static String cut(String name) {
        byte[] octets = name.getBytes(UTF_8);
        if (octets.length <= MOST_NAME_OCTETS) {
            return name;
        }
        int end = MOST_NAME_OCTETS;
        while ((octets[end] & 0xC0) == 0x80) {
            end--; // not within a character
        }
        return new String(octets, 0, end, UTF_8);
    }
}
