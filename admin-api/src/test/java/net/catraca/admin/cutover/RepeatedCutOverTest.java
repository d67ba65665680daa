package net.catraca.admin.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.office.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import that is run again when people, runs and an ERP have gone on here meanwhile. */
class RepeatedCutOverTest {

    private static final String CUSTOMERS = "external_id;name;tax_id\nC-1;Ana;52998224725\n";
    private static final String CONTRACTS = """
            external_id;customer;plan;money_source;financial_base_date;activated_on
            K-1;C-1;Fibra 300;local;2026-01-10;2026-01-10
            K-2;C-1;Fibra 300;erp;2026-01-10;2026-01-10
            """;
    private static final String LOGINS = "login;contract;password\nana;K-1;old-secret\nbia;K-1;old-secret\n";
    private static final String RECEIVABLES = """
            external_id;contract;amount;issued_on;due_on;coverage_first;coverage_last
            R-1;K-1;99,90;20/09/2026;10/10/2026;10/09/2026;09/10/2026
            """;
    private static final String STANDINGS = "contract;paid_until;oldest_due_on\nK-2;2026-10-09;2026-10-10\n";
    private static final String COMMITMENTS = "contract;level\nK-1;blocked\nK-2;blocked\n";

    private final ApiServer api = ApiServer.start();
    private final Isp isp = Isp.on(api);

    @TempDir
    private Path folder;

    @BeforeEach
    void importOnce() {
        for (String[] table : new String[][] {
            {"customers", CUSTOMERS},
            {"contracts", CONTRACTS},
            {"logins", LOGINS},
            {"receivables", RECEIVABLES},
            {"standings", STANDINGS},
            {"commitments", COMMITMENTS}
        }) {
            assertThat(sent(table[0], table[1], "").text()).doesNotContain("refused", "unchanged");
        }
        api.clock.advance(Duration.ofHours(1));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void afterTheFirstRunHereAnAdoptionWaitsForASecondPersonAndInAFreezeItIsRefused() {
        isp.run();
        sent("contracts", CONTRACTS.replace("K-1", "K-3"), "").expect(200);
        sent("receivables", RECEIVABLES.replace("K-1", "K-3").replace("R-1", "R-3"), "")
                .expect(200);
        String third = "contract;level\nK-3;blocked\n";
        assertThat(sent("commitments", third, true, "").text()).contains("\"K-3\",would-wait");
        assertThat(sent("commitments", third, "").text()).contains("\"K-3\",waiting");
        assertThat(isp.level(contract("K-3"))).isEqualTo("active");
        assertThat(api.as(Role.VIEWER)
                        .get("/api/v1/tightening-proposals")
                        .expect(200)
                        .text())
                .contains("\"kind\":\"adopt\"");

        api.as(Role.ADMIN)
                .post("/api/v1/freezes", "{\"reason\":\"the bank is out\",\"minutes\":60}")
                .expect(201);
        assertThat(sent("commitments", third, "").text()).contains("\"K-3\",refused,,\"frozen: until ");
    }

    @Test
    void whoPaidAndIsLateAgainIsNotBlockedWithoutARun() {
        long contract = contract("K-1");
        assertThat(isp.level(contract)).isEqualTo("blocked");
        api.as(Role.BILLING).post("/api/v1/payments", """
                        {"externalId":"p-1","contractId":%d,"amountCents":9990,"paidOn":"2026-11-23"}""".formatted(contract)).expect(201);
        String next = RECEIVABLES
                .replace("R-1", "R-2")
                .replace("09/10/2026", "09/11/2026")
                .replace("10/09/2026", "10/10/2026")
                .replace("20/09/2026;10/10/2026", "20/10/2026;25/10/2026");
        sent("receivables", next, "").expect(200);

        assertThat(sent("commitments", COMMITMENTS, "").text())
                .contains("commitments,2,\"K-1\",unchanged,,\"newer news is known\"");

        assertThat(isp.level(contract)).isEqualTo("active");
    }

    @Test
    void whatWasChangedHereIsKeptUnlessAnUpdateIsWanted() {
        api.execute("update customer set name = 'Ana Maria' where external_id = 'C-1'");
        api.execute("update receivable set due_on = '2026-12-20' where external_id = 'R-1'");
        api.execute("delete from subscriber where login = 'bia'");
        assertThat(sent("customers", CUSTOMERS, "").text())
                .contains("unchanged,")
                .contains("kept as it is here");
        assertThat(sent("logins", LOGINS, "").text())
                .contains("logins,2,\"ana\",unchanged,")
                .contains("logins,3,\"bia\",unchanged,,\"it is no longer here");
        assertThat(sent("receivables", RECEIVABLES, "").text()).contains("\"R-1\",unchanged,");

        assertThat(api.strings("select name from customer where external_id = 'C-1'"))
                .containsExactly("Ana Maria");
        assertThat(api.strings("select due_on from receivable")).containsExactly("2026-12-20");
        assertThat(api.strings("select login from subscriber")).containsExactly("ana");

        sent("customers", CUSTOMERS, "&update=true").expectProblem(400, "invalid-request");
        assertThat(sent("customers", CUSTOMERS, "&update=true&asOf=" + now()).text())
                .contains("\"C-1\",updated,");
        assertThat(api.strings("select name from customer where external_id = 'C-1'"))
                .containsExactly("Ana");
    }

    @Test
    void anUpdateFromAnOldFileIsOlderThanWhatTheErpHasTold() {
        long contract = contract("K-2");
        Instant exported = now();
        api.clock.advance(Duration.ofHours(1));
        assertThat(api.as(Role.BILLING)
                        .send(
                                "PUT",
                                "/api/v1/erp/standings",
                                """
                {"rows":[{"contract":"K-2","paidUntil":"2026-12-09","oldestDueOn":null,"asOf":"%s"}]}""".formatted(now()).getBytes(StandardCharsets.UTF_8),
                                "application/json")
                        .expect(200)
                        .text())
                .contains("\"updated\":1");
        assertThat(isp.level(contract)).isEqualTo("active");
        api.clock.advance(Duration.ofHours(1));

        assertThat(sent("standings", STANDINGS, "&update=true&asOf=" + exported).text())
                .contains("\"K-2\",unchanged,,\"newer news is known\"");
        assertThat(sent("commitments", COMMITMENTS, "").text()).contains("\"K-2\",");

        assertThat(isp.level(contract)).isEqualTo("active");
    }

    @Test
    void filesAreAsOldAsTheyWereWrittenAndNotAsTheImport() throws Exception {
        var file = Files.writeString(folder.resolve("customers.csv"), CUSTOMERS.replace("C-1", "C-9"));
        Files.setLastModifiedTime(file, FileTime.from(now().minus(Duration.ofDays(2))));

        api.bean(CutOverImport.class)
                .run(
                        Actor.system("import"),
                        FileTables.in(folder),
                        false,
                        new CutOverReport(new StringBuilder(), false));

        assertThat(api.strings("select extract(epoch from as_of)::bigint from erp_news where external_id = 'C-9'"))
                .containsExactly(String.valueOf(now().minus(Duration.ofDays(2)).getEpochSecond()));
    }

    @Test
    void aSessionThatHasEndedSinceIsNotRevivedByTheSameFile() {
        sent("nas", "name;address;secret\nbras-9;203.0.113.9;a-long-secret-of-it\n", "")
                .expect(200);
        String sessions = "nas;acct_session_id;user_name;port;started_at\nbras-9;s-1;ana;ether1;2026-11-20T10:00:00Z\n";
        assertThat(sent("sessions", sessions, "").text()).contains(",created,");
        assertThat(sent("sessions", sessions, "").text()).contains(",unchanged,");
        api.execute("update session set ended_at = '2026-11-23T15:30:00Z', closed_at = '2026-11-23T15:30:00Z',"
                + " end_cause = 'STOP'");

        assertThat(sent("sessions", sessions, "").text()).contains("unchanged,,\"newer news is known\"");

        api.execute("create table session_history_test partition of session_history"
                + " for values from ('2026-11-23') to ('2026-11-24')");
        api.execute("""
                insert into session_history (
                    id, nas_id, nas_name, nas_address, acct_session_id, user_name, port, started_at, subscriber_id,
                    contract_id, input_octets, output_octets, input_packets, output_packets, seconds, ended_at, end_cause)
                select id, nas_id, nas_name, nas_address, acct_session_id, user_name, port, started_at, subscriber_id,
                       contract_id, input_octets, output_octets, input_packets, output_packets, seconds, ended_at, end_cause
                  from session
                """);
        api.execute("delete from session");
        assertThat(sent("sessions", sessions, "").text()).contains("unchanged,,\"newer news is known\"");
        assertThat(api.strings("select id from session")).isEmpty();
        assertThat(sent("sessions", sessions.replace("2026-11-20T10:00:00Z", "2026-11-23T15:40:00Z"), "")
                        .text())
                .as("a router that began its ids anew")
                .contains(",created,");
    }

    private long contract(String externalId) {
        return api.as(Role.BILLING)
                .get("/api/v1/contracts?externalId=" + externalId)
                .expect(200)
                .number("items/0/id");
    }

    private ApiAnswer sent(String kind, String content, String more) {
        return sent(kind, content, false, more);
    }

    private ApiAnswer sent(String kind, String content, boolean dryRun, String more) {
        return api.as(Role.ADMIN)
                .send(
                        "POST",
                        "/api/v1/cut-over/" + kind + "?dryRun=" + dryRun + more,
                        content.getBytes(StandardCharsets.UTF_8),
                        "text/csv");
    }

    private Instant now() {
        return api.clock.instant();
    }
}
