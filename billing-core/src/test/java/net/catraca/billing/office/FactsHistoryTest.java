package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.PEDRO;
import static net.catraca.billing.office.TestOffice.RITA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.PolicyExample;
import net.catraca.billing.access.Reason;
import net.catraca.billing.access.Rule;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.AccessInquiry.Explanation;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What was decided at any past instant, and why. */
class FactsHistoryTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-01-12");

    private final TestOffice office = OFFICE;

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    private record Recorded(
            long contract,
            Instant at,
            AccessLevel computed,
            AccessLevel committed,
            AccessLevel effective,
            Rule rule,
            Reason why,
            int policyVersion,
            boolean held) {}

    @Test
    void aYearReplayedGivesTheDecisionsThatWereRecorded() {
        office.startAnewAtNoonOf("2026-01-12");
        // As the office does when it makes a plan.
        office.history.keepPlan(office.plans.find(TestIsp.PLAN).orElseThrow(), office.clock.instant());
        var random = new Random(20261129);
        List<Long> contracts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            contracts.add(office.contract(i % 2 == 0 ? BillingMode.POSTPAID : BillingMode.PREPAID));
        }
        List<Recorded> recorded = new ArrayList<>();
        var end = office.clock.instant().plus(Duration.ofDays(365));
        int steps = 0;
        while (office.clock.instant().isBefore(end)) {
            contracts.forEach(contract -> act(contract, random));
            office(steps++, random);
            office.clock.advance(Duration.ofMinutes(1));
            contracts.forEach(contract -> recorded.add(now(contract)));
            office.clock.advance(Duration.ofHours(20 + random.nextInt(60)));
        }

        assertThat(recorded).extracting(Recorded::effective).contains(ACTIVE, AccessLevel.REDUCED, BLOCKED);
        assertThat(recorded).extracting(Recorded::policyVersion).contains(1, 2);
        assertThat(recorded).extracting(Recorded::held).contains(true);
        assertThat(recorded).allSatisfy(then -> assertThat(
                        of(office.inquiry.ofContract(then.contract(), then.at()).orElseThrow()))
                .isEqualTo(then));
    }

    private void act(long contract, Random random) {
        switch (random.nextInt(14)) {
            case 0, 1 -> owe(contract);
            case 2 -> office.payments.receive(MARIA, office.payment("p" + random.nextLong(), contract, 99_90));
            case 3 ->
                office.releases.grant(PEDRO, new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "asked", null));
            case 4 -> office.releases.grant(PEDRO, new ReleaseRequest(contract, ReleaseKind.MANUAL, "asked", null));
            case 5 ->
                office.contracts.pause(
                        PEDRO, contract, office.today(), office.today().plusDays(3), "away");
            case 6 ->
                office.contracts.protect(PEDRO, contract, null, office.today().plusDays(5), null, "hospital");
            case 7 -> {
                if (random.nextInt(4) == 0) {
                    office.contracts.block(PEDRO, contract, null, "fraud");
                } else {
                    office.contracts.liftBlock(PEDRO, contract, null);
                }
            }
            default -> {}
        }
    }

    private void owe(long contract) {
        var due = office.today().plusDays(5);
        office.receivables.create(MARIA, TestOffice.monthlyDraft(contract, null, due.toString()));
    }

    /** What the ISP does: runs, freezes, and in the middle of the year another policy version and another policy. */
    private void office(int step, Random random) {
        switch (step % 5) {
            case 0, 2 -> {
                var run = office.runs.preview(MARIA, RunScope.ALL).orThrow();
                office.runs.commit(MARIA, run.id());
                office.runs.approve(RITA, run.id(), null, null); // where a guard objects, as after a freeze
                if (random.nextInt(4) == 0) {
                    office.runs.rollBack(PEDRO, run.id(), "wrong");
                }
            }
            case 3 -> {
                if (step % 15 == 3) {
                    office.freezes.declare(
                            PEDRO, "outage", office.clock.instant().plus(Duration.ofDays(6)));
                }
            }
            default -> {}
        }
        if (step == 60) {
            var draft = new AccessPolicyVersion(
                    1,
                    office.today().plusDays(2),
                    new Thresholds(2, 4, 9, 90),
                    new Thresholds(1, 3, 5, Thresholds.NEVER),
                    AccessPolicyVersion.PrepaidTightening.ON_TIME,
                    AccessPolicyVersion.BlockedAs.GARDEN,
                    3,
                    ACTIVE,
                    office.policies
                            .find(TestIsp.POLICY)
                            .orElseThrow()
                            .versions()
                            .getFirst()
                            .version()
                            .limits());
            var example = new PolicyExample("9 days", BillingMode.POSTPAID, 9, false, BLOCKED, false);
            int number = office.policies
                    .draft(MARIA, TestIsp.POLICY, draft, List.of(example))
                    .orThrow()
                    .version()
                    .number();
            office.policies.activate(MARIA, TestIsp.POLICY, number).orThrow();
        }
        if (step == 100) {
            long other = TestIsp.policy(office.sql, "other");
            var plan = office.plans.find(TestIsp.PLAN).orElseThrow();
            office.sql.update("update plan set policy_id = ? where id = ?", other, plan.id());
            office.history.keepPlan(office.plans.find(TestIsp.PLAN).orElseThrow(), office.clock.instant());
        }
    }

    private Recorded now(long contract) {
        return of(office.inquiry.ofContract(contract).orElseThrow());
    }

    private static Recorded of(Explanation explanation) {
        var access = explanation.access();
        return new Recorded(
                explanation.contract().contractId(),
                explanation.at(),
                access.computed().level(),
                access.committed(),
                access.effective().level(),
                access.effective().rule(),
                access.effective().why(),
                explanation.policyVersion(),
                access.held());
    }

    @Test
    void beforeTheFirstFactsNothingIsKnown() {
        office.startAnewAtNoonOf("2026-03-02");
        long contract = office.contract(BillingMode.POSTPAID);
        var made = office.clock.instant();

        assertThat(office.inquiry.ofContract(contract, made.minusSeconds(1))).isEmpty();
        assertThat(office.inquiry.ofContract(contract, made)).isPresent();
    }

    @Test
    void historyIsForgottenAfterItsTimeButForWhatHeldThen() {
        office.startAnewAtNoonOf("2026-03-02");
        long contract = office.contract(BillingMode.POSTPAID);
        office.clock.set(Fixtures.noon("2026-03-04"));
        office.monthly(contract, "2026-03-10");
        office.clock.set(Fixtures.noon("2026-03-06"));
        office.monthly(contract, "2026-04-10");

        assertThat(office.history.prune(Fixtures.noon("2026-03-05"))).isEqualTo(1);

        assertThat(office.inquiry.ofContract(contract, Fixtures.noon("2026-03-03")))
                .isEmpty();
        assertThat(office.inquiry.ofContract(contract, Fixtures.noon("2026-03-05")))
                .isPresent();
    }
}
