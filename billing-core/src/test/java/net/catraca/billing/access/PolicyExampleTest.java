package net.catraca.billing.access;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.contract.BillingMode.POSTPAID;
import static net.catraca.billing.contract.BillingMode.PREPAID;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.catraca.billing.access.PolicyExample.Failure;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.Test;

/** Warned from 3, reduced from 15, blocked from 30 days late; renegotiated debt from 1, 5 and 10. */
class PolicyExampleTest {

    @Test
    void whatATrustUnlockWouldGrantIsPartOfAnExample() {
        // Three days for the blocked up to 60 days late, none for the reduced.
        assertThat(PolicyExample.failures(
                        Fixtures.RESIDENTIAL_V1,
                        List.of(
                                unlocking("blocked", 30, BLOCKED, 3),
                                unlocking("too late", 61, BLOCKED, 0),
                                unlocking("reduced", 20, REDUCED, 0),
                                unlocking("active", 2, ACTIVE, 0))))
                .isEmpty();
        var wrong = unlocking("a week", 30, BLOCKED, 7);
        assertThat(PolicyExample.failures(Fixtures.RESIDENTIAL_V1, List.of(wrong)))
                .containsExactly(new PolicyExample.Failure.UnexpectedTrustUnlock(wrong, 3));
    }

    private static PolicyExample unlocking(String description, int daysLate, AccessLevel level, int days) {
        return new PolicyExample(description, POSTPAID, daysLate, false, level, false, days);
    }

    @Test
    void examplesOnBothSidesOfEachThresholdHold() {
        assertThat(failures(
                        new PolicyExample("two days", POSTPAID, 2, false, ACTIVE, false),
                        new PolicyExample("three days", POSTPAID, 3, false, ACTIVE, true),
                        new PolicyExample("two weeks", PREPAID, 14, false, ACTIVE, true),
                        new PolicyExample("fifteen days", PREPAID, 15, false, REDUCED, false),
                        new PolicyExample("a month less a day", POSTPAID, 29, false, REDUCED, false),
                        new PolicyExample("a month", PREPAID, 30, false, BLOCKED, false),
                        new PolicyExample("agreement", PREPAID, 10, true, BLOCKED, false),
                        new PolicyExample("agreement", POSTPAID, 9, true, REDUCED, false)))
                .isEmpty();
    }

    @Test
    void aFailureSaysWhatTheVersionAnswersInstead() {
        var wrongLevel = new PolicyExample("blocked on the thirtieth day", POSTPAID, 29, false, BLOCKED, false);
        var wrongWarning = new PolicyExample("left in peace for a week", POSTPAID, 7, false, ACTIVE, false);
        assertThat(failures(wrongLevel, wrongWarning))
                .containsExactly(
                        new Failure.Unexpected(wrongLevel, REDUCED, false),
                        new Failure.Unexpected(wrongWarning, ACTIVE, true));
    }

    @Test
    void aVersionWithoutExamplesMayNotBeActivated() {
        assertThat(failures()).containsExactly(new Failure.NoExamples());
    }

    private static List<Failure> failures(PolicyExample... examples) {
        return PolicyExample.failures(Fixtures.RESIDENTIAL_V1, List.of(examples));
    }
}
