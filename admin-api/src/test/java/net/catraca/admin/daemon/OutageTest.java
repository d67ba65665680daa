package net.catraca.admin.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import net.catraca.admin.demo.DemoIsp;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.testing.RunningDaemon;
import net.catraca.admin.testing.TestNas;
import net.catraca.admin.testing.TestSettings;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.billing.testing.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon on real sockets with a PostgreSQL of an operator's own, which goes away and comes back. */
class OutageTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Clock CLOCK = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));

    private static final TestServer server = TestServer.start();

    @TempDir
    private static Path shared;

    private static TestDatabase database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void anIspThatHasBeenServed() throws Exception {
        database = server.newDatabase();
        var settings = settings(shared, database, Map.of());
        try (var context = Contexts.start(settings, DatabaseAccess.external(settings), RunDay.before(CLOCK))) {
            var isp = context.getBean(DemoIsp.class);
            isp.seed(settings.get(Schema.ZONE));
            isp.installTokens();
        }
        try (var daemon = RunningDaemon.start(settings, CLOCK)) {
            assertThat(daemon.nas.ask("active", "active-pass")).isEqualTo(TestNas.ACCEPT);
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Settings settings(Path data, TestDatabase database, Map<String, String> more) {
        var environment = new HashMap<>(Map.of(
                "CATRACA_DATA",
                data.toString(),
                "CATRACA_DB_URL",
                database.jdbcUrl(),
                "CATRACA_DB_USER",
                "postgres",
                "CATRACA_DB_WAIT_SECONDS",
                "0"));
        environment.putAll(more);
        return TestSettings.serve(environment);
    }

    /** What the daemon before left in its folder: the keys, and the directory's copy. */
    private void copyOfTheFolder() throws IOException {
        for (String name : new String[] {"secret.keys", "directory.sealed"}) {
            Files.copy(shared.resolve(name), folder.resolve(name));
        }
    }

    @Test
    void aStartWithoutItsDatabaseServesFromTheCopyAndGoesLiveWhenItIsBack() throws Exception {
        copyOfTheFolder();
        server.stop();
        try (var daemon = RunningDaemon.start(settings(folder, database, Map.of()), CLOCK)) {
            assertThat(daemon.nas.ask("active", "active-pass")).isEqualTo(TestNas.ACCEPT);
            assertThat(daemon.nas.ask("blocked", "blocked-pass")).isEqualTo(TestNas.ACCEPT);
            assertThat(daemon.nas.ask("cancelled", "cancelled-pass")).isEqualTo(TestNas.REJECT);
            assertThat(daemon.nas.ask("active", "wrong")).isEqualTo(TestNas.REJECT);
            // Somebody of that name may have come since the copy was made.
            assertThat(daemon.nas.ask("nobody", "whatever")).isZero();

            var refused = daemon.get("/api/v1/nases");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotEmpty();
            assertThat(refused.header("Content-Type")).startsWith("application/problem+json");
            assertThat(daemon.get("/health/liveness").status()).isEqualTo(200);
            var readiness = daemon.get("/health/readiness");
            assertThat(readiness.status()).isEqualTo(200);
            assertThat(readiness.text()).contains("\"degraded\":true").contains("\"status\":\"DEGRADED\"");
            assertThat(daemon.get("/health").text()).contains("\"state\":\"away\"");

            server.startAgain();
            await().atMost(SOON).until(() -> daemon.get("/api/v1/nases").status() == 200);
            await().atMost(SOON).until(() -> daemon.nas.ask("nobody", "whatever") == TestNas.REJECT);
            assertThat(daemon.get("/health/readiness").text()).contains("\"degraded\":false");
            // Jobs have waited, too.
            await().atMost(SOON)
                    .until(() ->
                            daemon.get("/api/v1/jobs/session-history").text().contains("\"outcome\":\"done\""));
            assertThat(daemon.nas.ask("active", "active-pass")).isEqualTo(TestNas.ACCEPT);
            daemon.post("/api/v1/nases", """
                            {"name":"other","prefix":"127.0.0.9/32","secret":"a-long-enough-secret","vendor":"cisco"}
                            """).expect(201);
        } finally {
            if (!server.isRunning()) {
                server.startAgain();
            }
        }
    }

    @Test
    void aDatabaseThatComesBackWithoutTablesIsMigratedBeforeItIsRead() throws Exception {
        copyOfTheFolder();
        var empty = server.newEmptyDatabase();
        server.stop();
        try (var daemon = RunningDaemon.start(settings(folder, empty, Map.of()), CLOCK)) {
            assertThat(daemon.nas.ask("active", "active-pass")).isEqualTo(TestNas.ACCEPT);
            server.startAgain();
            // No NAS is known there: silence. And no token, so that the API answers, and refuses ours.
            await().atMost(SOON).until(() -> daemon.get("/api/v1/nases").status() == 401);
            await().atMost(SOON).until(() -> daemon.nas.ask("active", "active-pass") == 0);
            assertThat(migrations(empty)).isPositive();
        } finally {
            if (!server.isRunning()) {
                server.startAgain();
            }
        }
    }

    private static int migrations(TestDatabase database) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from flyway_schema_history where success")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void aFirstStartWithoutItsDatabaseIsRefusedClearly() {
        server.stop();
        try {
            assertThatThrownBy(() -> RunningDaemon.start(settings(folder, database, Map.of()), CLOCK)
                            .close())
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("catraca.db.url")
                    .hasMessageContaining("Nor is there a copy");
        } finally {
            server.startAgain();
        }
    }

    @Test
    void aCopySealedWithAnotherKeyDoesNotServe() throws Exception {
        Files.copy(shared.resolve("directory.sealed"), folder.resolve("directory.sealed"));
        server.stop();
        try {
            assertThatThrownBy(() -> RunningDaemon.start(settings(folder, database, Map.of()), CLOCK)
                            .close())
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("catraca.db.url");
        } finally {
            server.startAgain();
        }
    }

    @Test
    void whileItsDatabaseIsFrozenRoutersAreAnsweredAtOnceAndTheApiIsNotKeptWaiting() throws Exception {
        copyOfTheFolder();
        try (var daemon = RunningDaemon.start(settings(folder, database, Map.of()), CLOCK)) {
            daemon.get("/api/v1/nases").expect(200);
            server.freeze();
            try {
                long begun = System.nanoTime();
                assertThat(daemon.get("/api/v1/nases").status()).isEqualTo(503);
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
                for (int i = 0; i < 100; i++) {
                    long asked = System.nanoTime();
                    assertThat(daemon.nas.ask("active", "active-pass")).isEqualTo(TestNas.ACCEPT);
                    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(1));
                }
                assertThat(daemon.get("/health/liveness").status()).isEqualTo(200);
                assertThat(daemon.get("/health/readiness").status()).isEqualTo(200);
            } finally {
                server.thaw();
            }
            await().atMost(SOON).until(() -> daemon.get("/api/v1/nases").status() == 200);
            await().atMost(SOON).until(() -> daemon.get("/health").text().contains("\"state\":\"following\""));
        }
    }
}
