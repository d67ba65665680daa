package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.office.TestOffice.World;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.ContractGuard;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.DropReason;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Under a policy that reduces from 7 days late and blocks from 15; 10 March 2026 is a Tuesday. */
class AccessRunsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-27");

    private final TestOffice office = OFFICE;
    private final AccessRuns runs = OFFICE.runs;

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-27");
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void aPreviewSaysWhoWhyAndHowMuchAndChangesNothing() {
        long blocked = lateSince("2026-03-10");
        long reduced = lateSince("2026-03-18");
        long warned = lateSince("2026-03-24");
        var before = facts(blocked, reduced, warned);
        long fed = office.count("feed");

        var run = preview();

        assertThat(run.state()).isEqualTo(State.PREVIEW);
        assertThat(run.totals()).isEqualTo(new AccessRun.Totals(2, 1, 1, 2 * 99_90, 0, 2, 0, 0, 2, 0, 0, 0));
        assertThat(rows(run))
                .extracting(RunRow::contractId, RunRow::fromLevel, RunRow::level, RunRow::daysLate)
                .containsExactly(tuple(blocked, ACTIVE, BLOCKED, 17), tuple(reduced, ACTIVE, REDUCED, 9));
        assertThat(rows(run).getFirst().lateSince()).isEqualTo("2026-03-10");
        assertThat(rows(run).getFirst().threshold()).isEqualTo(15);
        assertThat(facts(blocked, reduced, warned)).isEqualTo(before);
        assertThat(office.count("feed")).isEqualTo(fed);
    }

    @Test
    void aCommitTightensWhatThePreviewSaid() {
        long blocked = lateSince("2026-03-10");
        long reduced = lateSince("2026-03-18");
        long warned = lateSince("2026-03-24");

        var run = office.run();

        assertThat(run.state()).isEqualTo(State.COMMITTED);
        assertThat(run.totals().committed()).isEqualTo(2);
        assertThat(office.effective(blocked)).isEqualTo(BLOCKED);
        assertThat(office.effective(reduced)).isEqualTo(REDUCED);
        assertThat(office.effective(warned)).isEqualTo(ACTIVE);
    }

    @Test
    void aRunOfOnePlanLeavesTheOthersAlone() {
        long ofPlan = lateSince("2026-03-10");
        long other =
                office.sql.first("""
                insert into plan (name, policy_id, monthly_cents, down_kbps, up_kbps, reduced_down_kbps,
                    reduced_up_kbps)
                values ('Fibra 900', ?, 14990, 900000, 450000, 1000, 1000)
                returning id
                """, row -> row.bigint("id"), TestIsp.POLICY).orElseThrow();

        assertThat(runs.preview(MARIA, new RunScope(other, null, null))
                        .orThrow()
                        .totals()
                        .rows())
                .isZero();
        assertThat(rows(runs.preview(MARIA, new RunScope(TestIsp.PLAN, null, null))
                        .orThrow()))
                .extracting(RunRow::contractId)
                .containsExactly(ofPlan);
        assertThat(runs.preview(MARIA, new RunScope(7_777L, null, null)))
                .isEqualTo(Outcome.declined(new Unknown("plan", "7777")));
    }

    @Test
    void whoPaidSinceThePreviewIsDroppedAndListed() {
        long paid = lateSince("2026-03-10");
        long late = lateSince("2026-03-10");
        var run = preview();
        pay(paid);

        var committed = commit(run);

        assertThat(committed.totals().committed()).isEqualTo(1);
        assertThat(rows(run))
                .extracting(RunRow::contractId, RunRow::outcome, RunRow::dropReason)
                .containsExactly(
                        tuple(paid, RunRow.Outcome.DROPPED, DropReason.NO_LONGER_DUE),
                        tuple(late, RunRow.Outcome.COMMITTED, null));
        assertThat(office.effective(paid)).isEqualTo(ACTIVE);
    }

    @Test
    void whatAnotherRunHasCommittedIsDropped() {
        lateSince("2026-03-10");
        var one = preview();
        var other = preview();
        commit(one);

        assertThat(commit(other).totals().committed()).isZero();
        assertThat(rows(other)).extracting(RunRow::dropReason).containsExactly(DropReason.ALREADY_COMMITTED);
    }

    @Test
    void aRowIsNeverWorsened() {
        // Previewed before midnight on the 14th day late, committed after it on the 15th, from which policy blocks.
        long contract = lateSince("2026-03-10");
        office.clock.set(Fixtures.day("2026-03-24"), LocalTime.of(23, 0), Fixtures.SAO_PAULO);
        var run = preview();
        assertThat(rows(run)).extracting(RunRow::level).containsExactly(REDUCED);
        office.clock.set(Fixtures.day("2026-03-25"), LocalTime.of(1, 0), Fixtures.SAO_PAULO);

        commit(run);

        assertThat(office.access(contract).computed().level()).isEqualTo(BLOCKED);
        assertThat(office.effective(contract)).isEqualTo(REDUCED);
    }

    @Test
    void aLaterRunRaisesWhatAnEarlierOneReduced() {
        long contract = lateSince("2026-03-18");
        office.run();
        office.clock.advance(Duration.ofDays(10));

        assertThat(office.access(contract).computed().level()).isEqualTo(BLOCKED);
        assertThat(office.effective(contract)).isEqualTo(REDUCED);
        office.run();
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void nobodyIsAddedAfterThePreview() {
        lateSince("2026-03-10");
        var run = preview();
        long later = lateSince("2026-03-10");

        commit(run);

        assertThat(office.effective(later)).isEqualTo(ACTIVE);
    }

    @Test
    void aPreviewExpiresAfterFourHours() {
        long contract = lateSince("2026-03-10");
        var run = preview();
        office.clock.advance(Duration.ofHours(4));

        assertThat(runs.commit(MARIA, run.id()))
                .isEqualTo(Outcome.declined(
                        new Conflict("run-expired", run.expiresAt().toString())));
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
    }

    @Test
    void anAbortedPreviewCannotBeCommitted() {
        long contract = lateSince("2026-03-10");
        var run = preview();
        var aborted = runs.abort(MARIA, run.id()).orThrow();

        assertThat(aborted.state()).isEqualTo(State.ABORTED);
        assertThat(rows(run)).extracting(RunRow::dropReason).containsExactly(DropReason.ABORTED);
        assertThat(runs.commit(MARIA, run.id()))
                .isEqualTo(Outcome.declined(new Conflict("run-aborted", "access-run/" + run.id())));
        assertThat(runs.abort(MARIA, run.id())).isEqualTo(Outcome.declined(new Conflict("run-ended", "ABORTED")));
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
    }

    @Test
    void anAbortedCommitKeepsWhatItWroteAndWritesNoMore() {
        var contracts =
                IntStream.range(0, 5).mapToLong(i -> lateSince("2026-03-10")).toArray();
        var run = preview();
        // Of batches of two the second is never written, whichever of the two at once comes first; a person aborts
        // before
        // anybody goes on.
        var dying = office.runs((actor, action, subject, before, after, at) -> {
            if (after instanceof RunCommit.Batch batch && batch.committed().contains(contracts[2])) {
                throw new IllegalStateException("the node dies");
            }
        });
        assertThatThrownBy(() -> dying.commit(MARIA, run.id())).hasMessageContaining("dies");
        assertThat(runs.find(run.id()).orElseThrow().state()).isEqualTo(State.COMMITTING);

        var aborted = runs.abort(MARIA, run.id()).orThrow();

        assertThat(aborted.state()).isEqualTo(State.ABORTED);
        assertThat(aborted.totals().committed()).isEqualTo(2);
        assertThat(rows(run).stream()
                        .map(RunRow::dropReason)
                        .filter(DropReason.ABORTED::equals)
                        .count())
                .isEqualTo(3);
        assertThat(runs.resumeInterrupted()).isZero();
        assertThat(runs.commit(MARIA, run.id()))
                .isEqualTo(Outcome.declined(new Conflict("run-aborted", "access-run/" + run.id())));
        assertThat(Arrays.stream(contracts).mapToObj(office::effective))
                .containsExactly(BLOCKED, BLOCKED, ACTIVE, ACTIVE, ACTIVE);
        assertThat(runs.rollBack(MARIA, run.id(), "the wrong file").orThrow().state())
                .isEqualTo(State.ROLLED_BACK);
        assertThat(Arrays.stream(contracts).mapToObj(office::effective)).containsOnly(ACTIVE);
    }

    @Test
    void committingTwiceIsCommittingOnce() {
        long contract = lateSince("2026-03-10");
        var run = preview();
        var first = commit(run);
        long version = version(contract);

        assertThat(commit(run)).isEqualTo(first);
        assertThat(version(contract)).isEqualTo(version);
    }

    @Test
    void aCommitThatWasKilledGoesOnWhereItStopped() {
        var contracts =
                IntStream.range(0, 5).mapToLong(i -> lateSince("2026-03-10")).toArray();
        var run = preview();
        var batches = new AtomicInteger();
        var killed = office.runs((actor, action, subject, before, after, at) -> {
            if (action.equals("access-run.batch") && batches.incrementAndGet() == 2) {
                throw new IllegalStateException("killed");
            }
        });

        assertThatThrownBy(() -> killed.commit(MARIA, run.id())).hasMessageContaining("killed");
        assertThat(runs.find(run.id()).orElseThrow().state()).isEqualTo(State.COMMITTING);
        assertThat(runs.find(run.id()).orElseThrow().totals().committed()).isEqualTo(2);

        assertThat(runs.resumeInterrupted()).isEqualTo(1);
        assertThat(runs.find(run.id()).orElseThrow().state()).isEqualTo(State.COMMITTED);
        assertThat(Arrays.stream(contracts).mapToObj(office::effective)).containsOnly(BLOCKED);
    }

    @Test
    void aCommitThatWasKilledIsNotTakenUpHoursLater() {
        IntStream.range(0, 4).forEach(i -> lateSince("2026-03-10"));
        var run = preview();
        var killed = office.runs((actor, action, subject, before, after, at) -> {
            if (action.equals("access-run.batch")) {
                throw new IllegalStateException("killed");
            }
        });
        assertThatThrownBy(() -> killed.commit(MARIA, run.id())).hasMessageContaining("killed");
        office.clock.advance(AccessRuns.LIFE);

        runs.resumeInterrupted();

        assertThat(runs.find(run.id()).orElseThrow().totals().committed()).isZero();
        assertThat(rows(run)).extracting(RunRow::dropReason).containsOnly(DropReason.EXPIRED);
    }

    @Test
    void manyWhoCommitTheSameRunAtOnceCommitItOnce() throws Exception {
        var contracts =
                IntStream.range(0, 9).mapToLong(i -> lateSince("2026-03-10")).toArray();
        var run = preview();
        var versions = versions(contracts);

        var outcomes = together(4, () -> runs.commit(MARIA, run.id()));

        assertThat(outcomes)
                .allSatisfy(outcome -> assertThat(outcome.orThrow().state()).isEqualTo(State.COMMITTED));
        assertThat(runs.find(run.id()).orElseThrow().totals().committed()).isEqualTo(9);
        assertThat(versions(contracts))
                .isEqualTo(versions.stream().map(version -> version + 1).toList());
    }

    @Test
    void aGuardSkipsAContractAndSaysWhy() {
        long spared = lateSince("2026-03-10");
        long late = lateSince("2026-03-10");
        var run = preview();

        office.runs(new World(), new NoNotice(spared)).commit(MARIA, run.id()).orThrow();

        assertThat(office.effective(spared)).isEqualTo(ACTIVE);
        assertThat(office.effective(late)).isEqualTo(BLOCKED);
        assertThat(rows(run).getFirst().dropDetail()).isEqualTo("notice: none was sent");
    }

    @Test
    void aRunIsComparedWithTheLastOneThatWasCommitted() {
        long old = lateSince("2026-03-18");
        office.run();
        lateSince("2026-03-10");
        office.clock.advance(Duration.ofDays(10));

        var run = preview();

        assertThat(rows(run)).hasSize(2).extracting(RunRow::contractId).contains(old);
        assertThat(run.totals().sinceLastRun()).isEqualTo(1);
    }

    @Test
    void runsAreListedNewestFirst() {
        var first = preview();
        var second = preview();

        assertThat(runs.list(Long.MAX_VALUE, 10)).extracting(AccessRun::id).containsExactly(second.id(), first.id());
        assertThat(runs.list(second.id(), 10)).extracting(AccessRun::id).containsExactly(first.id());
        assertThat(runs.commit(MARIA, 999)).isEqualTo(Outcome.declined(new Unknown("access-run", "999")));
    }

    private record NoNotice(long contract) implements ContractGuard {
        @Override
        public String name() {
            return "notice";
        }

        @Override
        public Map<Long, Verdict> judge(Collection<Candidate> batch, Instant now) {
            return Map.of(contract, new Skip("none was sent"));
        }
    }

    /** A contract with a monthly receivable that fell due on that day. */
    private long lateSince(String day) {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, day);
        return contract;
    }

    private void pay(long contract) {
        office.payments
                .receive(MARIA, office.payment("pay " + contract, contract, 99_90))
                .orThrow();
    }

    private AccessRun preview() {
        return runs.preview(MARIA, RunScope.ALL).orThrow();
    }

    private AccessRun commit(AccessRun run) {
        return runs.commit(MARIA, run.id()).orThrow();
    }

    private List<RunRow> rows(AccessRun run) {
        return runs.rows(run.id(), 0, 500);
    }

    private List<ContractSnapshot> facts(Long... contracts) {
        return office.facts.read(List.of(contracts));
    }

    private long version(long contract) {
        return office.facts.find(contract).orElseThrow().version();
    }

    private List<Long> versions(long[] contracts) {
        return Arrays.stream(contracts).map(this::version).boxed().toList();
    }

    private static <T> List<T> together(int threads, Callable<T> work) throws Exception {
        List<T> results = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(threads)) {
            for (var future : pool.invokeAll(Collections.nCopies(threads, work))) {
                results.add(future.get());
            }
        }
        return results;
    }
}
