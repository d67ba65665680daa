package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.PEDRO;
import static net.catraca.billing.office.TestOffice.RITA;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Outcome.Done;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.LimitReached;
import net.catraca.billing.office.ReleaseApprovals.Asked;
import net.catraca.billing.release.ReleaseApproval;
import net.catraca.billing.release.ReleaseApproval.State;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Under a policy that lets an operator grant two manual releases a day. Pedro and Rita are persons, Maria is a job. */
class ReleaseApprovalsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-30");

    private final TestOffice office = OFFICE;
    private final ReleaseApprovals approvals = OFFICE.approvals;
    private long contract;

    @BeforeEach
    void aBlockedContractAndAPersonAtTheCeiling() {
        office.startAnewAtNoonOf("2026-03-30");
        office.sql.update("update access_policy_version set manual_releases_per_operator_day = 2");
        contract = blocked();
        for (var other : List.of(blocked(), blocked())) {
            assertThat(ask(PEDRO, other)).isInstanceOf(Asked.Granted.class);
        }
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void aboveTheCeilingAnotherPersonApproves() {
        var pending = pending();
        assertThat(pending.requestedBy()).isEqualTo("pedro");
        assertThat(pending.expiresAt()).isEqualTo(office.clock.instant().plus(ReleaseApprovals.LIFE));
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
        assertThat(approvals.list(true, 0, 10)).containsExactly(pending);

        var approved = approvals.approve(RITA, pending.id(), null, null).orThrow();

        assertThat(approved.state()).isEqualTo(State.APPROVED);
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
        assertThat(office.releases.list(contract, 0, 10)).singleElement().satisfies(release -> {
            assertThat(release.kind()).isEqualTo(ReleaseKind.MANUAL);
            assertThat(release.grantedBy()).isEqualTo("pedro");
            assertThat(release.secondedBy()).isEqualTo("rita");
            assertThat(release.reason()).isEqualTo("storm");
        });
        assertThat(approvals.list(true, 0, 10)).isEmpty();
        assertThat(office.audited)
                .extracting(TestOffice.Audited::action)
                .containsSubsequence("release-approval.request", "release.grant", "release-approval.approve");
    }

    @Test
    void nobodySecondsThemselvesAndNoJobSecondsAnybody() {
        var pending = pending();
        var sameByAnotherToken = new Actor("Pedro ", 77L, "192.0.2.80", true);

        for (var actor : List.of(PEDRO, sameByAnotherToken, MARIA, Actor.system("demo"))) {
            assertThat(approvals.approve(actor, pending.id(), null, null))
                    .as(actor.name())
                    .isInstanceOfSatisfying(Declined.class, declined -> assertThat(declined.problem())
                            .isInstanceOfSatisfying(Conflict.class, conflict -> assertThat(conflict.code())
                                    .isEqualTo("second-person-needed")));
        }
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void aJobAboveTheCeilingIsRefusedWithTheDate() {
        for (var other : List.of(blocked(), blocked())) {
            assertThat(ask(MARIA, other)).isInstanceOf(Asked.Granted.class);
        }
        assertThat(problem(approvals.grantOrAsk(MARIA, wish(contract))))
                .isInstanceOfSatisfying(LimitReached.class, limit -> {
                    assertThat(limit.limit()).isEqualTo("manual-releases-per-day");
                    assertThat(limit.possibleFrom()).isNotNull();
                });
    }

    @Test
    void anotherSpellingOfTheNameIsTheSameCeiling() {
        assertThat(ask(new Actor("PEDRO", 77L, null, true), contract)).isInstanceOf(Asked.AwaitsSecondPerson.class);
    }

    @Test
    void secondedReleasesDoNotUseUpTheCeiling() {
        approvals.approve(RITA, pending().id(), null, null).orThrow();

        assertThat(office.sql.first(
                        "select count(*) as n from release where granted_by = 'pedro' and seconded_by is null",
                        row -> row.bigint("n")))
                .contains(2L);
        assertThat(ask(RITA, blocked())).isInstanceOf(Asked.Granted.class);
    }

    @Test
    void anApprovalIsDecidedOnce() {
        var declined = pending();
        approvals.decline(RITA, declined.id(), null, "call them first").orThrow();
        assertThat(problem(approvals.approve(RITA, declined.id(), null, null)))
                .isEqualTo(new Conflict("already-declined", "release-approval/" + declined.id()));
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);

        var approved = pending();
        approvals
                .approve(RITA, approved.id(), approved.version(), "known customer")
                .orThrow();
        assertThat(problem(approvals.decline(RITA, approved.id(), null, "on second thought")))
                .isEqualTo(new Conflict("already-approved", "release-approval/" + approved.id()));
    }

    @Test
    void anApprovalExpires() {
        var old = pending();
        office.clock.advance(ReleaseApprovals.LIFE);

        assertThat(approvals.list(true, 0, 10)).isEmpty();
        assertThat(approvals.find(old.id()).orElseThrow().stateAt(office.clock.instant()))
                .isEqualTo(State.EXPIRED);
        assertThat(problem(approvals.approve(RITA, old.id(), null, null)))
                .isEqualTo(new Conflict("approval-expired", old.expiresAt().toString()));

        var again = pending();
        assertThat(again.id()).isGreaterThan(old.id());
        assertThat(office.audited).extracting(TestOffice.Audited::action).contains("release-approval.expire");
    }

    @Test
    void oneApprovalOfAContractWaitsAndTwentyOfAPerson() {
        var pending = pending();
        assertThat(problem(approvals.grantOrAsk(PEDRO, wish(contract))))
                .isEqualTo(new Conflict("approval-pending", "release-approval/" + pending.id()));
        for (int i = 1; i < ReleaseApprovals.MOST_PENDING_OF_A_PERSON; i++) {
            ask(PEDRO, blocked());
        }
        assertThat(problem(approvals.grantOrAsk(PEDRO, wish(blocked()))))
                .isInstanceOfSatisfying(
                        LimitReached.class, limit -> assertThat(limit.limit()).isEqualTo("pending-approvals"));
    }

    @Test
    void whatWasPaidMeanwhileIsNotReleased() {
        var pending = pending();
        var bill = office.receivables.list(contract, 0, 1).getFirst();
        office.payments.receive(MARIA, office.payment("E1", bill, 99_90)).orThrow();

        assertThat(problem(approvals.approve(RITA, pending.id(), null, null)))
                .isInstanceOfSatisfying(
                        LimitReached.class, limit -> assertThat(limit.limit()).isEqualTo("nothing-to-release"));
    }

    @Test
    void fiftyApprovalsAtOnceAreOneRelease() throws Exception {
        long id = pending().id();
        try (var pool = Executors.newFixedThreadPool(8)) {
            long done = 0;
            for (var future : pool.invokeAll(Collections.nCopies(50, () -> approvals.approve(RITA, id, null, null)))) {
                done += future.get() instanceof Done ? 1 : 0;
            }
            assertThat(done).isEqualTo(1);
        }
        assertThat(office.count("release where contract_id = " + contract)).isEqualTo(1);
    }

    private ReleaseApproval pending() {
        return ((Asked.AwaitsSecondPerson) ask(PEDRO, contract)).approval();
    }

    private Asked ask(Actor actor, long id) {
        return approvals.grantOrAsk(actor, wish(id)).orThrow();
    }

    private static ReleaseRequest wish(long id) {
        return new ReleaseRequest(id, ReleaseKind.MANUAL, "storm", null);
    }

    private static Problem problem(Outcome<?> outcome) {
        assertThat(outcome).isInstanceOf(Declined.class);
        return ((Declined<?>) outcome).problem();
    }

    private long blocked() {
        long id = office.contract(BillingMode.POSTPAID);
        office.monthly(id, "2026-03-10");
        office.run();
        return id;
    }
}
