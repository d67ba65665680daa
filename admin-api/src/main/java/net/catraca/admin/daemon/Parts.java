package net.catraca.admin.daemon;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started, to be stopped the other way round. A stop in the middle of a start waits for the part that
 * just starts, so that nothing is pulled away beneath it; that part is then the first to be stopped.
 */
final class Parts {

    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    /** Ends a part. */
    interface Stop {
        /** @param left of the time that a stop of everything may take; never negative */
        void within(Duration left) throws Exception;
    }

    private record Part(String name, Stop stop) {}

    private final Deque<Part> started = new ArrayDeque<>();
    private boolean starting = true;
    private boolean stopping;

    /** Told to stop while starting. */
    static final class StoppedMeanwhile extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** Adds a part that has just started; with what follows, a stop waits no longer than for this. */
    synchronized void add(String name, Stop stop) throws StoppedMeanwhile {
        started.push(new Part(name, stop));
        if (stopping) {
            throw new StoppedMeanwhile();
        }
    }

    /** Between two steps of a start. */
    synchronized void requireGoingOn() throws StoppedMeanwhile {
        if (stopping) {
            throw new StoppedMeanwhile();
        }
    }

    /** The start is over, for good or ill. */
    synchronized void startEnded() {
        starting = false;
        notifyAll();
    }

    /** @param limit for everything; half of it is for a start to get to an end */
    synchronized void stop(Duration limit) {
        long begun = System.nanoTime();
        stopping = true;
        try {
            awaitEndOfStart(limit.dividedBy(2));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        while (!started.isEmpty()) {
            stop(started.pop(), limit.minusNanos(System.nanoTime() - begun));
        }
    }

    private void awaitEndOfStart(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (long left = limit.toNanos(); starting && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private static void stop(Part part, Duration left) {
        try {
            part.stop().within(left.isNegative() ? Duration.ZERO : left);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            LOG.warn("{} did not stop cleanly; going on with the rest", part.name(), failed);
        }
    }
}
