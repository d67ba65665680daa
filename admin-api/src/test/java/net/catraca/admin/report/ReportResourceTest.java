package net.catraca.admin.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.office.CancelSuggestions;
import net.catraca.billing.office.Lint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
class ReportResourceTest {

    private final ApiServer api = ApiServer.start();
    private final Isp isp = Isp.on(api);

    ReportResourceTest() throws InterruptedException {
        isp.contract("pays");
        isp.lateContract("small-delay", 4); // three days ago was a holiday
        isp.lateContract("for-cancelling", 120);
        long released = isp.blockedContract("released");
        api.as(Role.NOC)
                .post(
                        "/api/v1/contracts/" + released + "/releases",
                        "{\"kind\":\"trust-unlock\",\"reason\":\"promised to pay\"}")
                .expect(201);
        isp.lateContract("late-since-the-run", 20);
        api.execute("update customer set name = '=HYPERLINK(\"http://evil\")'");
        api.bean(CancelSuggestions.class).run(api.clock.instant());
        api.bean(Lint.class).run("maria", api.clock.instant());
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private String csv(String report) {
        var answer = api.as(Role.BILLING)
                .get("/api/v1/reports/" + report + "/file?format=csv")
                .expect(200);
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=\"" + report + ".csv\"");
        return answer.text();
    }

    @Test
    void contractsAreCountedByMonthAndStatus() {
        var report = api.as(Role.BILLING).get("/api/v1/reports/paid-until").expect(200);

        assertThat(report.text()).contains("\"status\":\"blocked\"").contains("\"status\":\"active\"");
        assertThat(csv("paid-until"))
                .startsWith("month,status,contracts,monthly\r\n")
                .contains(",blocked,1,99.90\r\n");
    }

    @Test
    void whatIsLateIsSummedByAge() {
        var report =
                api.as(Role.NOC_SUPERVISOR).get("/api/v1/reports/delinquency").expect(200);

        assertThat(report.number("total/contracts")).isEqualTo(4);
        assertThat(report.number("total/receivableCents")).isEqualTo(4 * 9990);
        assertThat(report.number("buckets/0/firstDay")).isEqualTo(1);
        assertThat(report.number("buckets/0/lastDay")).isEqualTo(4);
        assertThat(report.number("buckets/0/receivables")).isEqualTo(1);
        assertThat(report.number("buckets/5/receivables")).isEqualTo(1);
        assertThat(report.string("buckets/5/lastDay")).isEqualTo("null");
        assertThat(csv("delinquency")).contains("1,4,1,99.90,1,99.90\r\n").contains("90,,1,99.90,1,99.90\r\n");
        assertThat(csv("recovery")).contains("2026-11,199.80,0.00,0.00,0.00,0.00,0.00,199.80\r\n");
    }

    @Test
    void revenueAtStakeIsToldBySituation() {
        var lines = csv("revenue-at-stake");

        assertThat(lines)
                .contains(
                        "warned,1,99.90\r\n",
                        "run-would-block,1,99.90\r\n",
                        "blocked,1,99.90\r\n",
                        "reduced,0,0.00\r\n");
        assertThat(api.as(Role.ADMIN)
                        .get("/api/v1/reports/revenue-at-stake?planId=" + isp.plan)
                        .expect(200)
                        .number("lines/0/monthlyCents"))
                .isEqualTo(9990);
    }

    @Test
    void contractsThatEndAreListed() {
        long soon = isp.contract("ends-soon");
        long past = isp.contract("has-ended");
        long later = isp.contract("ends-later");
        var today = LocalDate.ofInstant(api.clock.instant(), Contract.DEFAULT_ZONE);
        ends(soon, today.plusDays(30));
        ends(past, today.minusDays(2));
        ends(later, today.plusDays(31));

        var report = api.as(Role.BILLING).get("/api/v1/reports/ending").expect(200);

        assertThat(report.at("items").size()).isEqualTo(2);
        assertThat(report.number("items/0/contractId")).isEqualTo(soon);
        assertThat(report.number("items/0/daysLeft")).isEqualTo(30);
        assertThat(report.number("items/1/daysLeft")).isEqualTo(-2);
        assertThat(report.number("items/1/monthlyCents")).isEqualTo(9990);
        assertThat(api.as(Role.BILLING)
                        .get("/api/v1/reports/ending?withinDays=31&limit=2")
                        .expect(200)
                        .text())
                .contains("\"nextCursor\":\"");
        assertThat(csv("ending"))
                .startsWith("contract,externalId,customer,plan,region,endsOn,daysLeft,monthly\r\n")
                .contains("," + today.minusDays(2) + ",-2,99.90\r\n")
                .doesNotContain(today.plusDays(31).toString());
        api.as(Role.BILLING).get("/api/v1/reports/ending?withinDays=-1").expectProblem(400, "invalid-request");
    }

    private void ends(long contract, LocalDate on) {
        api.execute(
                "insert into contract_billing (contract_id, billing_day, due_day, ends_on) values (%d, 10, 10, '%s')"
                        .formatted(contract, on));
    }

    @Test
    void releasesAreCountedByOperator() {
        var report = api.as(Role.BILLING).get("/api/v1/reports/releases").expect(200);

        assertThat(report.string("lines/0/operator")).isEqualTo("noc");
        assertThat(report.string("lines/0/kind")).isEqualTo("trust-unlock");
        assertThat(report.number("lines/0/running")).isEqualTo(1);
        assertThat(csv("releases")).contains("noc,trust-unlock,1,1,1\r\n");
        assertThat(csv("runs")).contains(",committed,billing,,2026-11-23T12:00,2026-11-23T12:00,0,2,2,0,0,0,199.80");
    }

    @Test
    void whatLintFoundIsAReportToo() {
        assertThat(csv("lint"))
                .startsWith("kind,contract,customer,message\r\n")
                .containsPattern("period-not-issued,[0-9]+,[0-9]+,\"No receivable was issued [^\"]+\\.\"\r\n");
    }

    @Test
    void whatSomebodyTypedInIsNoFormula() {
        assertThat(csv("cancel-candidates")).contains(",\"'=HYPERLINK(\"\"http://evil\"\")\",Fibra 300,");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "paid-until",
                "delinquency",
                "recovery",
                "releases",
                "runs",
                "cancel-candidates",
                "revenue-at-stake",
                "lint"
            })
    void eachReportIsAWorkbookToo(String report) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + api.port() + "/api/v1/reports/" + report + "/file?format=xlsx"))
                .header("Authorization", "Bearer " + api.token(Role.ADMIN))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(request, BodyHandlers.ofByteArray());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
            var parts = parts(answer.body());
            assertThat(parts).containsKeys("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml");
            assertThat(parts.get("xl/workbook.xml")).contains("\"" + report + "\"");
            assertThat(parts.get("xl/worksheets/sheet1.xml"))
                    .doesNotContain("<f>")
                    .contains("<row r=\"1\"");
            if (report.equals("cancel-candidates")) {
                assertThat(parts.get("xl/sharedStrings.xml")).contains("=HYPERLINK(");
                assertThat(parts.get("xl/worksheets/sheet1.xml")).contains("<v>99.90</v>");
            }
        }
    }

    /** By the directory at its end, as spreadsheets read it. */
    private static Map<String, String> parts(byte[] workbook) throws IOException {
        var file = Files.createTempFile("report", ".xlsx");
        try {
            Files.write(file, workbook);
            var parts = new HashMap<String, String>();
            try (var zip = new ZipFile(file.toFile())) {
                for (var entry : Collections.list(zip.entries())) {
                    parts.put(
                            entry.getName(),
                            new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            return parts;
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        var admin = api.as(Role.ADMIN);
        admin.get("/api/v1/reports/no-such/file").expectProblem(404, "not-found");
        for (var query : List.of("format=pdf", "from=2026-12-01&to=2026-11-01", "from=yesterday", "planId=x")) {
            assertThat(admin.get("/api/v1/reports/releases/file?" + query)
                            .expectProblem(400, "invalid-request")
                            .text())
                    .contains(query.substring(0, query.indexOf('=')));
        }
        api.as(Role.VIEWER).get("/api/v1/reports/paid-until").expectProblem(403, "forbidden");
    }
}
