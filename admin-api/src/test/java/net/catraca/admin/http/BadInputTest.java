package net.catraca.admin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BadInputTest {

    private static final ApiServer api = ApiServer.start();
    private static final String TOKENS = "/api/v1/tokens";

    @AfterAll
    static void stop() {
        api.close();
    }

    // What is sent; kind of problem; the field it names; what it says was expected.
    static Stream<Arguments> bodies() {
        return Stream.of(
                arguments("", "invalid-request", "", "a JSON object"),
                arguments("   ", "invalid-request", "", "a JSON object"),
                arguments("null", "invalid-request", "", "a JSON object"),
                arguments("[]", "invalid-request", "", "a JSON object"),
                arguments("\"name\"", "invalid-request", "", "a JSON object"),
                arguments("{}", "invalid-request", "/name", "a text"),
                arguments("{\"name\":null,\"role\":\"noc\"}", "invalid-request", "/name", "a text"),
                arguments("{\"name\":5,\"role\":\"noc\"}", "invalid-request", "/name", "a text"),
                arguments("{\"name\":true,\"role\":\"noc\"}", "invalid-request", "/name", "a text"),
                arguments("{\"name\":{\"a\":1},\"role\":\"noc\"}", "invalid-request", "/name", "a text"),
                arguments("{\"name\":[\"x\"],\"role\":\"noc\"}", "invalid-request", "/name", "a text"),
                arguments("{\"name\":\"\",\"role\":\"noc\"}", "invalid-request", "/name", "must not be blank"),
                arguments("{\"name\":\"a\\u0000b\",\"role\":\"noc\"}", "invalid-request", "/name", "without control"),
                arguments("{\"name\":\"a\\nb\",\"role\":\"noc\"}", "invalid-request", "/name", "without control"),
                arguments("{\"name\":\"\\ud800\",\"role\":\"noc\"}", "invalid-request", "/name", "without control"),
                arguments("{\"name\":\"" + "x".repeat(101) + "\",\"role\":\"noc\"}", "invalid-request", "/name", "100"),
                arguments(
                        "{\"name\":\"" + "x".repeat(5000) + "\",\"role\":\"noc\"}", "invalid-request", "/name", "2000"),
                arguments("{\"name\":\"a\",\"role\":\"NOC\"}", "invalid-request", "/role", "one of viewer, noc"),
                arguments("{\"name\":\"a\",\"role\":\"root\"}", "invalid-request", "/role", "one of viewer, noc"),
                arguments("{\"name\":\"a\",\"role\":1}", "invalid-request", "/role", "one of viewer, noc"),
                arguments(token("\"30\""), "invalid-request", "/days", "a whole number"),
                arguments(token("30.0"), "invalid-request", "/days", "a whole number"),
                arguments(token("3e1"), "invalid-request", "/days", "a whole number"),
                arguments(token("2147483648"), "invalid-request", "/days", "a whole number from"),
                arguments(token("99999999999999999999"), "invalid-request", "/days", "a whole number"),
                arguments(token("1e999999999"), "invalid-request", "/days", "a whole number"),
                arguments(token("0"), "invalid-request", "/days", "greater than or equal to 1"),
                arguments(token("-5"), "invalid-request", "/days", "greater than or equal to 1"),
                arguments(token("100000"), "invalid-request", "/days", "less than or equal to 730"),
                arguments(token("true"), "invalid-request", "/days", "a whole number"),
                arguments("{\"name\":\"a\",\"role\":\"noc\",\"dayz\":1}", "invalid-request", "/dayz", "no such field"),
                arguments(
                        "{\"name\":\"a\",\"role\":\"noc\",\"a/b~c\":1}",
                        "invalid-request",
                        "/a~1b~0c",
                        "no such field"),
                arguments("{\"name\":\"a\",\"name\":\"b\",\"role\":\"noc\"}", "malformed-json", null, "Duplicate"),
                arguments("{\"name\":\"a\"", "malformed-json", null, "line 1"),
                arguments("{\"name\":\"a\",}", "malformed-json", null, "line 1"),
                arguments("{'name':'a'}", "malformed-json", null, "line 1"),
                arguments("{name:\"a\"}", "malformed-json", null, "line 1"),
                arguments("{\"days\":01}", "malformed-json", null, "line 1"),
                arguments("{\"days\":NaN}", "malformed-json", null, "line 1"),
                arguments("{\"days\":1} {\"days\":2}", "malformed-json", null, "follows"),
                arguments("<token/>", "malformed-json", null, "line 1"),
                arguments("{\"a\":".repeat(50) + "1" + "}".repeat(50), "malformed-json", null, "16 levels"),
                arguments("[".repeat(100_000), "malformed-json", null, "16 levels"),
                arguments("{\"days\":" + "9".repeat(2000) + "}", "malformed-json", null, "16 levels"));
    }

    private static String token(String days) {
        return "{\"name\":\"a\",\"role\":\"noc\",\"days\":" + days + "}";
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBadBodyIsRefusedNamingItsField(
            String body, String kind, @org.jspecify.annotations.Nullable String field, String says) {
        var refused = api.as(Role.ADMIN).post(TOKENS, body).expectProblem(400, kind);

        if (field == null) {
            assertThat(refused.string("detail")).contains(says);
        } else {
            assertThat(refused.string("errors/0/in")).isEqualTo("body");
            assertThat(refused.string("errors/0/field")).isEqualTo(field);
            assertThat(refused.string("errors/0/expected")).contains(says);
        }
        assertThat(refused.text()).doesNotContain("Exception", "net.catraca", "io.micronaut", "jackson");
    }

    @Test
    void allFaultsAreToldAtOnce() {
        var refused = api.as(Role.ADMIN)
                .post(TOKENS, "{\"name\":1,\"role\":\"x\",\"days\":\"y\",\"z\":0}")
                .expectProblem(400, "invalid-request");

        assertThat(Stream.of(0, 1, 2, 3).map(i -> refused.string("errors/" + i + "/field")))
                .containsExactlyInAnyOrder("/name", "/role", "/days", "/z");
    }

    @Test
    void wordsThatLookLikeSqlAreWords() {
        String name = "Robert'); drop table access_token;-- ${jndi:ldap://x} {{7*7}}";
        var created = api.as(Role.ADMIN)
                .post(TOKENS, "{\"name\":\"" + name + "\",\"role\":\"viewer\"}")
                .expect(201);

        assertThat(api.as(Role.ADMIN).get(created.header("Location")).string("name"))
                .isEqualTo(name);
        api.as(Role.ADMIN).get(TOKENS + "?cursor=%27%20or%201%3D1--").expectProblem(400, "invalid-request");
        assertThat(api.as(Role.ADMIN)
                        .get("/api/v1/audit?subject=%27%20or%201%3D1--")
                        .expect(200)
                        .at("items")
                        .size())
                .isZero();
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        byte[] latin1 = "{\"name\":\"Jos\u00e9\",\"role\":\"noc\"}".getBytes(StandardCharsets.ISO_8859_1);

        api.as(Role.ADMIN).send("POST", TOKENS, latin1, "application/json").expectProblem(400, "malformed-json");
    }

    @Test
    void anotherMediaTypeIsRefused() {
        byte[] body = "name=a&role=noc".getBytes(StandardCharsets.UTF_8);

        api.as(Role.ADMIN)
                .send("POST", TOKENS, body, "application/x-www-form-urlencoded")
                .expectProblem(415, "unsupported-media-type");
        api.as(Role.ADMIN).send("POST", TOKENS, body, "text/plain").expectProblem(415, "unsupported-media-type");
        api.as(Role.ADMIN).header("Accept", "text/csv").get(TOKENS).expectProblem(406, "not-acceptable");
    }

    @Test
    void aHugeBodyIsRefusedWithItsLimit() {
        byte[] huge = ("{\"name\":\"" + "x".repeat(2 * HttpDefaults.MAX_BODY_OCTETS) + "\"}")
                .getBytes(StandardCharsets.UTF_8);

        var refused = api.as(Role.ADMIN)
                .send("POST", TOKENS, huge, "application/json")
                .expectProblem(413, "too-large");

        assertThat(refused.string("detail")).contains("1048576");
    }

    @Test
    void aHeadThatIsTooLongIsRefused() {
        var admin = api.as(Role.ADMIN);

        admin.get(TOKENS + "?cursor=" + "x".repeat(5000)).expectProblem(431, "headers-too-large");
        admin.get(TOKENS).expect(200);
    }

    @Test
    void aTextInAPathOrQueryThatPostgresqlCannotHoldIsRefused() {
        var admin = api.as(Role.ADMIN);

        var path = admin.get("/api/v1/subscribers/a%00b/access").expectProblem(400, "invalid-request");
        assertThat(path.string("errors/0/in")).isEqualTo("path");
        assertThat(path.string("errors/0/field")).isEqualTo("login");
        var query = admin.get("/api/v1/contracts?externalId=%00").expectProblem(400, "invalid-request");
        assertThat(query.string("errors/0/in")).isEqualTo("query");
        assertThat(query.string("errors/0/field")).isEqualTo("externalId");
        assertThat(query.string("errors/0/expected")).contains("without control characters");
        admin.get("/api/v1/audit?actor=a%0Ab").expectProblem(400, "invalid-request");
    }

    @Test
    void pathsMethodsAndQueriesThatAreNotThereAreProblemsToo() {
        var admin = api.as(Role.ADMIN);

        admin.get("/api/v1/nothing").expectProblem(404, "not-found");
        admin.get(TOKENS + "/999999").expectProblem(404, "not-found");
        assertThat(admin.put(TOKENS, "{}")
                        .expectProblem(405, "method-not-allowed")
                        .header("Allow"))
                .contains("GET");
        var id = admin.get(TOKENS + "/abc").expectProblem(400, "invalid-request");
        assertThat(id.string("errors/0/in")).isEqualTo("path");
        assertThat(id.string("errors/0/field")).isEqualTo("id");
        admin.get(TOKENS + "/99999999999999999999").expectProblem(400, "invalid-request");
        var limit = admin.get(TOKENS + "?limit=0").expectProblem(400, "invalid-request");
        assertThat(limit.string("errors/0/in")).isEqualTo("query");
        assertThat(limit.string("errors/0/field")).isEqualTo("limit");
        admin.get(TOKENS + "?limit=many").expectProblem(400, "invalid-request");
        admin.get(TOKENS + "?limit=201").expectProblem(400, "invalid-request");
        admin.get(TOKENS + "?cursor=x").expectProblem(400, "invalid-request");
        var unknown = admin.get(TOKENS + "?limt=5").expectProblem(400, "invalid-request");
        assertThat(unknown.string("errors/0/field")).isEqualTo("limt");
    }

    @Test
    void anUnexpectedFailureTellsAnIdAndNothingElse() {
        // No resource fails by itself; a relation that is gone does.
        try (var broken = ApiServer.start()) {
            broken.execute("alter table audit_seal rename to elsewhere");

            var failed = broken.as(Role.ADMIN).get("/api/v1/audit").expectProblem(500, "internal");

            assertThat(failed.string("errorId")).matches("[0-9a-f]{16}");
            assertThat(failed.text()).doesNotContain("audit_seal", "SQL", "select", "Exception");
        }
    }
}
