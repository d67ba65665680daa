package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Map;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.TestOffice.World;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.RunSettings.Times;
import net.catraca.billing.run.RunTimes;
import net.catraca.billing.store.JobBook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Tuesday on which runs may commit: 31 March 2026. */
class AccessRunJobTest {

    private final TestOffice office = TestOffice.openAtNoonOf("2026-03-31");

    @AfterEach
    void close() {
        office.close();
    }

    private AccessRunJob job(World world) {
        var calendar = RunCalendar.careful(BankingCalendar.NATIONAL);
        return new AccessRunJob(
                office.runs(world),
                new RunTimes(world.settings.times(), calendar, Contract.DEFAULT_ZONE),
                office.bean(JobBook.class));
    }

    private JobReport run(World world) {
        return job(world).run(office.clock.instant());
    }

    private long lateContract() {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-03-10");
        return contract;
    }

    private AccessRun last() {
        return office.runs.list(Long.MAX_VALUE, 1).getFirst();
    }

    @Test
    void itIsOffUntilAnOperatorSaysWhen() {
        assertThat(job(new World()).schedule()).isEqualTo(new JobSchedule.Off());
    }

    @Test
    void whereNoGuardObjectsItCommits() {
        long contract = lateContract();

        var report = run(new World());

        assertThat(report.counts()).isEqualTo(Map.of("committed", 1L, "dropped", 0L, "skipped", 0L));
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
        assertThat(last().startedBy()).isEqualTo("system:access-run");
        assertThat(last().state()).isEqualTo(State.COMMITTED);
    }

    @Test
    void whereAGuardObjectsItAwaitsAPersonAndStartsNoOther() {
        long contract = lateContract();
        var world = new World().blast(0, 100, 1000, 0, 1000);

        var report = run(world);
        assertThat(report.counts()).isEqualTo(Map.of("awaiting-approval", 1L));
        assertThat(report.waitsFor())
                .isEqualTo(
                        "a second person, run %d: blast-radius all: 1 of 1 contracts (100.0 %%), and more than 0 %% needs"
                                + " a second person",
                        last().id());
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
        var run = last();
        assertThat(run.state()).isEqualTo(State.AWAITING_APPROVAL);
        office.clock.advance(Duration.ofHours(1));
        assertThat(run(world).counts()).isEqualTo(Map.of("awaiting-approval", 1L));
        assertThat(last().id()).isEqualTo(run.id());

        var joana = new Actor("joana", 2L, null, true);
        assertThat(office.runs(world)
                        .approve(joana, run.id(), null, null)
                        .orThrow()
                        .state())
                .isEqualTo(State.COMMITTED);
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void onceNobodyHasLookedInTimeTheNextRunIsANewOne() {
        lateContract();
        var world = new World().blast(0, 100, 1000, 0, 1000);
        run(world);
        long first = last().id();
        office.clock.advance(Duration.ofHours(24));

        run(world);

        assertThat(last().id()).isGreaterThan(first);
        assertThat(last().state()).isEqualTo(State.AWAITING_APPROVAL);
    }

    @Test
    void whoAskedForTheRunIsNotItsSecondPerson() {
        lateContract();
        var world = new World().blast(0, 100, 1000, 0, 1000);
        var book = office.bean(JobBook.class);
        office.sql.inTransaction(() -> {
            book.lock("access-run");
            return book.begin("access-run", 1, MARIA.name(), office.clock.instant());
        });

        run(world);

        assertThat(last().startedBy()).isEqualTo(MARIA.name());
        var maria = new Actor(MARIA.name(), 1L, null, true);
        assertThat(office.runs(world).approve(maria, last().id(), null, null))
                .isEqualTo(Outcome.declined(new Conflict("second-person-needed", "maria asked for it")));
    }

    @Test
    void whatWasInterruptedGoesOnInsteadOfANewRun() {
        for (int i = 0; i < 5; i++) {
            lateContract();
        }
        var batches = new int[1];
        var deadly = office.runs((_, action, _, _, _, _) -> {
            if (action.equals("access-run.batch") && ++batches[0] == 2) {
                throw new IllegalStateException("killed");
            }
        });
        var killed = new AccessRunJob(
                deadly,
                new RunTimes(Times.ANY, RunCalendar.careful(BankingCalendar.NATIONAL), Contract.DEFAULT_ZONE),
                office.bean(JobBook.class));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> killed.run(office.clock.instant()))
                .hasMessageContaining("killed");
        assertThat(last().state()).isEqualTo(State.COMMITTING);
        long id = last().id();

        assertThat(run(new World()).counts()).containsEntry("committed", 5L);

        assertThat(last().id()).isEqualTo(id);
        assertThat(last().state()).isEqualTo(State.COMMITTED);
    }

    @Test
    void onDaysAndAtHoursWithoutRunsNothingHappens() {
        lateContract();
        var world = new World().times(Times.CAREFUL);
        office.clock.set(LocalDate.parse("2026-04-02"), LocalTime.NOON, Contract.DEFAULT_ZONE); // eve of Good Friday
        assertThat(run(world)).isEqualTo(JobReport.NOTHING);
        office.clock.set(LocalDate.parse("2026-03-31"), LocalTime.of(5, 59), Contract.DEFAULT_ZONE);
        assertThat(run(world)).isEqualTo(JobReport.NOTHING);
        assertThat(office.runs.list(Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    void inAFreezeNothingIsCommittedAndTheReportSaysSo() {
        long contract = lateContract();
        office.freezes
                .declare(MARIA, "the bank is late", office.clock.instant().plus(Duration.ofHours(4)))
                .orThrow();

        assertThat(run(new World()).counts()).isEqualTo(Map.of("declined", 1L));

        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
    }

    @Test
    void whereNobodyIsLateNoRunIsLeftBehind() {
        office.contract(BillingMode.POSTPAID);

        assertThat(run(new World()).counts()).isEqualTo(Map.of("skipped", 0L));

        assertThat(last().state()).isEqualTo(State.ABORTED);
    }
}
