package net.catraca.admin.address;

import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AddressPoolResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aPoolIsMadeShownNamedByAPlanAndThenStays() {
        var noc = api.as(Role.NOC_SUPERVISOR);
        var made = noc.post("/api/v1/address-pools", """
                        {"name":"cgnat","family":"ipv4","whenExhausted":"reject","ranges":["100.64.0.0/24"],
                         "excluded":["100.64.0.1"]}
                        """).expect(201);
        assertThat(made.number("unitLength")).isEqualTo(32);
        assertThat(made.string("ranges/0")).isEqualTo("100.64.0.0-100.64.0.255");

        var status =
                api.as(Role.VIEWER).get("/api/v1/address-pools/cgnat/status").expect(200);
        assertThat(status.number("units")).isEqualTo(255);
        assertThat(status.number("used")).isZero();
        assertThat(status.number("free")).isEqualTo(255);
        assertThat(status.number("nodes/0/units")).isEqualTo(256);

        String plan = """
                {"name":"%s","policyId":%d,"monthlyCents":9990,"ipv4Pool":"%s",
                 "active":{"downKbps":300000,"upKbps":150000},"reduced":{"downKbps":1000,"upKbps":1000}}
                """;
        api.as(Role.BILLING)
                .post("/api/v1/plans", plan.formatted("none", isp.policy, "catraca:nowhere"))
                .expectProblem(400, "invalid-request");
        api.as(Role.BILLING)
                .post("/api/v1/plans", plan.formatted("pooled", isp.policy, "catraca:cgnat"))
                .expect(201);
        assertThat(noc.delete("/api/v1/address-pools/cgnat")
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("plan-names-pool");
        api.as(Role.BILLING).delete("/api/v1/address-pools/cgnat").expectProblem(403, "forbidden");
    }

    @Test
    void aFixedAddressAndAPoolDoNotMeet() {
        var noc = api.as(Role.NOC_SUPERVISOR);
        noc.post("/api/v1/address-pools", "{\"name\":\"a\",\"family\":\"ipv4\",\"ranges\":[\"100.70.0.0/28\"]}")
                .expect(201);
        String login = "{\"login\":\"%s\",\"password\":\"x\",\"framedIpv4\":\"%s\"}";
        String path = "/api/v1/contracts/" + isp.contract() + "/subscribers";

        assertThat(noc.post(path, login.formatted("within", "100.70.0.9"))
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("fixed-address-in-pool");
        noc.post(path, login.formatted("outside", "100.71.0.9")).expect(201);
        var refused = noc.post(
                        "/api/v1/address-pools/import",
                        "{\"lines\":[\"pool,family,range\",\"b,ipv4,100.72.0.0/28\",\"b,ipv4,100.71.0.0/28\"]}")
                .expectProblem(400, "invalid-request");
        assertThat(refused.text()).contains("line 3").contains("outside has 100.71.0.9");
        noc.get("/api/v1/address-pools/b").expectProblem(404, "not-found");
    }
}
