package net.catraca.admin.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.Holder;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.office.Actor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Under a policy of one manual release a day and operator. */
class ReleaseApprovalResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);
    private static final String MANUAL = "{\"kind\":\"manual\",\"reason\":\"the bank is down\"}";

    static {
        api.execute("update access_policy_version set manual_releases_per_operator_day = 1");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aSecondPersonLetsThroughWhatTheFirstMayNotAlone() {
        var maria = person("maria", Role.NOC);
        var joana = person("joana", Role.NOC_SUPERVISOR);
        long contract = askedFor(maria, "storm");

        var pending = post(maria, contract).expect(202);
        assertThat(pending.string("state")).isEqualTo("pending");
        assertThat(pending.string("requestedBy")).isEqualTo("maria");
        assertThat(pending.string("expiresAt")).isEqualTo("2026-11-23T19:00:00Z");
        assertThat(isp.level(contract)).isEqualTo("blocked");
        String path = pending.header("Location");
        assertThat(api.as(Role.VIEWER).get("/api/v1/release-approvals").text())
                .contains("\"id\":" + pending.number("id"));

        var approved = joana.post(path + "/approve", null).expect(200);

        assertThat(approved.string("state")).isEqualTo("approved");
        assertThat(approved.string("decidedBy")).isEqualTo("joana");
        assertThat(isp.level(contract)).isEqualTo("active");
        var release = api.as(Role.VIEWER)
                .get("/api/v1/contracts/" + contract + "/releases/" + approved.number("releaseId"))
                .expect(200);
        assertThat(release.string("grantedBy")).isEqualTo("maria");
        assertThat(release.string("secondedBy")).isEqualTo("joana");
        assertThat(api.strings("select action from audit_log where subject like 'release%' order by id"))
                .containsSubsequence("release-approval.request", "release.grant", "release-approval.approve");
        joana.post(path + "/approve", null).expectProblem(409, "conflict");
    }

    @Test
    void theSecondPersonIsAnotherPersonWithThatPermission() {
        var pedro = person("pedro", Role.NOC_SUPERVISOR);
        long contract = askedFor(pedro, "alone");
        String path = post(pedro, contract).expect(202).header("Location");

        person("pedro", Role.ADMIN).post(path + "/approve", null).expectProblem(409, "conflict");
        api.as(Role.ADMIN).post(path + "/approve", "{}").expectProblem(409, "conflict"); // a job's token
        person("nina", Role.NOC).post(path + "/approve", "{}").expectProblem(403, "forbidden");
        person("nina", Role.NOC).post(path + "/decline", "{\"reason\":\"no\"}").expectProblem(403, "forbidden");
        assertThat(isp.level(contract)).isEqualTo("blocked");

        var taken =
                pedro.post(path + "/decline", "{\"reason\":\"paid meanwhile\"}").expect(200);
        assertThat(taken.string("state")).isEqualTo("declined");
        assertThat(taken.string("decisionReason")).isEqualTo("paid meanwhile");
    }

    @Test
    void aJobIsRefusedWithTheDateAndHasNobodyToAsk() {
        long contract = askedFor(api.as(Role.NOC), "job");

        var refused = post(api.as(Role.NOC), contract).expectProblem(409, "limit-reached");

        assertThat(refused.string("limit")).isEqualTo("manual-releases-per-day");
        assertThat(refused.string("possibleAgainFrom")).isEqualTo("2026-11-24T03:00:00Z");
    }

    @Test
    void theSameKeyAsksOnce() {
        var vera = person("vera", Role.NOC);
        long contract = askedFor(vera, "twice");

        var first = vera.once("k1").post(releases(contract), MANUAL).expect(202);
        var again = vera.once("k1").post(releases(contract), MANUAL).expect(202);

        assertThat(again.header("Location")).isEqualTo(first.header("Location"));
        vera.post(releases(contract), MANUAL).expectProblem(409, "conflict");
    }

    /** Uses up the day's manual release on one contract, and returns another that is blocked. */
    private static long askedFor(ApiClient operator, String login) {
        post(operator, isp.blockedContract(login + "-first")).expect(201);
        return isp.blockedContract(login);
    }

    private static ApiAnswer post(ApiClient operator, long contract) {
        return operator.post(releases(contract), MANUAL);
    }

    private static String releases(long contract) {
        return "/api/v1/contracts/" + contract + "/releases";
    }

    private static ApiClient person(String name, Role role) {
        return api.withToken(api.bean(AccessTokens.class)
                .issue(name, Holder.PERSON, role, Duration.ofDays(1), Actor.system("test"))
                .text()
                .reveal());
    }
}
