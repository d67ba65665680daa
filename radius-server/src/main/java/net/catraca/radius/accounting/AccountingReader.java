package net.catraca.radius.accounting;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import net.catraca.radius.accounting.AccountingEvent.Kind;
import net.catraca.radius.accounting.AccountingEvent.NasRestarted;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.accounting.AccountingEvent.Reported;
import net.catraca.radius.accounting.AccountingEvent.Unrelated;
import net.catraca.radius.accounting.AccountingEvent.What;
import net.catraca.radius.auth.LineIdentity;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.session.Addresses;
import net.catraca.radius.session.Line;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.session.SessionKey;
import org.jspecify.annotations.Nullable;

/**
 * Understands Accounting-Requests. Pure: what is kept is read again at delivery and says the same. Throws for no input;
 * an attribute that makes no sense counts as not sent (RFC 6929 §2.8).
 */
public final class AccountingReader {

    /** Nokia's routers buffer records for up to 25 hours (and a clock is rarely right to the second). */
    static final Duration OLDEST = Duration.ofHours(26);

    static final Duration MOST_AHEAD = Duration.ofMinutes(5);

    /** Five years: a session that lasts longer is a counter that was never set. */
    private static final long LONGEST_SECONDS = 5L * 366 * 86_400;

    /** 400 Gbit/s, more than any line has. Counters above are noise and must not stay as totals for ever. */
    private static final long MOST_OCTETS_PER_SECOND = 50_000_000_000L;

    private static final long SLACK_SECONDS = 60;
    private static final long MOST_GIGAWORDS = Integer.MAX_VALUE;
    private static final long MOST_OCTETS = 1L << 62;

    private static final int HUAWEI = 2011;
    private static final int HUAWEI_IPV6_INPUT_OCTETS = 144;
    private static final int HUAWEI_IPV6_OUTPUT_OCTETS = 145;
    private static final int HUAWEI_IPV6_INPUT_PACKETS = 146;
    private static final int HUAWEI_IPV6_OUTPUT_PACKETS = 147;
    private static final int HUAWEI_IPV6_INPUT_GIGAWORDS = 148;
    private static final int HUAWEI_IPV6_OUTPUT_GIGAWORDS = 149;

    private static final int ACCOUNTING_ON = 7;
    private static final int ACCOUNTING_OFF = 8;
    private static final int IPV6_BITS = 128;

    private AccountingReader() {}

    /** What a request says, if it says anything. */
    public sealed interface Reading {

        /** @param event without a number as yet */
        record Understood(AccountingEvent event) implements Reading {}

        record Unusable(Drop why) implements Reading {}
    }

    public static Reading read(KeptRecord kept) {
        var packet = kept.packet();
        var status = packet.integer(AttributeType.ACCT_STATUS_TYPE);
        if (status.isEmpty()) {
            return new Reading.Unusable(Drop.NO_ACCT_STATUS_TYPE);
        }
        var what = what((int) Math.min(status.getAsLong(), Integer.MAX_VALUE), kept);
        return what == null
                ? new Reading.Unusable(Drop.NO_ACCT_SESSION_ID)
                : new Reading.Understood(new AccountingEvent(
                        0,
                        kept.nasId(),
                        kept.nasName(),
                        kept.nasAddress(),
                        happenedAt(packet, kept.receivedAt()),
                        kept.receivedAt(),
                        what));
    }

    private static @Nullable What what(int statusType, KeptRecord kept) {
        return switch (statusType) {
            case 1 -> ofSession(Kind.START, kept);
            case 2 -> ofSession(Kind.STOP, kept);
            case 3 -> ofSession(Kind.INTERIM, kept);
            case ACCOUNTING_ON -> new NasRestarted(true);
            case ACCOUNTING_OFF -> new NasRestarted(false);
            default -> new Unrelated(statusType);
        };
    }

    /**
     * Event-Timestamp says it, and then Acct-Delay-Time is not taken off; without one it is the arrival less the delay
     * (RFC 2866 §5.2, RFC 2869 §5.3). A clock that was never set is not believed, nor is a delay longer than any buffer.
     */
    private static Instant happenedAt(RadiusPacket packet, Instant receivedAt) {
        var told = packet.integer(AttributeType.EVENT_TIMESTAMP);
        if (told.isPresent()) {
            var at = Instant.ofEpochSecond(told.getAsLong());
            if (!at.isBefore(receivedAt.minus(OLDEST)) && !at.isAfter(receivedAt.plus(MOST_AHEAD))) {
                return at;
            }
        }
        long delay = packet.integer(AttributeType.ACCT_DELAY_TIME).orElse(0);
        return delay > OLDEST.toSeconds() ? receivedAt : receivedAt.minusSeconds(delay);
    }

    private static @Nullable OfSession ofSession(Kind kind, KeptRecord kept) {
        var packet = kept.packet();
        var sessionId = text(packet, AttributeType.ACCT_SESSION_ID);
        if (sessionId == null) {
            return null;
        }
        var key = new SessionKey(kept.nasId(), sessionId, orEmpty(text(packet, AttributeType.USER_NAME)), port(packet));
        var seconds = sessionSeconds(packet);
        var sessionClass = sessionClass(packet);
        return new OfSession(
                kind,
                key,
                sessionClass == null ? kept.whom().given() : sessionClass,
                kept.whom().subscriberId(),
                kept.whom().contractId(),
                line(packet),
                addresses(packet),
                reported(packet, seconds),
                seconds,
                terminateCause(kind, packet),
                kept.whom().askedInterimSeconds(),
                LevelSigns.told(packet));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /**
     * A text that PostgreSQL takes and that differs where the octets differ: what is no UTF-8, or has control characters
     * in it, becomes 0x and hex digits. At most 508 characters, for an attribute has at most 253 octets.
     */
    static @Nullable String text(RadiusPacket packet, int type) {
        var octets = packet.bytes(type);
        if (octets == null) {
            return null;
        }
        // Some NASes send the NUL that ends a string in C.
        int end = octets.length;
        while (end > 0 && octets[end - 1] == 0) {
            end--;
        }
        if (end == 0) {
            return null;
        }
        try {
            var text =
                    UTF_8.newDecoder().decode(ByteBuffer.wrap(octets, 0, end)).toString();
            return text.chars().noneMatch(Character::isISOControl) ? text : hex(octets, end);
        } catch (CharacterCodingException e) {
            return hex(octets, end);
        }
    }

    private static String hex(byte[] octets, int end) {
        return "0x" + HexFormat.of().formatHex(octets, 0, end);
    }

    static String port(RadiusPacket packet) {
        var id = text(packet, AttributeType.NAS_PORT_ID);
        if (id != null) {
            return id;
        }
        var number = packet.integer(AttributeType.NAS_PORT);
        return number.isPresent() ? Long.toString(number.getAsLong()) : "";
    }

    /** The Class of ours, of as many as there are (RFC 2865 §5.25 allows several: a proxy may have added its own). */
    public static @Nullable SessionClass sessionClass(RadiusPacket packet) {
        for (int at = packet.find(AttributeType.CLASS); at != RadiusPacket.NONE; at = packet.next(at)) {
            var ours = SessionClass.decode(packet.bytesAt(at));
            if (ours != null) {
                return ours;
            }
        }
        return null;
    }

    private static Line line(RadiusPacket packet) {
        var identity = LineIdentity.of(packet);
        return new Line(
                text(packet, AttributeType.CALLING_STATION_ID),
                identity.mac(),
                text(packet, AttributeType.CALLED_STATION_ID),
                identity.circuitId(),
                identity.remoteId());
    }

    private static @Nullable Long sessionSeconds(RadiusPacket packet) {
        var seconds = packet.integer(AttributeType.ACCT_SESSION_TIME);
        return seconds.isPresent() && seconds.getAsLong() <= LONGEST_SECONDS ? seconds.getAsLong() : null;
    }

    private static @Nullable Integer terminateCause(Kind kind, RadiusPacket packet) {
        var cause = packet.integer(AttributeType.ACCT_TERMINATE_CAUSE);
        return kind == Kind.STOP && cause.isPresent() && cause.getAsLong() <= Integer.MAX_VALUE
                ? (int) cause.getAsLong()
                : null;
    }

    // Addresses.

    private static Addresses addresses(RadiusPacket packet) {
        return new Addresses(
                ipv4(packet),
                ipv6(packet),
                prefix(packet, AttributeType.FRAMED_IPV6_PREFIX),
                prefix(packet, AttributeType.DELEGATED_IPV6_PREFIX));
    }

    private static @Nullable String ipv4(RadiusPacket packet) {
        var address = packet.integer(AttributeType.FRAMED_IP_ADDRESS);
        if (address.isEmpty()) {
            return null;
        }
        long value = address.getAsLong();
        // RFC 2865 §5.8: the two highest ones are wishes; zero is none either.
        return value == 0 || value >= 0xFFFF_FFFEL ? null : NetUtil.intToIpAddress((int) value);
    }

    private static @Nullable String ipv6(RadiusPacket packet) {
        var octets = packet.bytes(AttributeType.FRAMED_IPV6_ADDRESS);
        return octets == null || octets.length != IPV6_BITS / Byte.SIZE || isZero(octets) ? null : ipv6(octets);
    }

    private static boolean isZero(byte[] octets) {
        for (byte octet : octets) {
            if (octet != 0) {
                return false;
            }
        }
        return true;
    }

    private static String ipv6(byte[] octets) {
        return NetUtil.bytesToIpAddress(octets);
    }

    /** RFC 3162 §2.3: a reserved octet, the length, and as many octets as are needed. Bits behind the prefix are cleared. */
    private static @Nullable String prefix(RadiusPacket packet, int type) {
        var octets = packet.bytes(type);
        if (octets == null || octets.length < 2 || octets.length > 2 + IPV6_BITS / Byte.SIZE) {
            return null;
        }
        int length = octets[1] & 0xff;
        var address = Arrays.copyOf(Arrays.copyOfRange(octets, 2, octets.length), IPV6_BITS / Byte.SIZE);
        if (length > IPV6_BITS || length > (octets.length - 2) * Byte.SIZE) {
            return null;
        }
        for (int bit = length; bit < IPV6_BITS; bit++) {
            address[bit / Byte.SIZE] &= (byte) ~(0x80 >>> (bit % Byte.SIZE));
        }
        return isZero(address) ? null : ipv6(address) + "/" + length;
    }

    // Counters.

    /**
     * Huawei's routers count IPv6 beside IPv4 ("accounting dual-stack separate", their default) and then send 144 to 149;
     * told to count both together they do not. So where these are sent they are added.
     */
    private static @Nullable Reported reported(RadiusPacket packet, @Nullable Long seconds) {
        var input = packet.integer(AttributeType.ACCT_INPUT_OCTETS);
        var output = packet.integer(AttributeType.ACCT_OUTPUT_OCTETS);
        var input6 = huawei(packet, HUAWEI_IPV6_INPUT_OCTETS);
        var output6 = huawei(packet, HUAWEI_IPV6_OUTPUT_OCTETS);
        if (input.isEmpty() && output.isEmpty() && input6.isEmpty() && output6.isEmpty()) {
            return null;
        }
        boolean withGigawords =
                packet.integer(AttributeType.ACCT_INPUT_GIGAWORDS).isPresent()
                        || packet.integer(AttributeType.ACCT_OUTPUT_GIGAWORDS).isPresent()
                        || huawei(packet, HUAWEI_IPV6_INPUT_GIGAWORDS).isPresent()
                        || huawei(packet, HUAWEI_IPV6_OUTPUT_GIGAWORDS).isPresent();
        return plausible(
                new Reported(
                        octets(packet.integer(AttributeType.ACCT_INPUT_GIGAWORDS), input)
                                + octets(huawei(packet, HUAWEI_IPV6_INPUT_GIGAWORDS), input6),
                        octets(packet.integer(AttributeType.ACCT_OUTPUT_GIGAWORDS), output)
                                + octets(huawei(packet, HUAWEI_IPV6_OUTPUT_GIGAWORDS), output6),
                        packet.integer(AttributeType.ACCT_INPUT_PACKETS).orElse(0)
                                + huawei(packet, HUAWEI_IPV6_INPUT_PACKETS).orElse(0),
                        packet.integer(AttributeType.ACCT_OUTPUT_PACKETS).orElse(0)
                                + huawei(packet, HUAWEI_IPV6_OUTPUT_PACKETS).orElse(0),
                        withGigawords),
                seconds);
    }

    private static OptionalLong huawei(RadiusPacket packet, int type) {
        var octets = packet.vendorBytes(HUAWEI, type);
        return octets != null && octets.length == Integer.BYTES
                ? OptionalLong.of(ByteBuffer.wrap(octets).getInt() & 0xFFFF_FFFFL)
                : OptionalLong.empty();
    }

    private static long octets(OptionalLong gigawords, OptionalLong octets) {
        long high = gigawords.orElse(0);
        return high > MOST_GIGAWORDS ? MOST_OCTETS : Math.min(MOST_OCTETS, (high << 32) + octets.orElse(0));
    }

    private static @Nullable Reported plausible(Reported reported, @Nullable Long seconds) {
        long most = (seconds == null ? LONGEST_SECONDS : seconds + SLACK_SECONDS) * MOST_OCTETS_PER_SECOND;
        return reported.withGigawords() && (reported.inputOctets() > most || reported.outputOctets() > most)
                ? null
                : reported;
    }

    /** An address as this reader writes it, whatever the spelling; null when it is none. */
    public static @Nullable String address(String text) {
        // The JDK's parser would take 10.1 for 10.0.0.1.
        return NetUtil.isValidIpV4Address(text) || (NetUtil.isValidIpV6Address(text) && text.indexOf('%') < 0)
                ? NetUtil.bytesToIpAddress(NetUtil.createByteArrayFromIpAddressString(text))
                : null;
    }
}
