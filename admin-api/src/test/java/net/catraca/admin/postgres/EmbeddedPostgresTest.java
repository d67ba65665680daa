package net.catraca.admin.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import net.catraca.admin.postgres.EmbeddedPostgres.Options;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With real processes; as root they run as another user where the folder can be reached by one. */
class EmbeddedPostgresTest {

    /** Unpacking takes seconds: once for all tests. */
    @TempDir
    static Path shared;

    @TempDir
    Path temporary;

    private Path folder;
    private @Nullable EmbeddedPostgres running;

    @BeforeAll
    static void unpack() throws Exception {
        passable(shared);
        PostgresBinaries.unpackedIn(Files.createDirectories(shared.resolve("binaries")));
    }

    @BeforeEach
    void aFolder() throws IOException {
        passable(temporary);
        folder = Files.createDirectory(temporary.resolve("postgres"));
        passable(folder);
        Files.createSymbolicLink(folder.resolve("binaries"), shared.resolve("binaries"));
    }

    @AfterEach
    void stop() throws IOException {
        if (running != null) {
            running.close();
        }
        Files.deleteIfExists(folder.resolve("binaries")); // the link alone
    }

    @Test
    void whatIsCommittedSurvivesARestart() throws Exception {
        var first = start();
        execute("create table paid (day date)", "insert into paid values ('2026-08-31')");
        first.close();
        assertThat(first.isRunning()).isFalse();

        start();

        assertThat(query("select day from paid")).isEqualTo("2026-08-31");
    }

    @Test
    void itIsDurableAndAsksForAPassword() throws Exception {
        start();

        assertThat(query("show fsync")).isEqualTo("on");
        assertThat(query("show synchronous_commit")).isEqualTo("on");
        assertThat(query("show data_checksums")).isEqualTo("on");
        assertThat(query("select rolpassword like 'SCRAM-SHA-256$%' from pg_authid where rolname = 'postgres'"))
                .isEqualTo("t");
        assertThatThrownBy(() -> DriverManager.getConnection(url(), "postgres", "guessed"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
        assertThat(Files.getPosixFilePermissions(folder.resolve("superuser-password")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(query("show listen_addresses")).isEqualTo("127.0.0.1");
    }

    @Test
    void killedItIsStartedAgainOnItsPort() throws Exception {
        var postgres = start();
        execute("create table paid (day date)", "insert into paid values ('2026-08-31')");
        long killed = postgres.pid();
        int port = postgres.port();

        kill(killed);

        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> query("select day from paid") != null);
        assertThat(postgres.pid()).isNotEqualTo(killed);
        assertThat(postgres.port()).isEqualTo(port);
    }

    @Test
    void theOneThatAKilledCatracaHasLeftIsTakenOver() throws Exception {
        Process other = otherCatraca();
        long left;
        try (var said = new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            left = Long.parseLong(said.readLine());
            other.destroyForcibly().waitFor();
        }
        assertThat(ProcessHandle.of(left)).get().matches(ProcessHandle::isAlive, "is alive");

        var postgres = start();

        assertThat(postgres.pid()).isEqualTo(left);
        assertThat(query("select 1")).isEqualTo("1");
        postgres.close();
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        ProcessHandle.of(left).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void takenOverItIsWatchedToo() throws Exception {
        Process other = otherCatraca();
        long left;
        try (var said = new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            left = Long.parseLong(said.readLine());
            other.destroyForcibly().waitFor();
        }
        var postgres = start();

        kill(left);

        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> query("select 1") != null);
        assertThat(postgres.pid()).isNotEqualTo(left);
    }

    @Test
    void aStaleProcessNumberThatNowBelongsToAStrangerDoesNotHinder() throws Exception {
        start().close();
        Files.writeString(
                folder.resolve("cluster/postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + folder.resolve("cluster")
                        + "\n1\n5432\n\n127.0.0.1\n0 0\nready   \n");

        start();

        assertThat(query("select 1")).isEqualTo("1");
    }

    @Test
    void itMovesWhenAnotherProgramHasTakenItsPort() throws Exception {
        var first = start();
        int port = first.port();
        first.close();

        try (var other = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertThat(other.isBound()).isTrue();
            assertThat(start().port()).isNotEqualTo(port);
            assertThat(query("select 1")).isEqualTo("1");
        }
    }

    @Test
    void aPortThatWasAskedForAndIsTakenIsRefused() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = other.getLocalPort();

            assertThatThrownBy(() -> EmbeddedPostgres.start(new Options(folder, port, 10, Duration.ofMinutes(1))))
                    .isInstanceOf(PostgresFailure.class)
                    .hasMessage("Port " + port + " on 127.0.0.1, set by catraca.postgres.port, is in use.");
        }
    }

    @Test
    void theFilesOfAnotherMajorVersionAreLeftAloneWithAdvice() throws Exception {
        start().close();
        Files.writeString(folder.resolve("cluster/PG_VERSION"), "16\n");

        assertThatThrownBy(this::start)
                .isInstanceOf(PostgresFailure.class)
                .hasMessageContaining("was made by PostgreSQL 16, but this Catraca brings 17")
                .hasMessageContaining("docs/backup.md");
    }

    @Test
    void whenItDoesNotStartItsLastWordsAreRepeated() throws Exception {
        start().close();
        Files.writeString(folder.resolve("cluster/postgresql.conf"), "shared_buffers = nonsense\n");

        assertThatThrownBy(this::start)
                .isInstanceOf(PostgresFailure.class)
                .hasMessageContaining("invalid value for parameter \"shared_buffers\": \"nonsense\"");
    }

    @Test
    void anInitialisationThatWasCutOffIsBegunAnew() throws Exception {
        Files.createDirectories(folder.resolve("cluster.unfinished/base"));

        start();

        assertThat(query("select 1")).isEqualTo("1");
        assertThat(folder.resolve("cluster.unfinished")).doesNotExist();
    }

    @Test
    void asRootItRunsAsAUserWithoutRights() throws Exception {
        assumeTrue(isRoot());

        var postgres = start();

        assertThat((int) Files.getAttribute(folder.resolve("cluster"), "unix:uid"))
                .isNotZero();
        assertThat((int) Files.getAttribute(Path.of("/proc/" + postgres.pid()), "unix:uid"))
                .isNotZero();
    }

    @Test
    void asRootInAFolderThatNobodyElseCanReachItStillRuns() throws Exception {
        assumeTrue(isRoot());
        assumeTrue(
                Command.run(List.of("unshare", "--user", "true"), Path.of("/")).isSuccess());
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwx------"));

        start();

        assertThat(query("select 1")).isEqualTo("1");
        assertThat((int) Files.getAttribute(folder.resolve("cluster"), "unix:uid"))
                .isZero();
    }

    @Test
    void whenNoWayWorksEachIsNamedWithItsReason() {
        var missing = new PostgresBinaries(temporary.resolve("nowhere"));

        assertThatThrownBy(() -> PostgresAccount.thatCanRun(missing, folder.resolve("cluster")))
                .isInstanceOf(PostgresFailure.class)
                .hasMessageStartingWith("The embedded PostgreSQL cannot run here:\n  as ")
                .hasMessageContaining("not found")
                .hasMessageContaining("set CATRACA_DATA to a folder");
    }

    /** What another process runs in {@link #otherCatraca}: starts PostgreSQL, tells its number, stays. */
    public static final class Other {
        public static void main(String[] arguments) throws Exception {
            var postgres = EmbeddedPostgres.start(optionsFor(Path.of(arguments[0])));
            System.out.println(postgres.pid());
            new java.util.concurrent.CountDownLatch(1).await();
        }
    }

    private Process otherCatraca() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                        "-Dlogback.configurationFile=" + nowhereToLog(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        folder.toString())
                .redirectError(temporary.resolve("other.log").toFile())
                .start();
    }

    private Path nowhereToLog() throws IOException {
        return Files.writeString(temporary.resolve("logback.xml"), "<configuration/>");
    }

    private EmbeddedPostgres start() throws Exception {
        var started = EmbeddedPostgres.start(optionsFor(folder));
        running = started;
        return started;
    }

    private static Options optionsFor(Path folder) {
        return new Options(folder, 0, 10, Duration.ofMinutes(1));
    }

    private String url() {
        return "jdbc:postgresql://127.0.0.1:" + Objects.requireNonNull(running).port() + "/postgres";
    }

    private Connection connection() throws Exception {
        return DriverManager.getConnection(
                url(), "postgres", EmbeddedPostgres.passwordsIn(folder).superuser());
    }

    private void execute(String... statements) throws Exception {
        try (var connection = connection();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private @Nullable String query(String sql) throws Exception {
        try (var connection = connection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }

    private static boolean isRoot() throws IOException {
        return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    }

    private static void passable(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
