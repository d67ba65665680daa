package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.PolicyExample;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.PolicySimulation.Move;
import net.catraca.billing.office.PolicySimulation.Sample;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PolicySimulationTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-02-28");

    private final TestOffice office = OFFICE;

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void aDraftIsTriedOnTodaysContractsAndOnThoseOfMonthsPast() {
        office.startAnewAtNoonOf("2026-02-28");
        long old = office.contract(BillingMode.POSTPAID);
        office.monthly(old, "2026-02-18"); // 10 days late in February, 38 in March
        office.clock.set(Fixtures.noon("2026-03-28"));
        long young = office.contract(BillingMode.POSTPAID);
        office.monthly(young, "2026-03-18"); // 10 days late
        var example = new PolicyExample("9 days", BillingMode.POSTPAID, 9, false, BLOCKED, false);
        int number = office.policies
                .draft(MARIA, TestIsp.POLICY, stricter(), List.of(example))
                .orThrow()
                .version()
                .number();

        var simulated = office.simulation.simulate(TestIsp.POLICY, number, 2).orThrow();

        assertThat(simulated).hasSize(3);
        assertThat(simulated.get(0).contracts()).isEqualTo(2);
        assertThat(simulated.get(0).moves()).containsExactly(new Move(REDUCED, BLOCKED, 1, 99_90));
        assertThat(simulated.get(0).sample()).containsExactly(new Sample(young, REDUCED, BLOCKED, 10));
        assertThat(simulated.get(1).at()).isEqualTo(Fixtures.noon("2026-02-28"));
        assertThat(simulated.get(1).sample()).containsExactly(new Sample(old, REDUCED, BLOCKED, 10));
        assertThat(simulated.get(2).contracts()).isZero();
        assertThat(office.access(young).computed().level()).isEqualTo(REDUCED);
        assertThat(office.effective(young)).isEqualTo(ACTIVE);
        assertThat(office.simulation.simulate(TestIsp.POLICY, 99, 0)).isInstanceOf(Outcome.Declined.class);
        assertThat(office.simulation.simulate(TestIsp.POLICY, number, 13)).isInstanceOf(Outcome.Declined.class);
    }

    private AccessPolicyVersion stricter() {
        return new AccessPolicyVersion(
                1,
                office.today().plusDays(2),
                new Thresholds(2, 4, 9, 90),
                new Thresholds(1, 3, 5, Thresholds.NEVER),
                AccessPolicyVersion.PrepaidTightening.BY_RUN,
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
    }
}
