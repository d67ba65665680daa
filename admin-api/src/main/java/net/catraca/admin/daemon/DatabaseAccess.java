package net.catraca.admin.daemon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import net.catraca.admin.postgres.EmbeddedPostgres;
import net.catraca.admin.postgres.PostgresFailure;
import net.catraca.admin.postgres.store.Databases;
import net.catraca.admin.postgres.store.ExternalDatabase;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;

/**
 * How to reach the database.
 *
 * @param url for JDBC
 * @param place for people
 */
public record DatabaseAccess(String url, String user, String password, String place) {

    /** Connections beside the pool: an operator's psql, a backup, the change feed's own. */
    private static final int CONNECTIONS_OF_OTHERS = 15;

    /** The operator's own PostgreSQL, whether it answers or not. */
    static DatabaseAccess external(Settings settings) {
        String url = settings.get(Schema.DB_URL);
        return new DatabaseAccess(
                url,
                settings.get(Schema.DB_USER),
                settings.find(Schema.DB_PASSWORD).orElse(""),
                "PostgreSQL at " + withoutParameters(url));
    }

    /** Waits for it: how long a start does that says catraca.db.wait-seconds. */
    ExternalDatabase.Answer await(Duration limit) throws InterruptedException {
        return ExternalDatabase.await(url, user, password, limit);
    }

    /** The mode's database in the embedded PostgreSQL that runs on that port; made when missing. */
    static DatabaseAccess embedded(Settings settings, int port) throws PostgresFailure {
        EmbeddedPostgres.Passwords passwords = EmbeddedPostgres.passwordsIn(embeddedFolder(settings));
        Databases.on(port, passwords).make(embeddedName(settings));
        return embeddedToCome(settings, port);
    }

    /** The same before it runs, for a folder in which it has run. */
    static DatabaseAccess embeddedToCome(Settings settings, int port) throws PostgresFailure {
        EmbeddedPostgres.Passwords passwords = EmbeddedPostgres.passwordsIn(embeddedFolder(settings));
        Databases databases = Databases.on(port, passwords);
        String database = embeddedName(settings);
        return new DatabaseAccess(
                databases.url(database),
                Databases.OWNER,
                passwords.owner(),
                "embedded PostgreSQL, 127.0.0.1:" + port + ", " + database);
    }

    static EmbeddedPostgres startEmbedded(Settings settings) throws PostgresFailure, InterruptedException {
        return startEmbedded(settings, settings.get(Schema.POSTGRES_PORT));
    }

    static EmbeddedPostgres startEmbedded(Settings settings, int port) throws PostgresFailure, InterruptedException {
        return EmbeddedPostgres.start(new EmbeddedPostgres.Options(
                embeddedFolder(settings),
                port,
                settings.get(Schema.DB_POOL) + CONNECTIONS_OF_OTHERS,
                Duration.ofSeconds(settings.get(Schema.POSTGRES_WAIT_SECONDS))));
    }

    /** The port on which the embedded PostgreSQL of this data folder will answer; none before it ever ran. */
    static OptionalInt embeddedPort(Settings settings) throws PostgresFailure {
        int set = settings.get(Schema.POSTGRES_PORT);
        return set == 0 ? EmbeddedPostgres.portKeptIn(embeddedFolder(settings)) : OptionalInt.of(set);
    }

    /** The port of the embedded PostgreSQL that a daemon runs at this moment. */
    static OptionalInt runningEmbedded(Settings settings) throws PostgresFailure {
        return EmbeddedPostgres.portOfRunning(embeddedFolder(settings));
    }

    static Path embeddedFolder(Settings settings) {
        return settings.path(Schema.DATA).resolve("postgres");
    }

    /** The demo has a database of its own, so that it never meets an ISP's. */
    static String embeddedName(Settings settings) {
        return switch (settings.mode()) {
            case SERVE -> "catraca";
            case DEMO -> "catraca_demo";
        };
    }

    /** Parameters may hold a password. */
    private static String withoutParameters(String url) {
        return url.replaceFirst("\\?.*", "");
    }

    @Override
    public String toString() {
        return "DatabaseAccess[" + place + ", hidden]";
    }
}
