package net.catraca.admin.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator edits is read again while the daemon answers. */
class ReloadTest {

    private static final Clock CLOCK = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final TestServer server = TestServer.start();
    private static TestDatabase seeded;

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private Path config;
    private TestDatabase database;
    private RunningDaemon daemon;

    @BeforeAll
    static void anIsp() throws Exception {
        seeded = server.newDatabase();
        var settings = settings(shared, Path.of("../config"), seeded);
        try (var context = Contexts.start(settings, DatabaseAccess.external(settings), RunDay.before(CLOCK))) {
            var isp = context.getBean(DemoIsp.class);
            isp.seed(settings.get(Schema.ZONE));
            isp.installTokens();
        }
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void aDaemonWithAConfigurationOfItsOwn() throws Exception {
        config = folder.resolve("config");
        copy(Path.of("../config"), config);
        Files.copy(shared.resolve("secret.keys"), folder.resolve("secret.keys"));
        database = server.copyOf(seeded);
        daemon = RunningDaemon.start(settings(folder, config, database), CLOCK);
    }

    private static Settings settings(Path data, Path config, TestDatabase database) {
        return TestSettings.serve(Map.of(
                "CATRACA_CONFIG", config.toAbsolutePath().normalize().toString(),
                "CATRACA_DATA", data.toString(),
                "CATRACA_DB_URL", database.jdbcUrl(),
                "CATRACA_DB_USER", "postgres"));
    }

    @AfterEach
    void stop() {
        daemon.close();
        database.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (var path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private void edit(String old, String now) throws IOException {
        var profile = config.resolve("vendors/mikrotik.yaml");
        var text = Files.readString(profile);
        assertThat(text).contains(old);
        Files.writeString(profile, text.replace(old, now));
    }

    private static String latin(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    private String answer(byte[] request) throws IOException {
        return latin(daemon.nas.send(request, PATIENCE).orElseThrow());
    }

    @Test
    void anEditIsUsedByTheNextReplyAndARetransmissionGetsTheOctetsOfBefore() throws Exception {
        var asked = daemon.nas.pap("blocked", "blocked-pass");
        var before = answer(asked);
        assertThat(before).contains("catraca-blocked");

        edit("catraca-blocked", "catraca-garden9");
        daemon.post("/api/v1/vendor-profiles/reload", null).expect(200);

        assertThat(answer(asked)).isEqualTo(before);
        assertThat(answer(daemon.nas.pap("blocked", "blocked-pass")))
                .contains("catraca-garden9")
                .doesNotContain("catraca-blocked");
        assertThat(daemon.get("/api/v1/audit?subject=vendor-profiles").text()).contains("vendor-profiles.reload");
    }

    @Test
    void aBadEditIsRefusedWholeAndTheAnswerNamesTheLine() throws Exception {
        edit("catraca-blocked", "catraca-garden9");
        edit("Mikrotik-Rate-Limit", "Mikrotik-Rate-Limt");

        var refused = daemon.post("/api/v1/vendor-profiles/reload", null).expect(409);

        assertThat(refused.text())
                .containsPattern("mikrotik\\.yaml:\\d+:\\d+: ")
                .contains("Mikrotik-Rate-Limt");
        assertThat(answer(daemon.nas.pap("blocked", "blocked-pass"))).contains("catraca-blocked");
        var shown = daemon.get("/api/v1/vendor-profiles").expect(200);
        assertThat(shown.number("lastRefusal/problems/0/line")).isPositive();
        assertThat(shown.number("lastRefusal/problems/0/column")).isPositive();

        edit("Mikrotik-Rate-Limt", "Mikrotik-Rate-Limit");
        daemon.post("/api/v1/vendor-profiles/reload", null).expect(200);
        assertThat(daemon.get("/api/v1/vendor-profiles").at("lastRefusal").isNull())
                .isTrue();
        assertThat(answer(daemon.nas.pap("blocked", "blocked-pass"))).contains("catraca-garden9");
    }

    @Test
    void aProfileThatANasNeedsCannotBeTakenAway() throws Exception {
        Files.delete(config.resolve("vendors/mikrotik.yaml"));

        assertThat(daemon.post("/api/v1/vendor-profiles/reload", null)
                        .expect(409)
                        .text())
                .contains("mikrotik");
        assertThat(daemon.nas.ask("active", "active-pass")).isEqualTo(TestNas.ACCEPT);
    }

    @Test
    void sighupReadsThemAgain() throws Exception {
        edit("catraca-blocked", "catraca-garden9");

        new ProcessBuilder("kill", "-HUP", Long.toString(ProcessHandle.current().pid()))
                .start()
                .waitFor();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> answer(daemon.nas.pap("blocked", "blocked-pass")).contains("catraca-garden9"));
    }

    @Test
    void whatAnOperatorChangesAboutANasReachesThePacketPathWithinASecond() throws Exception {
        var nases = daemon.get("/api/v1/nases");
        long id = nases.number("items/0/id");
        daemon.authorized()
                .ifMatch("\"" + nases.number("items/0/version") + "\"")
                .put("/api/v1/nases/" + id, """
                        {"name":"demo","prefix":"127.0.0.1/32","secret":"another-long-secret","vendor":"mikrotik"}
                        """)
                .expect(200);
        try (var knowing = daemon.nas("another-long-secret")) {
            await().atMost(Duration.ofSeconds(1))
                    .until(() -> knowing.ask("active", "active-pass", Duration.ofMillis(200)) == TestNas.ACCEPT);
            assertThat(daemon.nas.ask("active", "active-pass", Duration.ofMillis(500)))
                    .isZero();
            daemon.authorized().delete("/api/v1/nases/" + id).expect(200);
            await().atMost(Duration.ofSeconds(3))
                    .until(() -> knowing.ask("active", "active-pass", Duration.ofMillis(500)) == 0);
        }
    }

    @Test
    void nasesBehindOneAddressAreToldApartByTheirIdentifierForVendorAndPolicy() throws Exception {
        daemon.post("/api/v1/nases", """
                        {"name":"cisco-behind","prefix":"127.0.0.1/32","nasIdentifier":"test","vendor":"cisco",
                         "blockedAnswer":"reject"}
                        """).expect(201);

        // The NAS of the test names itself "test", and from then on is not "demo", which is a mikrotik.
        await().atMost(Duration.ofSeconds(3)).until(() -> daemon.nas.ask("blocked", "blocked-pass") == TestNas.REJECT);
    }
}
