package net.catraca.admin.postgres;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches PostgreSQL's main process and starts it again when it dies, at once the first time, then ever more slowly. */
final class PostgresSupervisor {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresSupervisor.class);

    /** Between two starts at most: a full disk that has been cleaned up should not keep people waiting for longer. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** After so long a life the next death is a new story. */
    private static final Duration LONG_LIFE = Duration.ofMinutes(1);

    private static final Duration LOOK_AGAIN = Duration.ofHours(1);

    /** Starts PostgreSQL again. */
    interface Restart {
        void run() throws IOException, PostgresFailure, InterruptedException;
    }

    private final Supplier<Postmaster> current;
    private final Restart restart;
    private final CountDownLatch stopping;

    PostgresSupervisor(Supplier<Postmaster> current, Restart restart, CountDownLatch stopping) {
        this.current = current;
        this.restart = restart;
        this.stopping = stopping;
    }

    void start() {
        Thread.ofPlatform().name("postgres-supervisor").daemon().start(this::watch);
    }

    private void watch() {
        Duration pause = Duration.ZERO;
        try {
            while (stopping.getCount() > 0) {
                long begun = System.nanoTime();
                while (stopping.getCount() > 0 && !current.get().awaitEnd(LOOK_AGAIN, stopping)) {
                    LOG.trace("PostgreSQL is alive");
                }
                if (Duration.ofNanos(System.nanoTime() - begun).compareTo(LONG_LIFE) > 0) {
                    pause = Duration.ZERO;
                }
                startAgainAfter(pause);
                pause = longer(pause);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void startAgainAfter(Duration pause) throws InterruptedException {
        if (stopping.getCount() == 0) {
            return;
        }
        LOG.warn(
                "PostgreSQL, process {}, ended ({}); starting it again {}. Until then answers come from memory",
                current.get().pid(),
                current.get().ending(),
                pause.isZero() ? "now" : "in " + pause.toSeconds() + " s");
        boolean stopped = stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        if (stopped) {
            return;
        }
        try {
            restart.run();
            LOG.info("PostgreSQL runs again, process {}", current.get().pid());
        } catch (IOException | PostgresFailure failed) {
            LOG.error("PostgreSQL could not be started again: {}", failed.getMessage());
        }
    }

    private static Duration longer(Duration pause) {
        Duration longer = pause.isZero() ? Duration.ofSeconds(1) : pause.multipliedBy(2);
        return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }
}
