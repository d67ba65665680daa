package net.catraca.admin.daemon;

import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Consumer;
import net.catraca.admin.postgres.EmbeddedPostgres;
import net.catraca.admin.postgres.PostgresFailure;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;

/**
 * The settings' database for a command that works beside the daemon or without one: the operator's PostgreSQL, or the
 * embedded one, which is started for the command's time when it does not run. No port of Catraca's own opens.
 */
public final class OpenDatabase implements AutoCloseable {

    /** Nobody waits for it but a person at a terminal. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Parts parts = new Parts();
    private final Settings settings;
    private final Clock clock;

    private OpenDatabase(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** What a command does with it. */
    public interface Work<T> {
        T with(ApplicationContext context);
    }

    /** Opens it, brings its tables up to date, does the work, and leaves everything as it was found. */
    public static <T> T use(Settings settings, Clock clock, Work<T> work) throws StartFailure, InterruptedException {
        return use(settings, clock, Contexts::ofDatabase, _ -> {}, work);
    }

    /**
     * The same with all beans, for what also seals secrets and knows routers; still nothing is started.
     *
     * @param place is told which database it is, in words for people, before the work
     */
    public static <T> T useWhole(Settings settings, Clock clock, Consumer<String> place, Work<T> work)
            throws StartFailure, InterruptedException {
        return use(settings, clock, Contexts::startUnmigrated, place, work);
    }

    private interface Opening {
        ApplicationContext open(Settings settings, DatabaseAccess database, Clock clock) throws StartFailure;
    }

    private static <T> T use(Settings settings, Clock clock, Opening opening, Consumer<String> place, Work<T> work)
            throws StartFailure, InterruptedException {
        try (var database = new OpenDatabase(settings, clock)) {
            return work.with(database.context(opening, place));
        } catch (PostgresFailure failed) {
            throw new StartFailure(String.valueOf(failed.getMessage()), failed);
        } catch (Parts.StoppedMeanwhile unexpected) {
            throw new IllegalStateException("stopped by nobody", unexpected);
        }
    }

    private ApplicationContext context(Opening opening, Consumer<String> place)
            throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        DatabaseAccess access = access();
        place.accept(access.place());
        ApplicationContext context = opening.open(settings, access, clock);
        parts.add("the application", _ -> context.close());
        Contexts.migrate(context);
        return context;
    }

    private DatabaseAccess access() throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        if (settings.find(Schema.DB_URL).isPresent()) {
            return DatabaseAccess.external(settings);
        }
        OptionalInt running = DatabaseAccess.runningEmbedded(settings);
        return DatabaseAccess.embedded(settings, running.isPresent() ? running.getAsInt() : start());
    }

    /** A daemon that is just starting holds the folder, and then it is for that one to start PostgreSQL. */
    private int start() throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        DataFolder folder = DataFolder.hold(settings.path(Schema.DATA));
        parts.add("the data folder", _ -> folder.close());
        EmbeddedPostgres postgres = DatabaseAccess.startEmbedded(settings);
        parts.add("PostgreSQL", postgres::stop);
        return postgres.port();
    }

    @Override
    public void close() {
        parts.startEnded();
        parts.stop(STOP_LIMIT);
    }
}
