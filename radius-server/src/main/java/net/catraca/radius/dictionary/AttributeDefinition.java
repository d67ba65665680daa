package net.catraca.radius.dictionary;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tinyradius.core.attribute.AttributeTemplate;

/** One line of a dictionary: what stands behind an attribute's name, and how its values are written. */
public final class AttributeDefinition {

    /** No vendor: an attribute of the standard space. */
    public static final int STANDARD = 0;

    /** The largest tag (RFC 2868 §3). */
    public static final int MAX_TAG = 0x1f;

    private static final int MAX_VALUE_OCTETS = 253;
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,20}");
    private static final Pattern HEX = Pattern.compile("0x([0-9a-fA-F]{2})+");

    private final AttributeTemplate template;
    private final DataType dataType;
    private final @Nullable VendorFormat vendor;

    AttributeDefinition(AttributeTemplate template, DataType dataType, @Nullable VendorFormat vendor) {
        this.template = template;
        this.dataType = dataType;
        this.vendor = vendor;
    }

    public String name() {
        return template.getName();
    }

    /** The number within the vendor's space, or the standard one. */
    public int type() {
        return template.getType();
    }

    /** The vendor's number, or {@link #STANDARD}. */
    public int vendorId() {
        return vendor == null ? STANDARD : vendor.id();
    }

    public Optional<VendorFormat> vendor() {
        return Optional.ofNullable(vendor);
    }

    public DataType dataType() {
        return dataType;
    }

    /** Whether values carry a tag (RFC 2868). */
    public boolean tagged() {
        return template.isTagged();
    }

    /** Whether values are hidden with the secret of a request, and so cannot be rendered before it. */
    public boolean encrypted() {
        return template.encryptEnabled();
    }

    /** How many octets a value may have beside its tag: 253, less for a vendor's header. */
    public int maxOctets() {
        return MAX_VALUE_OCTETS - (vendor == null ? 0 : vendor.headerOctets()) - (tagged() ? 1 : 0);
    }

    /** The largest number that fits; empty when values are no numbers. */
    public Optional<BigInteger> maxNumber() {
        var bits = numberBits();
        return bits == 0
                ? Optional.empty()
                : Optional.of(BigInteger.TWO
                        .pow(dataType == DataType.SIGNED ? bits - 1 : bits)
                        .subtract(BigInteger.ONE));
    }

    private int numberBits() {
        // RFC 2868 §3: a tagged integer has three octets behind its tag.
        return tagged() && dataType.numberOctets() == 4 ? 24 : 8 * dataType.numberOctets();
    }

    /** The number behind a VALUE name. */
    public OptionalLong valueNamed(String valueName) {
        var value = template.getEnumeration(valueName);
        return value == null ? OptionalLong.empty() : OptionalLong.of(Integer.toUnsignedLong(value));
    }

    /** The VALUE name of a number. */
    public Optional<String> nameOf(long value) {
        return Optional.ofNullable(template.getEnumeration((int) value));
    }

    /**
     * The octets of a value as people write it, without header.
     *
     * @param tag 0 to 31; only written when the attribute is tagged
     */
    public Encoding encode(int tag, String text) {
        var octets = valueOctets(text);
        if (octets == null) {
            return new Encoding.Malformed(expected());
        }
        if (octets.length == 0 || octets.length > maxOctets()) {
            return new Encoding.Malformed("1 to " + maxOctets() + " octets; this has " + octets.length);
        }
        return new Encoding.Encoded(tagged() ? withTag(tag, octets) : octets);
    }

    private byte @Nullable [] valueOctets(String text) {
        return switch (dataType) {
            case TEXT -> text.getBytes(StandardCharsets.UTF_8);
            case OCTETS -> hex(text);
            case IPV4_ADDRESS -> AddressLiteral.ipv4(text);
            case IPV6_ADDRESS -> AddressLiteral.ipv6(text);
            case IPV6_PREFIX -> AddressLiteral.ipv6Prefix(text);
            case INTEGER, DATE, INTEGER64, SIGNED, BYTE, SHORT -> numberOctets(text);
            case OPAQUE -> null;
        };
    }

    /** What a value of this attribute looks like, in words. */
    public String expected() {
        return switch (dataType) {
            case TEXT -> "text of 1 to " + maxOctets() + " octets";
            case OCTETS -> "octets as 0x and pairs of hex digits";
            case IPV4_ADDRESS -> "an IPv4 address such as 192.0.2.7";
            case IPV6_ADDRESS -> "an IPv6 address such as 2001:db8::7";
            case IPV6_PREFIX -> "an IPv6 prefix such as 2001:db8:1::/56";
            case INTEGER, DATE, INTEGER64, SIGNED, BYTE, SHORT ->
                "a whole number from " + minNumber() + " to " + maxNumber().orElseThrow() + ", or a VALUE name of it";
            case OPAQUE -> "another attribute: values of type " + template.getDataType() + " cannot be written here";
        };
    }

    private BigInteger minNumber() {
        return dataType == DataType.SIGNED
                ? BigInteger.TWO.pow(numberBits() - 1).negate()
                : BigInteger.ZERO;
    }

    private byte @Nullable [] numberOctets(String text) {
        var named = valueNamed(text);
        if (named.isEmpty() && !DECIMAL.matcher(text).matches()) {
            return null;
        }
        var number = named.isPresent() ? BigInteger.valueOf(named.getAsLong()) : new BigInteger(text);
        if (number.compareTo(minNumber()) < 0 || number.compareTo(maxNumber().orElseThrow()) > 0) {
            return null;
        }
        var octets = new byte[numberBits() / 8];
        for (var i = 0; i < octets.length; i++) {
            octets[octets.length - 1 - i] = number.shiftRight(8 * i).byteValue();
        }
        return octets;
    }

    private static byte @Nullable [] hex(String text) {
        return HEX.matcher(text).matches() ? HexFormat.of().parseHex(text, 2, text.length()) : null;
    }

    private static byte[] withTag(int tag, byte[] value) {
        var tagged = new byte[1 + value.length];
        tagged[0] = (byte) tag;
        System.arraycopy(value, 0, tagged, 1, value.length);
        return tagged;
    }

    /** In the words of a dictionary: {@code Framed-Pool 88 string}. */
    @Override
    public String toString() {
        return name()
                + ' '
                + type()
                + ' '
                + template.getDataType()
                + (tagged() ? " has_tag" : "")
                + (vendor == null ? "" : " of vendor " + vendor.name());
    }

    /** What became of a value. */
    public sealed interface Encoding {

        @SuppressWarnings("ArrayRecordComponent") // a carrier of fresh octets, never compared as a record
        record Encoded(byte[] octets) implements Encoding {}

        /** @param expected instead, in words */
        record Malformed(String expected) implements Encoding {}
    }
}
