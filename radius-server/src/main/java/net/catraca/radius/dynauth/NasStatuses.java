package net.catraca.radius.dynauth;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the NASes to which this node sends stand, as people and meters see it: looked at once a second on the
 * reconciler's thread, read on any.
 */
final class NasStatuses {

    private static final long EVERY_NANOS = 1_000_000_000L;

    private final HeldNases nases;
    private final Targets targets;
    private final CoaMeters meters;
    private final Ticker ticker;
    private volatile Map<Long, NasStatus> statuses = Map.of();
    /** Of the reconciler's thread only. */
    private long shownAt;

    NasStatuses(HeldNases nases, Targets targets, CoaMeters meters, Ticker ticker) {
        this.nases = nases;
        this.targets = targets;
        this.meters = meters;
        this.ticker = ticker;
    }

    /** Who asks which NASes are ours is told of a change at once. */
    void showSoon() {
        shownAt = ticker.read() - EVERY_NANOS;
    }

    /** On the reconciler's thread, at any time: it is done when it is due. */
    void show(Instant now) {
        long nanos = ticker.read();
        if (nanos - shownAt < EVERY_NANOS) {
            return;
        }
        shownAt = nanos;
        var mismatches = new HashMap<Long, Mismatches>();
        for (var target : targets.all()) {
            mismatches.computeIfAbsent(target.nasId(), _ -> new Mismatches()).add(target);
        }
        var all = new HashMap<Long, NasStatus>();
        for (var nas : nases.all()) {
            all.put(nas.id(), nas.status(mismatches.getOrDefault(nas.id(), new Mismatches()), now, nanos));
        }
        statuses = Map.copyOf(all);
        meters.show(all.values());
    }

    /** Null when another node sends to it, or it has just been made. */
    @Nullable
    NasStatus of(long nasId) {
        return statuses.get(nasId);
    }

    Collection<NasStatus> all() {
        return statuses.values();
    }
}
