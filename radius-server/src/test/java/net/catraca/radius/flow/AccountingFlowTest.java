package net.catraca.radius.flow;

import static java.util.Objects.requireNonNull;
import static net.catraca.radius.flow.Conversation.silence;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.accounting.Journal;
import net.catraca.radius.accounting.KeptRecord;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestIsp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountingFlowTest {

    private static final int START = 1;
    private static final int STOP = 2;
    private static final int ON = 7;

    private final ManualTicker ticker = new ManualTicker();
    private final TestIsp isp = new TestIsp(ticker, "192.0.2.1");
    private final Conversation conversation = new Conversation(isp, ticker);

    @AfterEach
    void close() {
        isp.close();
    }

    private static RequestBuilder record(int identifier, int statusType) {
        return RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, identifier)
                .add(AttributeType.ACCT_STATUS_TYPE, statusType)
                .add(AttributeType.ACCT_SESSION_ID, "81a")
                .add(AttributeType.USER_NAME, "active");
    }

    private static RadiusPacket start(int identifier) {
        return record(identifier, START).signed(TestIsp.SECRET);
    }

    private List<Session> live() {
        var sessions = new ArrayList<Session>();
        isp.sessions.forEach(sessions::add);
        return sessions;
    }

    @Test
    void recordIsAcknowledgedAndItsSessionLives() {
        var request = start(1);

        var answer = Conversation.verified(conversation.octetsOf(conversation.accounted(request)), request);

        assertThat(answer.code()).isEqualTo(PacketCode.ACCOUNTING_RESPONSE);
        assertThat(isp.journal.records).hasSize(1);
        assertThat(live()).singleElement().satisfies(session -> {
            assertThat(session.key().acctSessionId()).isEqualTo("81a");
            assertThat(session.nasName()).isEqualTo("nas-1");
            assertThat(session.subscriberId())
                    .isEqualTo(requireNonNull(isp.directory.byLogin("active")).subscriberId());
        });
        assertThat(isp.counted("catraca.radius.requests", "kind", "accounting", "outcome", "start"))
                .isEqualTo(1);
    }

    private static RadiusPacket login(String callingStation) {
        return Proofs.pap(
                        RequestBuilder.accessRequest(9)
                                .add(AttributeType.USER_NAME, "active")
                                .add(AttributeType.CALLING_STATION_ID, callingStation),
                        "active-pass",
                        TestIsp.SECRET)
                .signed(TestIsp.SECRET);
    }

    private static RadiusPacket startFrom(int identifier, String callingStation) {
        return record(identifier, START)
                .add(AttributeType.CALLING_STATION_ID, callingStation)
                .signed(TestIsp.SECRET);
    }

    @Test
    void whatALineWasJustGivenIsKnownThoughItsNasSendsNoClass() {
        conversation.octetsOf(conversation.ask(login("02-00-00-00-00-01")));
        ticker.pass(Duration.ofSeconds(119));
        conversation.octetsOf(conversation.accounted(startFrom(1, "02-00-00-00-00-01")));

        assertThat(live()).singleElement().satisfies(session -> assertThat(session.sessionClass())
                .isNotNull()
                .satisfies(opened -> assertThat(opened.level()).isEqualTo(AccessLevel.ACTIVE)));
        // The journal knows it too, so that a restart and PostgreSQL do.
        assertThat(KeptRecord.decode(isp.journal.records.getFirst()).whom().given())
                .isEqualTo(live().getFirst().sessionClass());
    }

    @Test
    void anotherLineOrALongTimeSinceProvesNothing() {
        conversation.octetsOf(conversation.ask(login("02-00-00-00-00-01")));
        conversation.octetsOf(conversation.accounted(startFrom(1, "02-00-00-00-00-02")));
        assertThat(live().getFirst().sessionClass()).isNull();

        ticker.pass(Duration.ofSeconds(121));
        conversation.octetsOf(conversation.accounted(startFrom(2, "02-00-00-00-00-01")));
        assertThat(live())
                .allSatisfy(session -> assertThat(session.sessionClass()).isNull());
    }

    @Test
    void nothingIsAcknowledgedBeforeItIsSafe() {
        isp.journal.slow();

        var later = conversation.accountedLater(start(1));

        assertThat(later.get()).isNull();
        assertThat(live()).isEmpty();
        isp.journal.force();
        assertThat(later.get()).isInstanceOf(Answer.Reply.class);
        assertThat(live()).hasSize(1);
    }

    @Test
    void retransmissionGetsTheSameOctetsAtOnceAndIsKeptOnce() {
        byte[] first = conversation.octetsOf(conversation.accounted(start(1)));

        ticker.pass(Duration.ofSeconds(4));
        byte[] again = conversation.octetsOf(conversation.account(start(1)));

        assertThat(again).isEqualTo(first);
        assertThat(isp.journal.records).hasSize(1);
        assertThat(isp.counted("catraca.radius.duplicates.answered")).isEqualTo(1);
    }

    @Test
    void retransmissionOfWhatIsBeingKeptGetsSilence() {
        isp.journal.slow();
        var first = conversation.accountedLater(start(1));

        assertThat(silence(conversation.account(start(1)))).isEqualTo(Drop.DUPLICATE_IN_PROGRESS);
        isp.journal.force();
        assertThat(first.get()).isInstanceOf(Answer.Reply.class);
        assertThat(isp.journal.records).hasSize(1);
    }

    @Test
    void sameEventWithAnotherIdentifierIsOneSession() {
        assertThat(conversation.accounted(start(1))).isInstanceOf(Answer.Reply.class);
        isp.clock.advance(Duration.ofSeconds(40));

        var again = record(2, START).add(AttributeType.ACCT_DELAY_TIME, 40).signed(TestIsp.SECRET);

        assertThat(conversation.accounted(again)).isInstanceOf(Answer.Reply.class);
        assertThat(live()).singleElement().satisfies(session -> assertThat(session.startedAt())
                .isEqualTo(Fixtures.NOW));
    }

    @Test
    void whatCannotBeKeptGetsSilenceAndItsRetransmissionIsTakenAnew() {
        isp.journal.refuse(Journal.Why.JOURNAL_FULL);
        assertThat(silence(conversation.accounted(start(1)))).isEqualTo(Drop.JOURNAL_FULL);
        isp.journal.refuse(Journal.Why.DISK_FAILED);
        assertThat(silence(conversation.accounted(start(1)))).isEqualTo(Drop.JOURNAL_FAILED);
        isp.journal.refuse(Journal.Why.QUEUE_FULL);
        assertThat(silence(conversation.accounted(start(1)))).isEqualTo(Drop.JOURNAL_QUEUE_FULL);
        assertThat(isp.counted("catraca.radius.drops", "reason", "journal-full"))
                .isEqualTo(1);
        assertThat(live()).isEmpty();

        isp.journal.refuse(null);
        assertThat(conversation.accounted(start(1))).isInstanceOf(Answer.Reply.class);
        assertThat(live()).hasSize(1);
    }

    @Test
    void proxyStatesComeBackInTheirOrder() {
        var request = record(1, START)
                .add(AttributeType.PROXY_STATE, "one")
                .add(AttributeType.PROXY_STATE, "two")
                .signed(TestIsp.SECRET);

        var answer = Conversation.verified(conversation.octetsOf(conversation.accounted(request)), request);

        int at = answer.find(AttributeType.PROXY_STATE);
        assertThat(answer.textAt(at)).isEqualTo("one");
        assertThat(answer.textAt(answer.next(at))).isEqualTo("two");
    }

    @Test
    void answerIsSignedOnlyWhereTheRequestWas() {
        var request = record(1, START).signedWithoutMessageAuthenticator(TestIsp.SECRET);

        var answer = RequestBuilder.decoded(conversation.octetsOf(conversation.accounted(request)));

        assertThat(new Digests().responseIsValid(answer, request, TestIsp.SECRET))
                .isTrue();
        assertThat(answer.length()).isEqualTo(20);
    }

    @Test
    void stopEndsTheSession() {
        conversation.accounted(start(1));
        conversation.accounted(record(2, STOP).signed(TestIsp.SECRET));

        assertThat(live()).isEmpty();
    }

    @Test
    void accountingOnEndsTheSessionsOfThatNas() {
        conversation.accounted(start(1));
        isp.clock.advance(Duration.ofMinutes(1));

        conversation.accounted(record(2, ON).signed(TestIsp.SECRET));

        assertThat(live()).isEmpty();
        assertThat(isp.counted("catraca.radius.requests", "kind", "accounting", "outcome", "on"))
                .isEqualTo(1);
    }

    @Test
    void recordOfAnUnknownSubscriberIsKeptAndCounted() {
        var request = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                .add(AttributeType.ACCT_STATUS_TYPE, START)
                .add(AttributeType.ACCT_SESSION_ID, "81a")
                .add(AttributeType.USER_NAME, "nobody")
                .signed(TestIsp.SECRET);

        assertThat(conversation.accounted(request)).isInstanceOf(Answer.Reply.class);

        assertThat(live()).singleElement().satisfies(session -> assertThat(session.subscriberId())
                .isNull());
        assertThat(isp.counted("catraca.accounting.unknown.subscriber")).isEqualTo(1);
    }

    @Test
    void ourClassTellsASubscriberWhoseNameTheNasWritesInAWayOfItsOwn() {
        conversation.accounted(ofClass("active@isp.example", 2));

        assertThat(live()).singleElement().satisfies(session -> assertThat(session.subscriberId())
                .isEqualTo(2));
    }

    @Test
    void ourClassTellsNothingAgainstAnothersLogin() {
        conversation.accounted(ofClass("active", 2));

        assertThat(live()).singleElement().satisfies(session -> assertThat(session.subscriberId())
                .isEqualTo(1));
    }

    private static RadiusPacket ofClass(String login, long subscriberId) {
        return RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                .add(AttributeType.ACCT_STATUS_TYPE, START)
                .add(AttributeType.ACCT_SESSION_ID, "81a")
                .add(AttributeType.USER_NAME, login)
                .add(AttributeType.CLASS, new SessionClass(subscriberId, 1, AccessLevel.ACTIVE, 1, 1).encoded())
                .signed(TestIsp.SECRET);
    }

    @Test
    void nobodyIsAStrangerBeforeEverybodyIsKnown() {
        isp.directory.loaded(false);

        assertThat(silence(conversation.account(start(1)))).isEqualTo(Drop.DIRECTORY_NOT_LOADED);
        assertThat(isp.journal.records).isEmpty();
    }

    @Test
    void recordThatSaysNothingIsDroppedByName() {
        var request = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                .add(AttributeType.ACCT_STATUS_TYPE, START)
                .signed(TestIsp.SECRET);

        assertThat(silence(conversation.account(request))).isEqualTo(Drop.NO_ACCT_SESSION_ID);
    }

    @Test
    void unknownNasIsDroppedAndCounted() {
        assertThat(silence(conversation.from("192.0.2.77", 40_000).account(start(1))))
                .isEqualTo(Drop.UNKNOWN_CLIENT);
    }

    @Test
    void recordWithAWrongAuthenticatorIsCountedAsThat() {
        byte[] forged = record(1, START).unsigned().octets();

        assertThat(silence(conversation.account(RequestBuilder.decoded(forged))))
                .isEqualTo(Drop.BAD_AUTHENTICATOR);
    }

    @Test
    void accessRequestOnTheAccountingPortGetsSilence() {
        assertThat(silence(conversation.account(RequestBuilder.accessRequest(1).signed(TestIsp.SECRET))))
                .isEqualTo(Drop.UNEXPECTED_CODE);
    }
}
