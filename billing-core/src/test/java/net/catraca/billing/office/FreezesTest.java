package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.PEDRO;
import static net.catraca.billing.office.TestOffice.RITA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.access.PolicyExample;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.TestOffice.World;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.BankAgreements.Agreement;
import net.catraca.billing.run.Freeze;
import net.catraca.billing.run.FreshBankFiles;
import net.catraca.billing.run.LineSurvey;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.store.Catalogs;
import net.catraca.billing.store.Feed;
import net.catraca.billing.store.PolicyBook;
import net.catraca.billing.store.RunPictures;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On Tuesday, 31 March 2026. */
class FreezesTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");

    private final TestOffice office = OFFICE;

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-31");
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void noRunCommitsWhileAFreezeHoldsEvenIfApproved() {
        long late = late();
        var freeze = declare(Duration.ofHours(2));
        var run = office.runs.preview(PEDRO, RunScope.ALL).orThrow();

        assertThat(office.runs.commit(PEDRO, run.id()))
                .isEqualTo(Outcome.declined(new Conflict("frozen", "until " + freeze.endsAt() + ": the bank is late")));
        assertThat(office.effective(late)).isEqualTo(ACTIVE);
    }

    @Test
    void theFirstRunAfterAFreezeAwaitsASecondPerson() {
        long late = late();
        var freeze = declare(Duration.ofHours(2));
        office.clock.advance(Duration.ofMinutes(10));
        office.freezes.lift(RITA, freeze.id(), null).orThrow();
        var run = office.runs.preview(PEDRO, RunScope.ALL).orThrow();

        assertThat(office.runs.commit(PEDRO, run.id()).orThrow().state()).isEqualTo(State.AWAITING_APPROVAL);
        office.clock.advance(Duration.ofMinutes(1));
        assertThat(office.runs.approve(RITA, run.id(), null, null).orThrow().state())
                .isEqualTo(State.COMMITTED);
        assertThat(office.effective(late)).isEqualTo(BLOCKED);
        late();
        assertThat(office.run().state()).isEqualTo(State.COMMITTED);
    }

    @Test
    void aReleaseThatEndsWaitsVisiblyForTheEndOfTheFreezeAndALittleLonger() {
        long contract = late();
        office.run();
        var release = office.releases
                .grant(PEDRO, new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "asked", null))
                .orThrow();
        var releaseEnd = Objects.requireNonNull(release.until());
        office.clock.set(releaseEnd.minusSeconds(60));
        var freeze = declare(Duration.ofHours(1));
        office.clock.set(releaseEnd.plusSeconds(60));

        var held = office.inquiry.ofContract(contract).orElseThrow();
        assertThat(held.access().effective().level()).isEqualTo(ACTIVE);
        assertThat(held.access().held()).isTrue();
        assertThat(held.freeze()).isEqualTo(freeze);

        office.clock.set(freeze.endFor(contract).minusSeconds(1));
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(freeze.endFor(contract));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void aWriteInTheFreezeForgetsNothingOfTheReleaseThatItHolds() {
        long contract = late();
        office.run();
        var release = office.releases
                .grant(PEDRO, new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "asked", null))
                .orThrow();
        var releaseEnd = Objects.requireNonNull(release.until());
        office.clock.set(releaseEnd.minusSeconds(60));
        var freeze = declare(Duration.ofHours(1));
        office.clock.set(releaseEnd.plusSeconds(60));

        office.payments
                .receive(PEDRO, new PaymentDraft("a cent", contract, null, 1, office.today(), "pix"))
                .orThrow();

        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(freeze.endFor(contract));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void aReleaseThatIsGrantedInTheFreezeDoesNotEndInIt() {
        long contract = late();
        office.run();
        var freeze = declare(Duration.ofDays(7));
        assertThat(level(contract)).isEqualTo(BLOCKED);
        var release = office.releases
                .grant(PEDRO, new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "asked", null))
                .orThrow();
        var releaseEnd = Objects.requireNonNull(release.until());
        assertThat(releaseEnd).isBefore(freeze.endsAt());

        office.clock.set(releaseEnd.plusSeconds(60));
        assertThat(level(contract)).isEqualTo(ACTIVE);
        aWriteThatChangesNothing(contract);
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(freeze.endFor(contract).minusSeconds(1));
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(freeze.endFor(contract));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void whatAPersonEndsInTheFreezeIsOverAtOnce() {
        long contract = late();
        office.run();
        declare(Duration.ofDays(7));
        var release = office.releases
                .grant(PEDRO, new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "asked", null))
                .orThrow();
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.advance(Duration.ofMinutes(1));
        office.releases.end(PEDRO, release.id(), null, "a mistake").orThrow();

        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void underAPolicyOnTimeTheEndOfDoNotBlockUntilWaitsThroughWritesAndRestarts() {
        long contract = lapsedSinceYesterday();
        office.contracts
                .protect(MARIA, contract, null, LocalDate.parse("2026-04-05"), null, "promised")
                .orThrow();
        office.clock.set(noonOf("2026-04-04"));

        assertHeldByAFreeze(noonOf("2026-04-06"), contract);
    }

    @Test
    void soDoesTheEndOfAnAutomaticRestriction() {
        long contract = lapsedSinceYesterday();
        var never = new Contract.Restriction(AutomaticRestriction.NEVER, LocalDate.parse("2026-04-05"), "a hospital");
        office.contracts.restrict(MARIA, contract, null, never).orThrow();
        office.clock.set(noonOf("2026-04-04"));

        assertHeldByAFreeze(noonOf("2026-04-06"), contract);
    }

    @Test
    void underAPolicyOnTimeAContractIsActiveUntilARunAfterItsExemptionOrPause() {
        long exempt = lapsedSinceYesterday();
        office.contracts
                .exempt(MARIA, exempt, LocalDate.parse("2026-04-02"), LocalDate.parse("2026-04-05"), "courtesy")
                .orThrow();
        long paused = lapsedSinceYesterday();
        office.contracts
                .pause(MARIA, paused, LocalDate.parse("2026-04-02"), LocalDate.parse("2026-04-05"), "travels")
                .orThrow();
        office.clock.set(noonOf("2026-04-04"));
        assertThat(level(exempt)).isEqualTo(ACTIVE);
        assertThat(level(paused)).isEqualTo(BLOCKED);
        var freeze = declare(Duration.ofDays(3));

        office.clock.set(noonOf("2026-04-06"));
        for (long contract : new long[] {exempt, paused}) {
            assertThat(level(contract)).isEqualTo(ACTIVE);
            aWriteThatChangesNothing(contract);
            assertThat(level(contract)).isEqualTo(ACTIVE);
        }
        office.clock.set(freeze.end().plus(Duration.ofDays(1)));
        assertThat(level(exempt)).isEqualTo(ACTIVE);
        assertThat(level(paused)).isEqualTo(ACTIVE);

        var run = office.runs.preview(PEDRO, RunScope.ALL).orThrow();
        office.runs.commit(PEDRO, run.id()).orThrow();
        office.clock.advance(Duration.ofMinutes(1));
        office.runs.approve(RITA, run.id(), null, null).orThrow();
        assertThat(level(exempt)).isEqualTo(BLOCKED);
        assertThat(level(paused)).isEqualTo(BLOCKED);
    }

    @Test
    void whoWasPausedWhenTheFreezeWasDeclaredDoesNotLapseInIt() {
        office.startAnewAtNoonOf("2026-03-27");
        long contract = prepaidUntilToday(onTime());
        office.contracts
                .pause(MARIA, contract, LocalDate.parse("2026-03-28"), LocalDate.parse("2026-03-30"), "travels")
                .orThrow();
        office.clock.set(noonOf("2026-03-30"));
        var freeze = declare(Duration.ofDays(5));
        assertThat(level(contract)).isEqualTo(BLOCKED);
        office.clock.set(noonOf("2026-03-31"));
        assertThat(level(contract)).isEqualTo(ACTIVE);

        office.clock.set(MIDNIGHT.plus(Duration.ofHours(9)));
        assertThat(level(contract)).isEqualTo(ACTIVE);
        aWriteThatChangesNothing(contract);
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(freeze.endFor(contract));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    /** Active when the freeze is declared now, and would tighten by the clock before an instant in it. */
    private void assertHeldByAFreeze(Instant after, long contract) {
        assertThat(level(contract)).isEqualTo(ACTIVE);
        var freeze = declare(Duration.between(office.clock.instant(), after).plusDays(1));

        office.clock.set(after);
        var held = office.inquiry.ofContract(contract).orElseThrow();
        assertThat(held.access().effective().level()).isEqualTo(ACTIVE);
        assertThat(held.access().held()).isTrue();
        aWriteThatChangesNothing(contract);
        assertThat(level(contract)).isEqualTo(ACTIVE);
        try (var node = office.anotherNode()) { // it starts in the midst of the freeze
            var directory = node.followedDirectory();
            assertThat(answered(contract, directory.freshUntil(contract))).isEqualTo(ACTIVE);
        }
        office.clock.set(freeze.endFor(contract).minusSeconds(1));
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(freeze.endFor(contract));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    /** Its facts are made anew, at an instant later than that of the freeze. */
    private void aWriteThatChangesNothing(long contract) {
        office.payments
                .receive(
                        PEDRO,
                        new PaymentDraft("a cent " + NAMES.incrementAndGet(), contract, null, 1, office.today(), "pix"))
                .orThrow();
    }

    private long lapsedSinceYesterday() {
        office.clock.set(noonOf("2026-03-31")); // what a write makes lapse waits for a midnight
        long contract = prepaidUntilToday(onTime());
        office.clock.set(noonOf("2026-04-01"));
        assertThat(level(contract)).isEqualTo(BLOCKED);
        return contract;
    }

    private static Instant noonOf(String day) {
        return Fixtures.noon(day);
    }

    @Test
    void theDirectoryHearsOfAFreezeAndRoutersAreAnsweredByIt() {
        var directory = office.followedDirectory();
        long contract = late();
        office.run();
        var release = office.releases
                .grant(PEDRO, new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "asked", null))
                .orThrow();
        var releaseEnd = Objects.requireNonNull(release.until());
        office.clock.set(releaseEnd.minusSeconds(60));
        var freeze = declare(Duration.ofHours(1));
        office.clock.set(releaseEnd.plusSeconds(60));
        await().until(() -> !directory.knownUntil().isBefore(office.clock.instant()));

        assertThat(directory.freshUntil()).isEqualTo(freeze.declaredAt());
        assertThat(answered(contract, directory.freshUntil(contract))).isEqualTo(ACTIVE);
        assertThat(directory.knowsEveryone(office.clock.instant())).isTrue();

        office.freezes.lift(RITA, freeze.id(), null).orThrow();
        office.clock.advance(Duration.ofMinutes(31));
        await().until(() -> !directory.knownUntil().isBefore(office.clock.instant()));
        assertThat(directory.freshUntil()).isEqualTo(directory.knownUntil());
        assertThat(answered(contract, directory.freshUntil(contract))).isEqualTo(BLOCKED);
    }

    @Test
    void whatWaitedIsSpreadOverHalfAnHour() {
        var freeze = declare(Duration.ofHours(1));

        var ends = LongStream.range(1, 1801).mapToObj(freeze::endFor).toList();

        assertThat(ends)
                .allMatch(end -> !end.isBefore(freeze.endsAt())
                        && end.isBefore(freeze.endsAt().plus(Duration.ofMinutes(30))));
        for (int minute = 0; minute < 30; minute++) {
            var from = freeze.endsAt().plus(Duration.ofMinutes(minute));
            assertThat(ends.stream()
                            .filter(end -> !end.isBefore(from) && end.isBefore(from.plusSeconds(60)))
                            .count())
                    .isBetween(20L, 110L);
        }
    }

    @Test
    void reliefAndActsOfPersonsGoOnInAFreeze() {
        long contract = late();
        office.run();
        declare(Duration.ofHours(1));
        office.payments.receive(MARIA, office.payment("p", contract, 99_90)).orThrow();
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.contracts.block(PEDRO, contract, null, "fraud").orThrow();
        office.clock.advance(Duration.ofMinutes(1));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void aFreezeHasAReasonAndAnEndWithinTwoWeeksAndIsLiftedOnce() {
        var now = office.clock.instant();
        assertThat(office.freezes.declare(PEDRO, " ", now.plusSeconds(60))).isInstanceOf(Declined.class);
        assertThat(office.freezes.declare(PEDRO, "x", now)).isInstanceOf(Declined.class);
        assertThat(office.freezes.declare(PEDRO, "x", now.plus(Duration.ofDays(15))))
                .isInstanceOf(Declined.class);
        var freeze = declare(Duration.ofHours(1));
        assertThat(office.freezes.held()).contains(freeze);
        office.freezes.lift(RITA, freeze.id(), 1L).orThrow();
        assertThat(office.freezes.held()).isEmpty();
        assertThat(office.freezes.lift(RITA, freeze.id(), null)).isInstanceOf(Declined.class);
        assertThat(office.audited)
                .extracting(TestOffice.Audited::action)
                .containsSequence("freeze.declare", "freeze.lift");
    }

    @Test
    void tooManyReleasesThatEndAtOnceWaitForAPerson() {
        var watch = watch(new World().blast(40, 100, 1000, 1, 1000));
        var ends = LongStream.range(0, 3).map(i -> late()).toArray();
        office.run();
        Instant end = Instant.EPOCH;
        for (long contract : ends) {
            var release = office.releases
                    .grant(PEDRO, new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "asked", null))
                    .orThrow();
            end = Objects.requireNonNull(release.until());
        }
        assertThat(watch.look()).isEmpty();
        office.clock.set(end.minus(Duration.ofMinutes(30)));

        var freeze = watch.look().orElseThrow();

        assertThat(freeze.reason()).startsWith("3 contracts would be restricted by the clock before");
        assertThat(watch.look()).isEmpty();
        office.clock.set(end.plusSeconds(1));
        assertThat(level(ends[0])).isEqualTo(ACTIVE);
        var lifted = office.freezes.lift(RITA, freeze.id(), null).orThrow();
        office.clock.set(lifted.endFor(ends[0]));
        assertThat(level(ends[0])).isEqualTo(BLOCKED);
    }

    @Test
    void aReleaseOverALapseIsCountedThoughNothingIsCommitted() {
        var watch = watch(new World().blast(40, 100, 1000, 0, 1000));
        long contract = prepaidUntilToday(onTime());
        office.clock.set(MIDNIGHT.plusSeconds(60));
        assertThat(level(contract)).isEqualTo(BLOCKED);
        var release = office.releases
                .grant(PEDRO, new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "asked", null))
                .orThrow();
        office.clock.set(Objects.requireNonNull(release.until()).minusSeconds(60));

        assertThat(watch.look().orElseThrow().reason()).startsWith("1 contracts would be restricted by the clock");
    }

    @Test
    void manyThatLapseAtOnceWaitForAPerson() {
        var watch = watch(new World().blast(40, 100, 1000, 1, 1000));
        long policy = onTime();
        var lapsing =
                LongStream.range(0, 3).mapToObj(i -> prepaidUntilToday(policy)).toList();
        long postpaid = office.contract(BillingMode.POSTPAID);
        assertThat(watch.look()).isEmpty();
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));

        var freeze = watch.look().orElseThrow();

        assertThat(freeze.declaredBy()).isEqualTo("system:release-ends");
        assertThat(freeze.reason()).startsWith("3 contracts would be restricted by the clock before");
        office.clock.set(MIDNIGHT.plusSeconds(1));
        assertThat(lapsing).allMatch(contract -> level(contract) == ACTIVE);
        assertThat(watch.look()).isEmpty();

        // Nobody has looked, and it nears its end: it goes on, and so does what waits.
        office.clock.set(freeze.endsAt().minusSeconds(60));
        var next = watch.look().orElseThrow();
        office.clock.set(freeze.endsAt().plus(Duration.ofHours(1)));
        assertThat(lapsing).allMatch(contract -> level(contract) == ACTIVE);

        var lifted = office.freezes.lift(RITA, next.id(), null).orThrow();
        assertThat(watch.look()).as("somebody has looked").isEmpty();
        for (long contract : lapsing) {
            office.clock.set(lifted.endFor(contract).minusSeconds(1));
            assertThat(level(contract)).as("it is spread").isEqualTo(ACTIVE);
            office.clock.set(lifted.endFor(contract));
            assertThat(level(contract)).isEqualTo(BLOCKED);
        }
        assertThat(level(postpaid)).isEqualTo(ACTIVE);
        office.clock.set(lifted.end().plus(Duration.ofMinutes(31)));
        assertThat(watch.look()).as("what has lapsed has lapsed").isEmpty();
    }

    @Test
    void whatLapsesBehindOneNasIsCountedForItself() {
        var watch = watch(new World().blast(100, 50, 1000, 1000, 1));
        long policy = onTime();
        var lapsing =
                LongStream.range(0, 2).mapToObj(i -> prepaidUntilToday(policy)).toList();
        lapsing.forEach(contract -> line(contract, "bras-1", "sul"));
        LongStream.range(0, 6).forEach(i -> line(office.contract(BillingMode.POSTPAID), "bras-2", "sul"));
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));

        var freeze = watch.look().orElseThrow();

        assertThat(freeze.reason())
                .startsWith("2 contracts (2 of 2 of nas bras-1) would be restricted by the clock before");
        office.clock.set(MIDNIGHT.plusSeconds(1));
        assertThat(lapsing).allMatch(contract -> level(contract) == ACTIVE);
    }

    @Test
    void whatLapsesInOneRegionIsCountedForItselfToo() {
        var watch = watch(new World().blast(100, 50, 1000, 1000, 1));
        long policy = onTime();
        for (int nas = 0; nas < 2; nas++) {
            line(prepaidUntilToday(policy), "bras-" + nas, "sul");
        }
        LongStream.range(0, 6).forEach(i -> line(office.contract(BillingMode.POSTPAID), "bras-2", "norte"));
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));

        assertThat(watch.look().orElseThrow().reason())
                .startsWith("2 contracts (2 of 2 of region sul) would be restricted by the clock before");
    }

    @Test
    void behindASmallNasAFewMayLapse() {
        var watch = watch(new World().blast(100, 50, 1000, 1000, 2));
        long policy = onTime();
        var lapsing =
                LongStream.range(0, 2).mapToObj(i -> prepaidUntilToday(policy)).toList();
        lapsing.forEach(contract -> line(contract, "bras-1", "sul"));
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));

        assertThat(watch.look()).isEmpty();
        office.clock.set(MIDNIGHT);
        assertThat(lapsing).allMatch(contract -> level(contract) == BLOCKED);
    }

    @Test
    void whereLinesWereSeenSinceIsAskedBeforeTheyAreCounted() {
        long policy = onTime();
        var lapsing =
                LongStream.range(0, 2).mapToObj(i -> prepaidUntilToday(policy)).toList();
        LongStream.range(0, 6).forEach(i -> office.contract(BillingMode.POSTPAID));
        var watch = watch(
                new World().blast(100, 50, 1000, 1000, 1),
                _ -> lapsing.forEach(contract -> line(contract, "bras-1", "sul")));
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));

        assertThat(watch.look().orElseThrow().reason()).contains("(2 of 2 of nas bras-1, 2 of 2 of region sul)");
    }

    @Test
    void aVersionThatWouldTightenAWholeNasAtOnceIsDeclined() {
        var world = new World().blast(100, 50, 1000, 1000, 1);
        long policy = byRun();
        var lapsed =
                LongStream.range(0, 2).mapToObj(i -> prepaidUntilToday(policy)).toList();
        lapsed.forEach(contract -> line(contract, "bras-1", "sul"));
        LongStream.range(0, 6).forEach(i -> line(office.contract(BillingMode.POSTPAID), "bras-2", "sul"));
        office.clock.set(MIDNIGHT.plus(Duration.ofHours(10)));
        var policies = policies(world);

        assertThat(policies.activate(PEDRO, policy, draft(policies, policy, "2026-04-01", PrepaidTightening.ON_TIME)))
                .isEqualTo(Outcome.declined(new Conflict(
                        "mass-tightening",
                        "2 contracts (2 of 2 of nas bras-1) would be restricted by the clock at once, more than by a run"
                                + " without a second person; date it tomorrow or later")));
    }

    @Test
    void aFewLapseByThemselvesWhileMoneyIsUpToDate() {
        var watch = watch(new World().blast(40, 100, 1000, 1, 1000));
        long contract = prepaidUntilToday(onTime());
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));

        assertThat(watch.look()).isEmpty();

        office.clock.set(MIDNIGHT);
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void whileABanksFileIsMissingNobodyLapses() {
        var world = new World();
        var watch = watch(world);
        world.agreements = List.of(new Agreement("itau-1", LocalDate.parse("2026-03-27"), List.of()));
        long contract = prepaidUntilToday(onTime());
        assertThat(watch.look()).as("nothing lapses within the hour").isEmpty();
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));

        var freeze = watch.look().orElseThrow();

        assertThat(freeze.reason())
                .startsWith("1 prepaid contracts would lapse before")
                .contains("money is not up to date (agreement itau-1: ");
        office.clock.set(freeze.endsAt().minusSeconds(60));
        assertThat(level(contract)).isEqualTo(ACTIVE);
        var next = watch.look().orElseThrow();

        world.agreements = List.of(new Agreement("itau-1", LocalDate.parse("2026-03-31"), List.of()));
        office.clock.set(next.endsAt().minusSeconds(60));
        assertThat(watch.look()).as("the file has come").isEmpty();
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(next.endFor(contract));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void whoPaysMeanwhileNeverLapses() {
        var world = new World();
        world.agreements = List.of(new Agreement("itau-1", LocalDate.parse("2026-03-27"), List.of()));
        long contract = prepaidUntilToday(onTime());
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));
        var freeze = watch(world).look().orElseThrow();
        office.clock.set(MIDNIGHT.plusSeconds(3600));
        office.payments
                .receive(MARIA, office.payment("late file", contract, 99_90))
                .orThrow();

        office.clock.set(freeze.endsAt().plus(Duration.ofHours(1)));

        assertThat(level(contract)).isEqualTo(ACTIVE);
    }

    @Test
    void aVersionThatTightensOnTimeIsCounted() {
        var world = new World().blast(40, 100, 1000, 1, 1000);
        var watch = watch(world);
        var policies = policies(world);
        long policy = byRun();
        var lapsed =
                LongStream.range(0, 3).mapToObj(i -> prepaidUntilToday(policy)).toList();
        office.clock.set(MIDNIGHT.plus(Duration.ofHours(10))); // 1 April, a day late
        var today = draft(policies, policy, "2026-04-01", PrepaidTightening.ON_TIME);
        var tomorrow = draft(policies, policy, "2026-04-02", PrepaidTightening.ON_TIME);

        assertThat(policies.activate(PEDRO, policy, today))
                .isEqualTo(Outcome.declined(new Conflict(
                        "mass-tightening",
                        "3 contracts would be restricted by the clock at once, more than by a run without a second person;"
                                + " date it tomorrow or later")));
        policies.activate(PEDRO, policy, tomorrow).orThrow();
        assertThat(office.freezes.held()).isEmpty();

        office.clock.set(MIDNIGHT.plus(Duration.ofMinutes(24 * 60 - 5)));
        var freeze = watch.look().orElseThrow();
        office.clock.set(MIDNIGHT.plus(Duration.ofHours(25)));
        assertThat(lapsed).allMatch(contract -> level(contract) == ACTIVE);
        var lifted = office.freezes.lift(RITA, freeze.id(), null).orThrow();
        office.clock.set(lifted.end().plus(Duration.ofMinutes(31)));
        assertThat(lapsed).allMatch(contract -> level(contract) == BLOCKED);
    }

    @Test
    void aVersionThatIsActivatedMinutesBeforeItsDayFreezesAtOnce() {
        var world = new World().blast(40, 100, 1000, 1, 1000);
        var policies = policies(world);
        long policy = byRun();
        var lapsed =
                LongStream.range(0, 3).mapToObj(i -> prepaidUntilToday(policy)).toList();
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(2)));

        policies.activate(PEDRO, policy, draft(policies, policy, "2026-04-01", PrepaidTightening.ON_TIME))
                .orThrow();

        assertThat(office.freezes.held()).isPresent();
        office.clock.set(MIDNIGHT.plusSeconds(60));
        assertThat(lapsed).allMatch(contract -> level(contract) == ACTIVE);
    }

    /** The first instant of 1 April. */
    private static final Instant MIDNIGHT = Instant.parse("2026-04-01T03:00:00Z");

    private AccessPolicies policies(World world) {
        return new AccessPolicies(
                office.sql,
                office.bean(PolicyBook.class),
                tightening(world, _ -> {}),
                watch(world),
                office.bean(Feed.class),
                (_, _, _, _, _, _) -> {},
                office.clock);
    }

    private ReleaseEnds watch(World world) {
        return watch(world, _ -> {});
    }

    private ReleaseEnds watch(World world, LineSurvey lines) {
        return new ReleaseEnds(tightening(world, lines), office.freezeBook, office.freezes, office.clock);
    }

    private void line(long contract, String nas, String region) {
        office.sql.update("""
                insert into contract_line (contract_id, nas_id, nas_name, region, last_seen_at) values (?, ?, ?, ?, ?)
                """, contract, (long) nas.hashCode(), nas, region, office.clock.instant());
    }

    private ClockTightening tightening(World world, LineSurvey lines) {
        return new ClockTightening(
                office.facts,
                office.bean(Catalogs.class),
                office.freezeBook,
                office.bean(RunPictures.class),
                lines,
                world.settings,
                List.of(new FreshBankFiles(() -> world.agreements, BankingCalendar.NATIONAL, Contract.DEFAULT_ZONE)));
    }

    private long onTime() {
        return policy(PrepaidTightening.ON_TIME);
    }

    private long byRun() {
        return policy(PrepaidTightening.BY_RUN);
    }

    /** Blocks from a day late on. */
    private long policy(PrepaidTightening tightening) {
        long id = office.policies
                .create(MARIA, "policy " + NAMES.incrementAndGet())
                .orThrow()
                .id();
        office.policies
                .activate(MARIA, id, draft(office.policies, id, "2026-01-01", tightening))
                .orThrow();
        return id;
    }

    private static final AtomicInteger NAMES = new AtomicInteger();

    private int draft(AccessPolicies policies, long policy, String from, PrepaidTightening tightening) {
        var version = new AccessPolicyVersion(
                1,
                LocalDate.parse(from),
                new Thresholds(Thresholds.NEVER, Thresholds.NEVER, 1, Thresholds.NEVER),
                new Thresholds(Thresholds.NEVER, Thresholds.NEVER, 1, Thresholds.NEVER),
                tightening,
                AccessPolicyVersion.BlockedAs.GARDEN,
                0,
                ACTIVE,
                office.policies
                        .find(TestIsp.POLICY)
                        .orElseThrow()
                        .versions()
                        .getFirst()
                        .version()
                        .limits());
        var example = new PolicyExample("a day", BillingMode.PREPAID, 1, false, BLOCKED, false);
        return policies.draft(MARIA, policy, version, List.of(example))
                .orThrow()
                .version()
                .number();
    }

    /** A prepaid contract that is paid until 31 March, and whose April is issued. */
    private long prepaidUntilToday(long policy) {
        long contract = office.contract(BillingMode.PREPAID);
        office.contracts.changePlan(MARIA, contract, null, TestIsp.PLAN, policy).orThrow();
        var covered = office.receivables
                .create(MARIA, recurring(contract, "2026-01-10", "2026-01-10", "2026-03-31"))
                .orThrow();
        office.payments
                .receive(MARIA, office.payment("covered " + contract, covered, 99_90))
                .orThrow();
        office.receivables
                .create(MARIA, recurring(contract, "2026-04-20", "2026-04-01", "2026-04-30"))
                .orThrow();
        return contract;
    }

    private static ReceivableDraft recurring(long contract, String dueOn, String firstDay, String lastDay) {
        return new ReceivableDraft(
                null,
                contract,
                ReceivableKind.RECURRING,
                99_90,
                0,
                null,
                LocalDate.parse("2026-01-10"),
                LocalDate.parse(dueOn),
                LocalDate.parse(firstDay),
                LocalDate.parse(lastDay),
                null);
    }

    private AccessLevel answered(long contract, Instant freshUntil) {
        return AccessPolicy.answer(office.facts.find(contract).orElseThrow(), office.clock.instant(), freshUntil)
                .level();
    }

    private AccessLevel level(long contract) {
        return office.inquiry
                .ofContract(contract)
                .orElseThrow()
                .access()
                .effective()
                .level();
    }

    private Freeze declare(Duration length) {
        return office.freezes
                .declare(PEDRO, "the bank is late", office.clock.instant().plus(length))
                .orThrow();
    }

    private long late() {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-03-10");
        return contract;
    }
}
