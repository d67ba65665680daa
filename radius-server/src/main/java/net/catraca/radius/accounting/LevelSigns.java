package net.catraca.radius.accounting;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/**
 * Attributes by which a record tells on what level its session is: pools, filters and lists. Few NASes send them; one that
 * does tells whether it has done what it acknowledged. Each is a line such as {@code Filter-Id=garden}.
 */
public final class LevelSigns {

    /** More say nothing more; some NASes repeat a whole profile. */
    static final int MOST = 8;

    private static final int MIKROTIK = 14988;
    private static final int VENDOR_SPECIFIC = 26;
    private static final int DELEGATED_IPV6_PREFIX_POOL = 171;
    private static final int VENDOR_ID_OCTETS = 4;

    private LevelSigns() {}

    /** Of a record; null when it has none. */
    static @Nullable String told(RadiusPacket packet) {
        var signs = of(packet.octets(), RadiusPacket.HEADER_OCTETS);
        return signs.isEmpty() ? null : String.join("\n", signs);
    }

    /** Of encoded attributes, such as a profile renders them. */
    public static Set<String> of(byte[] attributes) {
        return of(attributes, 0);
    }

    /** As {@link #told} wrote them. */
    public static Collection<String> lines(String told) {
        return List.of(told.split("\n"));
    }

    /** The attribute's name in a line. */
    public static String name(String line) {
        return line.substring(0, line.indexOf('='));
    }

    private static Set<String> of(byte[] octets, int from) {
        var signs = new LinkedHashSet<String>();
        for (int at = from; at + 2 <= octets.length && (octets[at + 1] & 0xff) >= 2; at += octets[at + 1] & 0xff) {
            int end = at + (octets[at + 1] & 0xff);
            if ((octets[at] & 0xff) == VENDOR_SPECIFIC) {
                ofVendor(octets, at + 2, end, signs);
            } else {
                add(name(octets[at] & 0xff), octets, at + 2, end, signs);
            }
        }
        return signs;
    }

    private static void ofVendor(byte[] octets, int from, int end, Set<String> signs) {
        if (end - from < VENDOR_ID_OCTETS || vendor(octets, from) != MIKROTIK) {
            return;
        }
        int at = from + VENDOR_ID_OCTETS;
        while (at + 2 <= end && (octets[at + 1] & 0xff) >= 2 && at + (octets[at + 1] & 0xff) <= end) {
            add(ofMikrotik(octets[at] & 0xff), octets, at + 2, at + (octets[at + 1] & 0xff), signs);
            at += octets[at + 1] & 0xff;
        }
    }

    private static int vendor(byte[] octets, int at) {
        return (octets[at] & 0xff) << 24
                | (octets[at + 1] & 0xff) << 16
                | (octets[at + 2] & 0xff) << 8
                | (octets[at + 3] & 0xff);
    }

    private static @Nullable String name(int type) {
        return switch (type) {
            case AttributeType.FILTER_ID -> "Filter-Id";
            case AttributeType.FRAMED_POOL -> "Framed-Pool";
            case AttributeType.FRAMED_IPV6_POOL -> "Framed-IPv6-Pool";
            case DELEGATED_IPV6_PREFIX_POOL -> "Delegated-IPv6-Prefix-Pool";
            default -> null;
        };
    }

    private static @Nullable String ofMikrotik(int type) {
        return switch (type) {
            case 3 -> "Mikrotik-Group";
            case 19 -> "Mikrotik-Address-List";
            default -> null;
        };
    }

    private static void add(@Nullable String name, byte[] octets, int from, int end, Set<String> signs) {
        if (name != null && end > from && end <= octets.length && signs.size() < MOST) {
            // Printable alone: PostgreSQL takes no NUL, and a line no line break.
            signs.add(name
                    + '='
                    + new String(octets, from, end - from, StandardCharsets.ISO_8859_1)
                            .replaceAll("[^\\x20-\\x7e]", "?"));
        }
    }
}
