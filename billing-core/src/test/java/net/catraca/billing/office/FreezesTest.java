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
import java.util.Objects;
import java.util.stream.LongStream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.TestOffice.World;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.Freeze;
import net.catraca.billing.run.RunScope;
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
        var settings = new World().blast(40, 100, 1000, 1, 1000).settings;
        var watch = new ReleaseEnds(office.ledger, office.freezeBook, office.freezes, settings, office.clock);
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

        assertThat(freeze.reason()).startsWith("releases of 3 contracts would end before");
        assertThat(watch.look()).isEmpty();
        office.clock.set(end.plusSeconds(1));
        assertThat(level(ends[0])).isEqualTo(ACTIVE);
        var lifted = office.freezes.lift(RITA, freeze.id(), null).orThrow();
        office.clock.set(lifted.endFor(ends[0]));
        assertThat(level(ends[0])).isEqualTo(BLOCKED);
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
