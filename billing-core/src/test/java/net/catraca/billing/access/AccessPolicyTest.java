package net.catraca.billing.access;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.access.AccessLevel.REFUSED;
import static net.catraca.billing.testing.Fixtures.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SnapshotBuilder;
import org.junit.jupiter.api.Test;

class AccessPolicyTest {

    @Test
    void everySituationGetsWhatItsNameSays() {
        assertThat(effective(Fixtures.contract())).isEqualTo(ACTIVE);
        assertThat(effective(Fixtures.paidUntil("2026-09-30"))).isEqualTo(ACTIVE);
        assertThat(effective(Fixtures.postpaidInGoodStanding())).isEqualTo(ACTIVE);
        assertThat(effective(Fixtures.overdueContract())).isEqualTo(ACTIVE);
        assertThat(effective(Fixtures.reducedContract())).isEqualTo(REDUCED);
        assertThat(effective(Fixtures.blockedContract())).isEqualTo(BLOCKED);
        assertThat(effective(Fixtures.manuallyBlockedContract())).isEqualTo(BLOCKED);
        assertThat(effective(Fixtures.pausedContract())).isEqualTo(BLOCKED);
        assertThat(effective(Fixtures.exemptContract())).isEqualTo(ACTIVE);
        assertThat(effective(Fixtures.awaitingContract())).isEqualTo(BLOCKED);
        assertThat(effective(Fixtures.cancelledContract())).isEqualTo(REFUSED);
    }

    private static AccessLevel effective(SnapshotBuilder contract) {
        return AccessPolicy.effective(contract.build(), NOW, NOW).effective().level();
    }
}
