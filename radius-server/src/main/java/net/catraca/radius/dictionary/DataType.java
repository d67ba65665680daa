package net.catraca.radius.dictionary;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The data types of RFC 8044 under the names that FreeRADIUS 3.2 gives them. */
public enum DataType {
    TEXT("string", "text"),
    OCTETS("octets"),
    INTEGER("integer", "uint32"),
    DATE("date"),
    IPV4_ADDRESS("ipaddr"),
    IPV6_ADDRESS("ipv6addr"),
    IPV6_PREFIX("ipv6prefix"),
    INTEGER64("integer64", "uint64"),
    SIGNED("signed", "int32"),
    BYTE("byte", "uint8"),
    SHORT("short", "uint16"),
    /** Known, so that a dictionary with it loads; but no value of it can be written in a profile. */
    OPAQUE("ipv4prefix", "ifid", "ether", "abinary", "combo-ip", "vsa", "tlv", "struct", "time_delta", "bool");

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> names;

    DataType(String... names) {
        this.names = List.of(names);
    }

    /** The type with this name, with or without a length as in {@code octets[16]}; in any case of letters. */
    static Optional<DataType> named(String name) {
        var bracket = name.indexOf('[');
        var plain = (bracket < 0 ? name : name.substring(0, bracket)).toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(type -> type.names.contains(plain))
                .findFirst();
    }

    /** What TinyRadius calls a type that a dictionary calls so; it takes the newer names for octets. */
    String plainName(String written) {
        return this == OPAQUE ? written : names.getFirst();
    }

    /** How many octets a number of this type takes, or 0 when it is no number. */
    int numberOctets() {
        return switch (this) {
            case BYTE -> 1;
            case SHORT -> 2;
            case INTEGER, DATE, SIGNED -> 4;
            case INTEGER64 -> 8;
            case TEXT, OCTETS, IPV4_ADDRESS, IPV6_ADDRESS, IPV6_PREFIX, OPAQUE -> 0;
        };
    }
}
