package net.catraca.radius.testing;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Elapsed time that a test moves. */
public final class ManualTicker implements Ticker {

    private final AtomicLong nanos = new AtomicLong(1_000);

    @Override
    public long read() {
        return nanos.get();
    }

    public void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
