package net.catraca.admin.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.catraca.admin.demo.DemoIsp;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.testing.RunningDaemon;
import net.catraca.admin.testing.TestSettings;
import net.catraca.billing.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarms of the operations page are about figures that the daemon has. */
class MetricsDocumentTest {

    private static final Clock CLOCK = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Pattern NAME = Pattern.compile("\\b(?:catraca|hikaricp)_[a-z_]+");

    @TempDir
    private Path folder;

    @Test
    void everyFigureOfTheOperationsPageIsThere() throws Exception {
        try (var database = TestDatabase.fresh()) {
            var settings = TestSettings.serve(Map.of(
                    "CATRACA_DATA",
                    folder.toString(),
                    "CATRACA_DB_URL",
                    database.jdbcUrl(),
                    "CATRACA_DB_USER",
                    "postgres",
                    "CATRACA_OUTBOUND_LOCAL",
                    "allow"));
            try (var context = Contexts.start(settings, DatabaseAccess.external(settings), RunDay.before(CLOCK))) {
                var isp = context.getBean(DemoIsp.class);
                isp.seed(settings.get(Schema.ZONE));
                isp.installTokens();
            }
            try (var daemon = RunningDaemon.start(settings, CLOCK)) {
                assertThat(daemon.nas.send(daemon.nas.pap("active", "active-pass"), PATIENCE))
                        .isPresent();
                makeOneOfEach(daemon, database);

                await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                    var missing = named();
                    missing.removeAll(shown(daemon));
                    assertThat(missing).isEmpty();
                });
            }
        }
    }

    /** Some figures are of things that an ISP may not have: a pool, a bank's file, a webhook, a session that somebody ends. */
    private static void makeOneOfEach(RunningDaemon daemon, TestDatabase database) throws SQLException {
        daemon.post("/api/v1/address-pools", """
                {"name":"cgnat","family":"ipv4","whenExhausted":"reject","ranges":["100.64.0.0/24"]}""").expect(201);
        long webhook = daemon.post("/api/v1/webhooks", """
                        {"name":"erp","url":"http://127.0.0.1:9/hook","topics":["payment"]}""").expect(201).number("webhook/id");
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("""
                    insert into bank_file (agreement_id, name, sha256, octets, state, received_at, received_by, progress_at)
                    select id, 'x.ret', decode(repeat('00', 32), 'hex'), 1, 'IMPORTED', now(), 'maria', now()
                      from bank_agreement where name = 'bradesco'"""); // the demo's
            statement.execute("""
                    insert into session (id, nas_id, nas_name, nas_address, acct_session_id, user_name, port, started_at,
                        input_octets, output_octets, input_packets, output_packets, gigawords_seen, seconds,
                        last_event_at, last_heard_at, interim_seconds, interim_heard, last_record, node)
                    select 1, id, name, '127.0.0.1', 's-1', 'active', 'ether1', now(), 5, 6, 1, 1, false, 60, now(), now(),
                        900, true, 1, 2 from nas where host(prefix) = '127.0.0.1'""");
            statement.execute("insert into session_written (node, at, session_ids) values (2, now(), '{1}')");
        }
        daemon.post("/api/v1/webhooks/" + webhook + "/ping", null).expect(200);
        // No router listens there, which is an outcome, too.
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> daemon.post("/api/v1/sessions/1/disconnect", null)
                .expect(200));
    }

    private static Set<String> named() throws IOException {
        return NAME.matcher(Files.readString(Path.of("../docs/operations.md")))
                .results()
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> shown(RunningDaemon daemon) {
        return NAME.matcher(daemon.get("/prometheus").expect(200).text())
                .results()
                .map(found -> found.group())
                .collect(Collectors.toSet());
    }
}
