package net.catraca.billing.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL process with a migrated template database. Tests share one per JVM through {@link TestDatabase};
 * a test that stops and starts its server again has one of its own.
 */
public final class TestServer implements AutoCloseable {

    private static final String TEMPLATE = "catraca_template";

    private final Path folder;
    private final AtomicInteger databases = new AtomicInteger();
    private EmbeddedPostgres postgres;
    private boolean running;

    private TestServer(Path folder, EmbeddedPostgres postgres) {
        this.folder = folder;
        this.postgres = postgres;
        this.running = true;
    }

    /** Starts on a free port and migrates the template by every {@code db/migration} on the class path. */
    public static TestServer start() {
        try {
            // Not below the launcher's own working folder: it clears data folders there that look ten minutes old.
            Path folder = Files.createTempDirectory("catraca-test-postgres");
            var server = new TestServer(folder, launch(folder, 0));
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-test-postgres"));
            server.migrateTemplate();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EmbeddedPostgres launch(Path folder, int port) throws IOException {
        var builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false) // close() also removes the folder, and must come second to nobody
                // Several contexts with pools of their own may live in one JVM.
                .setServerConfig("max_connections", "200");
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    private void migrateTemplate() {
        execute("create database " + TEMPLATE);
        Flyway.configure()
                .dataSource(dataSource(TEMPLATE))
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }

    /** A fresh migrated database: a copy of the template. */
    public TestDatabase newDatabase() {
        String name = "catraca_" + databases.incrementAndGet();
        execute("create database " + name + " template " + TEMPLATE);
        return new TestDatabase(this, name);
    }

    /** A database without tables. */
    public TestDatabase newEmptyDatabase() {
        String name = "catraca_" + databases.incrementAndGet();
        execute("create database " + name);
        return new TestDatabase(this, name);
    }

    /** A copy of a database that nobody is connected to: quicker than filling another. */
    public TestDatabase copyOf(TestDatabase database) {
        String name = "catraca_" + databases.incrementAndGet();
        execute("create database " + name + " template " + database.name());
        return new TestDatabase(this, name);
    }

    public boolean isRunning() {
        return running;
    }

    /** Halts all its processes where they are: connections stay open, and nobody answers. */
    public void freeze() {
        signal("-STOP");
    }

    public void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            var pid = Files.readAllLines(folder.resolve("data").resolve("postmaster.pid"))
                    .getFirst()
                    .strip();
            var processes = new java.util.ArrayList<>(java.util.List.of("kill", signal, pid));
            ProcessHandle.of(Long.parseLong(pid)).stream()
                    .flatMap(ProcessHandle::descendants)
                    .forEach(child -> processes.add(Long.toString(child.pid())));
            new ProcessBuilder(processes).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void drop(String database) {
        if (running) {
            execute("drop database if exists " + database + " with (force)");
        }
    }

    /** Ends the server process as an operator would; connections die. */
    public void stop() {
        try {
            postgres.close();
            running = false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts again on the same port with the same data. */
    public void startAgain() {
        try {
            postgres = launch(folder, postgres.getPort());
            running = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String jdbcUrl(String database) {
        return postgres.getJdbcUrl("postgres", database);
    }

    DataSource dataSource(String database) {
        var source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl(database));
        source.setUser("postgres");
        return source;
    }

    private void execute(String sql) {
        try (var connection = dataSource("postgres").getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            if (running) {
                stop();
            }
            if (Files.notExists(folder)) {
                return;
            }
            try (var paths = Files.walk(folder)) {
                for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
