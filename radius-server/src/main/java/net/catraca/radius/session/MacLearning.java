package net.catraca.radius.session;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns the MAC of a login's first connect: in memory at once, so that of two at the same time the first wins; in the
 * store a little later, where the first wins among nodes. While the store is away it holds here, and is tried again.
 * Thread-safe, and never waits for the store.
 */
public final class MacLearning implements AutoCloseable {

    /** Where it is kept. */
    @FunctionalInterface
    public interface Store {
        /** Keeps it unless there is one already, or none is to be learnt. Blocks. */
        boolean learnMac(long subscriberId, String mac);
    }

    private static final Logger log = LoggerFactory.getLogger(MacLearning.class);

    /** First connects that are not stored yet, or just now; about 3 MB. Beyond, the MAC of a later connect is learnt. */
    static final int MOST_PENDING = 20_000;

    private static final int RETRY_SECONDS = 30;
    /** By then every node's directory has heard of it. */
    private static final int HEARD_SECONDS = 10;

    private final Store store;
    private final ScheduledExecutorService writer;
    private final Map<Long, String> pending = new ConcurrentHashMap<>();

    /** @param writer one thread; holds one task for each that is pending, and ends with this */
    public MacLearning(Store store, ScheduledExecutorService writer) {
        this.store = store;
        this.writer = writer;
    }

    /** The MAC that this login is about to be locked to, or null. */
    public @Nullable String pending(long subscriberId) {
        return pending.get(subscriberId);
    }

    /**
     * That login was let in by this MAC, and is to be locked to its first one.
     *
     * @return whether this is the first
     */
    public boolean learn(long subscriberId, String mac) {
        var known = pending.get(subscriberId);
        if (known == null && pending.size() < MOST_PENDING) {
            known = pending.putIfAbsent(subscriberId, mac);
            if (known == null) {
                in(0, subscriberId, () -> store(subscriberId, mac));
            }
        }
        return known == null || known.equals(mac);
    }

    private void store(long subscriberId, String mac) {
        try {
            if (store.learnMac(subscriberId, mac)) {
                log.info("subscriber {}: locked to MAC {}, that of its first connect", subscriberId, mac);
                in(HEARD_SECONDS, subscriberId, () -> pending.remove(subscriberId, mac));
            } else {
                pending.remove(subscriberId, mac);
            }
        } catch (RuntimeException e) {
            log.warn(
                    "subscriber {}: could not store the MAC to be locked to; trying again in {} s, and holding to it"
                            + " meanwhile",
                    subscriberId,
                    RETRY_SECONDS,
                    e);
            in(RETRY_SECONDS, subscriberId, () -> store(subscriberId, mac));
        }
    }

    private void in(int seconds, long subscriberId, Runnable task) {
        try {
            var _ = writer.schedule(task, seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("subscriber {}: stopping; the MAC of a later connect is learnt", subscriberId, e);
        }
    }

    /** What is not stored by now is learnt at a later connect. */
    @Override
    public void close() {
        writer.shutdownNow();
    }
}
