package net.catraca.radius.packet;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attributes 241 to 246, RFC 6929: a second type octet, values longer than 253 octets in fragments, and TLVs within.
 * One that is invalid is passed over as if it were not there; it never makes its packet invalid (§2.8).
 */
public final class ExtendedAttributes {

    /** 241 to 244 hold a value in one attribute. */
    public static final int FIRST_TYPE = 241;
    /** 245 and 246 may continue it in further ones. */
    public static final int FIRST_LONG_TYPE = 245;

    public static final int LAST_TYPE = 246;

    /** Deeper nesting is invalid: §2.3.1 demands four levels and warns of more. */
    public static final int MAX_TLV_DEPTH = 4;

    private static final int WHOLE_ATTRIBUTE_OCTETS = 255;
    private static final int MORE = 0x80;
    private static final int MIN_TLV_OCTETS = 3;

    private ExtendedAttributes() {}

    /**
     * The value of the first valid attribute {@code type.extendedType}, put together from its fragments, or null.
     *
     * @param type 241..246; there are none of others
     */
    public static byte @Nullable [] find(RadiusPacket packet, int type, int extendedType) {
        if (type < FIRST_TYPE || type > LAST_TYPE) {
            return null;
        }
        int at = packet.find(type);
        while (at != RadiusPacket.NONE) {
            int last = type < FIRST_LONG_TYPE ? at : lastFragment(packet, at);
            if (last != RadiusPacket.NONE && extendedType(packet, at) == extendedType) {
                return value(packet, at, last, type < FIRST_LONG_TYPE ? 1 : 2);
            }
            at = packet.next(last == RadiusPacket.NONE ? at : last);
        }
        return null;
    }

    /** The second type octet, or NONE if the attribute is too short to have one and a value (§2.1, §2.2). */
    private static int extendedType(RadiusPacket packet, int at) {
        boolean isLong = (packet.octets()[at] & 0xff) >= FIRST_LONG_TYPE;
        return packet.valueLength(at) < (isLong ? 3 : 2)
                ? RadiusPacket.NONE
                : packet.octets()[packet.valueStart(at)] & 0xff;
    }

    /**
     * Where the value that begins here ends: §2.2 wants a full attribute before each continuation, and the same extended
     * type in it, but allows other types in between. NONE if the value is invalid.
     */
    private static int lastFragment(RadiusPacket packet, int first) {
        int extendedType = extendedType(packet, first);
        int at = first;
        while (at != RadiusPacket.NONE && extendedType != RadiusPacket.NONE) {
            if (extendedType(packet, at) != extendedType) {
                return RadiusPacket.NONE;
            }
            if ((packet.octets()[packet.valueStart(at) + 1] & MORE) == 0) {
                return at;
            }
            if (packet.valueLength(at) + 2 != WHOLE_ATTRIBUTE_OCTETS) {
                return RadiusPacket.NONE;
            }
            at = packet.next(at);
        }
        return RadiusPacket.NONE;
    }

    private static byte[] value(RadiusPacket packet, int first, int last, int headerOctets) {
        var value = new ByteArrayOutputStream();
        for (int at = first; at != RadiusPacket.NONE; at = at == last ? RadiusPacket.NONE : packet.next(at)) {
            value.write(packet.octets(), packet.valueStart(at) + headerOctets, packet.valueLength(at) - headerOctets);
        }
        return value.toByteArray();
    }

    /**
     * The value of the first TLV along this path, outermost type first, or null. TLVs that do not fill the value around
     * them exactly are invalid, all of them (§2.3).
     *
     * @param path 1 to 4 types; a longer one finds nothing
     */
    public static byte @Nullable [] findTlv(byte[] value, int... path) {
        if (path.length == 0 || path.length > MAX_TLV_DEPTH) {
            return null;
        }
        byte[] inner = value;
        for (int type : path) {
            inner = child(inner, type);
            if (inner == null) {
                return null;
            }
        }
        return inner;
    }

    private static byte @Nullable [] child(byte[] value, int type) {
        byte[] found = null;
        int at = 0;
        while (at + MIN_TLV_OCTETS <= value.length) {
            int length = value[at + 1] & 0xff;
            if (length < MIN_TLV_OCTETS || at + length > value.length) {
                return null;
            }
            if (found == null && (value[at] & 0xff) == type) {
                found = Arrays.copyOfRange(value, at + 2, at + length);
            }
            at += length;
        }
        return at == value.length ? found : null;
    }
}
