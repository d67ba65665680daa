package net.catraca.admin.daemon;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import net.catraca.admin.postgres.EmbeddedPostgres;
import net.catraca.admin.postgres.PostgresFailure;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running Catraca: holds the data folder, then starts PostgreSQL, the application context, RADIUS and HTTP in this
 * order, and stops them in the opposite one.
 */
public final class Daemon {

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /** A person or a service manager kills after ten; a NAS has turned to its next server long before. */
    private static final Duration STOP_LIMIT = Duration.ofMillis(4500);

    /** PostgreSQL gets as much even when the others took all the time: a clean end saves a recovery. */
    private static final Duration LEAST_FOR_POSTGRES = Duration.ofSeconds(1);

    private final Settings settings;
    private final Parts parts = new Parts();
    private final CountDownLatch stopped = new CountDownLatch(1);

    public Daemon(Settings settings) {
        this.settings = settings;
    }

    /**
     * Starts everything; returns when it serves.
     *
     * @return false when it was told to stop meanwhile
     * @throws StartFailure when it cannot; what has started by then waits for {@link #stop}
     */
    public boolean start() throws StartFailure, InterruptedException {
        try {
            startParts();
            return true;
        } catch (Parts.StoppedMeanwhile stop) {
            return false;
        } catch (PostgresFailure failed) {
            throw new StartFailure(String.valueOf(failed.getMessage()), failed);
        } catch (ServerStartupException failed) {
            throw new StartFailure("HTTP cannot start: " + failed.getMessage(), failed);
        } finally {
            parts.startEnded();
        }
    }

    private void startParts() throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        Ports.requireFree(settings);
        DataFolder folder = DataFolder.hold(settings.path(Schema.DATA));
        parts.add("the data folder", _ -> folder.close());
        DatabaseAccess database = database();
        ApplicationContext context = context(database);
        serve(context);
    }

    /** What is where, and what to try; for a person at a terminal. */
    public String announcement() {
        return "";
    }

    /** Refuses new work, ends what runs, stops PostgreSQL; within five seconds. */
    public void stop() {
        parts.stop(STOP_LIMIT);
        stopped.countDown();
    }

    /** Returns when {@link #stop} has. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    private DatabaseAccess database()
            throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        if (settings.find(Schema.DB_URL).isPresent()) {
            return DatabaseAccess.external(settings);
        }
        EmbeddedPostgres postgres = DatabaseAccess.startEmbedded(settings);
        parts.add(
                "PostgreSQL",
                left -> postgres.stop(left.compareTo(LEAST_FOR_POSTGRES) < 0 ? LEAST_FOR_POSTGRES : left));
        return DatabaseAccess.embedded(
                DatabaseAccess.embeddedFolder(settings), postgres.port(), DatabaseAccess.embeddedName(settings));
    }

    private ApplicationContext context(DatabaseAccess database) throws Parts.StoppedMeanwhile {
        ApplicationContext context = Contexts.start(settings, database);
        parts.add("the application", _ -> context.close());
        return context;
    }

    private void serve(ApplicationContext context) throws Parts.StoppedMeanwhile {
        EmbeddedServer http = context.getBean(EmbeddedServer.class).start();
        parts.add("HTTP", _ -> http.stop());
        LOG.info("HTTP on port {}", http.getPort());
    }
}
