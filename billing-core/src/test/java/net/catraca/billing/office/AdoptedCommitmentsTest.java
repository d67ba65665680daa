package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.PEDRO;
import static net.catraca.billing.office.TestOffice.RITA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Waiting;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.erp.ErpRow.OfCommitment;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.run.TighteningProposal;
import net.catraca.billing.run.TighteningProposal.DropReason;
import net.catraca.billing.run.TighteningProposal.State;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commitments of a system of before tighten as any other mass does: seen by two persons, and not in a freeze. */
class AdoptedCommitmentsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");

    private static final int FLOOR = RunSettings.CAREFUL.blast().floor();

    private static final Actor COMMAND = Actor.system("import");

    private final TestOffice office = OFFICE;
    private final CutOver cutOver = office.bean(CutOver.class);
    private final TighteningProposals proposals = office.bean(TighteningProposals.class);

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-31");
        office.sql.update("truncate tightening_proposal cascade");
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void aFirstCutOverFromTheHostAdoptsAllAtOnce() {
        var late = late(FLOOR + 3);
        assertThat(adopt(COMMAND, late)).allMatch(result -> isWritten(result, How.CREATED));
        assertThat(late).allMatch(contract -> office.effective(contract) == AccessLevel.BLOCKED);
    }

    @Test
    void byApiWhatIsBeyondTheFloorWaitsForASecondPersonHoweverItIsCut() {
        var late = late(FLOOR + 3);
        assertThat(adopt(PEDRO, late.subList(0, 30))).allMatch(Written.class::isInstance);
        var rest = adopt(PEDRO, late.subList(30, FLOOR + 3));
        assertThat(rest.subList(0, FLOOR - 30)).allMatch(Written.class::isInstance);
        assertThat(rest.subList(FLOOR - 30, FLOOR - 27)).allMatch(Waiting.class::isInstance);
        assertThat(blocked(late)).isEqualTo(FLOOR);

        long id = ((Waiting) rest.getLast()).proposalId();
        var proposal = proposals.find(id).orElseThrow();
        assertThat(proposal.kind()).isEqualTo(TighteningProposal.Kind.ADOPT);
        assertThat(proposal.rows().pending()).isEqualTo(3);
        assertThat(proposals.rows(id, 0, 10))
                .allSatisfy(row -> assertThat(row.level()).isEqualTo(AccessLevel.BLOCKED));
        assertThat(code(proposals.approve(PEDRO, id, proposal.version(), null))).isEqualTo("second-person-needed");

        var approved = proposals.approve(RITA, id, proposal.version(), "seen").orThrow();
        assertThat(approved.state()).isEqualTo(State.COMMITTED);
        assertThat(blocked(late)).isEqualTo(FLOOR + 3);
        assertThat(adopt(PEDRO, late.subList(FLOOR, FLOOR + 3))).allMatch(result -> isWritten(result, How.UNCHANGED));
    }

    @Test
    void onceThisIspHasCommittedARunEvenOneWaitsAndTheHostIsNoExceptionToThat() {
        office.run();
        var late = late(2);
        assertThat(adopt(PEDRO, late.subList(0, 1))).allMatch(Waiting.class::isInstance);
        assertThat(adopt(COMMAND, late.subList(1, 2))).allMatch(Waiting.class::isInstance);
        assertThat(blocked(late)).isZero();
    }

    @Test
    void whoHasPaidBeforeTheApprovalIsDroppedAndWhoOwesLessGetsNoMore() {
        office.run();
        long paying = contract("2026-02-10");
        long reduced = contract("2026-03-20");
        var results = adopt(PEDRO, List.of(paying, reduced));
        long id = ((Waiting) results.getFirst()).proposalId();
        var receivable = office.receivables.list(paying, 0, 1).getFirst();
        office.payments
                .receive(TestOffice.MARIA, office.payment("p-1", receivable, 99_90))
                .orThrow();

        proposals
                .approve(RITA, id, proposals.find(id).orElseThrow().version(), null)
                .orThrow();
        assertThat(proposals.rows(id, 0, 10))
                .extracting(TighteningProposal.Row::dropReason)
                .containsExactly(DropReason.NO_LONGER_POSSIBLE, null);
        assertThat(office.effective(paying)).isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.effective(reduced)).isEqualTo(AccessLevel.REDUCED);
    }

    @Test
    void inAFreezeNobodyIsTightenedNotEvenFromTheHost() {
        var late = late(2);
        office.freezes
                .declare(PEDRO, "the bank is out", office.clock.instant().plus(Duration.ofHours(1)))
                .orThrow();
        for (var actor : List.of(PEDRO, COMMAND)) {
            assertThat(adopt(actor, late)).allSatisfy(result -> assertThat(result)
                    .isInstanceOfSatisfying(Declined.class, declined -> assertThat(declined.problem())
                            .isInstanceOfSatisfying(Conflict.class, conflict -> {
                                assertThat(conflict.code()).isEqualTo("frozen");
                                assertThat(conflict.detail()).contains("the bank is out");
                            })));
        }
        assertThat(blocked(late)).isZero();
    }

    @Test
    void whoIsBlockedByHandAlreadyIsTightenedByNoAdoption() {
        office.run();
        var late = late(1);
        office.contracts.block(PEDRO, late.getFirst(), null, "x").orThrow();
        assertThat(adopt(PEDRO, late)).allMatch(result -> isWritten(result, How.CREATED));
    }

    private List<Long> late(int number) {
        List<Long> contracts = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            contracts.add(contract("2026-02-10"));
        }
        return contracts;
    }

    private long contract(String dueOn) {
        long id = office.contract(BillingMode.POSTPAID);
        office.sql.update("update contract set external_id = ? where id = ?", "K-" + id, id);
        office.monthly(id, dueOn);
        return id;
    }

    private List<ErpResult> adopt(Actor actor, List<Long> contracts) {
        return cutOver.commitments(
                actor,
                contracts.stream()
                        .map(id -> new OfCommitment("K-" + id, AccessLevel.BLOCKED, office.clock.instant()))
                        .toList());
    }

    private static boolean isWritten(ErpResult result, How how) {
        return result instanceof Written written && written.how() == how;
    }

    private long blocked(List<Long> contracts) {
        return contracts.stream()
                .filter(contract -> office.effective(contract) == AccessLevel.BLOCKED)
                .count();
    }

    private static String code(Outcome<?> outcome) {
        return outcome instanceof Outcome.Declined<?>(var problem) && problem instanceof Conflict(var code, var _)
                ? code
                : outcome.toString();
    }
}
