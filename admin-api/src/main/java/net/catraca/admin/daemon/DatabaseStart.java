package net.catraca.admin.daemon;

import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import net.catraca.admin.postgres.EmbeddedPostgres;
import net.catraca.admin.postgres.PostgresFailure;
import net.catraca.admin.postgres.store.ExternalDatabase;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.billing.directory.DirectoryFile;
import net.catraca.billing.store.ColdStart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beginning of the daemon's start: which database it has (an operator's own, the embedded one or the demo's), and
 * whether routers wait for it. Where there is a copy of the directory, they do not wait for long: the application begins
 * without the database, serves from the copy and tightens nothing until the database is there. Without a copy that can be
 * read, nobody could be answered, and the start waits for the database or fails.
 */
final class DatabaseStart {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseStart.class);

    /** PostgreSQL gets as much even when the others took all the time: a clean end saves a recovery. */
    private static final Duration LEAST_FOR_POSTGRES = Duration.ofSeconds(1);

    /** So long a start waits for the database when it could serve from the directory's copy. */
    private static final Duration ROUTERS_WAIT = Duration.ofSeconds(4);

    private final Settings settings;
    private final Clock clock;
    private final Parts parts;

    /** @param parts takes up what has been started, to stop it in the end */
    DatabaseStart(Settings settings, Clock clock, Parts parts) {
        this.settings = settings;
        this.clock = clock;
        this.parts = parts;
    }

    /**
     * The application context: on a migrated database, or on one that is away and is migrated when it is there.
     *
     * @throws StartFailure when neither database nor copy can serve
     */
    ApplicationContext context() throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        if (settings.find(Schema.DB_URL).isPresent()) {
            return external();
        }
        if (settings.mode() == Mode.DEMO) {
            return demo();
        }
        OptionalInt port = DatabaseAccess.embeddedPort(settings);
        return port.isPresent() && hasCopy()
                ? embeddedWithCopy(port.getAsInt())
                : context(DatabaseAccess.embedded(settings, embedded().port()));
    }

    private ApplicationContext demo()
            throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        EmbeddedPostgres postgres = embedded();
        var demo = DemoDatabase.on(postgres.port(), settings, clock);
        ApplicationContext context = context(DatabaseAccess.embedded(settings, postgres.port()));
        demo.open(context);
        return context;
    }

    private EmbeddedPostgres embedded() throws PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        EmbeddedPostgres postgres = DatabaseAccess.startEmbedded(settings);
        parts.add("PostgreSQL", left -> postgres.stop(forPostgres(left)));
        return postgres;
    }

    private static Duration forPostgres(Duration left) {
        return left.compareTo(LEAST_FOR_POSTGRES) < 0 ? LEAST_FOR_POSTGRES : left;
    }

    private boolean hasCopy() {
        return Contexts.directoryCopy(settings).exists();
    }

    /** An operator's own PostgreSQL: waited for, but not by routers when there is a copy to serve from. */
    private ApplicationContext external()
            throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        var database = DatabaseAccess.external(settings);
        var patience = Duration.ofSeconds(settings.get(Schema.DB_WAIT_SECONDS));
        boolean copy = hasCopy();
        switch (database.await(copy ? Duration.ZERO : patience)) {
            case ExternalDatabase.Answer.Usable(var version) -> {
                LOG.info("{} is version {}", database.place(), version);
                return context(database);
            }
            case ExternalDatabase.Answer.Unusable(var why) when !copy -> throw unusable(database, why);
            case ExternalDatabase.Answer.Unusable(var why) ->
                LOG.error("{} cannot be used now: {}; starting from the directory's copy", database.place(), why);
        }
        return fromCopy(database, () -> {
            if (database.await(patience) instanceof ExternalDatabase.Answer.Unusable(var why)) {
                throw unusable(database, why);
            }
        });
    }

    private StartFailure unusable(DatabaseAccess database, String why) {
        return new StartFailure(
                "%s (catraca.db.url) cannot be used: %s. Nor is there a copy of the directory to serve from in %s."
                        .formatted(database.place(), why, settings.path(Schema.DATA)));
    }

    /** The embedded PostgreSQL may recover for minutes: routers wait for it, but not as long. */
    private ApplicationContext embeddedWithCopy(int port)
            throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        var postgres = EmbeddedStart.begin(settings, port);
        parts.add("PostgreSQL", left -> postgres.stop(forPostgres(left)));
        if (postgres.runsWithin(ROUTERS_WAIT)) {
            return context(DatabaseAccess.embedded(settings, port));
        }
        LOG.error("PostgreSQL does not run yet; starting from the directory's copy");
        return fromCopy(DatabaseAccess.embeddedToCome(settings, port), postgres::requireRunning);
    }

    /** Waits until a database can be used. */
    private interface Waiting {
        void forDatabase() throws StartFailure, PostgresFailure, InterruptedException;
    }

    /** Without the database, unless the copy turns out to be of no use. */
    private ApplicationContext fromCopy(DatabaseAccess database, Waiting waiting)
            throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        ApplicationContext context = added(Contexts.startUnmigrated(settings, database, clock));
        if (!servesFromCopy(context)) {
            waiting.forDatabase();
            Contexts.migrate(context);
        }
        return context;
    }

    private static boolean servesFromCopy(ApplicationContext context) {
        return context.getBean(ColdStart.class).serveFromCopy() instanceof DirectoryFile.Loading.Serving;
    }

    private ApplicationContext context(DatabaseAccess database) throws StartFailure, Parts.StoppedMeanwhile {
        LOG.info("database: {}", database.place());
        return added(Contexts.start(settings, database, clock));
    }

    private ApplicationContext added(ApplicationContext context) throws Parts.StoppedMeanwhile {
        parts.add("the application", _ -> context.close());
        return context;
    }
}
