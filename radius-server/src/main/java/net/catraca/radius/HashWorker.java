package net.catraca.radius;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import net.catraca.radius.flow.AccessFlow;
import net.catraca.radius.flow.AccessFlow.Waiting;
import net.catraca.radius.flow.Answer;
import net.catraca.radius.flow.HashUpgrade;
import net.catraca.radius.packet.Drop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares imported password hashes off the event loops, one after the other. What does not fit, or has waited longer
 * than a NAS does, is left in silence: the NAS asks again.
 */
public final class HashWorker implements AutoCloseable {

    /** At the usual bcrypt cost about as many as one thread checks before the first NAS gives up. */
    static final int MOST_WAITING = 64;

    private static final Logger log = LoggerFactory.getLogger(HashWorker.class);

    private final BoundedWorker worker = new BoundedWorker("radius-hash", MOST_WAITING);
    private final Ticker ticker;
    private final long longestNanos;
    private final HashUpgrade upgrade;

    /**
     * @param requestTimeout after which nobody waits for the outcome
     * @param upgrade of hashes that a password was proven against
     */
    public HashWorker(Ticker ticker, Duration requestTimeout, HashUpgrade upgrade) {
        this.ticker = ticker;
        this.upgrade = upgrade;
        this.longestNanos = requestTimeout.toNanos();
    }

    /**
     * @param loop on which everything but the hash itself is done
     * @param deliver takes what became of the request; on the loop
     */
    void submit(AccessFlow flow, Waiting waiting, Executor loop, Consumer<Answer> deliver) {
        if (!worker.offer(() -> work(flow, waiting, loop, deliver))) {
            deliver.accept(flow.abandon(waiting, Drop.WORKER_BUSY));
        }
    }

    private void work(AccessFlow flow, Waiting waiting, Executor loop, Consumer<Answer> deliver) {
        try {
            if (ticker.read() - waiting.arrivedAt() > longestNanos) {
                loop.execute(() -> deliver.accept(flow.abandon(waiting, Drop.TOO_OLD)));
                return;
            }
            boolean matched = waiting.check(upgrade);
            loop.execute(() -> deliver.accept(flow.resume(waiting, matched)));
        } catch (RejectedExecutionException e) {
            log.debug("the loop has stopped; a request stays without an answer", e);
        } catch (RuntimeException defect) {
            loop.execute(() -> deliver.accept(flow.failed(waiting, defect)));
        }
    }

    /** Lets what it has begun finish, for a second at most. */
    @Override
    public void close() {
        worker.close();
    }
}
