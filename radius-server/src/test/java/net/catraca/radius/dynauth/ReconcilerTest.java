package net.catraca.radius.dynauth;

import static net.catraca.radius.dynauth.TestSessions.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.SessionTarget.State;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.SessionEnd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a live session should have reaches its NAS, and what the NAS makes of it is kept. */
class ReconcilerTest extends ReconcilerRig {

    private static final NasBudget BUDGET = new NasBudget(1_000, 64, 2, 1, 1);

    ReconcilerTest() {
        super(BUDGET);
    }

    @BeforeEach
    void knowTheNas() {
        registered(nas("mikrotik"));
    }

    @AfterEach
    void nothingWasSignedWrong() {
        assertThat(nas.complaints()).isEmpty();
    }

    private Nas nas(String vendor) {
        var row = NasFixtures.ofVendor(NasFixtures.nas(1, "127.0.0.0/8"), vendor);
        return NasFixtures.atCoaPort(row, nas.address().getPort());
    }

    private void awaitStored(long id, String state) {
        await().until(() -> sql.list(
                        "select state from session_target where session_id = ?", row -> row.text("state"), id)
                .equals(List.of(state)));
    }

    @Test
    void whatASessionWasOpenedWithAndStillHasNeedsNothing() {
        subscribe(1, Fixtures.contract());
        subscribe(2, Fixtures.blockedContract());
        dialIn(1, AccessLevel.ACTIVE);
        dialIn(2, AccessLevel.BLOCKED);
        serving();
        change(3, Fixtures.contract());
        dialIn(3, AccessLevel.BLOCKED);

        awaitReceived(1); // the third
        assertThat(nas.requests()).hasSize(1);
        assertThat(reconciler.target(1)).isNull();
        assertThat(reconciler.target(2)).isNull();
    }

    @Test
    void aPaymentRestoresALiveSessionWithinASecond() {
        subscribe(1, Fixtures.blockedContract());
        dialIn(1, AccessLevel.BLOCKED);
        serving();
        change(1, Fixtures.contract());
        long began = System.nanoTime();
        awaitReceived(1);

        assertThat(Duration.ofNanos(nas.requests().getFirst().atNanos - began)).isLessThan(Duration.ofSeconds(1));
        var request = nas.requests().getFirst();
        assertThat(request.code()).isEqualTo(COA);
        assertThat(request.text(1)).isEqualTo("login-1");
        assertThat(request.text(44)).isEqualTo("s-1");
        assertThat(request.value(4)).containsExactly(127, 0, 0, 1);
        assertThat(new String(request.octets, StandardCharsets.ISO_8859_1))
                .contains("catraca-active")
                .doesNotContain("catraca-blocked");
        assertThat(request.types()).doesNotContain(33).startsWith(80).endsWith(55);

        assertThat(awaitTarget(1, State.AGREED).acknowledged())
                .isEqualTo(new Rendering(AccessLevel.ACTIVE, PLAN, PLAN_VERSION));
        awaitStored(1, "AGREED");
        assertThat(book.attempts(1, 10)).singleElement().satisfies(attempt -> {
            assertThat(attempt.method()).isEqualTo(Method.COA);
            assertThat(attempt.outcome()).isEqualTo(Attempt.Outcome.ACKNOWLEDGED);
            assertThat(attempt.roundTripMicros()).isPositive();
            assertThat(attempt.node()).isEqualTo("node-a");
        });
    }

    /** Changes them and returns when their targets are decided: they wait for their turn behind those of before. */
    private void block(long from, long to) {
        for (long id = from; id <= to; id++) {
            change(id, Fixtures.blockedContract());
        }
        await().until(() -> LongStream.rangeClosed(from, to).allMatch(id -> reconciler.target(id) != null));
    }

    @Test
    void whoARollBackSparesWhileRestrictionsAreQueuedNeverGetsAPacket() {
        reconciler.close();
        reconciler = reconciler("node-a", new NasBudget(40, 4, 2, 1, 1));
        for (long id = 1; id <= 200; id++) {
            subscribe(id, Fixtures.contract());
            dialIn(id, AccessLevel.ACTIVE);
        }
        serving();
        block(1, 100);
        block(101, 200);
        awaitReceived(10); // of 200, at 40 a second

        for (long id = 101; id <= 200; id++) {
            change(id, Fixtures.contract());
        }

        for (long id = 1; id <= 100; id++) {
            ticker.pass(Duration.ofMillis(100)); // in which four may leave
            assertThat(awaitTarget(id, State.AGREED).acknowledged())
                    .isEqualTo(new Rendering(AccessLevel.BLOCKED, PLAN, PLAN_VERSION));
        }
        assertThat(nas.requests().stream().map(request -> request.text(44)))
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 100).mapToObj(id -> "s-" + id).toList());
        // The last of the hundred was sent last; had one of the others been left in the queue, it would follow.
        await().until(() -> sql.list(
                        "select session_id from session_target where state <> 'AGREED'",
                        row -> row.bigint("session_id"))
                .isEmpty());
        assertThat(nas.requests()).hasSize(100);
    }

    @Test
    void aRestrictionIsStoredBeforeItsPacketLeaves() {
        var storedFirst = new CopyOnWriteArrayList<List<String>>();
        nas.behave(request -> {
            storedFirst.add(sql.list("select target_level from session_target", row -> row.text("target_level")));
            return request.acknowledged();
        });
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        change(1, Fixtures.blockedContract());

        awaitTarget(1, State.AGREED);
        assertThat(storedFirst).containsExactly(List.of("BLOCKED"));
    }

    @Test
    void theNasIsCalledAsItCallsItself() {
        identities.seen(
                InetAddress.getLoopbackAddress(),
                RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                        .add(4, new byte[] {10, 9, 8, 7})
                        .unsigned());
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.BLOCKED);
        serving();

        awaitReceived(1);
        assertThat(nas.requests().getFirst().value(4)).containsExactly(10, 9, 8, 7);
    }

    @Test
    void aSessionThatTheNasDoesNotKnowIsClosed() {
        nas.refuse(503);
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.BLOCKED);
        serving();

        await().until(() -> gone.contains(1L));
        await().until(() -> reconciler.target(1) == null);
        await().until(() -> sql.list("select session_id from session_target", row -> row.bigint("session_id"))
                .isEmpty());
    }

    @Test
    void afterARefusedCoaTheSessionIsDisconnected() {
        nas.behave(request -> request.code() == COA ? request.refused(null) : request.acknowledged());
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.BLOCKED);
        serving();

        skipUntil(() -> isAgreed(1));
        assertThat(nas.requests().stream().map(FakeNas.Request::code)).containsExactly(COA, DISCONNECT);
        // RFC 5176 §3: a Disconnect carries what names NAS and session, and nothing else.
        assertThat(nas.requests().getLast().types()).containsExactly(80, 1, 44, 8, 4, 55);
    }

    @Test
    void whatNothingHelpsIsToldToPeople() {
        nas.ignore();
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.BLOCKED);
        serving();

        var target = awaitTarget(1, State.GIVEN_UP);
        assertThat(target.alert()).isEqualTo("gave up after 2 attempts: no answer to 2 transmissions");
        awaitStored(1, "GIVEN_UP");
        await().untilAsserted(() ->
                assertThat(meters.get("catraca.coa.alerts").gauge().value()).isEqualTo(1));
    }

    @Test
    void aMistakeOfOursStopsRestrictionsAndDisconnectsWhoHasPaid() {
        nas.behave(request -> request.code() == COA ? request.refused(401) : request.acknowledged());
        subscribe(1, Fixtures.blockedContract());
        subscribe(2, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        dialIn(2, AccessLevel.BLOCKED);
        serving();

        assertThat(awaitTarget(1, State.GIVEN_UP).alert())
                .contains("the NAS does not know one of the attributes (401)")
                .contains("check the vendor profile");
        awaitTarget(2, State.AGREED);
        assertThat(nas.requests().stream()
                        .filter(request -> request.code() == DISCONNECT)
                        .map(request -> request.text(44)))
                .containsExactly("s-2");
    }

    @Test
    void aCancelledContractIsDisconnected() {
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        change(1, Fixtures.cancelledContract());

        awaitTarget(1, State.AGREED);
        assertThat(nas.requests().stream().map(FakeNas.Request::code)).containsExactly(DISCONNECT);
    }

    @Test
    void theEndOfATrustUnlockReachesTheSessionByTheClock() {
        var until = Fixtures.NOW.plus(Duration.ofHours(3));
        subscribe(1, Fixtures.blockedContract().trustUnlock(Fixtures.NOW.minusSeconds(60), until));
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        clock.set(until.minusMillis(1));
        awaitStep();
        assertThat(nas.requests()).isEmpty();

        clock.set(until);
        long began = System.nanoTime();
        awaitReceived(1);
        assertThat(Duration.ofNanos(nas.requests().getFirst().atNanos - began)).isLessThan(Duration.ofSeconds(1));
        assertThat(awaitTarget(1, State.AGREED).target().level()).isEqualTo(AccessLevel.BLOCKED);
    }

    /** Another session's restore goes through the whole machine: what was to happen before has happened. */
    private void awaitStep() {
        int before = nas.requests().size();
        subscribe(99, Fixtures.contract());
        dialIn(99, AccessLevel.BLOCKED);
        awaitTarget(99, State.AGREED);
        sessions.end(99, SessionEnd.Cause.STOP, clock.instant());
        await().until(() -> reconciler.target(99) == null);
        assertThat(nas.requests()).hasSize(before + 1);
        nas.forget();
    }

    @Test
    void whileTheDirectoryIsStaleNothingTightensByTheClock() {
        var until = Fixtures.NOW.plus(Duration.ofHours(3));
        subscribe(1, Fixtures.blockedContract().trustUnlock(Fixtures.NOW.minusSeconds(60), until));
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        directory.freshUntil(Fixtures.NOW.plusSeconds(10));
        clock.set(until.plusSeconds(60));
        awaitStep();
        assertThat(nas.requests()).isEmpty();

        directory.freshUntil(Instant.MAX);
        clock.advance(Duration.ofSeconds(1));
        awaitTarget(1, State.AGREED);
        assertThat(nas.requests()).hasSize(1);
    }

    @Test
    void anOpenTargetSurvivesARestart() {
        nas.ignore();
        subscribe(1, Fixtures.blockedContract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        awaitReceived(1);
        awaitStored(1, "OPEN");
        reconciler.close();

        nas.acknowledge();
        reconciler = reconciler("node-a", BUDGET);
        serving();
        assertThat(awaitTarget(1, State.AGREED).target().level()).isEqualTo(AccessLevel.BLOCKED);
    }

    @Test
    void anotherNodeSendsNothingWhileThisOneHoldsTheLease() {
        subscribe(1, Fixtures.contract());
        serving();
        var other = reconciler("node-b", BUDGET);
        try {
            other.start();
            dialIn(1, AccessLevel.BLOCKED);
            awaitTarget(1, State.AGREED);
            assertThat(other.status(1)).isNull();
            assertThat(nas.requests()).hasSize(1);

            reconciler.close(); // gives the lease back
            skipUntil(() -> other.status(1) != null);
        } finally {
            other.close();
        }
    }

    @Test
    void withTheDatabaseAwayRestoresGoOutAndRestrictionsWait() {
        subscribe(1, Fixtures.contract());
        subscribe(2, Fixtures.blockedContract());
        dialIn(1, AccessLevel.ACTIVE);
        dialIn(2, AccessLevel.BLOCKED);
        serving();
        sql.update("alter table session_target rename to session_target_away");
        try {
            change(1, Fixtures.blockedContract());
            change(2, Fixtures.contract());
            assertThat(awaitTarget(2, State.AGREED).target().level()).isEqualTo(AccessLevel.ACTIVE);
            assertThat(nas.requests().stream().map(request -> request.text(44))).containsExactly("s-2");
        } finally {
            sql.update("alter table session_target_away rename to session_target");
        }
        awaitTarget(1, State.AGREED);
        awaitStored(1, "AGREED");
        awaitStored(2, "AGREED");
    }

    @Test
    void anAcknowledgedBlockThatTheCountersContradictIsRepaired() {
        subscribe(1, Fixtures.blockedContract());
        var session = dialIn(1, AccessLevel.ACTIVE);
        serving();
        awaitTarget(1, State.AGREED);

        var first = Fixtures.NOW.plusSeconds(300);
        clock.set(first);
        var before = TestSessions.later(session, first, 0, 0);
        sessions.put(before);
        clock.set(first.plusSeconds(300));
        sessions.put(TestSessions.later(before, first.plusSeconds(300), 0, 300 * 100_000_000L / 8)); // 100 Mbit/s

        awaitReceived(2);
        assertThat(meters.get("catraca.coa.contradictions").counter().count()).isEqualTo(1);
    }

    @Test
    void aSessionOfWhichNothingIsKnownIsSetOnce() {
        subscribe(1, Fixtures.contract());
        var session = dialIn(1, null);
        serving();
        awaitTarget(1, State.AGREED);
        sessions.put(TestSessions.later(session, Fixtures.NOW.plusSeconds(300), 0, 0));
        reconciler.contractChanged(1);
        awaitStep();

        assertThat(nas.requests()).isEmpty();
    }

    @Test
    void aPersonCanDisconnectASessionAndSeesWhatBecameOfIt() {
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();

        var result = reconciler
                .disconnect(1, "operator maria", true)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        assertThat(result).isInstanceOfSatisfying(OrderResult.Sent.class, sent -> {
            assertThat(sent.attempt().method()).isEqualTo(Method.DISCONNECT);
            assertThat(sent.attempt().cause()).isEqualTo("operator maria");
            assertThat(sent.attempt().outcome()).isEqualTo(Attempt.Outcome.ACKNOWLEDGED);
        });
        assertThat(reconciler
                        .disconnect(77, "operator maria", true)
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join())
                .isEqualTo(new OrderResult.NoSuchSession());
    }

    @Test
    void aPersonCanPushAProfileAgain() {
        subscribe(1, Fixtures.blockedContract());
        dialIn(1, AccessLevel.BLOCKED);
        serving();

        var result = reconciler
                .pushProfile(1, "operator maria")
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        assertThat(result).isInstanceOf(OrderResult.Sent.class);
        assertThat(nas.requests().getFirst().code()).isEqualTo(COA);
        assertThat(awaitTarget(1, State.AGREED).cause()).isEqualTo("operator maria");
    }

    private boolean isOf(FakeNas.Request request, String list) {
        return new String(request.octets, StandardCharsets.ISO_8859_1).contains(list);
    }

    /** The first is never answered, the others are. */
    private void loseTheBlock() {
        nas.behave(request -> isOf(request, "catraca-blocked") ? List.of() : request.acknowledged());
    }

    private void patient() {
        reconciler.close();
        client.close();
        client = client(Retransmission.USUAL);
        reconciler = reconciler("node-a", BUDGET);
    }

    @Test
    void aPaymentDoesNotWaitForItsOwnLostBlock() {
        patient();
        loseTheBlock();
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        change(1, Fixtures.blockedContract());
        awaitReceived(1);
        change(1, Fixtures.contract());
        long began = System.nanoTime();
        awaitReceived(2);

        var restore = nas.requests().getLast();
        assertThat(Duration.ofNanos(restore.atNanos - began)).isLessThan(Duration.ofSeconds(1));
        assertThat(isOf(restore, "catraca-active")).isTrue();
        assertThat(restore.identifier()).isNotEqualTo(nas.requests().getFirst().identifier());

        // The block may arrive after it, so the restore is sent once more; the block never.
        clock.advance(Duration.ofSeconds(2));
        awaitReceived(3);
        awaitTarget(1, State.AGREED);
        assertThat(nas.requests().stream().filter(request -> isOf(request, "catraca-blocked")))
                .hasSize(1);
        assertThat(nas.requests().stream().filter(request -> isOf(request, "catraca-active")))
                .hasSize(2);
    }

    @Test
    void aBlockThatIsAcknowledgedAfterTheRestoreIsUndoneAtOnce() {
        patient();
        var late = new CopyOnWriteArrayList<FakeNas.Request>();
        nas.behave(request -> {
            if (isOf(request, "catraca-blocked")) {
                late.add(request);
                return List.of();
            }
            return request.acknowledged();
        });
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        change(1, Fixtures.blockedContract());
        awaitReceived(1);
        change(1, Fixtures.contract());
        awaitReceived(2);
        clock.advance(Duration.ofSeconds(2));
        awaitReceived(3);
        awaitTarget(1, State.AGREED);

        nas.send(late.getFirst(), late.getFirst().acknowledged());
        awaitReceived(4);
        assertThat(isOf(nas.requests().getLast(), "catraca-active")).isTrue();
        awaitTarget(1, State.AGREED);
    }

    @Test
    void aPaymentIsSentThoughTheBlockWasNeverAcknowledged() {
        loseTheBlock();
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        change(1, Fixtures.blockedContract());
        await().until(() -> {
            var target = reconciler.target(1);
            return target != null && target.perhaps() == AccessLevel.BLOCKED;
        });
        change(1, Fixtures.contract());

        assertThat(awaitTarget(1, State.AGREED).target().level()).isEqualTo(AccessLevel.ACTIVE);
        assertThat(isOf(nas.requests().getLast(), "catraca-active")).isTrue();
    }

    @Test
    void aQueuedBlockThatNeverLeftIsTakenBackWithoutAWord() {
        directory.freshUntil(Fixtures.NOW.minusSeconds(60)); // nothing may tighten
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        change(1, Fixtures.blockedContract());
        awaitStored(1, "OPEN");
        change(1, Fixtures.contract());

        awaitTarget(1, State.AGREED);
        awaitStep();
        assertThat(nas.requests()).isEmpty();
    }

    @Test
    void aPushUndoesAnOldGardenToo() {
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();

        reconciler
                .pushProfile(1, "operator maria")
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
        assertThat(isOf(nas.requests().getFirst(), "catraca-active")).isTrue();
    }

    @Test
    void aSessionOfWhichNothingIsKnownLeavesAnOldGarden() {
        subscribe(1, Fixtures.contract());
        dialIn(1, null);
        serving();

        awaitTarget(1, State.AGREED);
        assertThat(isOf(nas.requests().getFirst(), "catraca-active")).isTrue();
    }

    @Test
    void aReplacedSessionIsEndedAtItsNasThoughTheBooksSayThatItHasEnded() {
        subscribe(1, Fixtures.contract());
        var session = dialIn(1, AccessLevel.ACTIVE);
        serving();
        sessions.end(1, SessionEnd.Cause.REPLACED, clock.instant());
        reconciler.endReplaced(session);

        awaitReceived(1);
        assertThat(nas.requests().getFirst().code()).isEqualTo(DISCONNECT);
        assertThat(nas.requests().getFirst().text(44)).isEqualTo("s-1");
        await().untilAsserted(() -> assertThat(book.attempts(1, 10))
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.cause()).isEqualTo("a later session took its place")));
    }

    @Test
    void aNasThatRefusesToUndoWhatItNeverHadDoesNotStopTheOthers() {
        nas.behave(request -> isOf(request, "catraca-active") ? request.refused(404) : request.acknowledged());
        for (long id = 1; id <= 6; id++) {
            subscribe(id, Fixtures.contract());
            dialIn(id, null);
        }
        serving();

        for (long id = 1; id <= 6; id++) {
            assertThat(awaitTarget(id, State.AGREED).alert()).isNull();
        }
        assertThat(nas.requests().stream().map(FakeNas.Request::code)).containsOnly(COA);
    }

    @Test
    void aGardenlessNasIsDisconnectedToBlock() {
        registered(nas("wispr"));
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        change(1, Fixtures.blockedContract());

        awaitTarget(1, State.AGREED);
        assertThat(nas.requests().stream().map(FakeNas.Request::code)).containsExactly(DISCONNECT);
    }

    @Test
    void aBudgetOfItsOwnIsTakenFromTheTable() {
        inTable(1);
        book.saveRules(
                1,
                new CoaRules(
                        7,
                        null,
                        null,
                        null,
                        3,
                        null,
                        null,
                        new CoaRules.After(0, false, null),
                        CoaRules.After.NOTHING,
                        CoaRules.After.NOTHING));
        serving();
        await().until(() -> {
            var budget = status().budget();
            return budget.ratePerSecond() == 7
                    && budget.window() == 64
                    && budget.breakerAfter() == 3
                    && !budget.nak().disconnect();
        });
    }

    /** A later version of the plan with which the sessions were opened. */
    private static Plan changed(int version, String name, int downKbps) {
        var plan = Fixtures.FIBER_500;
        return new Plan(
                plan.id(),
                version,
                plan.externalId(),
                name,
                plan.policyId(),
                plan.monthlyCents() + 1_000,
                new Plan.Rate(downKbps, plan.active().upKbps()),
                plan.burst(),
                plan.reduced(),
                plan.ipv4Pool(),
                plan.ipv6Pool(),
                plan.delegatedIpv6Pool(),
                plan.simultaneousSessions(),
                plan.interimSeconds());
    }

    @Test
    void anotherPlanReachesTheLiveSessionAndARenamedOneDoesNot() {
        subscribe(1, Fixtures.contract());
        subscribe(2, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        dialIn(2, AccessLevel.ACTIVE);
        serving();
        awaitStep();

        change(1, Fixtures.contract().plan(changed(2, "Fibra 500 Mais", 500_000)));
        change(2, Fixtures.contract().plan(changed(3, "Fibra 700", 700_000)));

        var target = awaitTarget(2, State.AGREED);
        assertThat(target.target().planVersion()).isEqualTo(3);
        assertThat(target.target().level()).isEqualTo(AccessLevel.ACTIVE);
        assertThat(nas.requests()).singleElement().satisfies(request -> {
            assertThat(request.code()).isEqualTo(COA);
            assertThat(request.text(44)).isEqualTo("s-2");
            assertThat(isOf(request, "250M/700M")).isTrue();
        });
        assertThat(reconciler.target(1)).isNull();
    }

    @Test
    void aManualBlockThatIsLiftedReachesTheLiveSession() {
        subscribe(1, Fixtures.contract());
        dialIn(1, AccessLevel.ACTIVE);
        serving();
        change(1, Fixtures.manuallyBlockedContract());
        awaitReceived(1);
        assertThat(awaitTarget(1, State.AGREED).target().level()).isEqualTo(AccessLevel.BLOCKED);

        change(1, Fixtures.contract());
        awaitReceived(2);

        var target = awaitTarget(1, State.AGREED);
        assertThat(target.target().level()).isEqualTo(AccessLevel.ACTIVE);
        assertThat(target.acknowledged()).isEqualTo(target.target());
        assertThat(isOf(nas.requests().getFirst(), "catraca-blocked")).isTrue();
        assertThat(isOf(nas.requests().getLast(), "catraca-blocked")).isFalse();
    }

    private double shownSessions(String level) {
        return meters.get("catraca.sessions.level")
                .tag("nas", "nas-1")
                .tag("level", level)
                .gauge()
                .value();
    }

    @Test
    void sessionsAreShownByNasAndByTheLevelThatTheyShouldHave() {
        subscribe(1, Fixtures.contract());
        subscribe(2, Fixtures.blockedContract());
        subscribe(3, Fixtures.blockedContract());
        dialIn(1, AccessLevel.ACTIVE);
        dialIn(2, AccessLevel.ACTIVE);
        dialIn(3, AccessLevel.BLOCKED);
        sessions.put(session(4, 1, "nobody", 4, 4, null, Fixtures.NOW));
        serving();
        awaitTarget(2, State.AGREED);

        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            assertThat(shownSessions("active")).isEqualTo(1);
            assertThat(shownSessions("blocked")).isEqualTo(2);
            assertThat(shownSessions("reduced")).isZero();
            assertThat(shownSessions("unknown")).isEqualTo(1);
        });
    }
}
