package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.PEDRO;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Outcome.Done;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.LimitReached;
import net.catraca.billing.office.Problem.Stale;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.DropReason;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Under a policy that blocks from 15 days late and grants a trust unlock of three days every thirty, up to 60 days
 * late; temporary releases of up to five days every thirty; ten released days a debt, twenty manual releases a day.
 */
class ReleasesTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-30");

    private final TestOffice office = OFFICE;
    private final Releases releases = OFFICE.releases;
    private long contract;

    @BeforeEach
    void aBlockedContract() {
        office.startAnewAtNoonOf("2026-03-30"); // a Monday
        office.sql.update("update access_policy_version set released_days_per_debt = 10");
        contract = blocked();
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void aTrustUnlockLetsThroughAndItsEndBlocksAgain() {
        var unlock = grant(ReleaseKind.TRUST_UNLOCK);

        // Three days from Monday are Thursday 2 April, the eve of Good Friday; a run may tighten on Monday again.
        assertThat(unlock.until()).isEqualTo(Instant.parse("2026-04-06T13:00:00Z"));
        assertThat(unlock.debtDueOn()).isEqualTo("2026-03-10");
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);

        office.clock.set(Instant.parse("2026-04-06T12:59:59Z"));
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
        office.clock.set(Instant.parse("2026-04-06T13:00:00Z"));
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void aSecondTrustUnlockIsRefusedWithTheLimitAndTheDate() {
        grant(ReleaseKind.TRUST_UNLOCK);
        office.clock.advance(Duration.ofDays(8));

        // Thirty days after 30 March; the debt is 49 days old by then, and seven of its ten days are used.
        assertThat(problem(ReleaseKind.TRUST_UNLOCK)).isInstanceOfSatisfying(LimitReached.class, limit -> {
            assertThat(limit.limit()).isEqualTo("trust-unlock-interval");
            assertThat(limit.possibleFrom()).isEqualTo(Instant.parse("2026-04-29T03:00:00Z"));
        });
    }

    @Test
    void ofFiftyTrustUnlocksAtOnceExactlyOneIsGranted() throws Exception {
        var outcomes = together(50, () -> releases.grant(MARIA, request(ReleaseKind.TRUST_UNLOCK, null)));

        assertThat(outcomes.stream().filter(Done.class::isInstance)).hasSize(1);
        assertThat(office.count("release")).isEqualTo(1);
    }

    @Test
    void twoNodesUseAQuotaOnce() throws Exception {
        try (var node = office.anotherNode()) {
            var here = request(ReleaseKind.TRUST_UNLOCK, null);
            List<Callable<Outcome<Release>>> both = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                both.add(() -> releases.grant(MARIA, here));
                both.add(() -> node.releases.grant(MARIA, here));
            }

            assertThat(together(both).stream().filter(Done.class::isInstance)).hasSize(1);
        }
    }

    @Test
    void aManualReleaseEmptiesTheCommitmentAndHoldsUntilALaterRun() {
        var release = grant(ReleaseKind.MANUAL);

        assertThat(release.until()).isNull();
        assertThat(office.access(contract).committed()).isEqualTo(ACTIVE);
        assertThat(office.count("commitment")).isZero();
        office.clock.advance(Duration.ofDays(20));
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);

        office.runs.preview(MARIA, RunScope.ALL).orThrow();
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);

        office.run();
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
        assertThat(releases.find(release.id()))
                .hasValueSatisfying(ended -> assertThat(ended.end()).isNotNull());
    }

    @Test
    void aRunThatAPersonMakesOnTheSameDayDoesNotEndAManualReleaseAndOneOfALaterDayDoes() {
        grant(ReleaseKind.MANUAL);
        office.clock.advance(Duration.ofSeconds(2));
        var sameDay = office.runs
                .preview(PEDRO, new RunScope(TestIsp.PLAN, null, null))
                .orThrow();
        assertThat(sameDay.totals().rows()).isZero();
        office.runs.commit(PEDRO, sameDay.id()).orThrow();
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);

        office.clock.set(Fixtures.noon("2026-03-31"));
        office.run();
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void theScheduledRunOfTheSameDayEndsAManualRelease() {
        grant(ReleaseKind.MANUAL);
        office.clock.advance(Duration.ofSeconds(2));
        commit(office.runs.preview(AccessRunJob.SCHEDULE, RunScope.ALL).orThrow());
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void neitherAnAbortedRunNorOneOfAnotherScopeEndsAManualRelease() {
        var release = grant(ReleaseKind.MANUAL);
        office.clock.advance(Duration.ofDays(1));
        office.sql.update("""
                insert into contract_line (contract_id, nas_id, nas_name, region, last_seen_at) values (?, 1, 'b', 'sul', ?)
                """, contract, office.clock.instant());
        long other = late();
        office.sql.update("""
                insert into contract_line (contract_id, nas_id, nas_name, region, last_seen_at) values (?, 2, 'c', 'norte', ?)
                """, other, office.clock.instant());

        var aborted = office.runs.preview(AccessRunJob.SCHEDULE, RunScope.ALL).orThrow();
        assertThat(aborted.totals().rows()).isEqualTo(2);
        office.runs.abort(PEDRO, aborted.id()).orThrow();
        commit(office.runs
                .preview(AccessRunJob.SCHEDULE, new RunScope(null, null, "norte"))
                .orThrow());

        assertThat(office.effective(other)).isEqualTo(BLOCKED);
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
        assertThat(releases.find(release.id()))
                .hasValueSatisfying(still -> assertThat(still.end()).isNull());
    }

    private void commit(AccessRun run) {
        assertThat(office.runs.commit(AccessRunJob.SCHEDULE, run.id()).orThrow().state())
                .isEqualTo(AccessRun.State.COMMITTED);
    }

    @Test
    void aPauseThatIsEnteredForDaysPastCountsToTheDaysOfItsDebt() {
        // The debt of 10 March is let through for ten days at most.
        var many = office.contracts.pause(
                PEDRO, contract, LocalDate.parse("2026-02-14"), LocalDate.parse("2026-03-29"), "travelled");
        assertThat(many).isInstanceOfSatisfying(Outcome.Declined.class, declined -> assertThat(declined.problem())
                .isInstanceOfSatisfying(
                        LimitReached.class, limit -> assertThat(limit.limit()).isEqualTo("released-days-per-debt")));
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);

        office.contracts
                .pause(PEDRO, contract, LocalDate.parse("2026-03-12"), LocalDate.parse("2026-03-20"), "travelled")
                .orThrow();
        assertThat(office.count("debt_relief")).isEqualTo(1);
        // Nine of the ten are used.
        assertThat(office.contracts.pause(
                        PEDRO, contract, LocalDate.parse("2026-03-28"), LocalDate.parse("2026-03-29"), "again"))
                .isInstanceOf(Outcome.Declined.class);
    }

    @Test
    void aPauseFromTodayOnOrOfDaysOnWhichNothingWasOwedCountsNothing() {
        office.contracts
                .pause(PEDRO, contract, LocalDate.parse("2026-02-01"), LocalDate.parse("2026-02-20"), "travelled")
                .orThrow();
        office.contracts.pause(PEDRO, contract, office.today(), null, "travels").orThrow();
        assertThat(office.count("debt_relief")).isZero();
    }

    @Test
    void aProtectionEndsWithinAYear() {
        var beyond = office.today().plusDays(Contracts.LONGEST_PROTECTION_DAYS + 1);
        assertThat(office.contracts.protect(PEDRO, contract, null, beyond, null, "x"))
                .isInstanceOf(Outcome.Declined.class);
        assertThat(office.contracts.protect(PEDRO, contract, null, null, beyond, "x"))
                .isInstanceOf(Outcome.Declined.class);
        assertThat(office.contracts.protect(PEDRO, contract, null, beyond.minusDays(1), beyond.minusDays(1), "x"))
                .isInstanceOf(Done.class);
    }

    @Test
    void aManualReleaseAfterThePreviewIsLeftAloneByItsCommit() {
        office.sql.update("delete from commitment");
        long late = late();
        var run = office.runs.preview(MARIA, RunScope.ALL).orThrow();
        office.clock.advance(Duration.ofMinutes(5));
        releases.grant(MARIA, new ReleaseRequest(late, ReleaseKind.MANUAL, "talked to them", null))
                .orThrow();

        office.runs.commit(MARIA, run.id()).orThrow();

        assertThat(office.runs.rows(run.id(), late - 1, 1))
                .extracting(RunRow::dropReason)
                .containsExactly(DropReason.RELEASED_SINCE);
        assertThat(office.effective(late)).isEqualTo(ACTIVE);
    }

    @Test
    void aRunLeavesAContractUnderATrustUnlockAlone() {
        grant(ReleaseKind.TRUST_UNLOCK);

        assertThat(office.runs.preview(MARIA, RunScope.ALL).orThrow().totals().rows())
                .isZero();
    }

    @Test
    void whoWasReleasedTodayIsSaidSoInAPreview() {
        grant(ReleaseKind.MANUAL);
        office.clock.advance(Duration.ofHours(1));

        assertThat(office.runs
                        .preview(AccessRunJob.SCHEDULE, RunScope.ALL)
                        .orThrow()
                        .totals()
                        .releasedToday())
                .isEqualTo(1);
        office.clock.advance(Duration.ofDays(1));
        assertThat(office.runs.preview(MARIA, RunScope.ALL).orThrow().totals().releasedToday())
                .isZero();
    }

    @Test
    void aReleaseThatIsEndedEarlyReturnsTheContractAtOnce() {
        var unlock = grant(ReleaseKind.TRUST_UNLOCK);
        office.clock.advance(Duration.ofMinutes(1));

        var ended = releases.end(MARIA, unlock.id(), unlock.version(), "granted by mistake")
                .orThrow();

        assertThat(ended.end()).isEqualTo(new Release.End(office.clock.instant(), "maria", "granted by mistake"));
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
        assertThat(releases.end(MARIA, unlock.id(), null, "again"))
                .isEqualTo(Outcome.declined(new Conflict("already-ended", "release/" + unlock.id())));
    }

    @Test
    void anEndedUnlockIsStillUsedUp() {
        var unlock = grant(ReleaseKind.TRUST_UNLOCK);
        office.clock.advance(Duration.ofMinutes(1));
        releases.end(MARIA, unlock.id(), null, "granted by mistake").orThrow();

        assertThat(problem(ReleaseKind.TRUST_UNLOCK))
                .isInstanceOfSatisfying(
                        LimitReached.class, limit -> assertThat(limit.limit()).isEqualTo("trust-unlock-interval"));
    }

    @Test
    void aReleaseThatHasRunOutCannotBeEnded() {
        var unlock = grant(ReleaseKind.TRUST_UNLOCK);
        office.clock.advance(Duration.ofDays(10));

        assertThat(releases.end(MARIA, unlock.id(), null, "late"))
                .isEqualTo(Outcome.declined(new Conflict("already-ended", "release/" + unlock.id())));
    }

    @Test
    void chainedReleasesCannotLaunderADebt() {
        grant(ReleaseKind.TEMPORARY); // five days, which end on the Monday after: seven
        office.clock.advance(Duration.ofDays(9));
        grant(ReleaseKind.TRUST_UNLOCK); // three more, which is as far as one debt gets
        office.clock.advance(Duration.ofDays(30));

        assertThat(problem(ReleaseKind.TEMPORARY)).isInstanceOfSatisfying(LimitReached.class, limit -> {
            assertThat(limit.limit()).isEqualTo("released-days-per-debt");
            assertThat(limit.possibleFrom()).isNull();
        });
    }

    @Test
    void anOperatorsDailyCeilingIsKeptWhateverTheirHaste() throws Exception {
        var blocked = IntStream.range(0, 25).mapToLong(i -> blocked()).boxed().toList();
        List<Callable<Outcome<Release>>> wishes = blocked.stream()
                .<Callable<Outcome<Release>>>map(
                        id -> () -> releases.grant(MARIA, new ReleaseRequest(id, ReleaseKind.MANUAL, "storm", null)))
                .toList();

        var outcomes = together(wishes);

        assertThat(outcomes.stream().filter(Done.class::isInstance)).hasSize(20);
        assertThat(outcomes.stream().filter(Declined.class::isInstance).map(outcome -> ((Declined<?>) outcome)
                        .problem()))
                .allSatisfy(problem -> assertThat(problem).isInstanceOfSatisfying(LimitReached.class, limit -> {
                    assertThat(limit.limit()).isEqualTo("manual-releases-per-day");
                    assertThat(limit.possibleFrom()).isEqualTo(Instant.parse("2026-03-31T03:00:00Z"));
                }));
    }

    @Test
    void aTrustUnlockLiftsTheIntervalOnceADebt() {
        office.sql.update("update access_policy_version set released_days_per_debt = 60");
        grant(ReleaseKind.TRUST_UNLOCK);
        office.clock.advance(Duration.ofDays(8));
        var lifting = new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "paid by Pix", null, true);

        var lifted = releases.grant(MARIA, lifting).orThrow();

        assertThat(lifted.liftedInterval()).isTrue();
        assertThat(lifted.fromLevel()).isEqualTo(BLOCKED);
        assertThat(office.audited)
                .contains(new TestOffice.Audited(
                        "release.grant", "release/" + lifted.id(), null, lifted, office.clock.instant()));
        office.clock.advance(Duration.ofDays(7));
        assertThat(releases.grant(MARIA, lifting))
                .isInstanceOfSatisfying(Declined.class, declined -> assertThat(declined.problem())
                        .isInstanceOfSatisfying(LimitReached.class, limit -> {
                            assertThat(limit.limit()).isEqualTo("trust-unlock-interval-lifted");
                            assertThat(limit.possibleFrom()).isEqualTo(Instant.parse("2026-05-07T03:00:00Z"));
                        }));
    }

    @Test
    void fiftyLiftsAtOnceAreOne() throws Exception {
        office.sql.update("update access_policy_version set released_days_per_debt = 60");
        grant(ReleaseKind.TRUST_UNLOCK);
        office.clock.advance(Duration.ofDays(8));
        var lifting = new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "paid by Pix", null, true);

        var outcomes = together(50, () -> releases.grant(MARIA, lifting));

        assertThat(outcomes.stream().filter(Done.class::isInstance)).hasSize(1);
        assertThat(office.count("release where lifted_interval")).isEqualTo(1);
    }

    @Test
    void aPostponedDueDateCountsToTheDaysOfItsDebt() {
        long bill = office.receivables.list(contract, 0, 1).getFirst().id();
        assertThat(office.receivables.postpone(MARIA, bill, null, LocalDate.parse("2026-04-10"), "asked on the phone"))
                .isInstanceOfSatisfying(Declined.class, declined -> assertThat(declined.problem())
                        .isEqualTo(new LimitReached(
                                "released-days-per-debt",
                                "One debt may be let through for 10 days, and with this it would come to 11."
                                        + " Waiting does not help.",
                                null,
                                null)));
        office.receivables
                .postpone(MARIA, bill, null, LocalDate.parse("2026-04-07"), "asked on the phone")
                .orThrow();
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
        office.clock.advance(Duration.ofDays(24)); // 16 days late by the new date
        office.run();
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);

        // Eight days are used, and two are left.
        assertThat(problem(ReleaseKind.TRUST_UNLOCK))
                .isInstanceOfSatisfying(
                        LimitReached.class, limit -> assertThat(limit.limit()).isEqualTo("released-days-per-debt"));
        assertThat(office.receivables.postpone(MARIA, bill, null, LocalDate.parse("2026-04-26"), "asked again"))
                .isInstanceOf(Declined.class);
    }

    @Test
    void aPaymentEnteredByHandAndReversedCountsToTheDaysOfItsDebt() {
        var bill = office.receivables.list(contract, 0, 1).getFirst();
        var draft = new PaymentDraft("receipt 17", null, bill.id(), 99_90, office.today(), "pix");
        var paid = office.payments.receive(PEDRO, draft).orThrow().payment();
        assertThat(paid.byHand())
                .as("a person's word, whatever source it names")
                .isTrue();
        office.clock.advance(Duration.ofDays(8));
        office.payments.reverse(PEDRO, paid.id(), null, "no such receipt").orThrow();
        office.run();
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);

        assertThat(problem(ReleaseKind.TRUST_UNLOCK))
                .isInstanceOfSatisfying(LimitReached.class, limit -> assertThat(limit.detail())
                        .startsWith("One debt may be let through for 10 days, and with this it would come to 11."));
    }

    @Test
    void aBanksPaymentThatIsReversedCountsForNothing() {
        var bill = office.receivables.list(contract, 0, 1).getFirst();
        var paid = office.payments
                .receive(MARIA, office.payment("E123", bill, 99_90))
                .orThrow()
                .payment();
        assertThat(paid.byHand()).isFalse();
        office.clock.advance(Duration.ofDays(8));
        office.payments.reverse(MARIA, paid.id(), null, "charged back").orThrow();
        office.run();

        assertThat(grant(ReleaseKind.TRUST_UNLOCK).until()).isNotNull();
    }

    @Test
    void whatIsWrongWithTheWishIsSaidByField() {
        assertThat(releases.grant(MARIA, new ReleaseRequest(contract, ReleaseKind.MANUAL, " ", null)))
                .isEqualTo(Outcome.declined(new Invalid("reason", "why the contract is let through")));
        assertThat(problem(ReleaseKind.INCIDENT)).isEqualTo(new Invalid("kind", "manual, temporary or trust-unlock"));
        assertThat(releases.grant(MARIA, new ReleaseRequest(999_999, ReleaseKind.MANUAL, "why", null)))
                .isEqualTo(Outcome.declined(new Unknown("contract", "999999")));
    }

    @Test
    void whoeverHasReadAnOldVersionIsToldSo() {
        var unlock = grant(ReleaseKind.TRUST_UNLOCK);

        assertThat(releases.end(MARIA, unlock.id(), 9L, "stale"))
                .isEqualTo(Outcome.declined(new Stale(unlock.version())));
    }

    @Test
    void everyEntryIsListedAndAudited() {
        var unlock = grant(ReleaseKind.TRUST_UNLOCK);

        assertThat(releases.list(contract, 0, 10)).containsExactly(unlock);
        assertThat(releases.list(null, unlock.id(), 10)).isEmpty();
        assertThat(office.audited)
                .contains(new TestOffice.Audited(
                        "release.grant", "release/" + unlock.id(), null, unlock, office.clock.instant()));
    }

    /** Late since 10 March and blocked by a run. */
    private long blocked() {
        long id = late();
        office.run();
        return id;
    }

    private long late() {
        long id = office.contract(BillingMode.POSTPAID);
        office.monthly(id, "2026-03-10");
        return id;
    }

    private Release grant(ReleaseKind kind) {
        return releases.grant(MARIA, request(kind, null)).orThrow();
    }

    private @Nullable Problem problem(ReleaseKind kind) {
        return releases.grant(MARIA, request(kind, null)) instanceof Declined(var problem) ? problem : null;
    }

    private ReleaseRequest request(ReleaseKind kind, @Nullable Instant until) {
        return new ReleaseRequest(contract, kind, "promised to pay", until);
    }

    private static <T> List<T> together(int times, Callable<T> work) throws Exception {
        return together(Collections.nCopies(times, work));
    }

    private static <T> List<T> together(List<Callable<T>> work) throws Exception {
        List<T> results = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(8)) {
            for (var future : pool.invokeAll(work)) {
                results.add(future.get());
            }
        }
        return results;
    }
}
