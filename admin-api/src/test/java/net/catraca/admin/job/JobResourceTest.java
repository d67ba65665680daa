package net.catraca.admin.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.office.JobWatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class JobResourceTest {

    private final ApiServer api = ApiServer.start();
    private final Isp isp = Isp.on(api);
    private final JobWatch watch = api.bean(JobWatch.class);

    JobResourceTest() {
        watch.start();
    }

    @AfterAll
    void stop() throws InterruptedException {
        watch.close(Duration.ofSeconds(10));
        api.close();
    }

    private String state(String job) {
        return api.as(Role.VIEWER).get("/api/v1/jobs/" + job).expect(200).string("job/state");
    }

    @Test
    void allJobsAreListedWithTheirSchedules() {
        await().until(() -> !state("release-ends").equals("running"));
        var jobs = new ArrayList<String>();
        for (var job : api.as(Role.VIEWER)
                .get("/api/v1/jobs")
                .expect(200)
                .json()
                .get("items")
                .values()) {
            jobs.add(
                    job.get("name").getStringValue() + " " + job.get("schedule").getStringValue());
        }

        assertThat(jobs)
                .isSorted()
                .contains("access-run off", "book-pix every 10s", "cancel-suggestions 05:30", "release-ends every 10m")
                .noneMatch(job -> job.startsWith("scan-inbox")); // this node has no such folder
        assertThat(state("access-run")).isEqualTo("off");
        assertThat(api.as(Role.VIEWER).get("/api/v1/jobs/cancel-suggestions").string("job/zone"))
                .isEqualTo("America/Sao_Paulo");
        assertThat(api.as(Role.VIEWER).get("/api/v1/jobs/cancel-suggestions").string("job/nextRunAt"))
                .isEqualTo("2026-11-24T08:30:00Z");
    }

    @Test
    void aPersonRunsAJobAndSeesWhatCameOfItOnceForEachKey() {
        long blocked = isp.lateContract("long-late", 120);
        isp.run();
        var billing = api.as(Role.BILLING);

        var asked = billing.once("run-it").post("/api/v1/jobs/cancel-suggestions/run", null);
        asked.expect(202);
        assertThat(asked.header("Location")).isEqualTo("/api/v1/jobs/cancel-suggestions");
        assertThat(asked.string("triggeredBy")).isEqualTo("billing");
        await().until(() -> billing.get("/api/v1/jobs/cancel-suggestions/runs")
                .expect(200)
                .text()
                .contains("\"done\""));
        billing.once("run-it").post("/api/v1/jobs/cancel-suggestions/run", null).expect(202);

        var shown = billing.get("/api/v1/jobs/cancel-suggestions").expect(200);
        assertThat(shown.string("runs/0/outcome")).isEqualTo("done");
        assertThat(shown.string("runs/0/triggeredBy")).isEqualTo("billing");
        assertThat(shown.number("runs/0/node")).isEqualTo(1);
        assertThat(shown.string("runs/0/counts/1/what")).isEqualTo("suggested");
        assertThat(shown.number("runs/0/counts/1/count")).isEqualTo(1);
        assertThat(shown.at("runs").size()).isEqualTo(1);
        var suggestions = api.as(Role.VIEWER).get("/api/v1/cancel-suggestions").expect(200);
        assertThat(suggestions.number("items/0/contractId")).isEqualTo(blocked);
        assertThat(suggestions.number("items/0/openCents")).isEqualTo(9990);
        assertThat(suggestions.number("items/0/cancelDays")).isEqualTo(90);
        assertThat(api.strings("select actor || ' ' || action from audit_log where subject = 'job/cancel-suggestions'"))
                .containsExactly("billing job.trigger");
    }

    @Test
    void aJobIsPausedWithAReasonAndGoesOn() {
        var supervisor = api.as(Role.NOC_SUPERVISOR);
        await().until(() -> state("release-ends").equals("waiting"));

        var paused = supervisor
                .post("/api/v1/jobs/release-ends/pause", "{\"reason\":\"a night of maintenance\"}")
                .expect(200);
        assertThat(paused.string("state")).isEqualTo("paused");
        assertThat(paused.string("pauseReason")).isEqualTo("a night of maintenance");
        assertThat(paused.string("pausedBy")).isEqualTo("noc_supervisor");
        assertThat(paused.string("nextRunAt")).isEqualTo("null");

        var resumed = supervisor.post("/api/v1/jobs/release-ends/resume", null).expect(200);
        assertThat(resumed.string("pausedAt")).isEqualTo("null");
        assertThat(resumed.string("nextRunAt")).isNotEqualTo("null");
        supervisor.post("/api/v1/jobs/release-ends/pause", "{\"reason\":\"\"}").expectProblem(400, "invalid-request");
    }

    @Test
    void whoMayNotAndWhatIsNotThereAreRefused() {
        for (var path : List.of("/run", "/resume")) {
            api.as(Role.NOC).post("/api/v1/jobs/access-run" + path, null).expectProblem(403, "forbidden");
        }
        api.as(Role.ADMIN).post("/api/v1/jobs/no-such/run", null).expectProblem(404, "not-found");
        api.as(Role.ADMIN).get("/api/v1/jobs/no-such").expectProblem(404, "not-found");
        api.as(Role.ADMIN).get("/api/v1/jobs/no-such/runs").expectProblem(404, "not-found");
    }
}
