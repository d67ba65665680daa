package net.catraca.radius.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.SimultaneousPolicy;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.accounting.Accounted;
import net.catraca.radius.accounting.AccountingReader;
import net.catraca.radius.accounting.AccountingReader.Reading.Understood;
import net.catraca.radius.accounting.JournalRecord;
import net.catraca.radius.accounting.KeptRecord;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.dynauth.DynauthClient;
import net.catraca.radius.dynauth.FakeNas;
import net.catraca.radius.dynauth.NasBudget;
import net.catraca.radius.dynauth.Reconciler;
import net.catraca.radius.dynauth.Retransmission;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.office.PersonAtNode;
import net.catraca.radius.office.SessionActions;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.session.ExcessRepair;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.session.SessionEnd;
import net.catraca.radius.session.SessionSettings;
import net.catraca.radius.session.SessionTable;
import net.catraca.radius.testing.TestDirectory;
import net.catraca.radius.testing.TestProfiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two servers on one PostgreSQL, and a NAS on a real socket to which one of them sends. */
class TwoNodesTest {

    private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");
    private static final long NAS = 1;
    private static final long LOGIN = 7;
    private static final int DISCONNECT = 40;
    private static final Actor MARIA = new Actor("maria", null, null);
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final TestDatabase DATABASE = TestDatabase.fresh();
    private static final SettableClock CLOCK = new SettableClock(Fixtures.NOW);
    private static final ApplicationContext CONTEXT =
            DATABASE.startContext(Map.of(), CLOCK, new SessionTable(9), SessionSettings.of(9, SAO_PAULO));
    private static final ReplyProfiles PROFILES = TestProfiles.shipped();

    private final Sql sql = CONTEXT.getBean(Sql.class);
    private final SessionBook book = CONTEXT.getBean(SessionBook.class);
    private final Partitions partitions = CONTEXT.getBean(Partitions.class);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TestDirectory directory = new TestDirectory();
    private final Queue<Audited> audited = new ConcurrentLinkedQueue<>();
    private final AuditLog audit = (actor, action, entity, _, after, _) ->
            audited.add(new Audited(actor.name(), action, entity, Objects.requireNonNull(after)));
    private FakeNas nas;
    private Node first;
    private Node second;

    private record Audited(String actor, String action, String entity, Object after) {}

    /** A server: its memory, what writes, follows and sends. */
    private final class Node implements AutoCloseable {
        private final SessionTable table;
        private final SessionDelivery delivery;
        private final SessionUpkeep upkeep;
        private final SessionFollower follower;
        private final DynauthClient client;
        private final Reconciler reconciler;
        private final ExcessRepair excess;
        private final SessionActions actions;
        private long number;

        private Node(int id) {
            this.number = (long) id << 48;
            var settings = SessionSettings.of(id, SAO_PAULO);
            table = new SessionTable(id);
            delivery = new SessionDelivery(sql, book, partitions, table, id, SAO_PAULO, CLOCK);
            upkeep = new SessionUpkeep(sql, book, partitions, table, settings);
            follower = new SessionFollower(sql, book, table, upkeep, settings, CLOCK);
            client = new DynauthClient(new Retransmission(3_000, 6_000, 2, 15_000), null, meters, new Random(1), CLOCK);
            var registry = new NasRegistry(vendor -> PROFILES.vendors().contains(vendor));
            registry.replace(List.of(row()), List.of());
            reconciler = new Reconciler(
                    table,
                    directory,
                    PROFILES,
                    registry,
                    new NasIdentities(),
                    client,
                    CONTEXT.getBean(TargetBook.class),
                    table,
                    new NasBudget(1_000, 64, 0, 1, 1),
                    "node-" + id,
                    CLOCK,
                    Ticker.systemTicker(),
                    new Random(1),
                    meters);
            table.listen(reconciler);
            excess = new ExcessRepair(
                    table,
                    table::isLoaded,
                    reconciler::subscriber,
                    () -> true,
                    reconciler::sendsTo,
                    table,
                    (session, _) -> reconciler.endExcess(session),
                    CLOCK,
                    Executors.newSingleThreadScheduledExecutor(),
                    meters);
            table.listen(excess);
            actions = PersonAtNode.actions(
                    reconciler, table, registry, CONTEXT.getBean(TargetBook.class), audit, sql, CLOCK);
            follower.follow();
        }

        /** Of an Access-Accept of ours, so that nothing but what the test is about is sent. */
        private SessionClass opened() {
            return new SessionClass(
                    LOGIN, number + 1, AccessLevel.ACTIVE, Fixtures.FIBER_500.id(), Fixtures.FIBER_500.version());
        }

        JournalRecord start(String sessionId, String mac, String port) {
            var request = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                    .add(AttributeType.ACCT_STATUS_TYPE, 1)
                    .add(AttributeType.ACCT_SESSION_ID, sessionId)
                    .add(AttributeType.USER_NAME, "login-7")
                    .add(AttributeType.CALLING_STATION_ID, mac)
                    .add(AttributeType.NAS_PORT_ID, port)
                    .add(AttributeType.CLASS, opened().encoded());
            var kept = KeptRecord.of(
                    NAS,
                    "nas-1",
                    InetAddress.getLoopbackAddress(),
                    CLOCK.instant(),
                    new Accounted(LOGIN, LOGIN, 660),
                    request.unsigned());
            return new JournalRecord(++number, kept.encoded());
        }

        /** Memory at once, PostgreSQL afterwards. */
        void hear(JournalRecord record) {
            var reading = (Understood) AccountingReader.read(KeptRecord.decode(record.payload()));
            table.fold(reading.event().numbered(record.number()));
            sql.inTransaction(() -> {
                delivery.deliver(List.of(record));
                return true;
            });
            delivery.committed(List.of(record));
        }

        @Override
        public void close() {
            excess.close();
            reconciler.close();
            client.close();
            follower.close();
        }
    }

    private Nas row() {
        return NasFixtures.atCoaPort(
                NasFixtures.nas(NAS, "127.0.0.0/8"), nas.address().getPort());
    }

    @AfterAll
    static void drop() {
        CONTEXT.close();
        DATABASE.close();
    }

    @BeforeEach
    void open() throws IOException {
        CLOCK.set(Fixtures.NOW);
        for (var table : List.of(
                "session",
                "nas_restart",
                "nas_lease",
                "session_target",
                "replaced_session",
                "dynauth_order",
                "dynauth_attempt")) {
            sql.update("delete from " + table);
        }
        nas = new FakeNas(NasFixtures.SECRET, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        first = new Node(1);
        second = new Node(2);
        first.upkeep.makeParts(CLOCK.instant());
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
        nas.close();
        assertThat(nas.complaints()).isEmpty();
    }

    private void login(int allowed, SimultaneousPolicy policy) {
        directory.put(new SubscriberSnapshot(
                LOGIN,
                1,
                "login-7",
                Fixtures.contract().id(LOGIN).build(),
                AuthFixtures.recoverable("secret"),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                SubscriberLocks.NONE,
                new SessionLimit(allowed, policy)));
    }

    /** The first node sends to the NAS, and goes on doing so. */
    private void firstSends() {
        first.reconciler.start();
        await().atMost(LONG).until(() -> first.reconciler.sendsTo(NAS));
        second.reconciler.start();
    }

    /** Both let the same login in from two lines within the lag of the feed; then they hear of each other. */
    private void bothLetIn() {
        first.hear(first.start("s-1", "00:11:22:00:00:01", "ether1"));
        CLOCK.advance(Duration.ofSeconds(1));
        second.hear(second.start("s-2", "00:11:22:00:00:02", "ether2"));
        first.follower.follow();
        second.follower.follow();
        assertThat(first.table.ofSubscriber(LOGIN)).hasSize(2);
        assertThat(second.table.ofSubscriber(LOGIN)).hasSize(2);
    }

    private void look() {
        second.excess.check(CLOCK.instant());
        first.excess.check(CLOCK.instant());
    }

    private List<String> disconnected() {
        return nas.received().stream()
                .filter(request -> request.code() == DISCONNECT)
                .map(request -> request.text(44))
                .toList();
    }

    @Test
    void ofTwoSessionsThatTwoNodesLetInTheLaterIsDisconnectedByTheNodeThatSends() {
        login(1, SimultaneousPolicy.REFUSE);
        firstSends();
        bothLetIn();
        look();
        assertThat(disconnected()).isEmpty(); // the end of one may be on its way

        CLOCK.advance(Duration.ofSeconds(6));
        look();
        await().atMost(LONG).untilAsserted(() -> assertThat(disconnected()).containsExactly("s-2"));
        CLOCK.advance(Duration.ofSeconds(6));
        look();
        assertThat(disconnected()).containsExactly("s-2");
    }

    @Test
    void theOldestGoesWhereThePolicySaysSo() {
        login(1, SimultaneousPolicy.REPLACE_OLDEST);
        firstSends();
        bothLetIn();
        CLOCK.advance(Duration.ofSeconds(6));
        look();
        await().atMost(LONG).untilAsserted(() -> assertThat(disconnected()).containsExactly("s-1"));
    }

    @Test
    void whatIsAllowedStays() {
        login(2, SimultaneousPolicy.REFUSE);
        firstSends();
        bothLetIn();
        CLOCK.advance(Duration.ofSeconds(6));
        look();
        assertThat(meters.get("catraca.sessions.excess.ended").counter().count())
                .isZero();
    }

    @Test
    void aLimitThatFallsEndsNoSession() {
        login(2, SimultaneousPolicy.REFUSE);
        firstSends();
        bothLetIn();
        CLOCK.advance(Duration.ofSeconds(6));
        look();
        login(1, SimultaneousPolicy.REFUSE);
        CLOCK.advance(Duration.ofMinutes(1));
        look();
        try (var again = new Node(3)) { // a start finds both, which is no news
            CLOCK.advance(Duration.ofMinutes(1));
            again.excess.check(CLOCK.instant());
        }
        assertThat(meters.get("catraca.sessions.excess.ended").counter().count())
                .isZero();
    }

    @Test
    void whatDoesNotHelpIsTriedAgainAndThenToldToPeople() {
        login(1, SimultaneousPolicy.REFUSE);
        nas.behave(request -> request.code() == DISCONNECT ? request.refused(506) : request.acknowledged());
        firstSends();
        bothLetIn();
        CLOCK.advance(Duration.ofSeconds(6));
        for (int attempt = 1; attempt <= 5; attempt++) {
            int sent = attempt;
            look();
            await().atMost(LONG).untilAsserted(() -> assertThat(disconnected()).hasSize(sent));
            CLOCK.advance(Duration.ofSeconds(31));
        }
        look();
        assertThat(meters.get("catraca.sessions.excess.unrepaired").counter().count())
                .isPositive();
        CLOCK.advance(Duration.ofMinutes(5));
        look();
        assertThat(disconnected()).hasSize(5);
    }

    @Test
    void aSessionThatIsReplacedWhereAnotherNodeSendsIsEndedByThatNode() {
        login(1, SimultaneousPolicy.REPLACE_OLDEST);
        firstSends();
        first.hear(first.start("s-1", "00:11:22:00:00:01", "ether1"));
        second.follower.follow();
        var replaced = second.table.ofSubscriber(LOGIN).getFirst();
        second.table.end(replaced.id(), new SessionEnd(CLOCK.instant(), SessionEnd.Cause.REPLACED, null));

        second.reconciler.endReplaced(replaced);

        await().atMost(LONG).untilAsserted(() -> assertThat(disconnected()).containsExactly("s-1"));
        assertThat(sql.list("select session_id from replaced_session", row -> row.bigint("session_id")))
                .isEmpty();
    }

    /** Two sessions of one login, of which both nodes know; the first node sends to their NAS. */
    private void twoLive() {
        login(2, SimultaneousPolicy.REFUSE);
        firstSends();
        bothLetIn();
    }

    private static SessionActions.Filter ofNas() {
        return new SessionActions.Filter(NAS, null, null, null, null, null);
    }

    private List<String> orders() {
        return sql.list("select id from dynauth_order", row -> row.text("id"));
    }

    private List<SessionActions.Done> whatCame() {
        return audited.stream()
                .map(Audited::after)
                .filter(SessionActions.Done.class::isInstance)
                .map(SessionActions.Done.class::cast)
                .filter(done -> !done.outcome().equals("pending"))
                .toList();
    }

    @Test
    void aPersonDisconnectsAtTheNodeThatDoesNotSend() {
        twoLive();
        var session = second.table.ofSubscriber(LOGIN).getFirst();

        var outcome = second.actions.disconnect(MARIA, session.id());

        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(whatCame()).singleElement().satisfies(done -> {
                    assertThat(done.outcome()).isEqualTo("acknowledged");
                    assertThat(done.sessionId()).isEqualTo(session.id());
                    assertThat(done.roundTripMicros()).isPositive();
                }));
        assertThat(disconnected()).containsExactly(session.key().acctSessionId());
        assertThat(second.actions.attempts(session.id(), 5)).singleElement().satisfies(attempt -> {
            assertThat(attempt.cause()).isEqualTo("operator maria");
            assertThat(attempt.node()).isEqualTo("node-1");
        });
        assertThat(orders()).isEmpty();
    }

    @Test
    void aRefusalAtTheOtherNodeIsInTheAuditLogWithItsErrorCause() {
        nas.behave(request -> request.refused(506));
        twoLive();
        var session = second.table.ofSubscriber(LOGIN).getFirst();

        second.actions.pushProfile(MARIA, session.id());

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(whatCame()).singleElement().satisfies(done -> {
                    assertThat(done.outcome()).isEqualTo("refused");
                    assertThat(done.errorCause()).isEqualTo(506);
                    assertThat(done.words()).contains("506");
                }));
        assertThat(audited).extracting(Audited::action).containsOnly("session.push-profile");
        assertThat(nas.received()).isNotEmpty().allSatisfy(request -> assertThat(request.text(44))
                .isEqualTo(session.key().acctSessionId()));
    }

    @Test
    void allOfANasAreDisconnectedByTheNodeThatSendsAndCounted() {
        twoLive();

        assertThat(second.actions.disconnectAll(MARIA, ofNas(), 3)).isInstanceOf(Outcome.Declined.class);
        var outcome = second.actions.disconnectAll(MARIA, ofNas(), 2);

        assertThat(outcome).isEqualTo(Outcome.done(new SessionActions.Many(2, 2, ofNas())));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(whatCame()).hasSize(2).allSatisfy(done -> assertThat(done.outcome())
                        .isEqualTo("acknowledged")));
        assertThat(disconnected()).containsExactlyInAnyOrder("s-1", "s-2");
        assertThat(orders()).isEmpty();
        assertThat(first.actions.disconnectAll(MARIA, ofNas(), 2))
                .isEqualTo(Outcome.done(new SessionActions.Many(2, 0, ofNas())));
    }

    @Test
    void anOrderThatNobodyTakesIsOverAndSaidSo() {
        login(2, SimultaneousPolicy.REFUSE);
        sql.update(
                "insert into nas_lease (nas_id, node, until) values (?, 'node-9', clock_timestamp() + interval '1 h')",
                NAS);
        second.reconciler.start();
        first.hear(first.start("s-1", "00:11:22:00:00:01", "ether1"));
        second.follower.follow();
        var session = second.table.ofSubscriber(LOGIN).getFirst();
        second.actions.disconnectAll(MARIA, ofNas(), 1);
        await().atMost(LONG).untilAsserted(() -> assertThat(orders()).hasSize(1));

        CLOCK.advance(Duration.ofMinutes(3));

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(whatCame()).singleElement().satisfies(done -> {
                    assertThat(done.outcome()).isEqualTo("not-sent");
                    assertThat(done.words()).isEqualTo("no node sends to its NAS");
                }));
        assertThat(orders()).isEmpty();
        assertThat(disconnected()).isEmpty();
        assertThat(second.table.byId(session.id())).isNotNull();
    }

    @Test
    void anOrderOutlivesTheNodeThatTookIt() {
        login(2, SimultaneousPolicy.REFUSE);
        nas.behave(_ -> List.of());
        firstSends();
        bothLetIn();
        second.actions.disconnectAll(MARIA, ofNas(), 2);
        await().atMost(LONG).untilAsserted(() -> assertThat(disconnected()).contains("s-1", "s-2"));
        nas.behave(request -> request.acknowledged());

        first.reconciler.close(); // its lease goes to the second

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(whatCame()).hasSize(2).allSatisfy(done -> assertThat(done.outcome())
                        .isEqualTo("acknowledged")));
    }

    @Test
    void anOrderOfWhichTheDatabaseKnowsNothingAnyMoreIsOver() {
        login(2, SimultaneousPolicy.REFUSE);
        sql.update(
                "insert into nas_lease (nas_id, node, until) values (?, 'node-9', clock_timestamp() + interval '1 h')",
                NAS);
        second.reconciler.start();
        first.hear(first.start("s-1", "00:11:22:00:00:01", "ether1"));
        second.follower.follow();
        second.actions.disconnectAll(MARIA, ofNas(), 1);
        await().atMost(LONG).untilAsserted(() -> assertThat(orders()).hasSize(1));
        sql.update("delete from dynauth_order");

        CLOCK.advance(Duration.ofMinutes(63));

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(whatCame()).singleElement().satisfies(done -> assertThat(done.outcome())
                        .isEqualTo("not-sent")));
    }
}
