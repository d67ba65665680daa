package net.catraca.admin.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
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
}
