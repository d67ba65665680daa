package net.catraca.admin.daemon;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.office.ReleaseEnds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks {@link ReleaseEnds} again and again, on a thread of its own. */
final class EndsWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EndsWatch.class);

    private final ReleaseEnds ends;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("release ends").factory());

    EndsWatch(ReleaseEnds ends) {
        this.ends = ends;
    }

    void start() {
        long every = ReleaseEnds.EVERY.toSeconds();
        var _ = thread.scheduleWithFixedDelay(this::look, 0, every, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            ends.look();
        } catch (RuntimeException failed) {
            // While the database is away nothing tightens by the clock anyway.
            LOG.warn("release ends were not looked at, trying again in {}: {}", ReleaseEnds.EVERY, failed.getMessage());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
