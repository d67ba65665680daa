package net.catraca.admin.daemon;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.catraca.admin.postgres.EmbeddedPostgres;
import net.catraca.admin.postgres.PostgresFailure;
import net.catraca.admin.settings.Settings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the embedded PostgreSQL beside everything else, for a start that can serve from the directory's copy meanwhile:
 * after a power cut PostgreSQL may recover for minutes, and a full disk keeps it away until somebody has made room.
 */
final class EmbeddedStart {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedStart.class);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /** A full disk that has been cleaned up should not keep people waiting for longer. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /** How it starts; by a port that is known beforehand, for the pool is made before it answers. */
    interface Starting {
        EmbeddedPostgres start() throws PostgresFailure, InterruptedException;
    }

    private final Starting starting;
    private final Thread thread;
    private final CountDownLatch firstTry = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable EmbeddedPostgres running;
    private volatile @Nullable PostgresFailure failure;

    private EmbeddedStart(Starting starting) {
        this.starting = starting;
        this.thread = Thread.ofPlatform().name("postgres-start").daemon().unstarted(this::startUntilItRuns);
    }

    static EmbeddedStart begin(Settings settings, int port) {
        return begin(() -> DatabaseAccess.startEmbedded(settings, port));
    }

    static EmbeddedStart begin(Starting starting) {
        var begun = new EmbeddedStart(starting);
        begun.thread.start();
        return begun;
    }

    private void startUntilItRuns() {
        var pause = FIRST_PAUSE;
        try {
            while (stopping.getCount() > 0 && running == null) {
                try {
                    running = starting.start();
                } catch (PostgresFailure failed) {
                    failure = failed;
                    LOG.error(
                            "PostgreSQL could not be started; trying again in {} s: {}",
                            pause.toSeconds(),
                            failed.getMessage());
                }
                firstTry.countDown();
                if (running == null) {
                    var _ = stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            firstTry.countDown();
        }
    }

    /** Whether it runs: now, or within the limit by its first try. */
    boolean runsWithin(Duration limit) throws InterruptedException {
        return firstTry.await(limit.toMillis(), TimeUnit.MILLISECONDS) && running != null;
    }

    /** Waits for its first try to end, for as long as that may take. */
    void requireRunning() throws PostgresFailure, InterruptedException {
        firstTry.await();
        var failed = failure;
        if (running == null && failed != null) {
            throw failed;
        }
    }

    /** One that is still recovering goes on without us; the next start takes it over. */
    void stop(Duration limit) throws InterruptedException {
        stopping.countDown();
        thread.interrupt();
        thread.join(limit);
        var started = running;
        if (started != null) {
            started.stop(limit);
        }
    }
}
