package net.catraca.radius.flow;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Locale;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/**
 * Slows repeated wrong passwords for a login from one line. A login on another line is another entry, so whoever
 * guesses never locks the owner out; and where a NAS does not tell lines apart, nobody is slowed. An unknown login is
 * slowed like a known one. Thread-safe, shared by all loops.
 */
public final class WrongPasswordThrottle {

    /** Typing errors, and a router that tries its two passwords in turn, cost nothing. */
    static final int FREE_ATTEMPTS = 5;

    static final Duration SHORTEST_WAIT = Duration.ofSeconds(2);
    /** An owner who corrected the password waits no longer than this. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    /** So long after the last wrong password all is forgotten. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    /** About 15 MB; beyond, the entries least used are forgotten, which only lets somebody guess a little faster. */
    static final int MOST_ENTRIES = 100_000;

    private static final int ADSL_FORUM = 3561;
    private static final int AGENT_CIRCUIT_ID = 1;

    private final Ticker ticker;
    private final Cache<Attempt, Strikes> strikes;

    public WrongPasswordThrottle(Ticker ticker) {
        this.ticker = ticker;
        this.strikes = Caffeine.newBuilder()
                .maximumSize(MOST_ENTRIES)
                .expireAfterWrite(MEMORY)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** A login tried from a line of a NAS. */
    record Attempt(String login, long nasId, String line) {

        /** Null where the NAS tells nothing of the line. */
        static @Nullable Attempt of(RadiusPacket packet, Nas nas) {
            String login = packet.text(AttributeType.USER_NAME);
            String line = line(packet);
            return login == null || line == null ? null : new Attempt(login.toLowerCase(Locale.ROOT), nas.id(), line);
        }

        private static @Nullable String line(RadiusPacket packet) {
            // The circuit first: a subscriber can change a MAC, but not the port of the access node.
            String line = packet.vendorText(ADSL_FORUM, AGENT_CIRCUIT_ID);
            if (line == null) {
                line = packet.text(AttributeType.CALLING_STATION_ID);
            }
            if (line == null) {
                line = packet.text(AttributeType.NAS_PORT_ID);
            }
            var port = packet.integer(AttributeType.NAS_PORT);
            return line == null && port.isPresent() ? "port " + port.getAsLong() : line;
        }
    }

    private record Strikes(int count, long waitUntil) {}

    /** Whether this attempt comes too early to be looked at. It does not prolong the wait. */
    boolean mustWait(@Nullable Attempt attempt) {
        var found = attempt == null ? null : strikes.getIfPresent(attempt);
        return found != null && found.count > FREE_ATTEMPTS && ticker.read() - found.waitUntil < 0;
    }

    void wrong(@Nullable Attempt attempt) {
        if (attempt != null) {
            strikes.asMap().merge(attempt, new Strikes(1, 0), (old, _) -> oneMore(old));
        }
    }

    void right(@Nullable Attempt attempt) {
        if (attempt != null && strikes.getIfPresent(attempt) != null) {
            strikes.invalidate(attempt);
        }
    }

    private Strikes oneMore(Strikes old) {
        int count = Math.min(old.count + 1, FREE_ATTEMPTS + 10);
        if (count <= FREE_ATTEMPTS) {
            return new Strikes(count, 0);
        }
        long wait = Math.min(SHORTEST_WAIT.toNanos() << (count - FREE_ATTEMPTS - 1), LONGEST_WAIT.toNanos());
        return new Strikes(count, ticker.read() + wait);
    }
}
