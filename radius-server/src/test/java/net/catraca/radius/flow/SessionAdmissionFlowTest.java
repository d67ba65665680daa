package net.catraca.radius.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static net.catraca.radius.nas.NasFixtures.nas;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.SimultaneousPolicy;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.accounting.AccountingReader;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.LockViolation.Lock;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionEnd.Cause;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestIsp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SessionAdmissionFlowTest {

    private static final int START = 1;
    private static final int STOP = 2;
    private static final int INTERIM = 3;
    private static final int ADSL_FORUM = 3561;
    private static final String HOME = "00:00:00:00:00:01";
    private static final String ELSEWHERE = "00:00:00:00:00:02";

    private final ManualTicker ticker = new ManualTicker();
    private final TestIsp isp = new TestIsp(ticker, "192.0.2.1");
    private final Conversation conversation = new Conversation(isp, ticker);
    private int identifier;

    @BeforeEach
    void twoNases() {
        isp.serve(nas(1, "192.0.2.1"), NasFixtures.inRegion(nas(2, "192.0.2.2"), "north"));
    }

    @AfterEach
    void close() {
        isp.close();
    }

    private long subscribe(SimultaneousPolicy policy, int sessions, SubscriberLocks locks) {
        return subscribe(Fixtures.contract().build(), policy, sessions, locks);
    }

    private long subscribe(ContractSnapshot contract, SimultaneousPolicy policy, int sessions, SubscriberLocks locks) {
        isp.directory.put(new SubscriberSnapshot(
                77,
                1,
                "maria",
                contract,
                AuthFixtures.recoverable("maria-pass"),
                null,
                "olt-1 1/1",
                null,
                null,
                null,
                null,
                List.of(),
                locks,
                new SessionLimit(sessions, policy)));
        return 77;
    }

    private RequestBuilder from(RequestBuilder request, String mac, String port, @Nullable String circuit) {
        request.add(AttributeType.USER_NAME, "maria")
                .add(AttributeType.CALLING_STATION_ID, mac)
                .add(AttributeType.NAS_PORT_ID, port);
        return circuit == null ? request : request.addVendor(ADSL_FORUM, 1, circuit.getBytes(UTF_8));
    }

    private RadiusPacket dialIn(String mac, String port) {
        return dialIn(mac, port, null);
    }

    private RadiusPacket dialIn(String mac, String port, @Nullable String circuit) {
        var request = Proofs.pap(
                        from(accessRequest(++identifier % 256), mac, port, circuit), "maria-pass", TestIsp.SECRET)
                .signed(TestIsp.SECRET);
        return conversation.answered(request);
    }

    private void record(int statusType, String sessionId, String mac, String port, @Nullable RadiusPacket accept) {
        var request = from(
                RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, ++identifier % 256)
                        .add(AttributeType.ACCT_STATUS_TYPE, statusType)
                        .add(AttributeType.ACCT_SESSION_ID, sessionId),
                mac,
                port,
                null);
        if (accept != null) {
            request.add(AttributeType.CLASS, requireNonNull(accept.bytes(AttributeType.CLASS)));
        }
        conversation.accounted(request.signed(TestIsp.SECRET));
    }

    private List<Session> live() {
        var sessions = new ArrayList<Session>();
        isp.sessions.forEach(sessions::add);
        return sessions;
    }

    private static boolean accepted(RadiusPacket answer) {
        return answer.code() == PacketCode.ACCESS_ACCEPT;
    }

    @Nested
    class SimultaneousUse {

        @Test
        void secondLoginFromElsewhereIsToldSoAndIsNoWrongPassword() {
            subscribe(SimultaneousPolicy.REPLACE_SAME_LINE, 1, SubscriberLocks.NONE);
            record(START, "a", HOME, "p1", dialIn(HOME, "p1"));

            for (int i = 0; i < WrongPasswordThrottle.FREE_ATTEMPTS + 3; i++) {
                var answer = dialIn(ELSEWHERE, "p2");
                assertThat(answer.code()).isEqualTo(PacketCode.ACCESS_REJECT);
                assertThat(answer.text(AttributeType.REPLY_MESSAGE)).isEqualTo(ReplyMessages.IN_USE);
            }
            assertThat(isp.counted("catraca.radius.requests", "outcome", "in-use"))
                    .isEqualTo(8);
            assertThat(isp.counted("catraca.radius.requests", "outcome", "slowed"))
                    .isZero();
            record(STOP, "a", HOME, "p1", null);
            assertThat(accepted(dialIn(ELSEWHERE, "p2"))).isTrue();
        }

        @Test
        void ghostOfALostStopEndsWhenItsOwnerStartsAgain() {
            subscribe(SimultaneousPolicy.REFUSE, 1, SubscriberLocks.NONE);
            record(START, "ghost", HOME, "p1", dialIn(HOME, "p1"));

            var accept = dialIn(HOME, "p1");
            assertThat(accepted(accept)).isTrue();
            assertThat(live()).hasSize(1);
            record(START, "new", HOME, "p1", accept);

            assertThat(live())
                    .extracting(session -> session.key().acctSessionId())
                    .containsExactly("new");
            assertThat(isp.sessions.pendingEnds().values()).singleElement().satisfies(end -> assertThat(end.cause())
                    .isEqualTo(Cause.REPLACED));
            // A device has one session on a port: the old one is gone for sure.
            assertThat(isp.disconnected).isEmpty();
        }

        @Test
        void sessionThatMayStillLiveIsDisconnectedWhenAnotherTakesItsPlace() {
            subscribe(SimultaneousPolicy.REPLACE_OLDEST, 1, SubscriberLocks.NONE);
            record(START, "old", HOME, "p1", dialIn(HOME, "p1"));

            record(START, "new", ELSEWHERE, "p2", dialIn(ELSEWHERE, "p2"));

            assertThat(live())
                    .extracting(session -> session.key().acctSessionId())
                    .containsExactly("new");
            assertThat(isp.disconnected)
                    .extracting(session -> session.key().acctSessionId())
                    .containsExactly("old");
        }

        @Test
        void replacedSessionThatIsHeardOfAgainComesBack() {
            subscribe(SimultaneousPolicy.REPLACE_OLDEST, 1, SubscriberLocks.NONE);
            record(START, "old", HOME, "p1", dialIn(HOME, "p1"));
            record(START, "new", ELSEWHERE, "p2", dialIn(ELSEWHERE, "p2"));

            isp.clock.advance(Duration.ofMinutes(15));
            record(INTERIM, "old", HOME, "p1", null);

            assertThat(live()).hasSize(2);
        }

        @Test
        void acceptWithoutStartIsForgottenAfterAMinute() {
            subscribe(SimultaneousPolicy.REFUSE, 1, SubscriberLocks.NONE);
            assertThat(accepted(dialIn(HOME, "p1"))).isTrue();

            assertThat(accepted(dialIn(ELSEWHERE, "p2"))).isFalse();
            isp.clock.advance(Duration.ofSeconds(61));
            assertThat(accepted(dialIn(ELSEWHERE, "p2"))).isTrue();
        }

        @Test
        void startWithoutClassIsMatchedByItsLine() {
            subscribe(SimultaneousPolicy.REFUSE, 1, SubscriberLocks.NONE);
            dialIn(HOME, "p1");
            assertThat(accepted(dialIn(ELSEWHERE, "p2"))).isFalse();

            record(START, "a", HOME, "p1", null);

            // Nothing is in flight any more; and how often this NAS will tell of its session nobody knows.
            assertThat(accepted(dialIn(ELSEWHERE, "p2"))).isTrue();
        }

        @Test
        void whereAnythingIsUncertainEverybodyIsLetIn() {
            subscribe(SimultaneousPolicy.REFUSE, 1, SubscriberLocks.NONE);
            record(START, "a", HOME, "p1", dialIn(HOME, "p1"));

            isp.sessionsLoaded = false;
            assertThat(accepted(dialIn(ELSEWHERE, "p2"))).isTrue();
            isp.sessionsLoaded = true;
            isp.clock.advance(Duration.ofSeconds(61));
            assertThat(accepted(dialIn(ELSEWHERE, "p2"))).isFalse();
            isp.directory.knowsEveryone(false);
            assertThat(accepted(dialIn(ELSEWHERE, "p2"))).isTrue();
        }

        @Test
        void newestOfTwoAtOnceWinsWhereTheOldestIsToGo() {
            subscribe(SimultaneousPolicy.REPLACE_OLDEST, 1, SubscriberLocks.NONE);
            var first = dialIn(HOME, "p1");
            var second = dialIn(ELSEWHERE, "p2");

            record(START, "second", ELSEWHERE, "p2", second);
            record(START, "first", HOME, "p1", first);

            assertThat(isp.disconnected)
                    .extracting(session -> session.key().acctSessionId())
                    .containsExactly("first");
        }

        @Test
        void blockedSubscriberReachesTheGardenFromEverywhere() {
            subscribe(Fixtures.blockedContract().build(), SimultaneousPolicy.REFUSE, 1, SubscriberLocks.NONE);
            record(START, "a", HOME, "p1", dialIn(HOME, "p1"));

            assertThat(accepted(dialIn(ELSEWHERE, "p2"))).isTrue();
        }
    }

    @Nested
    class Locks {

        private SubscriberLocks macLock(MacLock lock, @Nullable String mac) {
            return new SubscriberLocks(lock, mac, List.of(), null, null, false);
        }

        @Test
        void anotherMacThanTheLockedOneIsRefusedAndTheNocIsTold() {
            long id = subscribe(SimultaneousPolicy.REFUSE, 1, macLock(MacLock.FIXED, "000000000001"));

            var answer = dialIn(ELSEWHERE, "p2");

            assertThat(answer.code()).isEqualTo(PacketCode.ACCESS_REJECT);
            assertThat(answer.text(AttributeType.REPLY_MESSAGE)).isEqualTo(ReplyMessages.LOCKED);
            assertThat(isp.counted("catraca.radius.lock.violations", "lock", "mac", "nas", "nas-1"))
                    .isEqualTo(1);
            assertThat(isp.violations.of(id)).singleElement().satisfies(seen -> {
                assertThat(seen.violation().lock()).isEqualTo(Lock.MAC);
                assertThat(seen.violation().expected()).isEqualTo("000000000001");
                assertThat(seen.violation().found()).isEqualTo("000000000002");
                assertThat(seen.nasName()).isEqualTo("nas-1");
                assertThat(seen.place()).contains("port p2");
            });
            assertThat(accepted(dialIn(HOME, "p1"))).isTrue();
        }

        @Test
        void policyCanLetAViolatedLockIntoTheGardenWhichIsNoSessionOfItsOwner() {
            subscribe(
                    withLockViolatedAs(BlockedAs.GARDEN),
                    SimultaneousPolicy.REFUSE,
                    1,
                    macLock(MacLock.FIXED, "000000000001"));

            var stranger = dialIn(ELSEWHERE, "p2");
            record(START, "stranger", ELSEWHERE, "p2", stranger);

            assertThat(stranger.text(AttributeType.FILTER_ID)).isEqualTo("blocked");
            assertThat(requireNonNull(AccountingReader.sessionClass(stranger)).level())
                    .isEqualTo(AccessLevel.BLOCKED);
            assertThat(stranger.text(AttributeType.REPLY_MESSAGE)).isEqualTo(ReplyMessages.LOCKED);
            assertThat(accepted(dialIn(HOME, "p1"))).isTrue();
        }

        private ContractSnapshot withLockViolatedAs(BlockedAs as) {
            var contract = Fixtures.contract().build();
            var versions = contract.policy().versions().stream()
                    .map(v -> new AccessPolicyVersion(
                            v.number(),
                            v.effectiveFrom(),
                            v.regular(),
                            v.renegotiated(),
                            v.prepaidTightening(),
                            v.blockedAs(),
                            as,
                            v.awaitingActiveDays(),
                            v.releaseLevel(),
                            v.limits(),
                            v.notice()))
                    .toList();
            return contract.with(
                    contract.plan(),
                    new AccessPolicy(
                            contract.policy().id(),
                            contract.policy().version(),
                            contract.policy().name(),
                            versions));
        }

        @Test
        void firstConnectIsLearntAndHoldsAtOnce() {
            subscribe(SimultaneousPolicy.REPLACE_OLDEST, 5, macLock(MacLock.LEARN, null));

            assertThat(accepted(dialIn(HOME, "p1"))).isTrue();

            await().untilAsserted(() -> assertThat(isp.learned).containsExactly("77 000000000001"));
            assertThat(accepted(dialIn(ELSEWHERE, "p2"))).isFalse();
            assertThat(accepted(dialIn(HOME, "p1"))).isTrue();
        }

        @Test
        void nasThatTellsNoMacOpensNoMacLockAndTeachesNone() {
            subscribe(SimultaneousPolicy.REPLACE_OLDEST, 5, macLock(MacLock.LEARN, null));
            assertThat(accepted(dialIn("ppp0", "p1"))).isTrue();
            assertThat(isp.learned).isEmpty();

            subscribe(SimultaneousPolicy.REPLACE_OLDEST, 5, macLock(MacLock.LEARN, "000000000001"));
            assertThat(accepted(dialIn("ppp0", "p1"))).isFalse();
        }

        @Test
        void nasRegionPortAndCircuitLocksHold() {
            subscribe(
                    SimultaneousPolicy.REPLACE_OLDEST,
                    5,
                    new SubscriberLocks(MacLock.OFF, null, List.of(1L), null, null, false));
            assertThat(accepted(dialIn(HOME, "p1"))).isTrue();
            subscribe(
                    SimultaneousPolicy.REPLACE_OLDEST,
                    5,
                    new SubscriberLocks(MacLock.OFF, null, List.of(), "north", null, false));
            assertThat(accepted(dialIn(HOME, "p1"))).isFalse();
            conversation.from("192.0.2.2", 40_000);
            assertThat(accepted(dialIn(HOME, "p1"))).isTrue();
            conversation.from("192.0.2.1", 40_000);
            subscribe(
                    SimultaneousPolicy.REPLACE_OLDEST,
                    5,
                    new SubscriberLocks(MacLock.OFF, null, List.of(), null, "p1", false));
            assertThat(accepted(dialIn(HOME, "p1"))).isTrue();
            assertThat(accepted(dialIn(HOME, "p2"))).isFalse();
            subscribe(
                    SimultaneousPolicy.REPLACE_OLDEST,
                    5,
                    new SubscriberLocks(MacLock.OFF, null, List.of(), null, null, true));
            assertThat(accepted(dialIn(HOME, "p2", "olt-1 1/1"))).isTrue();
            assertThat(accepted(dialIn(HOME, "p2", "olt-1 1/2"))).isFalse();
            assertThat(accepted(dialIn(HOME, "p2"))).isFalse();
            assertThat(isp.counted("catraca.radius.requests", "outcome", "locked"))
                    .isEqualTo(4);
        }
    }
}
