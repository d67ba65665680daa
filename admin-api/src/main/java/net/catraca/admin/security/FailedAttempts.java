package net.catraca.admin.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/** Counts failed authentications by source: so many at once, then a few a minute. Thread-safe. */
public final class FailedAttempts {

    /** A person mistypes a few times, a script left with an old token fails for ever. */
    static final int AT_ONCE = 10;

    static final Duration REFILL = Duration.ofMinutes(1);

    /** About 200 octets each. Beyond that the longest unused are forgotten, which only forgives them. */
    static final int MAX_SOURCES = 10_000;

    private final Cache<String, Bucket> bySource =
            Caffeine.newBuilder().maximumSize(MAX_SOURCES).build();
    private final TimeMeter time;

    public FailedAttempts(Clock clock) {
        this.time = new ClockMeter(clock);
    }

    /** Whether this source has failed too often of late. */
    boolean isExhausted(InetAddress source) {
        var bucket = bySource.getIfPresent(key(source));
        return bucket != null && bucket.getAvailableTokens() == 0;
    }

    void note(InetAddress source) {
        bySource.get(key(source), _ -> Bucket.builder()
                        .withCustomTimePrecision(time)
                        .addLimit(limit -> limit.capacity(AT_ONCE).refillGreedy(AT_ONCE, REFILL))
                        .build())
                .tryConsume(1);
    }

    /** An IPv6 subscriber has a /64 to try from. */
    private static String key(InetAddress source) {
        byte[] octets = source.getAddress();
        return HexFormat.of().formatHex(source instanceof Inet6Address ? Arrays.copyOf(octets, 8) : octets);
    }

    private record ClockMeter(Clock clock) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return clock.millis() * 1_000_000;
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }
}
