package net.catraca.admin.lint;

import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.lint.LintKind;
import net.catraca.billing.office.Lint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LintResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void findingsAreCountedListedFilteredAndExported() throws InterruptedException {
        var viewer = api.as(Role.VIEWER);
        var before = viewer.get("/api/v1/lint").expect(200);
        assertThat(before.at("startedAt").isNull()).isTrue();
        assertThat(before.at("items").size()).isZero();
        assertThat(viewer.get("/api/v1/lint/findings.csv").expect(200).text()).startsWith("kind,contractId");

        long one = isp.lateContract("one", 70);
        long two = isp.lateContract("two", 80);
        api.bean(Lint.class).run("maria", api.clock.instant());

        var report = viewer.get("/api/v1/lint?lintKind=unpaid-long&limit=1").expect(200);
        assertThat(report.string("startedBy")).isEqualTo("maria");
        assertThat(report.at("counts").size()).isEqualTo(LintKind.values().length);
        assertThat(report.number("items/0/contractId")).isEqualTo(one);
        assertThat(report.string("items/0/facts/days")).isEqualTo("70");
        assertThat(report.string("items/0/message")).endsWith("70 days ago.");
        var next = viewer.get("/api/v1/lint?lintKind=unpaid-long&limit=1&cursor=" + report.string("nextCursor"))
                .expect(200);
        assertThat(next.number("items/0/contractId")).isEqualTo(two);
        assertThat(next.at("nextCursor").isNull()).isTrue();
        assertThat(viewer.get("/api/v1/lint?contractId=" + two).expect(200).text())
                .doesNotContain("\"contractId\":" + one + ",");
        assertThat(viewer.get("/api/v1/lint/findings.csv?lintKind=unpaid-long")
                        .text()
                        .lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("unpaid-long," + two + ",") && line.contains("days=80"));
        viewer.get("/api/v1/lint?lintKind=nothing").expectProblem(400, "invalid-request");
    }
}
