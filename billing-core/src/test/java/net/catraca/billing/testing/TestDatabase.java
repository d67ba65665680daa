package net.catraca.billing.testing;

import io.micronaut.context.ApplicationContext;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/**
 * A fresh, migrated database on the JVM's one PostgreSQL, dropped by {@link #close}. One per test class:
 *
 * <pre>{@code
 * static final TestDatabase database = TestDatabase.fresh();
 * @AfterAll static void drop() { database.close(); }
 * }</pre>
 */
public final class TestDatabase implements AutoCloseable {

    private final TestServer server;
    private final String name;

    TestDatabase(TestServer server, String name) {
        this.server = server;
        this.name = name;
    }

    public static TestDatabase fresh() {
        return Shared.SERVER.newDatabase();
    }

    /** One server per JVM, started by the first test that wants a database and stopped with the JVM. */
    private static final class Shared {
        private static final TestServer SERVER = TestServer.start();
    }

    String name() {
        return name;
    }

    /** Without a pool: each {@code getConnection} is a connection of its own, closed by the test. */
    public DataSource dataSource() {
        return server.dataSource(name);
    }

    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    /** What makes a Micronaut context use this database; already migrated, so Flyway is off. */
    public Map<String, String> properties() {
        return Map.of(
                "datasources.default.url", jdbcUrl(),
                "datasources.default.username", "postgres",
                "datasources.default.password", "",
                "datasources.default.driver-class-name", "org.postgresql.Driver",
                "datasources.default.dialect", "POSTGRES",
                "datasources.default.maximum-pool-size", "10",
                "flyway.datasources.default.enabled", "false");
    }

    /** A started context on this database; the test closes it. */
    public ApplicationContext startContext() {
        return startContext(Map.of());
    }

    /**
     * A started context on this database; the test closes it.
     *
     * @param more properties, besides those of the database
     * @param beans that take the place of the usual ones: a clock, settings, secret keys
     */
    public ApplicationContext startContext(Map<String, Object> more, Object... beans) {
        Map<String, Object> all = new HashMap<>(properties());
        all.putAll(more);
        return ApplicationContext.builder(all, "test").singletons(beans).start();
    }

    /** Drops the database, whoever is still connected. */
    @Override
    public void close() {
        server.drop(name);
    }
}
