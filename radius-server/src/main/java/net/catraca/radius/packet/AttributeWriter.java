package net.catraca.radius.packet;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Encodes attributes one behind the other, as they stand in a packet. Not thread-safe. */
public final class AttributeWriter {

    private static final int VENDOR_OVERHEAD_OCTETS = 6;

    private byte[] octets = new byte[64];
    private int length;

    /**
     * @param type 1..255
     * @param value 1..253 octets: RFC 2865 §5 knows no empty attribute
     * @throws IllegalArgumentException when it is longer or empty
     */
    public AttributeWriter add(int type, byte[] value) {
        requireFit(type, value.length, RadiusPacket.MAX_VALUE_OCTETS);
        reserve(2 + value.length);
        put(type);
        put(2 + value.length);
        put(value);
        return this;
    }

    /** The same with UTF-8. */
    public AttributeWriter add(int type, String value) {
        return add(type, value.getBytes(StandardCharsets.UTF_8));
    }

    /** @param value of which the lower 32 bits are sent */
    public AttributeWriter add(int type, long value) {
        return add(type, fourOctets(value));
    }

    /**
     * A Vendor-Specific attribute with this one sub-attribute.
     *
     * @param value 1..247 octets
     * @throws IllegalArgumentException when it is longer or empty
     */
    public AttributeWriter addVendor(int vendorId, int vendorType, byte[] value) {
        requireFit(vendorType, value.length, RadiusPacket.MAX_VALUE_OCTETS - VENDOR_OVERHEAD_OCTETS);
        reserve(2 + VENDOR_OVERHEAD_OCTETS + value.length);
        put(AttributeType.VENDOR_SPECIFIC);
        put(2 + VENDOR_OVERHEAD_OCTETS + value.length);
        put(fourOctets(vendorId));
        put(vendorType);
        put(2 + value.length);
        put(value);
        return this;
    }

    /** The same with UTF-8. */
    public AttributeWriter addVendor(int vendorId, int vendorType, String value) {
        return addVendor(vendorId, vendorType, value.getBytes(StandardCharsets.UTF_8));
    }

    /** @param value of which the lower 32 bits are sent */
    public AttributeWriter addVendor(int vendorId, int vendorType, long value) {
        return addVendor(vendorId, vendorType, fourOctets(value));
    }

    /** @param attributes whole ones, encoded */
    public AttributeWriter addEncoded(byte[] attributes) {
        reserve(attributes.length);
        put(attributes);
        return this;
    }

    /** All that was added, a copy. */
    public byte[] toByteArray() {
        return Arrays.copyOf(octets, length);
    }

    private static byte[] fourOctets(long value) {
        return new byte[] {(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
    }

    private static void requireFit(int type, int valueOctets, int maximum) {
        if (valueOctets < 1 || valueOctets > maximum) {
            throw new IllegalArgumentException(
                    "attribute " + type + ": expected 1.." + maximum + " octets, was " + valueOctets);
        }
    }

    private void reserve(int more) {
        if (length + more > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(length + more, 2 * octets.length));
        }
    }

    private void put(int octet) {
        octets[length++] = (byte) octet;
    }

    private void put(byte[] value) {
        System.arraycopy(value, 0, octets, length, value.length);
        length += value.length;
    }
}
