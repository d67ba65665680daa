package net.catraca.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiServer;
import net.catraca.billing.office.Actor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class IdempotencyTest {

    private static final ApiServer api = ApiServer.start();

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aRepetitionGetsTheSameAnswerWithoutASecondWrite() {
        String token = "/api/v1/tokens/" + tokenToRevoke();
        var client = api.as(Role.ADMIN).once("revoke-1");

        var first = client.delete(token).expect(200);
        api.clock.advance(Duration.ofMinutes(5));
        var second = client.delete(token).expect(200);

        assertThat(second.text()).isEqualTo(first.text());
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void aKeyBelongsToOneRequest() {
        var client = api.as(Role.ADMIN).once("one-request");
        client.post("/api/v1/tokens", "{\"name\":\"first\",\"role\":\"noc\"}").expect(201);

        client.post("/api/v1/tokens", "{\"name\":\"second\",\"role\":\"noc\"}")
                .expectProblem(422, "idempotency-key-reused");
        client.delete("/api/v1/tokens/" + tokenToRevoke()).expectProblem(422, "idempotency-key-reused");
    }

    @Test
    void aKeyBelongsToOneToken() {
        String path = "/api/v1/tokens/" + tokenToRevoke();
        var other = api.bean(AccessTokens.class).issue("other", Role.ADMIN, Duration.ofDays(1), Actor.system("test"));
        api.as(Role.ADMIN).once("mine").delete(path).expect(200);

        var answer =
                api.withToken(other.text().reveal()).once("mine").delete(path).expect(200);

        assertThat(answer.header("Idempotency-Replayed")).isEmpty();
    }

    @Test
    void aTokenIsNotKeptForRepetitions() {
        var client = api.as(Role.ADMIN).once("secret");
        String body = "{\"name\":\"job\",\"role\":\"billing\"}";
        String token = client.post("/api/v1/tokens", body).expect(201).string("token");

        var repeated = client.post("/api/v1/tokens", body).expectProblem(409, "conflict");

        assertThat(repeated.string("code")).isEqualTo("done-before");
        assertThat(api.strings("select coalesce(body, '') from idempotency_key"))
                .noneMatch(kept -> kept.contains(token));
    }

    @Test
    void aRefusedRequestMayBeSentAgainWithItsKey() {
        var client = api.as(Role.ADMIN).once("again");
        client.delete("/api/v1/tokens/999999").expectProblem(404, "not-found");

        assertThat(api.strings("select key from idempotency_key where key = 'again'"))
                .isEmpty();
        client.delete("/api/v1/tokens/" + tokenToRevoke()).expect(200);
    }

    @Test
    void aKeyIsNewAgainAfterADay() {
        String path = "/api/v1/tokens/" + tokenToRevoke();
        api.as(Role.ADMIN).once("daily").delete(path).expect(200);

        api.clock.advance(Duration.ofHours(25));

        assertThat(api.as(Role.ADMIN).once("daily").delete(path).expect(200).header("Idempotency-Replayed"))
                .isEmpty();
        assertThat(api.strings("select key from idempotency_key")).containsExactly("daily");
    }

    @Test
    void manyAtOnceWithOneKeyWriteOnce() throws Exception {
        var client = api.as(Role.ADMIN).once("at-once");
        Callable<ApiAnswer> create = () -> client.post("/api/v1/tokens", "{\"name\":\"twin\",\"role\":\"noc\"}");
        var statuses = new ArrayList<Integer>();
        try (var threads = Executors.newFixedThreadPool(20)) {
            for (var answer : threads.invokeAll(java.util.Collections.nCopies(20, create))) {
                statuses.add(answer.get().status());
            }
        }

        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses.stream().filter(status -> status != 201)).containsOnly(409);
        assertThat(api.strings("select name from access_token where name = 'twin'"))
                .hasSize(1);
    }

    @Test
    void aKeyThatIsNoneIsRefused() {
        var refused = api.as(Role.ADMIN)
                .once("x".repeat(201))
                .delete("/api/v1/tokens/1")
                .expectProblem(400, "invalid-request");

        assertThat(refused.string("errors/0/in")).isEqualTo("header");
        assertThat(refused.string("errors/0/field")).isEqualTo("Idempotency-Key");
    }

    private static long tokenToRevoke() {
        return api.bean(AccessTokens.class)
                .issue("short-lived", Role.VIEWER, Duration.ofDays(1), Actor.system("test"))
                .token()
                .id();
    }
}
