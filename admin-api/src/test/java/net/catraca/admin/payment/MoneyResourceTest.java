package net.catraca.admin.payment;

import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MoneyResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);

    @AfterAll
    static void stop() {
        api.close();
    }

    private static ApiClient billing() {
        return api.as(Role.BILLING);
    }

    @Test
    void aPaymentRelievesAtOnceAndItsReversalBlocksNobody() {
        long contract = isp.blockedContract("payer");

        var paid = pay("p-1", contract, 9990).expect(201);
        assertThat(isp.level(contract)).isEqualTo("active");
        assertThat(paid.number("allocations/0/amountCents")).isEqualTo(9990);
        assertThat(paid.string("source")).isEqualTo("api");

        var reversed = billing()
                .post(paid.header("Location") + "/reversal", "{\"reason\":\"charged back\"}")
                .expect(200);
        assertThat(reversed.string("reversal/by")).isEqualTo("billing");
        assertThat(isp.level(contract)).isEqualTo("active");
        assertThat(billing().get("/api/v1/contracts/" + contract + "/access").string("computed"))
                .isEqualTo("blocked");
        billing()
                .post(paid.header("Location") + "/reversal", "{\"reason\":\"again\"}")
                .expectProblem(409, "conflict");
    }

    @Test
    void aReversalToldBeforeItsPaymentWaitsForItAndCountsOnce() {
        long contract = isp.blockedContract("backwards");
        String told = "{\"externalId\":\"e-1\",\"paymentExternalId\":\"p-b\",\"reason\":\"charged back\"}";

        var waiting = billing().post("/api/v1/payment-reversals", told).expect(201);
        assertThat(waiting.at("waiting").getBooleanValue()).isTrue();
        assertThat(billing().get("/api/v1/payment-reversals?waiting=true").string("items/0/externalId"))
                .isEqualTo("e-1");
        billing().post("/api/v1/payment-reversals", told).expect(200);

        var paid = pay("p-b", contract, 9990).expect(201);
        assertThat(paid.string("reversal/reason")).isEqualTo("charged back");
        assertThat(billing().get(waiting.header("Location")).number("paymentId"))
                .isEqualTo(paid.number("id"));
        assertThat(billing()
                        .get("/api/v1/payment-reversals?waiting=true")
                        .at("items")
                        .size())
                .isZero();
        assertThat(isp.level(contract)).as("nothing was paid").isEqualTo("blocked");
        billing().post("/api/v1/payment-reversals", told.replace("p-b", "p-c")).expectProblem(409, "conflict");
        api.as(Role.NOC).post("/api/v1/payment-reversals", told).expectProblem(403, "forbidden");
    }

    @Test
    void aPaymentToldTwiceCountsOnce() {
        long contract = isp.lateContract("twice", 20);
        long id = pay("p-2", contract, 5000).expect(201).number("id");

        assertThat(pay("p-2", contract, 5000).expect(200).number("id")).isEqualTo(id);
        assertThat(pay("p-2", contract, 5001).expectProblem(409, "conflict").string("code"))
                .isEqualTo("external-id-taken");
        assertThat(billing()
                        .get("/api/v1/contracts/" + contract + "/payments")
                        .at("items")
                        .size())
                .isEqualTo(1);
        assertThat(billing()
                        .get("/api/v1/contracts/" + contract + "/receivables")
                        .number("items/0/paidCents"))
                .isEqualTo(5000);
    }

    @Test
    void aPaymentForNobodyIsRefusedNamingTheField() {
        var refused = billing()
                .post("/api/v1/payments", "{\"externalId\":\"p-3\",\"amountCents\":1,\"paidOn\":\"2026-11-20\"}")
                .expectProblem(400, "invalid-request");

        assertThat(refused.string("errors/0/field")).isEqualTo("/contractId");
        pay("p-4", 999999, 1).expectProblem(404, "not-found");
    }

    @Test
    void receivablesArePostponedCancelledAndGuardedByTheirEtag() {
        long contract = isp.contract("postponer");
        String receivable = "/api/v1/receivables/" + isp.owe(contract, 5);
        var read = billing().get(receivable).expect(200);

        var postponed = billing()
                .ifMatch(read.etag())
                .post(receivable + "/postpone", "{\"dueOn\":\"2026-12-01\",\"reason\":\"asked for it\"}")
                .expect(200);
        assertThat(postponed.string("dueOn")).isEqualTo("2026-12-01");
        assertThat(postponed.string("originalDueOn")).isEqualTo(read.string("dueOn"));

        var stale = billing()
                .ifMatch(read.etag())
                .post(receivable + "/cancel", "{\"reason\":\"wrong\"}")
                .expectProblem(412, "precondition-failed");
        assertThat(stale.etag()).isEqualTo(postponed.etag());
        var cancelled = billing()
                .ifMatch(stale.etag())
                .post(receivable + "/cancel", "{\"reason\":\"wrong\"}")
                .expect(200);
        assertThat(cancelled.string("status")).isEqualTo("cancelled");
    }

    @Test
    void instalmentsAreNotWrittenByHand() {
        var refused = billing()
                .post(
                        "/api/v1/contracts/" + isp.contract("no-agreement") + "/receivables",
                        "{\"kind\":\"renegotiated\",\"nominalCents\":1000,\"dueOn\":\"2026-12-01\"}")
                .expectProblem(400, "invalid-request");

        assertThat(refused.string("errors/0/field")).isEqualTo("/kind");
    }

    @Test
    void aPaymentMadeTwicePaysTheBillThatBlocks() {
        long contract = isp.contract("pays-twice");
        long first = isp.owe(contract, 50);
        pay("twice-1", contract, 9990).expect(201);
        isp.owe(contract, 40);
        isp.run();
        assertThat(isp.level(contract)).isEqualTo("blocked");

        var again = billing()
                .post(
                        "/api/v1/payments",
                        "{\"externalId\":\"twice-2\",\"receivableId\":%d,\"amountCents\":9990,\"paidOn\":\"2026-11-20\"}"
                                .formatted(first))
                .expect(201);

        assertThat(again.number("creditCents")).isZero();
        assertThat(isp.level(contract)).isEqualTo("active");
    }

    @Test
    void aBulkWritesWhatItCanAndSaysWhatItCannot() {
        long contract = isp.contract("bulk");

        var answer = billing()
                .post("/api/v1/receivables/bulk", """
                        {"rows":[
                          {"externalId":"b-1","contractId":%d,"kind":"one-off","nominalCents":100,"dueOn":"2026-12-01"},
                          {"externalId":"b-2","contractId":999999,"kind":"one-off","nominalCents":100,"dueOn":"2026-12-01"},
                          {"externalId":"b-3","contractId":%d,"kind":"recurring","nominalCents":100,"dueOn":"2026-12-01"}]}
                        """.formatted(contract, contract))
                .expect(200);

        assertThat(answer.string("rows/0/written")).isEqualTo("created");
        assertThat(answer.string("rows/1/written")).isEqualTo("declined");
        assertThat(answer.string("rows/1/problem/type")).isEqualTo("urn:catraca:problem:not-found");
        assertThat(answer.string("rows/2/problem/errors/0/field")).startsWith("/coverage");
        var again = billing().post("/api/v1/receivables/bulk", """
                        {"rows":[{"externalId":"b-1","contractId":%d,"kind":"one-off","nominalCents":100,"dueOn":"2026-12-01"}]}
                        """.formatted(contract));
        assertThat(again.string("rows/0/written")).isEqualTo("unchanged");
    }

    @Test
    void aBulkWithAMalformedRowWritesNothing() {
        long contract = isp.contract("half-written");

        var refused = billing()
                .post("/api/v1/receivables/bulk", """
                        {"rows":[
                          {"externalId":"h-1","contractId":%d,"kind":"one-off","nominalCents":100,"dueOn":"2026-12-01"},
                          {"externalId":"h-2","contractId":%d,"kind":"one-off","nominalCents":"100","dueOn":"2026-12-01"}]}
                        """.formatted(contract, contract))
                .expectProblem(400, "invalid-request");

        assertThat(refused.string("errors/0/field")).isEqualTo("/rows/1/nominalCents");
        assertThat(billing()
                        .get("/api/v1/contracts/" + contract + "/receivables")
                        .at("items")
                        .size())
                .isZero();
    }

    private static ApiAnswer pay(String externalId, long contract, long cents) {
        return billing()
                .post(
                        "/api/v1/payments",
                        "{\"externalId\":\"%s\",\"contractId\":%d,\"amountCents\":%d,\"paidOn\":\"2026-11-20\"}"
                                .formatted(externalId, contract, cents));
    }
}
