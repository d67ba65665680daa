package net.catraca.radius.session;

import net.catraca.radius.auth.LineIdentity;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/** From where somebody asks or is connected, as the NAS tells it. Immutable; the MAC is read when first asked for. */
public final class Place {

    private static final long NAS_ASSIGNS = 0xFFFF_FFFEL;

    private final long nasId;
    private final String port;
    private final @Nullable String callingStationId;
    private final @Nullable String circuitId;
    private final @Nullable String remoteId;
    private final @Nullable String ipv4;
    private volatile @Nullable String mac;
    private volatile boolean macRead;

    private Place(
            long nasId,
            String port,
            @Nullable String callingStationId,
            @Nullable String circuitId,
            @Nullable String remoteId,
            @Nullable String ipv4) {
        this.nasId = nasId;
        this.port = port;
        this.callingStationId = callingStationId;
        this.circuitId = circuitId;
        this.remoteId = remoteId;
        this.ipv4 = ipv4;
    }

    /** Of a request; its Framed-IP-Address is what the subscriber's side says to have (RFC 2865 §5.8: a hint). */
    public static Place of(long nasId, RadiusPacket request) {
        return new Place(
                nasId,
                port(request),
                request.text(AttributeType.CALLING_STATION_ID),
                LineIdentity.circuitId(request),
                LineIdentity.remoteId(request),
                hint(request));
    }

    public static Place of(Session session) {
        var line = session.line();
        var place = new Place(
                session.key().nasId(),
                session.key().port(),
                line.callingStationId(),
                line.circuitId(),
                line.remoteId(),
                session.addresses().ipv4());
        place.mac = line.mac();
        place.macRead = true;
        return place;
    }

    /** For tests and tables: everything given. */
    static Place of(long nasId, String port, Line line, @Nullable String ipv4) {
        return new Place(nasId, port, line.callingStationId(), line.circuitId(), line.remoteId(), ipv4);
    }

    private static String port(RadiusPacket packet) {
        var id = packet.text(AttributeType.NAS_PORT_ID);
        if (id != null) {
            return id;
        }
        var number = packet.integer(AttributeType.NAS_PORT);
        return number.isPresent() ? Long.toString(number.getAsLong()) : "";
    }

    private static @Nullable String hint(RadiusPacket packet) {
        var address = packet.integer(AttributeType.FRAMED_IP_ADDRESS);
        if (address.isEmpty() || address.getAsLong() == 0 || address.getAsLong() >= NAS_ASSIGNS) {
            return null;
        }
        long bits = address.getAsLong();
        return (bits >> 24) + "." + (bits >> 16 & 0xFF) + "." + (bits >> 8 & 0xFF) + "." + (bits & 0xFF);
    }

    public long nasId() {
        return nasId;
    }

    /** NAS-Port-Id, else NAS-Port in decimal, else empty. */
    public String port() {
        return port;
    }

    /** Twelve lower-case hex digits, or null when the NAS tells none. */
    public @Nullable String mac() {
        if (!macRead) {
            mac = callingStationId == null ? null : LineIdentity.normaliseMac(callingStationId);
            macRead = true;
        }
        return mac;
    }

    public @Nullable String circuitId() {
        return circuitId;
    }

    public @Nullable String remoteId() {
        return remoteId;
    }

    /** Whether both have the same IPv4 address, which only one can have. */
    boolean hasAddressOf(Place other) {
        return ipv4 != null && ipv4.equals(other.ipv4);
    }

    /** Whether both are the same device by its MAC. */
    boolean isDeviceOf(Place other) {
        var one = mac();
        return one != null && one.equals(other.mac());
    }

    /** Whether both MACs are known and differ. */
    boolean isOtherDeviceThan(Place other) {
        var one = mac();
        var two = other.mac();
        return one != null && two != null && !one.equals(two);
    }

    /** Whether nothing that is told of both could differ: they may be one or two. */
    boolean cannotBeToldFrom(Place other) {
        return (mac() == null || other.mac() == null)
                && (circuitId == null || other.circuitId == null)
                && (remoteId == null || other.remoteId == null)
                && (port.isEmpty() || other.port.isEmpty())
                && (ipv4 == null || other.ipv4 == null);
    }

    /** Whether both come by the same circuit, or the same port of a NAS where that does not tell circuits apart. */
    boolean isLineOf(Place other) {
        if (circuitId != null && other.circuitId != null) {
            return circuitId.equals(other.circuitId)
                    && (remoteId == null || other.remoteId == null || remoteId.equals(other.remoteId));
        }
        if (remoteId != null && other.remoteId != null) {
            return remoteId.equals(other.remoteId);
        }
        return isPortOf(other);
    }

    /** Whether one who asks from here is, as far as anybody can tell, the one there who asks again. */
    public boolean isSameTry(Place other) {
        return isDeviceOf(other) || (isLineOf(other) && !isOtherDeviceThan(other)) || cannotBeToldFrom(other);
    }

    boolean isPortOf(Place other) {
        return nasId == other.nasId && !port.isEmpty() && port.equals(other.port);
    }

    @Override
    public String toString() {
        var text = new StringBuilder("nas ").append(nasId);
        append(text, "port", port.isEmpty() ? null : port);
        append(text, "mac", mac());
        append(text, "circuit", circuitId);
        append(text, "remote", remoteId);
        return text.toString();
    }

    private static void append(StringBuilder text, String what, @Nullable String value) {
        if (value != null) {
            text.append(' ').append(what).append(' ').append(value);
        }
    }
}
