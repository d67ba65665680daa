package net.catraca.radius.dynauth;

import static java.util.Objects.requireNonNull;
import static net.catraca.radius.nas.NasFixtures.nas;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.session.Session;
import net.catraca.radius.testing.TestDirectory;
import net.catraca.radius.testing.TestProfiles;
import org.junit.jupiter.api.Test;

class WantedAccessTest {

    private static final Instant NOW = Instant.parse("2026-09-01T12:00:00Z");
    private static final SubscriberLocks OTHER_MAC =
            new SubscriberLocks(MacLock.FIXED, "0011aa22bb33", List.of(), null, null, false);

    private final TestDirectory directory = new TestDirectory();
    private final WantedAccess wanted = new WantedAccess(directory, new TestProfiles());

    @Test
    void whoIsInTheGardenForAViolatedLockIsNotRestored() {
        subscribe(OTHER_MAC);

        assertThat(levelOf(AccessLevel.BLOCKED)).isEqualTo(AccessLevel.BLOCKED);
    }

    @Test
    void whoWasLetInIsNotShutOutBecauseARecordTellsLessOfThePlace() {
        subscribe(OTHER_MAC);

        assertThat(levelOf(AccessLevel.ACTIVE)).isEqualTo(AccessLevel.ACTIVE);
    }

    @Test
    void withTheLockTakenOffTheGardenIsLeft() {
        subscribe(SubscriberLocks.NONE);

        assertThat(levelOf(AccessLevel.BLOCKED)).isEqualTo(AccessLevel.ACTIVE);
    }

    private AccessLevel levelOf(AccessLevel opened) {
        Session session =
                TestSessions.session(1, 1, "maria", 77, 1, TestSessions.opened(77, opened, 1, 1), NOW.minusSeconds(60));
        return requireNonNull(wanted.of(session, nas(1, "127.0.0.1/32"), NOW))
                .rendering()
                .level();
    }

    private void subscribe(SubscriberLocks locks) {
        directory.loaded(true);
        directory.freshUntil(NOW);
        directory.put(new SubscriberSnapshot(
                77,
                1,
                "maria",
                Fixtures.contract().build(),
                AuthFixtures.recoverable("maria-pass"),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                locks,
                SessionLimit.OF_PLAN));
    }
}
