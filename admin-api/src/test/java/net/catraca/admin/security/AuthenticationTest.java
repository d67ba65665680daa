package net.catraca.admin.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.catraca.admin.testing.ApiServer;
import net.catraca.billing.office.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuthenticationTest {

    private final ApiServer api = ApiServer.start();

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void withoutATokenNothingOfTheApiIsShown() {
        api.anonymous().get("/api/v1/tokens").expectProblem(401, "unauthenticated");
        api.anonymous().get("/api/v1/no-such-thing").expectProblem(401, "unauthenticated");
        api.anonymous().post("/api/v1/tokens", "not even JSON").expectProblem(401, "unauthenticated");
        api.anonymous()
                .header("Authorization", "Basic YTpi")
                .get("/api/v1/tokens")
                .expectProblem(401, "unauthenticated");
        api.anonymous().header("Authorization", "Bearer").get("/api/v1/tokens").expectProblem(401, "unauthenticated");
    }

    @Test
    void aSourceThatKeepsFailingIsToldToWait() {
        for (int i = 1; i < FailedAttempts.AT_ONCE; i++) {
            api.withToken("guess-" + i).get("/api/v1/tokens").expectProblem(401, "unauthenticated");
        }
        var throttled = api.withToken("guess").get("/api/v1/tokens").expectProblem(429, "too-many-requests");
        assertThat(throttled.header("Retry-After")).isEqualTo("60");

        api.clock.advance(FailedAttempts.REFILL);
        api.withToken("guess-again").get("/api/v1/tokens").expectProblem(401, "unauthenticated");
    }

    @Test
    void throttlingStopsGuessesAndNotTheOwnersOfRealTokens() {
        api.bean(AccessTokens.class)
                .installKnown(
                        "demo-admin",
                        "demo-admin",
                        Holder.PERSON,
                        Role.ADMIN,
                        Duration.ofDays(1),
                        Actor.system("demo"));
        api.withToken("demo-admin").get("/api/v1/tokens").expect(200);
        for (int i = 0; i < FailedAttempts.AT_ONCE; i++) {
            api.withToken("guess-" + i).get("/api/v1/tokens");
        }

        // A short token could be the guess that hits.
        api.withToken("demo-admin").get("/api/v1/tokens").expectProblem(429, "too-many-requests");
        api.as(Role.ADMIN).get("/api/v1/tokens").expect(200);
    }

    @Test
    void aKnownTokenInstalledAgainWorksAgain() {
        var tokens = api.bean(AccessTokens.class);
        var first = tokens.installKnown(
                "demo-noc", "demo-noc", Holder.PERSON, Role.NOC, Duration.ofDays(1), Actor.system("demo"));
        api.clock.advance(Duration.ofDays(2));

        var again = tokens.installKnown(
                "demo-noc", "demo-noc", Holder.PERSON, Role.NOC, Duration.ofDays(1), Actor.system("demo"));

        assertThat(again.id()).isEqualTo(first.id());
        api.withToken("demo-noc").get("/api/v1/tokens").expectProblem(403, "forbidden");
    }

    @Test
    void theDayOfLastUseIsNoted() {
        api.as(Role.VIEWER).get("/api/v1/tokens").expect(403);

        assertThat(api.strings("select last_used_on from access_token where name = 'viewer'"))
                .containsExactly("2026-11-23");
    }

    @Test
    void noTokenIsInTheDatabase() {
        assertThat(api.strings("select t::text from access_token t"))
                .noneMatch(row -> row.contains(api.token(Role.ADMIN)) || row.contains("catraca_"));
    }
}
