package net.catraca.radius.accounting;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.session.SessionClass;
import org.jspecify.annotations.Nullable;

/**
 * Access-Accepts just given, for NASes that do not send Class back: the Start of the same subscriber from the same line
 * tells then what its session was opened with. On this node alone; where it is not known the session counts as one of
 * which nothing is known. Thread-safe.
 */
public final class GivenAccepts {

    /** A session starts within seconds of its Access-Accept; DHCP and retransmitted Starts take longer. */
    static final Duration KEPT = Duration.ofMinutes(2);

    /** All of a city that dials in again within that time; some 150 octets each. What is pushed out is only not known. */
    static final int MOST = 65_536;

    private final Cache<Key, SessionClass> given;

    private record Key(long nasId, long subscriberId, String line) {}

    public GivenAccepts(Ticker ticker) {
        this.given = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(KEPT)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** @param accept its Class is remembered, if it has one of ours */
    public void remember(long nasId, RadiusPacket request, RadiusPacket accept) {
        var opened = AccountingReader.sessionClass(accept);
        if (opened != null) {
            given.put(new Key(nasId, opened.subscriberId(), line(request)), opened);
        }
    }

    /** What a subscriber was given who has just asked from the line of this record; null when that is not known. */
    public @Nullable SessionClass find(long nasId, long subscriberId, RadiusPacket record) {
        return given.getIfPresent(new Key(nasId, subscriberId, line(record)));
    }

    private static String line(RadiusPacket packet) {
        var calling = AccountingReader.text(packet, AttributeType.CALLING_STATION_ID);
        return calling == null ? AccountingReader.port(packet) : calling;
    }
}
