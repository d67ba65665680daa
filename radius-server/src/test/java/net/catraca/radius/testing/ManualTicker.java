package net.catraca.radius.testing;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Elapsed time that a test moves. */
public final class ManualTicker implements Ticker {

    private final AtomicLong nanos = new AtomicLong(1_000);
    private final Ticker from;

    /** Stands still in between. */
    public ManualTicker() {
        this(() -> 0);
    }

    private ManualTicker(Ticker from) {
        this.from = from;
    }

    /** Goes on by itself; the test skips what it does not want to wait for. */
    public static ManualTicker running() {
        return new ManualTicker(Ticker.systemTicker());
    }

    @Override
    public long read() {
        return from.read() + nanos.get();
    }

    public void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
