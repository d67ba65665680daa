package net.catraca.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.radius.store.NasLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AccessResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);

    @AfterAll
    static void stop() {
        api.close();
    }

    private static ApiClient viewer() {
        return api.as(Role.VIEWER);
    }

    @Test
    void aBlockIsExplainedWithItsFacts() {
        long contract = isp.blockedContract("Blocked@isp.example");

        var access =
                viewer().get("/api/v1/subscribers/blocked%40ISP.example/access").expect(200);

        assertThat(access.number("contractId")).isEqualTo(contract);
        assertThat(access.string("logins/0")).isEqualTo("Blocked@isp.example");
        assertThat(access.string("status")).isEqualTo("blocked");
        assertThat(access.string("level")).isEqualTo("blocked");
        assertThat(access.string("computed")).isEqualTo("blocked");
        assertThat(access.string("committed")).isEqualTo("blocked");
        assertThat(access.string("effective")).isEqualTo("blocked");
        assertThat(access.string("rule")).isEqualTo("block-threshold");
        assertThat(access.string("reason/kind")).isEqualTo("late");
        // 14 October 2026 is a Wednesday: 40 days before the test's Monday.
        assertThat(access.string("reason/lateSince")).isEqualTo("2026-10-14");
        assertThat(access.number("reason/daysLate")).isEqualTo(40);
        assertThat(access.number("reason/threshold")).isEqualTo(15);
        assertThat(access.number("daysLate")).isEqualTo(40);
        assertThat(access.string("policy")).isEqualTo("residential");
        assertThat(access.number("policyVersion")).isEqualTo(1);
        assertThat(access.number("receivables/0/nominalCents")).isEqualTo(9990);
        assertThat(access.text()).doesNotContain("-pass");
    }

    @Test
    void theStatusIsTheOneThatPeopleSay() {
        long contract = isp.contract("in-words");
        assertThat(status(contract)).isEqualTo("active");
        api.as(Role.NOC_SUPERVISOR)
                .post("/api/v1/contracts/" + contract + "/manual-block", "{\"reason\":\"fraud\"}")
                .expect(200);
        assertThat(status(contract)).isEqualTo("blocked-manually");
        long paused = isp.contract("paused-in-words");
        api.as(Role.BILLING)
                .post(
                        "/api/v1/contracts/" + paused + "/pauses",
                        "{\"firstDay\":\"2026-11-20\",\"lastDay\":\"2026-12-20\",\"reason\":\"travels\"}")
                .expect(201);
        assertThat(status(paused)).isEqualTo("paused");
    }

    private String status(long contract) {
        return viewer().get("/api/v1/contracts/" + contract + "/access")
                .expect(200)
                .string("status");
    }

    @Test
    void whatPolicySaysWaitsForARunAndTheAnswerSaysSo() {
        long contract = isp.lateContract("waiting", 10);

        var access = viewer().get("/api/v1/contracts/" + contract + "/access").expect(200);

        assertThat(access.string("level")).isEqualTo("active");
        assertThat(access.string("computed")).isEqualTo("reduced");
        assertThat(access.string("committed")).isEqualTo("active");
        assertThat(access.string("reason/kind")).isEqualTo("awaiting-run");
        assertThat(access.string("reason/computed")).isEqualTo("reduced");
        assertThat(access.string("computedRule")).isEqualTo("reduce-threshold");
    }

    @Test
    void theForecastNamesTheDaysOnWhichPolicyWillSayMore() {
        long contract = isp.lateContract("soon", 10);

        var access = viewer().get("/api/v1/contracts/" + contract + "/access").expect(200);

        // Blocked from the fifteenth day, which begins at midnight in São Paulo.
        assertThat(access.string("forecast/0/at")).isEqualTo("2026-11-28T03:00:00Z");
        assertThat(access.string("forecast/0/computed")).isEqualTo("blocked");
        assertThat(access.string("forecast/0/effective")).isEqualTo("active");
    }

    @Test
    void eachRouterIsToldInItsOwnWords() {
        api.as(Role.ADMIN)
                .post("/api/v1/nases", nas("bras-1", "192.0.2.1", "mikrotik"))
                .expect(201);
        api.as(Role.ADMIN)
                .post("/api/v1/nases", nas("bras-2", "192.0.2.2", "mikrotik"))
                .expect(201);
        api.as(Role.ADMIN)
                .post("/api/v1/nases", nas("bng-1", "192.0.2.3", "huawei"))
                .expect(201);
        api.bean(NasLoader.class).loadAll(api.clock.instant()); // the feed's follower does it in the daemon
        long contract = isp.contract("rendered");

        var access = viewer().get("/api/v1/contracts/" + contract + "/access").expect(200);

        assertThat(access.string("network/0/vendor")).isEqualTo("huawei");
        assertThat(access.string("network/1/vendor")).isEqualTo("mikrotik");
        assertThat(access.string("network/1/nases/0")).isEqualTo("bras-1");
        assertThat(access.string("network/1/nases/1")).isEqualTo("bras-2");
        assertThat(access.string("network/1/answer")).isEqualTo("access-accept");
        assertThat(access.text()).contains("\"Mikrotik-Rate-Limit\"");
    }

    @Test
    void anUnknownLoginOrContractIsNotFound() {
        viewer().get("/api/v1/subscribers/nobody/access").expectProblem(404, "not-found");
        viewer().get("/api/v1/contracts/999999/access").expectProblem(404, "not-found");
    }

    private static String nas(String name, String prefix, String vendor) {
        return "{\"name\":\"%s\",\"prefix\":\"%s\",\"vendor\":\"%s\",\"secret\":\"a-long-enough-secret\"}"
                .formatted(name, prefix, vendor);
    }
}
