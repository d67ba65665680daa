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

    /** The operator's own PostgreSQL, once it answers. */
    static DatabaseAccess external(Settings settings) throws StartFailure, InterruptedException {
        String url = settings.get(Schema.DB_URL);
        String user = settings.get(Schema.DB_USER);
        String password = settings.find(Schema.DB_PASSWORD).orElse("");
        var limit = Duration.ofSeconds(settings.get(Schema.DB_WAIT_SECONDS));
        return switch (ExternalDatabase.await(url, user, password, limit)) {
            case ExternalDatabase.Answer.Usable(var version) ->
                new DatabaseAccess(url, user, password, "PostgreSQL " + version + " at " + withoutParameters(url));
            case ExternalDatabase.Answer.Unusable(var why) ->
                throw new StartFailure(
                        "PostgreSQL at %s (catraca.db.url) cannot be used: %s".formatted(withoutParameters(url), why));
        };
    }

    /** The mode's database in the embedded PostgreSQL that runs on that port; made when missing. */
    static DatabaseAccess embedded(Settings settings, int port) throws PostgresFailure {
        EmbeddedPostgres.Passwords passwords = EmbeddedPostgres.passwordsIn(embeddedFolder(settings));
        Databases databases = Databases.on(port, passwords);
        String database = embeddedName(settings);
        databases.make(database);
        return new DatabaseAccess(
                databases.url(database),
                Databases.OWNER,
                passwords.owner(),
                "embedded PostgreSQL, 127.0.0.1:" + port + ", " + database);
    }

    static EmbeddedPostgres startEmbedded(Settings settings) throws PostgresFailure, InterruptedException {
        return EmbeddedPostgres.start(new EmbeddedPostgres.Options(
                embeddedFolder(settings),
                settings.get(Schema.POSTGRES_PORT),
                settings.get(Schema.DB_POOL) + CONNECTIONS_OF_OTHERS,
                Duration.ofSeconds(settings.get(Schema.POSTGRES_WAIT_SECONDS))));
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
