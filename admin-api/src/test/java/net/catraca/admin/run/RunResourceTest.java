package net.catraca.admin.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.Holder;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.office.Actor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RunResourceTest {

    private final ApiServer api = ApiServer.start();
    private final Isp isp = Isp.on(api);

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aPreviewShowsWhoAndWhyAndChangesNothing() {
        long late = isp.lateContract("late", 40);
        isp.contract("fine");

        var preview = api.as(Role.BILLING).post("/api/v1/access-runs", "{}").expect(201);

        assertThat(preview.string("state")).isEqualTo("preview");
        assertThat(preview.number("totals/rows")).isEqualTo(1);
        assertThat(preview.number("totals/blocked")).isEqualTo(1);
        assertThat(preview.number("totals/monthlyCents")).isEqualTo(9990);
        assertThat(preview.string("expiresAt")).isEqualTo("2026-11-23T19:00:00Z");
        var rows = api.as(Role.VIEWER).get(preview.header("Location") + "/rows").expect(200);
        assertThat(rows.number("items/0/contractId")).isEqualTo(late);
        assertThat(rows.number("items/0/daysLate")).isEqualTo(40);
        assertThat(rows.string("items/0/level")).isEqualTo("blocked");
        assertThat(isp.level(late)).isEqualTo("active");
    }

    @Test
    void aTokenThatTheFirstPersonHasJustMadeIsNoSecondPerson() {
        for (int i = 0; i < 60; i++) {
            isp.lateContract("late-" + i, 40);
        }
        var first = person("ana", Role.ADMIN);
        var rita = person("rita", Role.ADMIN);
        String run = first.post("/api/v1/access-runs", "{}").expect(201).header("Location");
        first.post(run + "/commit", "{}").expect(202);
        api.clock.advance(Duration.ofSeconds(1));
        var made = api.withToken(first.post("/api/v1/tokens", """
                        {"name":"not me","role":"admin","holder":"person"}""").expect(201).string("token"));
        assertThat(made.post(run + "/approve", "{}")
                        .expectProblem(409, "conflict")
                        .text())
                .contains("second-person-needed", "this token was issued at");
        rita.post(run + "/approve", "{}").expect(200);
    }

    @Test
    void aCommitBlocksAndAskedAgainChangesNothing() {
        long late = isp.lateContract("late", 40);
        var billing = api.as(Role.BILLING);
        String run = billing.post("/api/v1/access-runs", "{}").header("Location");

        billing.once("commit").post(run + "/commit", null).expect(200);
        var again = billing.once("commit").post(run + "/commit", null).expect(200);

        assertThat(again.string("state")).isEqualTo("committed");
        assertThat(again.number("totals/committed")).isEqualTo(1);
        assertThat(isp.level(late)).isEqualTo("blocked");
    }

    @Test
    void whoPaidSinceThePreviewIsDropped() {
        long late = isp.lateContract("late", 40);
        var billing = api.as(Role.BILLING);
        String run = billing.post("/api/v1/access-runs", "{}").header("Location");
        billing.post(
                        "/api/v1/payments",
                        "{\"externalId\":\"p\",\"contractId\":%d,\"amountCents\":9990,\"paidOn\":\"2026-11-23\"}"
                                .formatted(late))
                .expect(201);

        billing.post(run + "/commit", null).expect(200);

        var row = billing.get(run + "/rows").expect(200);
        assertThat(row.string("items/0/outcome")).isEqualTo("dropped");
        assertThat(row.string("items/0/dropReason")).isEqualTo("no-longer-due");
        assertThat(isp.level(late)).isEqualTo("active");
    }

    @Test
    void anAbortedOrExpiredPreviewCannotBeCommitted() {
        isp.lateContract("late", 40);
        var billing = api.as(Role.BILLING);
        String aborted = billing.post("/api/v1/access-runs", "{}").header("Location");
        billing.delete(aborted).expect(200);
        String expired = billing.post("/api/v1/access-runs", "{}").header("Location");
        api.clock.advance(Duration.ofHours(4));

        assertThat(billing.post(aborted + "/commit", null)
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("run-aborted");
        assertThat(billing.post(expired + "/commit", null)
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("run-expired");
        billing.post("/api/v1/access-runs/999999/commit", null).expectProblem(404, "not-found");
    }

    @Test
    void runsAndRowsComeInPages() {
        for (int i = 0; i < 5; i++) {
            isp.lateContract("late-" + i, 40);
        }
        var billing = api.as(Role.BILLING);
        String run = billing.post("/api/v1/access-runs", "{}").header("Location");
        billing.post("/api/v1/access-runs", "{\"planId\":" + isp.plan + "}").expect(201);
        billing.post("/api/v1/access-runs", "{\"nasId\":999}").expectProblem(404, "not-found");
        billing.post("/api/v1/access-runs", "{\"region\":\"atlantis\"}").expectProblem(404, "not-found");

        var first = billing.get(run + "/rows?limit=3").expect(200);
        var second = billing.get(run + "/rows?limit=3&cursor=" + first.string("nextCursor"))
                .expect(200);
        assertThat(first.at("items").size()).isEqualTo(3);
        assertThat(second.at("items").size()).isEqualTo(2);
        assertThat(second.string("nextCursor")).isEqualTo("null");
        var newest = billing.get("/api/v1/access-runs?limit=1").expect(200);
        assertThat(newest.number("items/0/planId")).isEqualTo(isp.plan);
        assertThat(billing.get("/api/v1/access-runs?cursor=" + newest.string("nextCursor"))
                        .at("items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void aRunOfTooManyAwaitsAnotherPersonWhoApprovesIt() {
        for (int i = 0; i < 51; i++) {
            isp.lateContract("late-" + i, 40);
        }
        var maria = person("maria", Role.NOC_SUPERVISOR);
        var rita = person("rita", Role.NOC_SUPERVISOR);
        String run = maria.post("/api/v1/access-runs", "{}").expect(201).header("Location");

        var stopped = maria.post(run + "/commit", null).expect(202);

        assertThat(stopped.string("state")).isEqualTo("awaiting-approval");
        assertThat(stopped.string("objections/0/guard")).isEqualTo("blast-radius");
        assertThat(stopped.string("objections/0/why")).startsWith("51 of 51 contracts (100");
        assertThat(maria.post(run + "/approve", "{}")
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("second-person-needed");
        assertThat(api.as(Role.ADMIN)
                        .post(run + "/approve", "{}")
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("second-person-needed");
        api.as(Role.BILLING).post(run + "/approve", "{}").expectProblem(403, "forbidden");
        var approved =
                rita.post(run + "/approve", "{\"reason\":\"first month\"}").expect(200);
        assertThat(approved.string("state")).isEqualTo("committed");
        assertThat(approved.string("approvedBy")).isEqualTo("rita");
        assertThat(approved.number("totals/committed")).isEqualTo(51);

        var rolled =
                rita.post(run + "/rollback", "{\"reason\":\"the wrong month\"}").expect(200);
        assertThat(rolled.string("state")).isEqualTo("rolled-back");
        assertThat(rolled.number("totals/lifted")).isEqualTo(51);
    }

    @Test
    void aDeclinedRunIsAborted() {
        isp.lateContract("late", 40);
        var billing = api.as(Role.BILLING);
        String run = billing.post("/api/v1/access-runs", "{}").header("Location");
        api.execute("update access_run set state = 'AWAITING_APPROVAL'");

        assertThat(api.as(Role.NOC_SUPERVISOR)
                        .post(run + "/decline", "{\"reason\":\"not today\"}")
                        .expect(200)
                        .string("state"))
                .isEqualTo("aborted");
    }

    @Test
    void aFreezeStopsRunsAndShowsInTheContractsAccess() {
        long late = isp.lateContract("late", 40);
        var noc = api.as(Role.NOC);
        var freeze = noc.post("/api/v1/freezes", "{\"reason\":\"bank is late\",\"minutes\":60}")
                .expect(201);
        var billing = api.as(Role.BILLING);
        String run = billing.post("/api/v1/access-runs", "{}").header("Location");

        assertThat(billing.post(run + "/commit", null)
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("frozen");
        var access = noc.get("/api/v1/contracts/" + late + "/access").expect(200);
        assertThat(access.string("frozenUntil")).isEqualTo(freeze.string("endsAt"));
        noc.post(freeze.header("Location") + "/lift", null).expectProblem(403, "forbidden");
        assertThat(api.as(Role.NOC_SUPERVISOR)
                        .post(freeze.header("Location") + "/lift", null)
                        .expect(200)
                        .string("liftedBy"))
                .isEqualTo("noc_supervisor");
    }

    @Test
    void theRowsComeAsCsv() {
        long late = isp.lateContract("late", 40);
        String run = api.as(Role.BILLING).post("/api/v1/access-runs", "{}").header("Location");

        var csv = api.as(Role.VIEWER).get(run + "/rows.csv").text();

        assertThat(csv).startsWith("contractId,fromLevel,level,daysLate,").contains("\r\n" + late + ",active,blocked,");
    }

    @Test
    void anIncidentReleaseLetsARegionThrough() {
        long late = isp.blockedContract("late");
        api.as(Role.BILLING)
                .put("/api/v1/contracts/" + late + "/region", "{\"region\":\"sul\"}")
                .expect(200);
        var asked = person("maria", Role.NOC)
                .post("/api/v1/incident-releases", "{\"region\":\"sul\",\"reason\":\"fibre cut\",\"minutes\":60}")
                .expect(201);
        assertThat(asked.number("contracts")).isEqualTo(1);

        person("rita", Role.NOC_SUPERVISOR)
                .post(asked.header("Location") + "/approve", "{\"reason\":\"seen\"}")
                .expect(200);

        assertThat(isp.level(late)).isEqualTo("active");

        // Whoever may ask for one may end it.
        person("paulo", Role.NOC)
                .post(asked.header("Location") + "/end", "{\"reason\":\"repaired\"}")
                .expect(200);
    }

    @Test
    void whatWasDecidedThenIsTold() {
        long late = isp.lateContract("late", 40);
        var before = api.clock.instant();
        api.clock.advance(Duration.ofHours(1));
        isp.run();
        var viewer = api.as(Role.VIEWER);
        String path = "/api/v1/contracts/" + late + "/access";

        assertThat(viewer.get(path).expect(200).string("level")).isEqualTo("blocked");
        assertThat(viewer.get(path + "?at=" + before).expect(200).string("level"))
                .isEqualTo("active");
        viewer.get(path + "?at=2027-01-01T00:00:00Z").expectProblem(400, "invalid-request");
        viewer.get(path + "?at=2020-01-01T00:00:00Z").expectProblem(404, "not-found");
    }

    @Test
    void jobsWaitForAPersonBeyondTheirNumber() {
        api.execute("insert into mass_act select 'CANCEL', date_trunc('hour', timestamptz '2026-11-23 15:00Z'), 100");
        String path = "/api/v1/contracts/" + isp.contract() + "/cancel";
        var job = api.as(Role.BILLING);

        assertThat(job.post(path, "{\"reason\":\"x\"}")
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("mass-tightening");
        person("rita", Role.NOC_SUPERVISOR)
                .post("/api/v1/mass-act-allowances", "{\"kind\":\"cancel\",\"acts\":1,\"reason\":\"village\"}")
                .expect(200);
        job.post(path, "{\"reason\":\"x\"}").expect(200);
    }

    @Test
    void theExamplePoliciesThatWeShipAreAcceptedAndDemandNotices() throws IOException {
        for (String file : List.of("anatel-2014.json", "anatel-2023.json")) {
            String body = Files.readString(Path.of("../config/policies", file));
            var admin = api.as(Role.ADMIN);
            String policy = admin.post("/api/v1/policies", "{\"name\":\"" + file + "\"}")
                    .expect(201)
                    .header("Location");
            var drafted = admin.post(policy + "/versions", body).expect(201);
            assertThat(drafted.number("notice/daysBeforeBlock")).isGreaterThanOrEqualTo(15);
            var simulated =
                    admin.post(policy + "/versions/1/simulate?months=1", null).expect(200);
            assertThat(simulated.number("moments/0/contracts")).isZero();
            admin.post(policy + "/versions/1/activate", null).expect(200);
        }
    }

    @Test
    void aNoticeIsRecorded() {
        long late = isp.contract("late");
        long receivable = isp.owe(late, 40);
        var billing = api.as(Role.BILLING);
        String path = "/api/v1/contracts/" + late + "/notices";
        String body =
                "{\"receivableId\":%d,\"kind\":\"email\",\"sentAt\":\"2026-11-01T12:00:00Z\",\"outcome\":\"sent\"}";

        billing.post(path, body.formatted(receivable)).expect(201);
        billing.post(path, body.formatted(999_999)).expectProblem(404, "not-found");
    }

    private ApiClient person(String name, Role role) {
        return api.withToken(api.bean(AccessTokens.class)
                .issue(name, Holder.PERSON, role, Duration.ofDays(30), Actor.system("test"))
                .text()
                .reveal());
    }
}
