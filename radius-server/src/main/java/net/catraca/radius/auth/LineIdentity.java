package net.catraca.radius.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/**
 * The line a request comes from, as far as the NAS tells.
 *
 * @param mac from Calling-Station-Id, twelve lower-case hex digits
 * @param circuitId ADSL-Forum Agent-Circuit-Id (RFC 4679 §3.3.1): the port of the access node
 * @param remoteId ADSL-Forum Agent-Remote-Id (RFC 4679 §3.3.2): the subscriber's own mark, given by the operator
 */
public record LineIdentity(
        @Nullable String mac,
        @Nullable String circuitId,
        @Nullable String remoteId) {

    private static final int ADSL_FORUM = 3561;
    private static final int AGENT_CIRCUIT_ID = 1;
    private static final int AGENT_REMOTE_ID = 2;
    private static final int MAC_DIGITS = 12;
    private static final int MAC_OCTETS = 6;
    private static final int LONGEST_SPELLING = 20;
    private static final Pattern SEPARATOR = Pattern.compile("[-:. _]");

    public static LineIdentity of(RadiusPacket request) {
        var callingStationId = request.text(AttributeType.CALLING_STATION_ID);
        return new LineIdentity(
                callingStationId == null ? null : normaliseMac(callingStationId),
                circuitId(request),
                remoteId(request));
    }

    /** As in {@link #circuitId()}. */
    public static @Nullable String circuitId(RadiusPacket request) {
        return text(request, AGENT_CIRCUIT_ID);
    }

    /** As in {@link #remoteId()}. */
    public static @Nullable String remoteId(RadiusPacket request) {
        return text(request, AGENT_REMOTE_ID);
    }

    /** Whether this is the line that identifies the subscriber: its circuit (and remote id) if set, else its MAC. */
    public boolean isOf(SubscriberSnapshot subscriber) {
        if (subscriber.circuitId() != null) {
            return subscriber.circuitId().equals(circuitId)
                    && (subscriber.remoteId() == null || subscriber.remoteId().equals(remoteId));
        }
        return subscriber.mac() != null && subscriber.mac().equals(mac);
    }

    /**
     * Twelve lower-case hex digits from the spellings that NASes use: 00-11-22-AA-BB-CC (RFC 3580 §3.21),
     * 00:11:22:aa:bb:cc, 0011.22aa.bbcc (Cisco), 0011-22aa-bbcc (Huawei), 001122-aabbcc, 001122aabbcc, 0:11:22:aa:bb:cc
     * and, where the client identifier of DHCP is sent, 1:0:11:22:aa:bb:cc (MikroTik).
     *
     * @return null if it is none of these, or says nothing: all zeros, all ones
     */
    public static @Nullable String normaliseMac(String callingStationId) {
        var text = callingStationId.strip();
        if (text.length() < MAC_OCTETS || text.length() > LONGEST_SPELLING) {
            return null;
        }
        var mac = join(SEPARATOR.split(text, -1));
        return mac == null || mac.equals("000000000000") || mac.equals("ffffffffffff") ? null : mac;
    }

    private static @Nullable String join(String[] groups) {
        return switch (groups.length) {
            case 1, 2, 3 -> join(groups, 0, MAC_DIGITS / groups.length, MAC_DIGITS / groups.length);
            case MAC_OCTETS -> join(groups, 0, 1, 2);
            // DHCP's hardware type 1, Ethernet (RFC 2132 §9.14), stands before the address.
            case MAC_OCTETS + 1 -> groups[0].matches("0?1") ? join(groups, 1, 1, 2) : null;
            default -> null;
        };
    }

    private static @Nullable String join(String[] groups, int from, int shortest, int longest) {
        var mac = new StringBuilder(MAC_DIGITS);
        for (int i = from; i < groups.length; i++) {
            var group = groups[i];
            if (group.length() < shortest || group.length() > longest || !isHex(group)) {
                return null;
            }
            mac.repeat('0', longest - group.length());
            for (int j = 0; j < group.length(); j++) {
                mac.append(HexFormat.of().toLowHexDigit(HexFormat.fromHexDigit(group.charAt(j))));
            }
        }
        return mac.toString();
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(HexFormat::isHexDigit);
    }

    /** Some access nodes send octets instead of text: those become 0x and hex digits, as operators see them elsewhere. */
    private static @Nullable String text(RadiusPacket request, int vendorType) {
        var octets = request.vendorBytes(ADSL_FORUM, vendorType);
        if (octets == null) {
            return null;
        }
        try {
            var text = UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
            return text.chars().noneMatch(Character::isISOControl) ? text : hex(octets);
        } catch (CharacterCodingException e) {
            return hex(octets);
        }
    }

    private static String hex(byte[] octets) {
        return "0x" + HexFormat.of().formatHex(octets);
    }
}
