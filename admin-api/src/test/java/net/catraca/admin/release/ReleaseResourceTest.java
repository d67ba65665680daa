package net.catraca.admin.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ReleaseResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);
    private static final String TRUST_UNLOCK = "{\"kind\":\"trust-unlock\",\"reason\":\"paid by Pix\"}";

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aTrustUnlockSaysUntilWhenAndASecondOneFromWhen() {
        long contract = isp.blockedContract("trusted");

        var granted = api.as(Role.NOC).post(releases(contract), TRUST_UNLOCK).expect(201);
        assertThat(isp.level(contract)).isEqualTo("active");
        // Three days after Monday a run may tighten again: Thursday, 10:00 in São Paulo.
        assertThat(granted.string("until")).isEqualTo("2026-11-26T13:00:00Z");
        assertThat(granted.number("id")).isPositive();
        assertThat(granted.string("running")).isEqualTo("true");

        var refused = api.as(Role.NOC).post(releases(contract), TRUST_UNLOCK).expectProblem(409, "limit-reached");
        assertThat(refused.string("limit")).isEqualTo("released-already");
        // The first ends on Thursday, and thirty days after Monday the interval between two has passed.
        assertThat(refused.string("possibleAgainFrom")).isEqualTo("2026-12-23T03:00:00Z");
        assertThat(refused.string("decidingLimit")).isEqualTo("trust-unlock-interval");
        assertThat(refused.string("detail"))
                .isEqualTo("A release that runs gives as much already."
                        + " From 2026-11-26 10:00 (America/Sao_Paulo) on, still in the way:"
                        + " One trust unlock every 30 days; the last one began 3 days before."
                        + " Possible again from 2026-12-23 00:00 (America/Sao_Paulo).");
    }

    @Test
    void waitingThatDoesNotHelpIsSaidSo() {
        // 63 days late (day 0 was a Monday): the next one would be 30 days on, above the 90 that the policy allows.
        long contract = isp.lateContract("hopeless", 65);
        isp.run();
        api.as(Role.NOC).post(releases(contract), TRUST_UNLOCK).expect(201);

        var refused = api.as(Role.NOC).post(releases(contract), TRUST_UNLOCK).expectProblem(409, "limit-reached");

        assertThat(refused.text()).doesNotContain("possibleAgainFrom");
        assertThat(refused.string("decidingLimit")).isEqualTo("trust-unlock-debt-age");
        assertThat(refused.string("detail"))
                .contains("Trust unlocks are granted up to 90 days late, and the contract is 93 days late.")
                .endsWith("Waiting does not help.");
    }

    @Test
    void aPermittedUserLiftsTheIntervalOnce() {
        long contract = isp.blockedContract("lifted");
        String unlock = api.as(Role.NOC)
                .post(releases(contract), TRUST_UNLOCK)
                .expect(201)
                .header("Location");
        api.as(Role.NOC).delete(unlock + "?reason=wrong%20line").expect(200);
        String lifting = "{\"kind\":\"trust-unlock\",\"reason\":\"wrong line before\",\"liftInterval\":true}";

        api.as(Role.NOC).post(releases(contract), lifting).expectProblem(403, "forbidden");
        api.as(Role.NOC_SUPERVISOR)
                .post(releases(contract), lifting.replace("trust-unlock", "temporary"))
                .expectProblem(400, "invalid-request");
        var lifted =
                api.as(Role.NOC_SUPERVISOR).post(releases(contract), lifting).expect(201);

        assertThat(lifted.string("liftedInterval")).isEqualTo("true");
        assertThat(lifted.string("fromLevel")).isEqualTo("blocked");
        assertThat(api.strings("select after->>'liftedInterval' from audit_log where subject = 'release/"
                        + lifted.number("id") + "'"))
                .containsExactly("true");
        api.as(Role.NOC).delete(lifted.header("Location")).expect(200);
        var refused =
                api.as(Role.NOC_SUPERVISOR).post(releases(contract), lifting).expectProblem(409, "limit-reached");
        assertThat(refused.string("limit")).isEqualTo("trust-unlock-interval-lifted");
        assertThat(refused.string("possibleAgainFrom")).isEqualTo("2026-12-23T03:00:00Z");
    }

    @Test
    void aTemporaryReleaseEndsAtTenOfTheNextDayOnWhichARunMayTighten() {
        // Monday and four days is a Friday, on which no run tightens; nor does one on a weekend.
        long contract = isp.blockedContract("temporary");

        var granted = api.as(Role.NOC)
                .post(
                        releases(contract),
                        "{\"kind\":\"temporary\",\"reason\":\"waits for the salary\",\"until\":\"2026-11-27T12:00:00Z\"}")
                .expect(201);

        assertThat(granted.string("until")).isEqualTo("2026-11-30T13:00:00Z");
    }

    @Test
    void ofFiftyTrustUnlocksAtOnceExactlyOneIsGranted() throws Exception {
        long contract = isp.blockedContract("crowded");
        Callable<ApiAnswer> unlock = () -> api.as(Role.NOC).post(releases(contract), TRUST_UNLOCK);
        var statuses = new ArrayList<Integer>();
        try (var threads = Executors.newFixedThreadPool(50)) {
            for (var answer : threads.invokeAll(Collections.nCopies(50, unlock))) {
                statuses.add(answer.get().status());
            }
        }

        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses.stream().filter(status -> status != 201))
                .hasSize(49)
                .containsOnly(409);
        assertThat(api.as(Role.VIEWER).get(releases(contract)).at("items").size())
                .isEqualTo(1);
    }

    @Test
    void aReleaseThatIsEndedEarlyGivesTheBlockBack() {
        long contract = isp.blockedContract("early");
        String release = api.as(Role.NOC)
                .post(releases(contract), TRUST_UNLOCK)
                .expect(201)
                .header("Location");

        var ended = api.as(Role.NOC).delete(release + "?reason=paid%20nothing").expect(200);

        assertThat(ended.string("end/reason")).isEqualTo("paid nothing");
        assertThat(ended.string("end/by")).isEqualTo("noc");
        assertThat(isp.level(contract)).isEqualTo("blocked");
        assertThat(api.as(Role.VIEWER).get(release).string("running")).isEqualTo("false");
        api.as(Role.NOC).delete(release).expectProblem(409, "conflict");
    }

    @Test
    void aManualReleaseHasNoEnd() {
        long contract = isp.blockedContract("by-hand");

        var granted = api.as(Role.NOC)
                .post(releases(contract), "{\"kind\":\"manual\",\"reason\":\"the bank is down\"}")
                .expect(201);

        assertThat(granted.string("until")).isEqualTo("null");
        assertThat(isp.level(contract)).isEqualTo("active");
    }

    @Test
    void whoMayGrantOneKindMayNotGrantAnother() {
        long contract = isp.blockedContract("kinds");

        api.as(Role.BILLING)
                .post(releases(contract), "{\"kind\":\"manual\",\"reason\":\"x\"}")
                .expectProblem(403, "forbidden");
        api.as(Role.VIEWER).post(releases(contract), TRUST_UNLOCK).expectProblem(403, "forbidden");
        api.as(Role.BILLING).post(releases(contract), TRUST_UNLOCK).expect(201);
    }

    @Test
    void aReleaseBelongsToItsContract() {
        long contract = isp.blockedContract("mine");
        long other = isp.contract("not-mine");
        long release = api.as(Role.NOC)
                .post(releases(contract), TRUST_UNLOCK)
                .expect(201)
                .number("id");

        api.as(Role.NOC).delete(releases(other) + "/" + release).expectProblem(404, "not-found");
        api.as(Role.NOC).post(releases(999999), TRUST_UNLOCK).expectProblem(404, "not-found");
        assertThat(isp.level(contract)).isEqualTo("active");
    }

    private static String releases(long contract) {
        return "/api/v1/contracts/" + contract + "/releases";
    }
}
