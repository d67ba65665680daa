package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micronaut.data.exceptions.DataAccessException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobRun;
import net.catraca.billing.job.JobRun.Outcome;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.JobSchedule.Daily;
import net.catraca.billing.job.JobSchedule.Every;
import net.catraca.billing.job.JobSchedule.Off;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobsTest {

    private static final JobSchedule AT_TWO = new Daily(List.of(LocalTime.of(2, 0)), ZoneOffset.UTC);
    private static final Instant TWO = Instant.parse("2026-11-24T02:00:00Z");

    private final TestDatabase database = TestDatabase.fresh();
    private final SettableClock clock = SettableClock.atNoonOf("2026-11-23");
    private final List<TestNode> nodes = new ArrayList<>();

    @AfterEach
    void drop() throws InterruptedException {
        for (var node : nodes) {
            node.close();
        }
        database.close();
    }

    private TestNode node(int number, TestJob... jobs) {
        return node(number, Map.of(), jobs);
    }

    private TestNode node(int number, Map<String, JobSchedule> schedules, TestJob... jobs) {
        var node = new TestNode(database.properties(), number, clock, schedules, List.of(jobs));
        nodes.add(node);
        return node.start();
    }

    private static TestJob job(String name, JobSchedule schedule) {
        return new TestJob(name, schedule, _ -> JobReport.of("done", 1).waitingFor("the bank"));
    }

    private static JobRun lastRun(TestNode node, String job) {
        var run = node.standing(job).lastRun();
        assertThat(run).as("last run of " + job).isNotNull();
        return java.util.Objects.requireNonNull(run);
    }

    private static List<Outcome> outcomes(TestNode node, String job) {
        return node.desk.runs(job, Long.MAX_VALUE, 100).stream()
                .map(JobRun::outcome)
                .toList();
    }

    @Test
    void aJobRunsOnceAcrossNodesAtItsTime() {
        var job = job("nightly", AT_TWO);
        var one = node(1, job);
        var other = node(2, job);
        await().until(() -> TWO.equals(one.standing("nightly").nextRunAt()));
        assertThat(job.ran).isEmpty();

        for (int day = 0; day < 5; day++) {
            clock.set(TWO.plus(Duration.ofDays(day)));
            var next = TWO.plus(Duration.ofDays(day + 1));
            await().until(() -> next.equals(other.standing("nightly").nextRunAt()));
        }

        assertThat(job.ran).hasSize(5).doesNotHaveDuplicates();
        var last = lastRun(one, "nightly");
        assertThat(last.outcome()).isEqualTo(Outcome.DONE);
        assertThat(last.report()).isEqualTo(JobReport.of("done", 1).waitingFor("the bank"));
        assertThat(last.begunAt()).isEqualTo(TWO.plus(Duration.ofDays(4)));
        assertThat(last.node()).isIn(1, 2);
        assertThat(last.triggeredBy()).isNull();
    }

    @Test
    void whatWasMissedWhileNobodyRanIsDoneAtTheNextStart() throws InterruptedException {
        var job = job("nightly", AT_TWO);
        var node = node(1, job);
        await().until(() -> node.standing("nightly").nextRunAt() != null);
        node.close();
        nodes.clear();
        clock.set(TWO.plus(Duration.ofHours(50)));

        var later = node(1, job);

        await().until(() -> outcomes(later, "nightly").equals(List.of(Outcome.DONE)));
        assertThat(job.ran).containsExactly(clock.instant());
        await().until(() ->
                TWO.plus(Duration.ofDays(3)).equals(later.standing("nightly").nextRunAt()));
    }

    @Test
    void aJobWhoseNodeIsKilledRunsAgainOnAnother() throws IOException, InterruptedException {
        var job = job("long", new Off());
        var node = node(1, job);
        await().until(() -> node.gauge("catraca.job.overdue.seconds", "long") == 0);
        node.stop();
        var child = child("long");
        try {
            node.desk.trigger(MARIA, "long").orThrow();
            awaitRun(child);
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(lastRun(node, "long").outcome()).isEqualTo(Outcome.RUNNING);
        assertThat(lastRun(node, "long").node()).isEqualTo(7);

        clock.advance(Duration.ofMinutes(2));
        var other = node(2, job);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> lastRun(other, "long").outcome() == Outcome.DONE);
        assertThat(job.ran).hasSize(1);
        assertThat(outcomes(other, "long")).containsExactly(Outcome.DONE, Outcome.LOST);
        assertThat(lastRun(other, "long").node()).isEqualTo(2);
        assertThat(other.standing("long").failures()).isZero();
    }

    private Process child(String job) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledJob.class.getName(),
                job,
                clock.instant().toString()));
        database.properties().forEach((name, value) -> command.add(name + "=" + value));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void awaitRun(Process child) throws IOException {
        List<String> said = new ArrayList<>();
        var reader = child.inputReader();
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
            said.add(line);
            if (line.equals(KilledJob.RUNS)) {
                return;
            }
        }
        throw new AssertionError("the child ended before its job ran: " + said);
    }

    @Test
    void whatFailsIsTriedAgainSeenAndAnAlarmFromTheThirdTimeOn() {
        var job = new TestJob("fragile", AT_TWO, _ -> {
            throw new IllegalStateException("the bank's disk is full");
        });
        var node = node(1, job);
        await().until(() -> node.standing("fragile").nextRunAt() != null);
        clock.set(TWO);
        for (var wait : List.of(30, 60, 120)) {
            var next = clock.instant().plusSeconds(wait);
            await().until(() -> next.equals(node.standing("fragile").nextRunAt()));
            var last = lastRun(node, "fragile");
            assertThat(last.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(last.error()).isEqualTo("the bank's disk is full");
            assertThat(node.standing("fragile").isAlarming()).isEqualTo(wait == 120);
            clock.set(next);
        }
        await().until(() -> node.standing("fragile").failures() == 4);
        await().untilAsserted(() ->
                assertThat(node.gauge("catraca.job.failures", "fragile")).isEqualTo(4));
        assertThat(node.meters
                        .get("catraca.job.runs")
                        .tag("outcome", "failed")
                        .timer()
                        .count())
                .isEqualTo(4);

        job.does(_ -> JobReport.NOTHING);
        clock.advance(Duration.ofMinutes(4));

        await().until(() -> node.standing("fragile").failures() == 0);
        assertThat(node.standing("fragile").lastSuccessAt()).isEqualTo(clock.instant());
        await().until(() ->
                TWO.plus(Duration.ofDays(1)).equals(node.standing("fragile").nextRunAt()));
    }

    @Test
    void aPersonRunsAJobAtOnceWhateverItsSchedule() {
        var job = job("by-hand", new Off());
        var node = node(1, job);

        node.desk.trigger(MARIA, "by-hand").orThrow();

        await().until(() -> outcomes(node, "by-hand").equals(List.of(Outcome.DONE)));
        assertThat(lastRun(node, "by-hand").triggeredBy()).isEqualTo(MARIA.name());
        await().until(() -> node.standing("by-hand").nextRunAt() == null);
        assertThat(node.audited).containsExactly(MARIA.name() + " job.trigger job/by-hand");
        assertThat(node.desk.trigger(MARIA, "no-such-job")).isEqualTo(declined("no-such-job"));
    }

    private static net.catraca.billing.office.Outcome<JobDesk.Shown> declined(String job) {
        return net.catraca.billing.office.Outcome.declined(new Unknown("job", job));
    }

    @Test
    void whatIsRolledBackWasNeverAskedFor() {
        var job = job("by-hand", new Off());
        var node = node(1, job);

        assertThatThrownBy(() -> node.bean(Sql.class).inTransaction(() -> {
                    node.desk.trigger(MARIA, "by-hand").orThrow();
                    throw new DataAccessException("no");
                }))
                .isInstanceOf(DataAccessException.class);

        assertThat(node.standing("by-hand").nextRunAt()).isNull();
        assertThat(node.standing("by-hand").triggeredBy()).isNull();
    }

    @Test
    void aJobThatRunsIsNotTriggeredAndStopsWithItsDaemonToGoOnElsewhere() throws InterruptedException {
        var runs = new AtomicInteger();
        var job = new TestJob("slow", AT_TWO, _ -> {
            if (runs.incrementAndGet() == 1) {
                new CountDownLatch(1).await();
            }
            return JobReport.of("done", 1);
        });
        var node = node(1, job);
        await().until(() -> node.standing("slow").nextRunAt() != null);
        clock.set(TWO);
        await().until(() -> runs.get() == 1);

        assertThat(node.desk.trigger(MARIA, "slow"))
                .isEqualTo(net.catraca.billing.office.Outcome.declined(new Conflict("job-running", "slow")));
        assertThat(lastRun(node, "slow").outcome()).isEqualTo(Outcome.RUNNING);
        node.stop();
        assertThat(lastRun(node, "slow").outcome()).isEqualTo(Outcome.STOPPED);
        assertThat(node.standing("slow").failures()).isZero();

        var other = node(2, job);

        await().until(() -> outcomes(other, "slow").equals(List.of(Outcome.DONE, Outcome.STOPPED)));
        assertThat(runs).hasValue(2);
    }

    @Test
    void aPausedJobWaitsUntilItGoesOn() {
        var job = job("nightly", AT_TWO);
        var node = node(1, job);
        await().until(() -> node.standing("nightly").nextRunAt() != null);

        node.desk.pause(MARIA, "nightly", "the bank migrates").orThrow();
        assertThat(node.standing("nightly").nextRunAt()).isNull();
        assertThat(node.desk
                        .pause(Actor.system("other"), "nightly", "me too")
                        .orThrow()
                        .standing()
                        .pause())
                .extracting(pause -> java.util.Objects.requireNonNull(pause).reason())
                .isEqualTo("the bank migrates");
        clock.set(TWO.plusSeconds(60));
        await().untilAsserted(() ->
                assertThat(node.gauge("catraca.job.paused", "nightly")).isOne());
        assertThat(job.ran).isEmpty();
        node.desk.trigger(MARIA, "nightly").orThrow();
        await().until(() -> node.standing("nightly").nextRunAt() == null && job.ran.size() == 1);

        node.desk.resume(MARIA, "nightly").orThrow();

        assertThat(node.standing("nightly").nextRunAt()).isEqualTo(TWO.plus(Duration.ofDays(1)));
        assertThat(node.audited)
                .containsExactly(
                        MARIA.name() + " job.pause job/nightly",
                        MARIA.name() + " job.trigger job/nightly",
                        MARIA.name() + " job.resume job/nightly");
    }

    @Test
    void settingsGoBeforeTheJobsOwnScheduleAlsoWhereItWasPlannedOtherwise() throws InterruptedException {
        var job = job("nightly", AT_TWO);
        var node = node(1, job);
        await().until(() -> TWO.equals(node.standing("nightly").nextRunAt()));
        node.close();
        nodes.clear();
        var four = new Daily(List.of(LocalTime.of(4, 0)), ZoneOffset.UTC);

        var moved = node(1, Map.of("nightly", four), job);
        await().until(() ->
                TWO.plus(Duration.ofHours(2)).equals(moved.standing("nightly").nextRunAt()));
        assertThat(moved.desk.find("nightly").orElseThrow().schedule()).isEqualTo(four);
        moved.close();
        nodes.clear();

        var off = node(1, Map.of("nightly", new Off()), job);
        await().until(() -> off.standing("nightly").nextRunAt() == null);
        clock.set(TWO.plus(Duration.ofHours(3)));
        assertThat(job.ran).isEmpty();
    }

    @Test
    void quietRunsAreKeptOnceAndTheOthersWithinABound() {
        var job = new TestJob("busy", new Every(Duration.ofSeconds(10)), _ -> JobReport.of("found", 0));
        var node = node(1, job);
        for (int i = 1; i <= 3; i++) {
            int times = i;
            await().until(() ->
                    job.ran.size() == times && !node.standing("busy").isTaken());
            clock.advance(Duration.ofSeconds(10));
        }
        await().until(() -> job.ran.size() == 4 && !node.standing("busy").isTaken());
        assertThat(outcomes(node, "busy")).containsExactly(Outcome.DONE);

        job.does(_ -> JobReport.of("found", 2));
        clock.advance(Duration.ofSeconds(10));
        await().until(() -> job.ran.size() == 5 && !node.standing("busy").isTaken());
        job.does(_ -> JobReport.NOTHING);
        clock.advance(Duration.ofSeconds(10));
        await().until(() -> job.ran.size() == 6 && !node.standing("busy").isTaken());

        assertThat(node.desk.runs("busy", Long.MAX_VALUE, 10).stream()
                        .map(run -> run.report().counts().toString()))
                .containsExactly("{}", "{found=2}");
    }

    @Test
    void aNodeLeavesAloneWhatItDoesNotKnow() {
        var known = job("known", new Off());
        var newer = job("newer", new Off());
        var older = node(1, known);
        await().until(() -> older.desk.find("known").isPresent());
        older.bean(Sql.class).update("""
                insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                values ('newer', 'job', ?, false, 1)
                """, clock.instant());
        older.desk.trigger(MARIA, "known").orThrow();
        await().until(() -> known.ran.size() == 1);

        var upgraded = new TestNode(database.properties(), 2, clock, Map.of(), List.of(known, newer));
        nodes.add(upgraded);
        upgraded.desk.trigger(MARIA, "newer").orThrow();
        upgraded.start();

        await().until(() -> newer.ran.size() == 1);
    }
}
