package net.catraca.admin.payment;

import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AgreementResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);

    @AfterAll
    static void stop() {
        api.close();
    }

    private static ApiClient billing() {
        return api.as(Role.BILLING);
    }

    private static String wanted(long contract) {
        return """
                {"contractId":%d,"chargesCents":10,"downPaymentCents":5000,"instalments":2,"firstDueOn":"%s",
                 "reason":"asked"}""".formatted(contract, isp.today().plusDays(20));
    }

    @Test
    void anAgreementIsPreviewedSignedShownAndBroken() {
        long contract = isp.blockedContract("agrees");

        var preview =
                billing().post("/api/v1/agreements/preview", wanted(contract)).expect(200);
        assertThat(preview.number("agreements/0/totalCents")).isEqualTo(10_000);
        assertThat(preview.string("effects/0/before/effective")).isEqualTo("blocked");
        assertThat(preview.string("effects/0/after/effective")).isEqualTo("active");
        assertThat(isp.level(contract)).isEqualTo("blocked");

        var once = billing().header("Idempotency-Key", "agreement-" + contract);
        var signed = once.post("/api/v1/agreements", wanted(contract)).expect(201);
        once.post("/api/v1/agreements", wanted(contract)).expect(201);
        assertThat(isp.level(contract)).isEqualTo("active");
        String path = signed.header("Location");
        var shown = api.as(Role.VIEWER).get(path).expect(200);
        assertThat(shown.string("state")).isEqualTo("running");
        assertThat(shown.number("instalments/0/nominalCents")).isEqualTo(5000);
        assertThat(shown.number("replaced/0/owedCents")).isEqualTo(9990);
        assertThat(shown.string("breaksOn")).isEqualTo(isp.today().plusDays(10).toString());

        var access = api.as(Role.VIEWER)
                .get("/api/v1/contracts/" + contract + "/access")
                .expect(200);
        assertThat(access.number("agreements/0/id")).isEqualTo(shown.number("id"));
        assertThat(access.string("forecast/0/rule")).isEqualTo("warn-threshold");
        assertThat(access.string("forecast/0/reason/renegotiated")).isEqualTo("true");

        billing()
                .post("/api/v1/payments", """
                        {"externalId":"agreed-%d","contractId":%d,"amountCents":5000,"paidOn":"%s"}
                        """.formatted(contract, contract, isp.today()))
                .expect(201);
        billing()
                .ifMatch("\"999\"")
                .post(path + "/break", "{\"reason\":\"x\"}")
                .expectProblem(412, "precondition-failed");
        var broken = billing()
                .post(path + "/break", "{\"reason\":\"the customer asked\"}")
                .expect(200);
        assertThat(broken.string("state")).isEqualTo("broken");
        assertThat(broken.number("moves/0/amountCents")).isEqualTo(5000);
        assertThat(isp.level(contract)).isEqualTo("active");
        billing().post(path + "/break", "{\"reason\":\"again\"}").expectProblem(409, "conflict");

        var listed = billing()
                .get("/api/v1/agreements?agreementState=broken&contractId=" + contract)
                .expect(200);
        assertThat(listed.number("items/0/id")).isEqualTo(shown.number("id"));
        assertThat(api.as(Role.ADMIN)
                        .get("/api/v1/audit?subject=agreement/" + shown.number("id"))
                        .text())
                .contains("agreement.sign", "agreement.break");
        api.as(Role.NOC).post("/api/v1/agreements", wanted(contract)).expectProblem(403, "forbidden");
    }

    @Test
    void paidUntilNamesWhatMakesIt() {
        long contract = isp.contract();
        isp.owe(contract, 20);

        var paid = api.as(Role.VIEWER)
                .get("/api/v1/contracts/" + contract + "/paid-until")
                .expect(200);
        assertThat(paid.at("paidUntil").isNull()).isTrue();
        assertThat(paid.string("end/why")).isEqualTo("gap");
        assertThat(paid.string("end/from")).isEqualTo("2026-01-10");
        assertThat(paid.number("daysLate")).isEqualTo(20);
        assertThat(paid.number("oldest/receivable/nominalCents")).isEqualTo(9990);
    }
}
