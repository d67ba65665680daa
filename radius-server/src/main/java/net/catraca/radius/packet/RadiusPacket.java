package net.catraca.radius.packet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A well-framed packet over one array that holds exactly its octets. Attributes are not objects but places in that
 * array, found by scanning it: {@link #find} and {@link #next} give a place, the {@code …At} methods read there. The
 * typed readers ({@link #text}, {@link #bytes}, {@link #integer}) pass over attributes of that type that are invalid
 * for them, as if they were not there (RFC 6929 §2.8).
 *
 * <p>Immutable as long as nobody writes to {@link #octets()}; nothing is verified by its mere existence.
 */
public final class RadiusPacket {

    public static final int HEADER_OCTETS = 20;
    public static final int MAX_OCTETS = 4096;
    /** The most that one attribute's value can hold. */
    public static final int MAX_VALUE_OCTETS = 253;
    /** No such place. */
    public static final int NONE = -1;

    static final int AUTHENTICATOR_AT = 4;
    static final int AUTHENTICATOR_OCTETS = 16;
    private static final int VENDOR_HEADER_OCTETS = 6;

    private final PacketCode code;
    private final byte[] octets;

    /** @param octets well-framed, and never written to again */
    RadiusPacket(PacketCode code, byte[] octets) {
        this.code = code;
        this.octets = octets;
    }

    public PacketCode code() {
        return code;
    }

    /** 0..255. */
    public int identifier() {
        return octets[1] & 0xff;
    }

    /** In octets, 20..4096. */
    public int length() {
        return octets.length;
    }

    /** The packet itself, not a copy: it is digested for every packet. Do not write to it. */
    public byte[] octets() {
        return octets;
    }

    /** A copy of the 16 octets. */
    public byte[] authenticator() {
        return Arrays.copyOfRange(octets, AUTHENTICATOR_AT, HEADER_OCTETS);
    }

    /** The place of the first attribute of this type, or {@link #NONE}. */
    public int find(int type) {
        return scan(type, HEADER_OCTETS);
    }

    /** The place of the next attribute of the type found at this place, or {@link #NONE}. */
    public int next(int at) {
        return scan(octets[at] & 0xff, at + (octets[at + 1] & 0xff));
    }

    public boolean has(int type) {
        return find(type) != NONE;
    }

    private int scan(int type, int from) {
        for (int at = from; at < octets.length; at += octets[at + 1] & 0xff) {
            if ((octets[at] & 0xff) == type) {
                return at;
            }
        }
        return NONE;
    }

    /**
     * The place of the first such sub-attribute, or {@link #NONE}. A Vendor-Specific attribute may hold several (RFC
     * 2865 §5.26, RFC 2548 §2); one whose sub-attributes do not fill it exactly is ignored whole.
     */
    public int findVendor(int vendorId, int vendorType) {
        return scanVendor(vendorId, vendorType, HEADER_OCTETS);
    }

    /** The place of the next such sub-attribute behind this place, or {@link #NONE}. */
    public int nextVendor(int vendorId, int vendorType, int at) {
        return scanVendor(vendorId, vendorType, at + 1);
    }

    private int scanVendor(int vendorId, int vendorType, int from) {
        for (int vsa = find(AttributeType.VENDOR_SPECIFIC); vsa != NONE; vsa = next(vsa)) {
            int end = vsa + (octets[vsa + 1] & 0xff);
            if (end <= from || end - vsa < VENDOR_HEADER_OCTETS || integerAt(vsa + 2) != vendorId) {
                continue;
            }
            int at = scanSubAttributes(vsa + VENDOR_HEADER_OCTETS, end, vendorType, from);
            if (at != NONE) {
                return at;
            }
        }
        return NONE;
    }

    private int scanSubAttributes(int start, int end, int vendorType, int from) {
        int found = NONE;
        int at = start;
        while (at + 2 <= end && (octets[at + 1] & 0xff) >= 2) {
            if (found == NONE && at >= from && (octets[at] & 0xff) == vendorType) {
                found = at;
            }
            at += octets[at + 1] & 0xff;
        }
        return at == end ? found : NONE;
    }

    /** Where the value of the attribute at this place begins in {@link #octets()}. */
    public int valueStart(int at) {
        return at + 2;
    }

    /** 0..253. */
    public int valueLength(int at) {
        return (octets[at + 1] & 0xff) - 2;
    }

    /** A copy of the value at this place, perhaps empty. */
    public byte[] bytesAt(int at) {
        return Arrays.copyOfRange(octets, valueStart(at), valueStart(at) + valueLength(at));
    }

    /** The value at this place as UTF-8, perhaps empty; what is no UTF-8 becomes U+FFFD, and NUL stays NUL. */
    public String textAt(int at) {
        return new String(octets, valueStart(at), valueLength(at), StandardCharsets.UTF_8);
    }

    /** The value of the first attribute of this type that is not empty (RFC 2865 §5), or null; a copy. */
    public byte @Nullable [] bytes(int type) {
        int at = findNotEmpty(type);
        return at == NONE ? null : bytesAt(at);
    }

    /** The first attribute of this type that is not empty (RFC 2865 §5), as {@link #textAt} reads it, or null. */
    public @Nullable String text(int type) {
        int at = findNotEmpty(type);
        return at == NONE ? null : textAt(at);
    }

    /** The first attribute of this type that has four octets, unsigned. */
    public OptionalLong integer(int type) {
        for (int at = find(type); at != NONE; at = next(at)) {
            if (valueLength(at) == 4) {
                return OptionalLong.of(integerAt(valueStart(at)));
            }
        }
        return OptionalLong.empty();
    }

    /** The first such sub-attribute that is not empty, or null. */
    public @Nullable String vendorText(int vendorId, int vendorType) {
        int at = findVendorNotEmpty(vendorId, vendorType);
        return at == NONE ? null : textAt(at);
    }

    /** The first such sub-attribute that is not empty, or null; a copy. */
    public byte @Nullable [] vendorBytes(int vendorId, int vendorType) {
        int at = findVendorNotEmpty(vendorId, vendorType);
        return at == NONE ? null : bytesAt(at);
    }

    private int findNotEmpty(int type) {
        int at = find(type);
        while (at != NONE && valueLength(at) == 0) {
            at = next(at);
        }
        return at;
    }

    private int findVendorNotEmpty(int vendorId, int vendorType) {
        int at = findVendor(vendorId, vendorType);
        while (at != NONE && valueLength(at) == 0) {
            at = nextVendor(vendorId, vendorType, at);
        }
        return at;
    }

    private long integerAt(int start) {
        return ((octets[start] & 0xffL) << 24)
                | ((octets[start + 1] & 0xffL) << 16)
                | ((octets[start + 2] & 0xffL) << 8)
                | (octets[start + 3] & 0xffL);
    }

    /** Copies all Proxy-States, whole and in their order (RFC 2865 §5.33); answers where they end in the target. */
    int copyProxyStates(byte[] target, int targetAt) {
        int end = targetAt;
        for (int at = find(AttributeType.PROXY_STATE); at != NONE; at = next(at)) {
            int length = octets[at + 1] & 0xff;
            System.arraycopy(octets, at, target, end, length);
            end += length;
        }
        return end;
    }

    /** What all Proxy-States take, in octets with their headers. */
    int proxyStateOctets() {
        int sum = 0;
        for (int at = find(AttributeType.PROXY_STATE); at != NONE; at = next(at)) {
            sum += octets[at + 1] & 0xff;
        }
        return sum;
    }

    /** Names no value: an attribute may be a secret. */
    @Override
    public String toString() {
        return code + " id=" + identifier() + ", " + octets.length + " octets";
    }
}
