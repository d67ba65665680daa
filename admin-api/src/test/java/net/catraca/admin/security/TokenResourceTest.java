package net.catraca.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.catraca.admin.testing.ApiServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class TokenResourceTest {

    private static final ApiServer api = ApiServer.start();

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aTokenIsShownOnceAndWorksUntilItIsRevoked() {
        var admin = api.as(Role.ADMIN);
        var created = admin.post("/api/v1/tokens", "{\"name\":\"maria\",\"role\":\"noc\",\"days\":30}")
                .expect(201);
        String token = created.string("token");
        String path = created.header("Location");

        assertThat(created.string("details/role")).isEqualTo("noc");
        assertThat(created.string("details/expiresAt")).isEqualTo("2026-12-23T15:00:00Z");
        assertThat(admin.get(path).expect(200).text()).doesNotContain(token);
        assertThat(admin.get("/api/v1/tokens").expect(200).text()).doesNotContain(token);
        api.withToken(token).get("/api/v1/tokens").expectProblem(403, "forbidden");

        admin.delete(path).expect(200);

        api.withToken(token).get("/api/v1/tokens").expectProblem(401, "unauthenticated");
    }

    @Test
    void anExpiredTokenSaysSo() {
        var token = api.as(Role.ADMIN)
                .post("/api/v1/tokens", "{\"name\":\"job\",\"role\":\"admin\",\"days\":1}")
                .string("token");
        api.withToken(token).get("/api/v1/tokens").expect(200);

        api.clock.advance(Duration.ofDays(1));

        var refused = api.withToken(token).get("/api/v1/tokens").expectProblem(401, "unauthenticated");
        assertThat(refused.string("detail")).contains("expired");
        assertThat(refused.header("WWW-Authenticate")).startsWith("Bearer");
    }
}
