package net.catraca.admin.erp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.Holder;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.office.Actor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ErpPushResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);

    @BeforeAll
    static void aCustomer() {
        put("customers", "{\"externalId\":\"c-1\",\"name\":\"Bia\",\"taxId\":\"390.533.447-05\",%s}".formatted(asOf()));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void anErpFeedsAnIspAndEachRowSaysWhatBecameOfIt() {
        var customers = put("customers", """
                {"externalId":"c-2","name":"Caio","taxId":"39053344705",%1$s},
                {"externalId":"c-3","name":7,"taxId":"39053344705",%1$s},
                {"externalId":"c-4","name":"Davi","taxId":"390","colour":"blue",%1$s},
                {"externalId":"c-1","name":"Bia","taxId":"39053344705",%1$s}""".formatted(asOf()));
        assertThat(results(customers)).isEqualTo("created declined declined unchanged");
        assertThat(customers.number("declined")).isEqualTo(2);
        assertThat(customers.string("rows/1/problem/errors/0/field")).isEqualTo("/name");
        assertThat(customers.string("rows/1/problem/errors/0/expected")).isEqualTo("a text");
        assertThat(customers.string("rows/2/problem/errors/0/field")).isEqualTo("/colour");

        assertThat(results(put("contracts", contract("k-1", "\"status\":\"active\","))))
                .isEqualTo("created");
        assertThat(results(put(
                        "subscribers",
                        "{\"login\":\"bia@isp.example\",\"contract\":\"k-1\",\"password\":\"s3cret\",%s}"
                                .formatted(asOf()))))
                .isEqualTo("created");
        assertThat(results(put("standings", """
                        {"contract":"k-1","paidUntil":"2026-10-09","oldestDueOn":"2026-10-10",%1$s},
                        {"contract":"k-9","paidUntil":"2026-10-09",%1$s}""".formatted(asOf())))).isEqualTo("updated declined");
        long contract = api.as(Role.BILLING)
                .get("/api/v1/contracts?externalId=k-1")
                .expect(200)
                .number("items/0/id");
        assertThat(isp.level(contract)).isEqualTo("active");
        isp.run();
        assertThat(isp.level(contract)).isEqualTo("blocked");
    }

    @Test
    void paymentsComeByTheErpsOwnIds() {
        put("contracts", contract("k-pays", "\"status\":\"active\",").replace("\"erp\"", "\"local\""));
        put("contracts", contract("k-kept", "\"status\":\"active\","));
        put("receivables", """
                {"externalId":"b-1","contract":"k-pays","kind":"recurring","nominalCents":9990,"dueOn":"2026-10-10",
                 "coverageFirst":"2026-10-10","coverageLast":"2026-11-09",%1$s},
                {"externalId":"b-2","contract":"k-pays","kind":"recurring","nominalCents":9990,"dueOn":"2026-11-10",
                 "coverageFirst":"2026-11-10","coverageLast":"2026-12-09",%1$s}""".formatted(asOf()));
        String rows = """
                {"externalId":"baixa-1","receivable":"b-1","amountCents":9990,"paidOn":"2026-11-20"},
                {"externalId":"baixa-2","contract":"k-kept","amountCents":9990,"paidOn":"2026-11-20"},
                {"externalId":"baixa-3","amountCents":9990,"paidOn":"2026-11-20"}""";

        var first = put("payments", rows);

        assertThat(results(first)).isEqualTo("created declined declined");
        assertThat(first.string("rows/1/problem/detail")).startsWith("Money source is erp: the ERP keeps the money");
        assertThat(first.string("rows/2/problem/errors/0/field")).isEqualTo("/contract");
        assertThat(results(put("payments", rows))).isEqualTo("unchanged declined declined");

        api.as(Role.BILLING).post("/api/v1/payments", """
                        {"externalId":"p-ext","contractExternalId":"k-pays","receivableExternalId":"b-2",
                         "amountCents":9990,"paidOn":"2026-11-20"}""").expect(201);
        api.as(Role.BILLING).post("/api/v1/payments", """
                        {"externalId":"p-ext-2","contractExternalId":"nobody","amountCents":1,"paidOn":"2026-11-20"}""").expectProblem(404, "not-found");
        assertThat(api.as(Role.BILLING)
                        .post("/api/v1/payments", """
                        {"externalId":"p-ext-3","contractExternalId":"k-kept","amountCents":1,"paidOn":"2026-11-20"}""")
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("money-source-is-erp");
        var shown =
                api.as(Role.BILLING).get("/api/v1/contracts?externalId=k-pays").expect(200);
        assertThat(shown.string("items/0/region")).isEqualTo("Centro");
        assertThat(api.as(Role.BILLING)
                        .get("/api/v1/contracts/" + shown.number("items/0/id") + "/receivables")
                        .expect(200)
                        .text())
                .doesNotContain("\"status\":\"open\"");
        api.as(Role.NOC)
                .put("/api/v1/erp/payments", "{\"rows\":[" + rows + "]}")
                .expectProblem(403, "forbidden");
    }

    @Test
    void whatIsNoJsonOrTooMuchIsRefusedWholeAndNothingIsWritten() {
        String sound = "{\"externalId\":\"w-1\",\"name\":\"Eva\",\"taxId\":\"39053344705\",%s}".formatted(asOf());

        raw("customers", "{\"rows\":[" + sound + ",{]}").expectProblem(400, "malformed-json");
        raw("customers", "{\"rows\":[" + sound + "],\"more\":1}").expectProblem(400, "invalid-request");
        raw("customers", "{\"rows\":{}}").expectProblem(400, "invalid-request");
        raw("customers", "[]").expectProblem(400, "invalid-request");
        var many = IntStream.rangeClosed(0, ErpRows.MOST).mapToObj(_ -> "{}").collect(Collectors.joining(","));
        assertThat(raw("customers", "{\"rows\":[" + sound + "," + many + "]}")
                        .expectProblem(400, "invalid-request")
                        .string("errors/0/expected"))
                .isEqualTo("at most 20000 rows in one call");
        api.as(Role.BILLING)
                .send(
                        "PUT",
                        "/api/v1/erp/customers",
                        "{\"rows\":[\"\u00e9\"]}".getBytes(StandardCharsets.ISO_8859_1),
                        "application/json")
                .expectProblem(400, "malformed-json");
        api.as(Role.NOC).put("/api/v1/erp/customers", "{\"rows\":[]}").expectProblem(403, "forbidden");

        assertThat(api.strings("select name from customer where external_id = 'w-1'"))
                .isEmpty();
    }

    @Test
    void aMassOfCancellationsIsAGuardedRunOfItsOwn() {
        put("contracts", rows(120, n -> contract("m-" + n, "\"status\":\"active\",")));
        var pushed = put(
                "statuses", rows(120, n -> "{\"contract\":\"m-%d\",\"status\":\"cancelled\",%s}".formatted(n, asOf())));
        assertThat(pushed.number("updated")).isEqualTo(100);
        assertThat(pushed.number("waiting")).isEqualTo(20);

        String path = "/api/v1/tightening-proposals/" + pushed.number("rows/119/proposalId");
        var listed = api.as(Role.NOC).get("/api/v1/tightening-proposals").expect(200);
        assertThat(listed.string("items/0/kind")).isEqualTo("cancel");
        var seen = api.as(Role.NOC).get(path).expect(200);
        assertThat(seen.number("pending")).isEqualTo(20);
        assertThat(seen.number("monthlyCents")).isEqualTo(20 * 9990);
        assertThat(api.as(Role.NOC).get(path + "/rows?limit=3").at("items").size())
                .isEqualTo(3);

        person("rita").post(path + "/approve", "{}").expectProblem(428, "precondition-required");
        api.as(Role.ADMIN).ifMatch(seen.etag()).post(path + "/approve", "{}").expectProblem(409, "conflict");
        var done = person("rita")
                .ifMatch(seen.etag())
                .post(path + "/approve", "{\"reason\":\"the village without fibre\"}")
                .expect(200);
        assertThat(done.string("state")).isEqualTo("committed");
        assertThat(done.number("committed")).isEqualTo(20);
        assertThat(api.strings("select count(*) from contract where external_id like 'm-%' and status = 'CANCELLED'"))
                .containsExactly("120");
    }

    private interface RowText {
        String of(int number);
    }

    private static String rows(int many, RowText row) {
        return IntStream.range(0, many).mapToObj(row::of).collect(Collectors.joining(","));
    }

    private static ApiClient person(String name) {
        return api.withToken(api.bean(AccessTokens.class)
                .issue(name, Holder.PERSON, Role.ADMIN, Duration.ofDays(1), Actor.system("test"))
                .text()
                .reveal());
    }

    private static String contract(String externalId, String more) {
        return """
                {"externalId":"%s","customer":"c-1","plan":"Fibra 300","billingMode":"prepaid","moneySource":"erp",
                 "financialBaseDate":"2026-01-10","activatedOn":"2026-01-10","region":"Centro",%s%s}""".formatted(externalId, more, asOf());
    }

    private static String asOf() {
        return "\"asOf\":\"" + api.clock.instant() + "\"";
    }

    private static String results(ApiAnswer answer) {
        return IntStream.range(0, answer.at("rows").size())
                .mapToObj(i -> answer.string("rows/" + i + "/result"))
                .collect(Collectors.joining(" "));
    }

    private static ApiAnswer put(String what, String rows) {
        return raw(what, "{\"rows\":[" + rows + "]}").expect(200);
    }

    private static ApiAnswer raw(String what, String body) {
        return api.as(Role.BILLING).put("/api/v1/erp/" + what, body);
    }
}
