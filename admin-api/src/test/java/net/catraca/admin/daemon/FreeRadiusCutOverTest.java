package net.catraca.admin.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import net.catraca.admin.cutover.CutOverImport;
import net.catraca.admin.cutover.CutOverReport;
import net.catraca.admin.cutover.CutOverReport.Result;
import net.catraca.admin.cutover.FileTables;
import net.catraca.admin.cutover.FreeRadius;
import net.catraca.admin.cutover.Tables;
import net.catraca.admin.cutover.store.JdbcTables;
import net.catraca.admin.demo.DemoIsp;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.testing.RunningDaemon;
import net.catraca.admin.testing.TestNas;
import net.catraca.admin.testing.TestSettings;
import net.catraca.billing.office.Actor;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.billing.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From FreeRADIUS's own tables to a login that is let in, and one that stays blocked, by the daemon as it runs. */
class FreeRadiusCutOverTest {

    private static final Clock CLOCK = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));
    private static final Path SAMPLE = Path.of("../config/demo/freeradius");
    private static final FreeRadius.Options OPTIONS =
            new FreeRadius.Options(Map.of(), "notes", Set.of("bloqueados"), Set.of());

    @TempDir
    private Path folder;

    private final StringBuilder report = new StringBuilder();

    @Test
    void loginsOfFreeRadiusAreLetInAndThoseBlockedTodayStaySo() throws Exception {
        try (var server = TestServer.start()) {
            var before = server.newEmptyDatabase();
            execute(before, Files.readString(SAMPLE.resolve("schema.sql")));
            execute(before, Files.readString(SAMPLE.resolve("data.sql")));
            var isp = server.newDatabase();
            var settings = settings(isp);
            try (var context = Contexts.start(settings, DatabaseAccess.external(settings), RunDay.before(CLOCK))) {
                context.getBean(DemoIsp.class).seed(settings.get(Schema.ZONE));
                context.getBean(DemoIsp.class).installTokens();
            }
            // The demo has made a run, and after the first a second person must look at what is adopted.
            execute(isp, "update access_run set commit_started_at = null");
            try (var context = Contexts.start(settings, DatabaseAccess.external(settings), CLOCK);
                    var tables = JdbcTables.open(before.jdbcUrl(), "postgres", null)) {
                long contracts = count(context, "contract");
                var dry = imported(context, tables, true);
                assertThat(report.toString())
                        .contains("logins,1,\"maria\",would-create,,")
                        .contains("\"rui\",ignored,,\"MD5-Password cannot be checked here")
                        .contains("Mikrotik-Rate-Limit");
                assertThat(count(context, "contract")).isEqualTo(contracts);
                assertThat(count(context, "session where id < 1000000")).isZero();

                var real = imported(context, tables, false);
                assertThat(real.count(Result.CREATED)).isEqualTo(dry.count(Result.CREATED));
                assertThat(real.count(Result.REFUSED)).isEqualTo(dry.count(Result.REFUSED));
                assertThat(count(context, "contract")).isEqualTo(contracts + 4);
                assertThat(imported(context, tables, false).count(Result.CREATED))
                        .as("what is known is left: %s", report)
                        .isZero();
            }
            try (var daemon = RunningDaemon.start(settings, CLOCK)) {
                assertThat(daemon.nas.ask("maria", "maria-secret")).isEqualTo(TestNas.ACCEPT);
                assertThat(daemon.nas.ask("maria", "another")).isEqualTo(TestNas.REJECT);
                assertThat(daemon.nas.ask("paula", "paula-secret")).isEqualTo(TestNas.ACCEPT);
                assertThat(daemon.nas.ask("nina", "nina-secret")).isEqualTo(TestNas.ACCEPT);
                assertThat(daemon.nas.ask("nina", "Nina-secret")).isEqualTo(TestNas.REJECT);
                assertThat(daemon.get("/api/v1/subscribers/nina").expect(200).string("credentialKind"))
                        .isEqualTo("nt-hash");
                var jose = daemon.get("/api/v1/subscribers/jose").expect(200);
                assertThat(jose.string("locks/macLock")).isEqualTo("fixed");
                assertThat(jose.string("locks/mac")).isEqualTo("001122aabbcc");
                assertThat(daemon.nas.ask("rui", "x")).isEqualTo(TestNas.REJECT);
                assertThat(level(daemon, "jose")).isEqualTo("blocked");
                assertThat(level(daemon, "maria")).isEqualTo("active");
                var live = daemon.get("/api/v1/sessions?login=maria").expect(200);
                assertThat(live.string("items/0/nas")).isEqualTo("bras-import");
                assertThat(live.string("items/0/acctSessionId")).isEqualTo("8100001a");
            }
        }
    }

    @Test
    void tablesAsMySqlExportsThemAreReadTheSame() throws Exception {
        write(
                "radcheck.tsv",
                "id\tusername\tattribute\top\tvalue",
                "1\tana\tCleartext-Password\t:=\ttab\\tand\\\\back",
                "2\tbia\tCrypt-Password\t:=\t$1$x$y",
                "3\tcid\tCrypt-Password\t:=\t$1$x$y",
                "4\tcid\tNT-Password\t:=\t0x44EBBA8D5312B8D611474411F56989AE",
                "5\tdea\tPassword-With-Header\t:=\t{nt}44ebba8d5312b8d611474411f56989ae");
        write("radusergroup.tsv", "username\tgroupname\tpriority", "ana\tFibra 300\t1");
        write(
                "radacct.tsv",
                "acctsessionid\tusername\tnasipaddress\tnasportid\tacctstarttime\tacctstoptime",
                "s-1\tana\t203.0.113.9\tether1\t2026-11-20 10:00:00\tNULL",
                "s-2\tana\t203.0.113.9\tether1\t2026-11-19 10:00:00\t2026-11-19 11:00:00");

        var radius = FreeRadius.read(FileTables.in(folder), OPTIONS, new CutOverReport(report, true), CLOCK.instant());

        assertThat(radius.size()).isEqualTo(4);
        var seen = new StringBuilder();
        radius.each("logins", line -> seen.append(line.cell("login"))
                .append('=')
                .append(line.cell("password"))
                .append('/')
                .append(line.cell("password_hash"))
                .append('/')
                .append(line.cell("nt_hash"))
                .append(' '));
        radius.each("contracts", line -> seen.append(line.cell("plan")).append(' '));
        radius.each(
                "sessions", line -> seen.append(line.cell("acct_session_id")).append(' '));
        assertThat(seen)
                .hasToString("ana=tab\tand\\back/null/null bia=null/$1$x$y/null"
                        + " cid=null/null/0x44EBBA8D5312B8D611474411F56989AE"
                        + " dea=null/null/44ebba8d5312b8d611474411f56989ae Fibra 300 null null null s-1 ");
    }

    private void write(String name, String... lines) throws IOException {
        Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private CutOverReport imported(ApplicationContext context, Tables source, boolean dryRun) throws Exception {
        report.setLength(0);
        var lines = new CutOverReport(report, dryRun);
        context.getBean(CutOverImport.class)
                .run(Actor.system("import"), FreeRadius.read(source, OPTIONS, lines, CLOCK.instant()), dryRun, lines);
        return lines;
    }

    private static String level(RunningDaemon daemon, String login) {
        long contract = daemon.get("/api/v1/subscribers/" + login).expect(200).number("contractId");
        return daemon.get("/api/v1/contracts/" + contract + "/access")
                .expect(200)
                .string("level");
    }

    private Settings settings(TestDatabase database) {
        return TestSettings.serve(Map.of(
                "CATRACA_CONFIG",
                        Path.of("../config").toAbsolutePath().normalize().toString(),
                "CATRACA_DATA", folder.toString(),
                "CATRACA_DB_URL", database.jdbcUrl(),
                "CATRACA_DB_USER", "postgres"));
    }

    private static long count(ApplicationContext context, String what) {
        return context.getBean(Sql.class)
                .first("select count(*) as n from " + what, row -> row.bigint("n"))
                .orElseThrow();
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
