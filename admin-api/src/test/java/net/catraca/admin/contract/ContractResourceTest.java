package net.catraca.admin.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ContractResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);

    @AfterAll
    static void stop() {
        api.close();
    }

    private static ApiClient supervisor() {
        return api.as(Role.NOC_SUPERVISOR);
    }

    @Test
    void aContractGoesThroughItsLife() {
        var billing = api.as(Role.BILLING);
        var made = billing.post("/api/v1/contracts", """
                        {"externalId":"erp-7","customerId":%d,"planId":%d,"billingMode":"prepaid","zone":"America/Manaus",
                         "financialBaseDate":"2026-11-23","signedOn":"2026-11-23"}
                        """.formatted(isp.customer, isp.plan))
                .expect(201);
        String path = made.header("Location");
        assertThat(made.string("status")).isEqualTo("awaiting-activation");
        assertThat(made.string("zone")).isEqualTo("America/Manaus");
        assertThat(billing.get("/api/v1/contracts?externalId=erp-7").number("items/0/id"))
                .isEqualTo(made.number("id"));

        assertThat(billing.post(path + "/activate", null).expect(200).string("activatedOn"))
                .isEqualTo("2026-11-23");
        assertThat(billing.post(path + "/activate", null)
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("wrong-status");
        billing.post(path + "/cancel", "{\"reason\":\"moved away\"}").expect(200);
        assertThat(isp.level(made.number("id"))).isEqualTo("refused");
        billing.post(path + "/reactivate", null).expect(200);
        assertThat(isp.level(made.number("id"))).isEqualTo("active");
    }

    @Test
    void whatSomebodySetsNeedsTheStateThatWasSeen() {
        String path = "/api/v1/contracts/" + isp.contract();
        String protection = "{\"doNotBlockUntil\":\"2026-12-31\",\"reason\":\"hospital\"}";

        supervisor().put(path + "/protection", protection).expectProblem(428, "precondition-required");
        supervisor().ifMatch("\"999\"").put(path + "/protection", protection).expectProblem(412, "precondition-failed");
        supervisor().ifMatch("*").put(path + "/protection", protection).expectProblem(412, "precondition-failed");
        supervisor().ifMatch("W/\"1\"").put(path + "/protection", protection).expectProblem(412, "precondition-failed");

        String etag = supervisor().get(path).etag();
        var written =
                supervisor().ifMatch(etag).put(path + "/protection", protection).expect(200);
        assertThat(written.string("doNotBlockUntil")).isEqualTo("2026-12-31");
        assertThat(written.etag())
                .isNotEqualTo(etag)
                .isEqualTo(supervisor().get(path).etag());
        supervisor().ifMatch(etag).put(path + "/protection", protection).expectProblem(412, "precondition-failed");
    }

    @Test
    void theBaseDateIsMovedWithAReason() {
        String path = "/api/v1/contracts/" + isp.contract();
        String move = "{\"day\":\"2026-11-20\",\"reason\":\"installed later\"}";
        var billing = api.as(Role.BILLING);

        billing.put(path + "/financial-base-date", move).expectProblem(428, "precondition-required");
        String etag = billing.get(path).etag();
        api.as(Role.VIEWER)
                .ifMatch(etag)
                .put(path + "/financial-base-date", move)
                .expectProblem(403, "forbidden");
        billing.ifMatch(etag)
                .put(path + "/financial-base-date", "{\"day\":\"2026-11-20\",\"reason\":\" \"}")
                .expectProblem(400, "invalid-request");
        var moved =
                billing.ifMatch(etag).put(path + "/financial-base-date", move).expect(200);

        assertThat(moved.string("financialBaseDate")).isEqualTo("2026-11-20");
        assertThat(moved.etag()).isNotEqualTo(etag);
        assertThat(billing.get(path + "/paid-until").string("baseDate")).isEqualTo("2026-11-20");
        assertThat(api.as(Role.ADMIN)
                        .get("/api/v1/audit?subject="
                                + path.substring("/api/v1/".length()).replace("contracts", "contract"))
                        .text())
                .contains("contract.move-base-date", "installed later");
    }

    @Test
    void aManualBlockIsLiftedByHandOnly() {
        long contract = isp.contract();
        String block = "/api/v1/contracts/" + contract + "/manual-block";

        var blocked = api.as(Role.NOC).post(block, "{\"reason\":\"spam\"}").expect(200);
        assertThat(blocked.string("manualBlock/by")).isEqualTo("noc");
        assertThat(isp.level(contract)).isEqualTo("blocked");
        api.as(Role.NOC).delete(block).expect(200);
        assertThat(isp.level(contract)).isEqualTo("active");
        api.as(Role.NOC).delete(block).expectProblem(409, "conflict");
    }

    @Test
    void pausesAndExemptionsBeginAndEnd() {
        long contract = isp.contract();
        String path = "/api/v1/contracts/" + contract;

        var pause = supervisor()
                .post(path + "/pauses", "{\"firstDay\":\"2026-11-20\",\"reason\":\"travels\"}")
                .expect(201);
        assertThat(isp.level(contract)).isEqualTo("blocked");
        supervisor()
                .post(path + "/pauses", "{\"firstDay\":\"2026-11-25\",\"reason\":\"again\"}")
                .expectProblem(400, "invalid-request");
        supervisor().delete(path + "/pauses/" + pause.number("id")).expect(200);
        assertThat(isp.level(contract)).isEqualTo("active");
        assertThat(supervisor().get(path + "/pauses").string("items/0/lastDay")).isEqualTo("2026-11-22");

        supervisor()
                .post(path + "/exemptions", "{\"firstDay\":\"2026-11-23\",\"lastDay\":\"2026-11-22\",\"reason\":\"x\"}")
                .expectProblem(400, "invalid-request");
        supervisor()
                .post(path + "/exemptions", "{\"firstDay\":\"2026-11-23\",\"reason\":\"the mayor\"}")
                .expect(201);
        assertThat(supervisor().get(path + "/access").string("rule")).isEqualTo("exempt");
    }

    @Test
    void restrictionTrustAndPlanAreSetOneByOne() {
        String path = "/api/v1/contracts/" + isp.contract();
        var restricted = supervisor()
                .ifMatch(supervisor().get(path).etag())
                .put(path + "/automatic-restriction", "{\"kind\":\"reduce-only\",\"reason\":\"clinic\"}")
                .expect(200);
        assertThat(restricted.string("automaticRestriction/kind")).isEqualTo("reduce-only");
        var trusted = supervisor()
                .ifMatch(restricted.etag())
                .put(path + "/trust-unlock-permission", "{\"permission\":\"deny\"}")
                .expect(200);
        assertThat(trusted.string("trustUnlock")).isEqualTo("deny");
        var unknownPlan = api.as(Role.BILLING)
                .ifMatch(trusted.etag())
                .put(path + "/plan", "{\"planId\":999999}")
                .expectProblem(400, "invalid-request");
        assertThat(unknownPlan.string("errors/0/field")).isEqualTo("/planId");
    }

    @Test
    void aLoginIsWrittenAndItsPasswordNeverRead() {
        long contract = isp.contract("João da Silva/fibra");
        String path = "/api/v1/subscribers/jo%C3%A3o%20da%20silva%2FFIBRA";
        var read = api.as(Role.VIEWER).get(path).expect(200);
        assertThat(read.number("contractId")).isEqualTo(contract);
        assertThat(read.text()).doesNotContain("-pass").doesNotContain("secret");

        var moved = api.as(Role.NOC)
                .ifMatch(read.etag())
                .put(
                        path,
                        "{\"contractId\":%d,\"login\":\"joao\",\"credentialKind\":\"recoverable\",\"framedIpv4\":\"192.0.2.9\"}"
                                .formatted(isp.contract()))
                .expect(200);
        assertThat(moved.string("framedIpv4")).isEqualTo("192.0.2.9");
        api.as(Role.NOC)
                .post("/api/v1/contracts/" + contract + "/subscribers", "{\"login\":\"JOAO\",\"password\":\"x\"}")
                .expectProblem(409, "conflict");
        supervisor().delete("/api/v1/subscribers/joao").expect(200);
        api.as(Role.VIEWER).get("/api/v1/subscribers/joao").expectProblem(404, "not-found");
    }

    @Test
    void pagesHoldEveryContractOnceWhileOthersAreAdded() {
        var expected = new ArrayList<Long>();
        for (int i = 0; i < 5; i++) {
            expected.add(isp.contract());
        }
        var seen = new ArrayList<Long>();
        String cursor = "";
        do {
            var page = api.as(Role.VIEWER)
                    .get("/api/v1/contracts?limit=2" + cursor)
                    .expect(200);
            for (var item : page.at("items").values()) {
                seen.add(java.util.Objects.requireNonNull(item.get("id")).getLongValue());
            }
            isp.contract();
            cursor = page.string("nextCursor").equals("null") || seen.containsAll(expected)
                    ? ""
                    : "&cursor=" + page.string("nextCursor");
        } while (!cursor.isEmpty());

        assertThat(seen).doesNotHaveDuplicates().containsAll(expected);
    }

    @Test
    void aTaxIdThatIsNoneIsRefusedAndAPlanInUseKeepsItsPolicy() {
        var refused = api.as(Role.BILLING)
                .post("/api/v1/customers", "{\"name\":\"Bob\",\"taxId\":\"529.982.247-26\"}")
                .expectProblem(400, "invalid-request");
        assertThat(refused.string("errors/0/field")).isEqualTo("/taxId");
        assertThat(api.as(Role.VIEWER)
                        .get("/api/v1/customers?taxId=52998224725")
                        .string("items/0/name"))
                .isEqualTo("Ana");
        api.as(Role.VIEWER).get("/api/v1/customers?taxId=1").expectProblem(400, "invalid-request");

        isp.contract();
        var plan = api.as(Role.BILLING).get("/api/v1/plans/" + isp.plan).expect(200);
        assertThat(plan.number("active/downKbps")).isEqualTo(300000);
        api.as(Role.BILLING)
                .ifMatch(plan.etag())
                .put("/api/v1/plans/" + isp.plan, """
                        {"name":"Fibra 300","policyId":999,"monthlyCents":1,
                         "active":{"downKbps":1,"upKbps":1},"reduced":{"downKbps":1,"upKbps":0}}
                        """)
                .expectProblem(400, "invalid-request");
    }
}
