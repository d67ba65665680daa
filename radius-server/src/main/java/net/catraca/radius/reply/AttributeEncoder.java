package net.catraca.radius.reply;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.catraca.radius.dictionary.AddressLiteral;
import org.jspecify.annotations.Nullable;

/**
 * Writes attributes one behind the other, as they stand in a packet: those that belong to one subscriber or session,
 * beside the pre-rendered ones of {@link ReplyProfiles}. An attribute whose value cannot be written is left out whole
 * and named by {@link #leftOut()}: a wrong value must cost neither the packet nor the loop. Not thread-safe.
 */
public final class AttributeEncoder {

    /** What a packet of 4096 octets leaves for attributes (RFC 2865 §3). */
    public static final int MAX_OCTETS = 4096 - 20;

    /** The longest value of an attribute (RFC 2865 §5). */
    public static final int MAX_VALUE_OCTETS = 253;

    private static final int REPLY_MESSAGE = 18;
    private static final int FRAMED_IP_ADDRESS = 8;
    private static final int FRAMED_ROUTE = 22;
    private static final int CLASS = 25;
    private static final int VENDOR_SPECIFIC = 26;
    private static final int SESSION_TIMEOUT = 27;
    private static final int ACCT_INTERIM_INTERVAL = 85;
    private static final int FRAMED_IPV6_PREFIX = 97;
    private static final int DELEGATED_IPV6_PREFIX = 123;

    private static final int SHORTEST_INTERIM_SECONDS = 60;
    private static final long LONGEST_SECONDS = 0xffff_ffffL;

    private byte[] octets = new byte[256];
    private int length;
    private @Nullable List<String> leftOut;

    /** @param address dotted, such as 192.0.2.7 */
    public AttributeEncoder framedIpAddress(String address) {
        var value = AddressLiteral.ipv4(address);
        return value == null
                ? leaveOut("Framed-IP-Address", "expected an address such as 192.0.2.7, was \"" + address + '"')
                : attribute(FRAMED_IP_ADDRESS, value);
    }

    /** @param prefix such as 2001:db8:1::/64; bits behind the length are sent as zero (RFC 3162 §2.3) */
    public AttributeEncoder framedIpv6Prefix(String prefix) {
        return ipv6Prefix("Framed-IPv6-Prefix", FRAMED_IPV6_PREFIX, prefix);
    }

    /** @param prefix such as 2001:db8:100::/56; bits behind the length are sent as zero (RFC 4818 §3) */
    public AttributeEncoder delegatedIpv6Prefix(String prefix) {
        return ipv6Prefix("Delegated-IPv6-Prefix", DELEGATED_IPV6_PREFIX, prefix);
    }

    private AttributeEncoder ipv6Prefix(String name, int type, String prefix) {
        var value = AddressLiteral.ipv6Prefix(prefix);
        return value == null
                ? leaveOut(name, "expected a prefix such as 2001:db8:1::/56, was \"" + prefix + '"')
                : attribute(type, value);
    }

    /** @param route as RFC 2865 §5.22 has it: "192.0.2.0/24 0.0.0.0 1" */
    public AttributeEncoder framedRoute(String route) {
        var value = route.getBytes(StandardCharsets.UTF_8);
        return value.length == 0 || value.length > MAX_VALUE_OCTETS
                ? leaveOut("Framed-Route", "expected 1 to 253 octets, was " + value.length)
                : attribute(FRAMED_ROUTE, value);
    }

    /** What the NAS must repeat in its accounting records, opaque to it (RFC 2865 §5.25). */
    public AttributeEncoder accountingClass(byte[] value) {
        return value.length == 0 || value.length > MAX_VALUE_OCTETS
                ? leaveOut("Class", "expected 1 to 253 octets, was " + value.length)
                : attribute(CLASS, value);
    }

    /** @param seconds raised to 60 where it is less: RFC 2869 §5.16 allows no shorter one */
    public AttributeEncoder acctInterimInterval(int seconds) {
        return attribute(ACCT_INTERIM_INTERVAL, integer(Math.max(SHORTEST_INTERIM_SECONDS, seconds)));
    }

    /** @param seconds until the NAS must ask again; at least one, as zero means "no limit" to some */
    public AttributeEncoder sessionTimeout(long seconds) {
        return attribute(SESSION_TIMEOUT, integer(Math.clamp(seconds, 1, LONGEST_SECONDS)));
    }

    /** As many Reply-Messages as the text needs, none for an empty text; no character is cut in two. */
    public AttributeEncoder replyMessage(String text) {
        var value = text.getBytes(StandardCharsets.UTF_8);
        for (var from = 0; from < value.length; ) {
            var to = from + fitting(value, from, MAX_VALUE_OCTETS);
            attribute(REPLY_MESSAGE, Arrays.copyOfRange(value, from, to));
            from = to;
        }
        return this;
    }

    /** How many octets from {@code from} on fit into {@code max} without cutting a UTF-8 character. */
    static int fitting(byte[] utf8, int from, int max) {
        if (utf8.length - from <= max) {
            return utf8.length - from;
        }
        var to = from + max;
        while (to > from && (utf8[to] & 0xc0) == 0x80) {
            to--;
        }
        return to - from;
    }

    /**
     * Any attribute.
     *
     * @param type 1 to 255
     * @param value 1 to 253 octets: RFC 2865 §5 wants an empty one omitted
     */
    public AttributeEncoder attribute(int type, byte[] value) {
        if (value.length == 0 || value.length > MAX_VALUE_OCTETS) {
            return leaveOut("attribute " + type, "expected 1 to 253 octets, was " + value.length);
        }
        if (!hasRoom("attribute " + type, 2 + value.length)) {
            return this;
        }
        octet(type);
        octet(2 + value.length);
        return octets(value);
    }

    /**
     * A Vendor-Specific attribute with one sub-attribute in the usual form, type and length of one octet each (RFC
     * 2865 §5.26).
     *
     * @param value 1 to 247 octets
     */
    public AttributeEncoder vendorAttribute(int vendorId, int type, byte[] value) {
        return vendorAttribute(vendorId, type, 1, 1, value);
    }

    /** The same for vendors with wider type (1, 2 or 4 octets) or length fields (0, 1 or 2 octets). */
    AttributeEncoder vendorAttribute(int vendorId, int type, int typeOctets, int lengthOctets, byte[] value) {
        var name = "attribute " + type + " of vendor " + vendorId;
        var header = typeOctets + lengthOctets;
        var max = MAX_VALUE_OCTETS - Integer.BYTES - header;
        if (value.length == 0 || value.length > max) {
            return leaveOut(name, "expected 1 to " + max + " octets, was " + value.length);
        }
        var whole = 2 + Integer.BYTES + header + value.length;
        if (!hasRoom(name, whole)) {
            return this;
        }
        octet(VENDOR_SPECIFIC);
        octet(whole);
        number(vendorId, Integer.BYTES);
        number(type, typeOctets);
        number(header + value.length, lengthOctets);
        return octets(value);
    }

    /** Attributes that are encoded already, such as those of {@link ReplyProfiles#encoded}. */
    public AttributeEncoder encoded(byte[] attributes) {
        return hasRoom("pre-rendered attributes", attributes.length) ? octets(attributes) : this;
    }

    /** A copy of all that was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(octets, length);
    }

    /** How many octets were written. */
    public int size() {
        return length;
    }

    /** Copies all that was written to {@code target} and returns the position behind it. */
    public int copyTo(byte[] target, int position) {
        System.arraycopy(octets, 0, target, position, length);
        return position + length;
    }

    /** What was left out and why, in words for the log; empty when everything was written. */
    public List<String> leftOut() {
        return leftOut == null ? List.of() : List.copyOf(leftOut);
    }

    private AttributeEncoder leaveOut(String name, String why) {
        if (leftOut == null) {
            leftOut = new ArrayList<>();
        }
        leftOut.add(name + ": " + why);
        return this;
    }

    private boolean hasRoom(String name, int more) {
        if (length + more > MAX_OCTETS) {
            leaveOut(name, "no room left for " + more + " octets in a packet of 4096");
            return false;
        }
        if (length + more > octets.length) {
            octets = Arrays.copyOf(octets, Math.min(MAX_OCTETS, Math.max(length + more, 2 * octets.length)));
        }
        return true;
    }

    private void octet(int value) {
        octets[length++] = (byte) value;
    }

    private void number(int value, int width) {
        for (var shift = 8 * (width - 1); shift >= 0; shift -= 8) {
            octet(value >>> shift);
        }
    }

    private AttributeEncoder octets(byte[] value) {
        System.arraycopy(value, 0, octets, length, value.length);
        length += value.length;
        return this;
    }

    private static byte[] integer(long value) {
        return new byte[] {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
    }
}
