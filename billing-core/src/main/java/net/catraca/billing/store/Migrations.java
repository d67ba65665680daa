package net.catraca.billing.store;

import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Brings the database's tables to this release. Not done by the pool's start, which must not need a database: a daemon
 * that starts while the database is away migrates it when it comes back, before the first row is read.
 */
@Singleton
@Requires(property = Migrations.PROPERTY, value = "true")
public final class Migrations {

    /** Whoever assembles the daemon sets it; a test's database is migrated already. */
    public static final String PROPERTY = "catraca.database.migrate";

    private static final int CONNECT_SECONDS = 5;

    /** A statement may rebuild a large table; a host that vanished meanwhile must not be waited for for ever. */
    private static final int SILENCE_SECONDS = 3600;

    private final Flyway flyway;
    private volatile boolean done;

    Migrations(
            @Property(name = "datasources.default.url") String url,
            @Property(name = "datasources.default.username") String user,
            @Property(name = "datasources.default.password") String password) {
        // A connection of its own: the pool's give up after seconds of silence.
        var source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(user);
        source.setPassword(password);
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(CONNECT_SECONDS);
        source.setSocketTimeout(SILENCE_SECONDS);
        this.flyway = Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/migration")
                .load();
    }

    /**
     * Does what is missing; quick when nothing is. One at a time, also across nodes.
     *
     * @throws Failed when the database does not answer, or was made by a newer or foreign release
     */
    public synchronized void migrate() {
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            throw new Failed(e);
        }
        done = true;
    }

    /** The tables are not in order; the message says why. */
    public static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Failed(FlywayException failure) {
            super(failure.getMessage(), failure.getCause() instanceof SQLException sql ? sql : failure);
        }
    }

    /** Whether this process has seen the tables in order; until then nobody may read or write them. */
    public boolean isDone() {
        return done;
    }
}
