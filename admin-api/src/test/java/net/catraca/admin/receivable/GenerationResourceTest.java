package net.catraca.admin.receivable;

import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class GenerationResourceTest {

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
    void aContractIsMadeWithItsTermsPreviewedAndBilledOnce() {
        long contract = billed("\"billingDay\":1,\"dueDay\":10,\"discountCents\":500,\"discountDays\":3");
        String scope = "?contractId=" + contract;
        String preview = "/api/v1/receivable-generation/preview";

        var row = billing().get(preview + scope).expect(200);
        assertThat(row.string("items/0/what")).isEqualTo("issue");
        assertThat(row.string("items/0/coverageFirst")).isEqualTo("2026-11-10");
        assertThat(row.number("items/0/chargedDays")).isEqualTo(21);
        assertThat(row.number("items/0/periodDays")).isEqualTo(30);
        assertThat(row.number("items/0/nominalCents")).isEqualTo(6993);
        assertThat(row.number("items/0/discountCents")).isEqualTo(350);
        assertThat(billing().get(preview + "/totals" + scope).expect(200).number("receivables"))
                .isEqualTo(1);
        assertThat(billing().get(preview + "/totals" + scope + "&on=2026-12-01").number("receivables"))
                .isEqualTo(2);
        assertThat(billing().get(preview + ".csv" + scope).expect(200).text())
                .startsWith("contractId,what,")
                .contains("\r\n" + contract + ",issue,,2026-11-10,2026-11-30,21,30,2026-12-10,6993,6993,350,");
        assertThat(receivables(contract).at("items").size()).isZero();

        String wanted = "{\"contractId\":%d}".formatted(contract);
        var issued = billing().post("/api/v1/receivable-generation", wanted).expect(200);
        assertThat(issued.number("receivables")).isEqualTo(1);
        assertThat(issued.number("nominalCents")).isEqualTo(6993);
        var again = billing().post("/api/v1/receivable-generation", wanted).expect(200);
        assertThat(again.number("receivables")).isZero();
        assertThat(again.number("skipped/issued")).isEqualTo(1);
        assertThat(receivables(contract).string("items/0/generatedFor")).isEqualTo("2026-11-10");
        api.as(Role.NOC).post("/api/v1/receivable-generation", wanted).expectProblem(403, "forbidden");
    }

    @Test
    void aPlanOrContractThatIsNotThereIsNoEmptyScope() {
        billing().get("/api/v1/receivable-generation/preview?planId=999").expectProblem(400, "invalid-request");
        billing()
                .get("/api/v1/receivable-generation/preview/totals?contractId=999")
                .expectProblem(400, "invalid-request");
        billing().get("/api/v1/receivable-generation/preview.csv?planId=999").expectProblem(400, "invalid-request");
        billing().post("/api/v1/receivable-generation", "{\"planId\":999}").expectProblem(404, "not-found");
    }

    @Test
    void aPreviewIsReadInPagesOfWholeContracts() {
        for (int i = 0; i < 3; i++) {
            billed("\"billingDay\":10,\"dueDay\":10");
        }
        String path = "/api/v1/receivable-generation/preview?limit=2";
        var first = billing().get(path).expect(200);
        var second =
                billing().get(path + "&cursor=" + first.string("nextCursor")).expect(200);
        assertThat(second.at("items").size()).isPositive();
        assertThat(second.number("items/0/contractId")).isGreaterThan(first.number("items/0/contractId"));
    }

    @Test
    void termsAreEditedUnderTheirEtagAndFaultsAreNamed() {
        long contract = isp.contract();
        String path = "/api/v1/contracts/" + contract + "/billing";
        billing().get(path).expectProblem(404, "not-found");
        var set = billing().put(path, "{\"billingDay\":31,\"dueDay\":5}").expect(200);
        var ended = billing()
                .ifMatch(set.etag())
                .put(path, "{\"billingDay\":31,\"dueDay\":5,\"endsOn\":\"2027-01-30\",\"openLimit\":2}")
                .expect(200);
        assertThat(ended.string("endsOn")).isEqualTo("2027-01-30");
        assertThat(ended.number("rules/openLimit")).isEqualTo(2);
        billing()
                .ifMatch(set.etag())
                .put(path, "{\"billingDay\":1,\"dueDay\":1}")
                .expectProblem(412, "precondition-failed");
        assertThat(billing()
                        .put(path, "{\"billingDay\":32,\"dueDay\":1}")
                        .expectProblem(400, "invalid-request")
                        .string("errors/0/field"))
                .isEqualTo("/billingDay");
        assertThat(billing()
                        .put("/api/v1/plans/" + isp.plan + "/billing", "{\"fineBasisPoints\":201}")
                        .expectProblem(400, "invalid-request")
                        .string("errors/0/field"))
                .isEqualTo("/fineBasisPoints");
    }

    @Test
    void aContractWithWrongTermsIsNotMade() {
        long before = api.strings("select id::text from contract").size();
        billing()
                .post("/api/v1/contracts", contract("\"billingDay\":10,\"dueDay\":10,\"startsOn\":\"1980-01-01\""))
                .expectProblem(400, "invalid-request");
        assertThat(api.strings("select id::text from contract")).hasSize((int) before);
    }

    @Test
    void aReceivableShowsWhatItCostsOnADay() {
        long contract = isp.contract();
        // Due on Monday 16 November.
        String receivable = "/api/v1/receivables/" + isp.owe(contract, 7);
        var intime = billing().get(receivable + "?on=2026-11-16").expect(200);
        assertThat(intime.number("amounts/payableCents")).isEqualTo(9990);
        var late = billing().get(receivable + "?on=2026-12-16").expect(200);
        assertThat(late.number("amounts/daysLate")).isEqualTo(30);
        assertThat(late.number("amounts/fineCents")).isEqualTo(200);
        assertThat(late.number("amounts/interestCents")).isEqualTo(100);
        assertThat(late.number("amounts/payableCents")).isEqualTo(9990 + 300);
        var listed = billing()
                .get("/api/v1/contracts/" + contract + "/receivables?on=2026-12-16")
                .expect(200);
        assertThat(listed.number("items/0/amounts/payableCents")).isEqualTo(9990 + 300);
        assertThat(receivables(contract).string("items/0/amounts/on"))
                .isEqualTo(isp.today().toString());
    }

    @Test
    void aSubstituteTakesThePlaceAndThePayments() {
        long contract = isp.contract();
        long owed = isp.owe(contract, -10);
        billing()
                .post(
                        "/api/v1/payments",
                        "{\"externalId\":\"part\",\"receivableId\":%d,\"amountCents\":1000,\"paidOn\":\"%s\"}"
                                .formatted(owed, isp.today()))
                .expect(201);
        String path = "/api/v1/receivables/" + owed;
        var due = billing().get(path).string("dueOn");
        var substitute = billing()
                .ifMatch(billing().get(path).etag())
                .post(
                        path + "/substitute",
                        "{\"nominalCents\":8990,\"dueOn\":\"%s\",\"reason\":\"wrong price\"}".formatted(due))
                .expect(201);
        assertThat(substitute.number("replacesId")).isEqualTo(owed);
        assertThat(substitute.number("paidCents")).isEqualTo(1000);
        assertThat(substitute.number("nominalCents")).isEqualTo(8990);
        var old = billing().get(path).expect(200);
        assertThat(old.string("status")).isEqualTo("cancelled");
        assertThat(old.string("cancelReason")).isEqualTo("wrong price");
        assertThat(old.number("replacedById")).isEqualTo(substitute.number("id"));
        billing()
                .post(
                        path + "/substitute",
                        "{\"nominalCents\":8990,\"dueOn\":\"%s\",\"reason\":\"again\"}".formatted(due))
                .expectProblem(409, "conflict");
    }

    private static long billed(String terms) {
        return billing().post("/api/v1/contracts", contract(terms)).expect(201).number("id");
    }

    private static String contract(String terms) {
        return """
                {"customerId":%d,"planId":%d,"billingMode":"postpaid","financialBaseDate":"2026-11-10",
                 "signedOn":"2026-11-10","activatedOn":"2026-11-10","billing":{%s}}
                """.formatted(isp.customer, isp.plan, terms);
    }

    private static ApiAnswer receivables(long contract) {
        return billing().get("/api/v1/contracts/" + contract + "/receivables").expect(200);
    }
}
