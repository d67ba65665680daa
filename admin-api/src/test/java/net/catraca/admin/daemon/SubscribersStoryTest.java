package net.catraca.admin.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import net.catraca.admin.demo.DemoIsp;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.RunningDaemon;
import net.catraca.admin.testing.TestSettings;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ana's year with her provider, from the first day to the last, on the daemon whole: what people and jobs do goes through
 * the API, what she gets is what a router is answered. Her ISP reduces from 7 days late and blocks from 15, by runs, each
 * debt only after a notice that is five days old.
 */
class SubscribersStoryTest {

    private static final SettableClock clock = SettableClock.atNoonOf("2026-01-20");
    private static final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private static final Duration SOON = Duration.ofSeconds(20);

    /** What the router is told. */
    private static final String FIBRA_300 = "accepted with 150M/300M";

    private static final String FIBRA_600 = "accepted with 300M/600M";
    private static final String REDUCED = "accepted with 1M/1M";
    private static final String GARDEN = "accepted into catraca-blocked";
    private static final String REFUSED = "refused";

    private static final int MIKROTIK = 14988;
    private static final int RATE_LIMIT = 8;
    private static final int ADDRESS_LIST = 19;

    @TempDir
    private static Path folder;

    private static TestDatabase database;
    private static RunningDaemon daemon;

    private long contract;

    @BeforeAll
    static void anIsp() throws Exception {
        mail.start();
        database = TestDatabase.fresh();
        theDatabasesClockFollowsOurs();
        var settings = TestSettings.serve(Map.ofEntries(
                Map.entry("CATRACA_DATA", folder.toString()),
                Map.entry("CATRACA_DB_URL", database.jdbcUrl()),
                Map.entry("CATRACA_DB_USER", "postgres"),
                Map.entry("CATRACA_NOTICES_SMTP_HOST", "127.0.0.1"),
                Map.entry(
                        "CATRACA_NOTICES_SMTP_PORT",
                        Integer.toString(mail.getSmtp().getPort())),
                Map.entry("CATRACA_NOTICES_SMTP_SECURITY", "none"),
                Map.entry("CATRACA_NOTICES_SMTP_FROM", "cobranca@minha.example"),
                // The story says when each of them runs.
                Map.entry("CATRACA_JOBS_GENERATE_RECEIVABLES", "off"),
                Map.entry("CATRACA_JOBS_BREAK_AGREEMENTS", "off"),
                Map.entry("CATRACA_JOBS_SEND_NOTICES", "off")));
        try (var context = Contexts.start(settings, DatabaseAccess.external(settings), clock)) {
            context.getBean(DemoIsp.class).installTokens();
        }
        daemon = RunningDaemon.start(settings, clock);
    }

    @AfterAll
    static void stop() {
        daemon.close();
        database.close();
        mail.stop();
    }

    /** Nothing tightens while the two disagree, so PostgreSQL is made to tell the test's time. */
    private static void theDatabasesClockFollowsOurs() {
        execute("create schema pretended");
        execute("create table pretended.instant as select timestamptz '" + clock.instant() + "' as at");
        execute("create function pretended.clock_timestamp() returns timestamptz language sql volatile"
                + " as 'select at from pretended.instant'");
        execute("do $$ begin execute format('alter database %I set search_path = public, pretended, pg_catalog',"
                + " current_database()); end $$");
    }

    private static void execute(String sql) {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aYear() throws Exception {
        long policy = aPolicy();
        aRouter();
        long fibra300 = plan("Fibra 300", policy, 99_90, 300_000, 150_000);
        long fibra600 = plan("Fibra 600", policy, 129_90, 600_000, 300_000);

        // She joins in the middle of January; bills run by the month and are due on the tenth.
        contract = joins(fibra300);
        gets(FIBRA_300);
        generate();
        assertThat(bill(0).number("nominalCents")).isEqualTo(38_67); // 12 of 31 days
        assertThat(bill(0).string("dueOn")).isEqualTo("2026-02-10");
        on("2026-02-02");
        generate();
        assertThat(bill(1).number("nominalCents")).isEqualTo(99_90);

        // She is told, and does not pay.
        on("2026-02-05");
        notices(1);
        on("2026-02-10");
        notices(2);
        on("2026-02-18"); // Ash Wednesday: +6 fell into carnival
        notices(3);
        gets(FIBRA_300); // 8 days late: only a run tightens
        on("2026-02-19");
        gets(FIBRA_300);
        run();
        gets(REDUCED);
        on("2026-02-25");
        gets(REDUCED);
        run();
        gets(GARDEN);

        // She unlocks herself on trust, until the next day on which a run may tighten.
        assertThat(post("/contracts/" + contract + "/releases", """
                        {"kind":"trust-unlock","reason":"will pay on Friday"}""").string("until"))
                .isEqualTo("2026-03-02T13:00:00Z");
        gets(FIBRA_300);
        at(Instant.parse("2026-03-02T12:59:59Z"));
        gets(FIBRA_300);
        at(Instant.parse("2026-03-02T13:00:00Z"));
        gets(GARDEN);

        // She pays part, which is not enough, and agrees on the rest.
        on("2026-03-03");
        pays("part", 20_00);
        gets(GARDEN);
        post("/agreements", """
                {"contractId":%d,"downPaymentCents":500,"instalments":2,"firstDueOn":"2026-03-20","reason":"on the phone"}
                """.formatted(contract));
        gets(FIBRA_300);

        // She breaks it: the old bill is back, but only a run tightens.
        on("2026-03-16");
        job("break-agreements");
        assertThat(get("/agreements?contractId=" + contract).string("items/0/state"))
                .isEqualTo("broken");
        gets(FIBRA_300);
        on("2026-03-17");
        run();
        gets(GARDEN);

        // She pays all, and is back at once.
        on("2026-03-18");
        pays("all", 18_67 + 99_90);
        gets(FIBRA_300);
        assertThat(get("/contracts/" + contract + "/paid-until").string("paidUntil"))
                .isEqualTo("2026-02-28");

        // She travels in May: paused days cost nothing, and nobody is late for them.
        on("2026-04-06");
        generate();
        paysWhatIsOpen();
        on("2026-04-29");
        post("/contracts/" + contract + "/pauses", """
                {"firstDay":"2026-05-01","lastDay":"2026-05-31","reason":"travels"}""");
        gets(FIBRA_300);
        on("2026-05-04");
        gets(GARDEN);
        assertThat(get("/subscribers/ana/access").string("rule")).isEqualTo("pause");
        generate();
        on("2026-06-01");
        gets(FIBRA_300);

        // She wants more: at once on the line, and on the next bill by the days that are left.
        generate();
        paysWhatIsOpen();
        long june = last();
        on("2026-06-11");
        put("/contracts/" + contract + "/plan", "{\"planId\":%d}".formatted(fibra600));
        gets(FIBRA_600);
        on("2026-07-01");
        generate();
        long july = last();
        assertThat(july).isGreaterThan(june);
        assertThat(get("/receivables/" + july).number("nominalCents")).isEqualTo(129_90 + 20_00); // 20 of 30 days
        assertThat(get("/receivables/" + july).number("adjustments/0/cents")).isEqualTo(20_00);

        // Months go by in which she pays, and nobody hears of it.
        for (var day : new String[] {"2026-07-08", "2026-08-10", "2026-09-09", "2026-10-08", "2026-11-10"}) {
            on(day);
            generate();
            paysWhatIsOpen();
            run();
            gets(FIBRA_600);
        }

        // She moves away.
        on("2026-12-15");
        post("/contracts/" + contract + "/cancel", "{\"reason\":\"moved away\"}");
        gets(REFUSED);

        // What was decided then can be told today.
        assertThat(levelAt("2026-02-18T15:00:00Z")).isEqualTo("active");
        assertThat(levelAt("2026-02-20T15:00:00Z")).isEqualTo("reduced");
        assertThat(levelAt("2026-02-26T15:00:00Z")).isEqualTo("active");
        assertThat(levelAt("2026-03-02T15:00:00Z")).isEqualTo("blocked");
        assertThat(levelAt("2026-03-10T15:00:00Z")).isEqualTo("active");
        assertThat(levelAt("2026-05-10T15:00:00Z")).isEqualTo("blocked");
        assertThat(levelAt("2026-10-10T15:00:00Z")).isEqualTo("active");
    }

    // The ISP.

    private static long aPolicy() {
        long policy = post("/policies", "{\"name\":\"residential\"}").number("id");
        post("/policies/" + policy + "/versions", """
                {"effectiveFrom":"2026-01-01",
                 "regular":{"warnDays":1,"reduceDays":7,"blockDays":15,"cancelDays":90},
                 "renegotiated":{"warnDays":1,"reduceDays":3,"blockDays":5},
                 "prepaidTightening":"by-run","blockedAs":"garden","awaitingActiveDays":0,"releaseLevel":"active",
                 "notice":{"daysBeforeReduce":5,"daysBeforeBlock":5},
                 "agreement":{"relief":"at-signing","breakDays":10,"perDebt":2},
                 "limits":{"toleranceCents":100,"temporaryMaxDays":5,"temporaryIntervalDays":10,
                           "trustUnlockDays":3,"trustUnlockIntervalDays":30,"trustUnlockMaxDebtDays":90,
                           "trustUnlockWhenReduced":true,"releasedDaysPerDebt":20,"manualReleasesPerOperatorDay":20},
                 "examples":[{"description":"15 days late is blocked","billingMode":"postpaid","daysLate":15,
                              "expectedLevel":"blocked"}]}
                """);
        post("/policies/" + policy + "/versions/1/activate", null);
        return policy;
    }

    private static void aRouter() {
        post("/nases", """
                {"name":"bras-1","prefix":"127.0.0.1/32","secret":"testing123","vendor":"mikrotik"}""");
    }

    private static long plan(String name, long policy, long cents, int downKbps, int upKbps) {
        return post("/plans", """
                {"name":"%s","policyId":%d,"monthlyCents":%d,"active":{"downKbps":%d,"upKbps":%d},
                 "reduced":{"downKbps":1000,"upKbps":1000}}""".formatted(name, policy, cents, downKbps, upKbps))
                .number("id");
    }

    private static long joins(long plan) {
        long customer = post("/customers", """
                {"name":"Ana Lima","taxId":"529.982.247-25","email":"ana@example.com"}""").number("id");
        long made = post("/contracts", """
                {"customerId":%d,"planId":%d,"billingMode":"postpaid","financialBaseDate":"2026-01-20",
                 "signedOn":"2026-01-20","activatedOn":"2026-01-20","billing":{"billingDay":1,"dueDay":10}}
                """.formatted(customer, plan)).number("id");
        post("/contracts/" + made + "/subscribers", "{\"login\":\"ana\",\"password\":\"ana-pass\"}");
        return made;
    }

    // Time and jobs.

    private static void on(String day) {
        at(Fixtures.noon(day));
    }

    private static void at(Instant instant) {
        clock.set(instant);
        execute("update pretended.instant set at = '" + instant + "'");
    }

    private static void generate() {
        post("/receivable-generation", "{}");
    }

    /** The job, done; one that runs has to end first. */
    private static void job(String name) {
        long before = runs(name);
        await().atMost(SOON)
                .until(() -> admin().post("/api/v1/jobs/" + name + "/run", null).status() == 202);
        await().atMost(SOON).until(() -> runs(name) > before);
        assertThat(get("/jobs/" + name + "/runs").string("items/0/outcome")).isEqualTo("done");
    }

    private static long runs(String job) {
        var newest = get("/jobs/" + job + "/runs").at("items");
        return newest.size() == 0 || newest.get(0).get("endedAt").isNull()
                ? 0
                : newest.get(0).get("id").getLongValue();
    }

    /** So many e-mails have come in all. */
    private static void notices(int inAll) {
        job("send-notices");
        assertThat(mail.getReceivedMessages()).hasSize(inAll);
    }

    /** Previews and commits; no bank sends this ISP files, so a second person has looked. */
    private static void run() {
        long run = post("/access-runs", "{}").number("id");
        if (admin().post("/api/v1/access-runs/" + run + "/commit", null).status() == 202) {
            var approved = admin().header("Authorization", "Bearer demo-supervisor")
                    .post("/api/v1/access-runs/" + run + "/approve", "{}");
            assertThat(approved.status()).as(approved.text()).isEqualTo(200);
        }
        assertThat(get("/access-runs/" + run).string("state")).isEqualTo("committed");
    }

    // Money.

    private ApiAnswer bill(int index) {
        var bills = get("/contracts/" + contract + "/receivables");
        return get("/receivables/" + bills.number("items/" + index + "/id"));
    }

    private long last() {
        var bills = get("/contracts/" + contract + "/receivables?limit=100").at("items");
        return bills.get(bills.size() - 1).get("id").getLongValue();
    }

    private void pays(String externalId, long cents) {
        post("/payments", """
                {"externalId":"%s","contractId":%d,"amountCents":%d,"paidOn":"%s"}
                """.formatted(externalId, contract, cents, today()));
    }

    private void paysWhatIsOpen() {
        long open = 0;
        for (var bill : get("/contracts/" + contract + "/receivables?limit=100")
                .at("items")
                .values()) {
            if (bill.get("status").getStringValue().equals("open")) {
                open += bill.get("nominalCents").getLongValue()
                        - bill.get("paidCents").getLongValue();
            }
        }
        if (open > 0) {
            pays("paid-" + today(), open);
        }
    }

    private static LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), clock.getZone());
    }

    private String levelAt(String instant) {
        return get("/contracts/" + contract + "/access?at=" + instant).string("level");
    }

    // What she gets.

    /** What a router is answered, soon: the replica follows within moments. */
    private static void gets(String expected) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> assertThat(answer())
                .isEqualTo(expected));
    }

    private static String answer() throws IOException {
        byte[] reply = daemon.nas
                .send(daemon.nas.pap("ana", "ana-pass"), Duration.ofSeconds(3))
                .orElseThrow(() -> new AssertionError("silence"));
        if (reply[0] == 3) {
            return REFUSED;
        }
        String list = vendorText(reply, ADDRESS_LIST);
        return list.equals("catraca-blocked")
                ? "accepted into " + list
                : "accepted with " + vendorText(reply, RATE_LIMIT);
    }

    /** RFC 2865 §5.26; empty when it is not there. */
    private static String vendorText(byte[] packet, int type) {
        for (int at = 20; at < packet.length; at += packet[at + 1]) {
            if (packet[at] == 26
                    && ((packet[at + 4] & 0xff) << 8 | (packet[at + 5] & 0xff)) == MIKROTIK
                    && packet[at + 6] == type) {
                int end = at + 6 + packet[at + 7];
                return new String(Arrays.copyOfRange(packet, at + 8, end), StandardCharsets.US_ASCII);
            }
        }
        return "";
    }

    // The API, as the administrator.

    private static ApiClient admin() {
        return daemon.authorized();
    }

    private static ApiAnswer get(String path) {
        return admin().get("/api/v1" + path).expect(200);
    }

    private static ApiAnswer post(String path, @Nullable String json) {
        var answer = admin().post("/api/v1" + path, json);
        assertThat(answer.status()).as(path + " " + answer.text()).isBetween(200, 201);
        return answer;
    }

    private void put(String path, String json) {
        String etag = admin().get("/api/v1/contracts/" + contract).etag();
        admin().ifMatch(etag).put("/api/v1" + path, json).expect(200);
    }
}
