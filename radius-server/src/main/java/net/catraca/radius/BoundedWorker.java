package net.catraca.radius;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread for work that must not hold up an event loop, in the order in which it came, and no more than has room. */
final class BoundedWorker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BoundedWorker.class);

    private final String name;
    private final ThreadPoolExecutor thread;

    /** @param mostWaiting besides what is being done */
    BoundedWorker(String name, int mostWaiting) {
        this.name = name;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(mostWaiting),
                Thread.ofPlatform().name(name).daemon().factory());
    }

    /** Returns false when there is no room, or it is closed. */
    boolean offer(Runnable work) {
        try {
            thread.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            log.trace("no room at {}", name, e);
            return false;
        }
    }

    /** What waits is dropped; what has begun gets a second. */
    @Override
    public void close() {
        thread.getQueue().clear();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
