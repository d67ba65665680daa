package net.catraca.admin.postgres.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a PostgreSQL that an operator has, and says why it cannot be used. */
public final class ExternalDatabase {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalDatabase.class);

    /** The oldest release that we are tested with. */
    private static final int OLDEST_MAJOR = 14;

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);
    private static final String CONNECT_SECONDS = "2";

    /** For all hosts of the URL together, and for one that accepts and then says nothing. */
    private static final String LOGIN_SECONDS = "5";

    private ExternalDatabase() {}

    /** What came of it. */
    public sealed interface Answer {
        /** @param version such as 16.4 */
        record Usable(String version) implements Answer {}

        /** @param why in a sentence */
        record Unusable(String why) implements Answer {}
    }

    /** Tries until it answers, or the limit is over; a wrong password or a missing database is told at once. */
    public static Answer await(String url, String user, String password, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try (Connection connection = connect(url, user, password)) {
                return judge(connection);
            } catch (SQLException failed) {
                if (isFinal(failed) || System.nanoTime() >= deadline) {
                    return new Answer.Unusable(String.valueOf(failed.getMessage()));
                }
                LOG.warn(
                        "PostgreSQL does not answer ({}); trying again in {} s",
                        failed.getMessage(),
                        BETWEEN_TRIES.toSeconds());
                TimeUnit.NANOSECONDS.sleep(BETWEEN_TRIES.toNanos());
            }
        }
    }

    private static Connection connect(String url, String user, String password) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("loginTimeout", LOGIN_SECONDS);
        properties.setProperty("socketTimeout", LOGIN_SECONDS);
        return DriverManager.getConnection(url, properties);
    }

    private static Answer judge(Connection connection) throws SQLException {
        var server = connection.getMetaData();
        String version = server.getDatabaseProductVersion();
        return server.getDatabaseMajorVersion() >= OLDEST_MAJOR
                ? new Answer.Usable(version)
                : new Answer.Unusable("expected PostgreSQL " + OLDEST_MAJOR + " or newer, was " + version);
    }

    /** Class 28: not this user or password; class 3D: no such database. Waiting mends neither. */
    private static boolean isFinal(SQLException failed) {
        String state = String.valueOf(failed.getSQLState());
        return state.startsWith("28") || state.startsWith("3D");
    }
}
