package net.catraca.radius.dynauth;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.session.LiveSessions;
import org.jspecify.annotations.Nullable;

/**
 * Live sessions by NAS and by the level that they should have: their target's, else the one that they were opened with.
 * Counted by whoever asks, at most every few seconds, for it looks at all of them.
 */
final class LevelCounts {

    private static final Duration FRESH = Duration.ofSeconds(5);

    private final LiveSessions sessions;
    private final LongFunction<@Nullable SessionTarget> targets;
    private final Ticker ticker;

    // Guarded by this.
    private Map<Long, OfNas> counts = Map.of();
    private @Nullable Long countedAtNanos;

    private static final class OfNas {
        private final Map<AccessLevel, Integer> byLevel = new EnumMap<>(AccessLevel.class);
        private int unknown;

        private void add(@Nullable AccessLevel level) {
            if (level == null) {
                unknown++;
            } else {
                byLevel.merge(level, 1, Integer::sum);
            }
        }
    }

    LevelCounts(LiveSessions sessions, LongFunction<@Nullable SessionTarget> targets, Ticker ticker) {
        this.sessions = sessions;
        this.targets = targets;
        this.ticker = ticker;
    }

    /** @param level null for sessions of which nobody knows what they were opened with */
    synchronized int of(long nasId, @Nullable AccessLevel level) {
        if (countedAtNanos == null || ticker.read() - countedAtNanos > FRESH.toNanos()) {
            counts = count();
            countedAtNanos = ticker.read();
        }
        var of = counts.get(nasId);
        if (of == null) {
            return 0;
        }
        return level == null ? of.unknown : of.byLevel.getOrDefault(level, 0);
    }

    static String word(@Nullable AccessLevel level) {
        return level == null ? "unknown" : level.name().toLowerCase(Locale.ROOT);
    }

    private Map<Long, OfNas> count() {
        var found = new HashMap<Long, OfNas>();
        sessions.forEach(session -> {
            var target = targets.apply(session.id());
            var opened = session.sessionClass();
            found.computeIfAbsent(session.key().nasId(), _ -> new OfNas())
                    .add(target != null ? target.target().level() : opened != null ? opened.level() : null);
        });
        return found;
    }
}
