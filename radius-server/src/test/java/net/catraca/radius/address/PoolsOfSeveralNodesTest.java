package net.catraca.radius.address;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.HashWorker;
import net.catraca.radius.RadiusServer;
import net.catraca.radius.RadiusSettings;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingEvent.Kind;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.address.AddressPool.WhenExhausted;
import net.catraca.radius.address.Assignment.Assigned;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.flow.HashUpgrade;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.Addresses;
import net.catraca.radius.session.Line;
import net.catraca.radius.session.Place;
import net.catraca.radius.session.RecordBuilder;
import net.catraca.radius.session.SessionKey;
import net.catraca.radius.session.SessionTable;
import net.catraca.radius.store.BlockBook;
import net.catraca.radius.store.PoolBook;
import net.catraca.radius.testing.TestClient;
import net.catraca.radius.testing.TestIsp;
import net.catraca.radius.testing.TestProfiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Nodes that share pools through one real PostgreSQL, as they work, race, and are killed. */
class PoolsOfSeveralNodesTest {

    private static final int NODES = 3;
    private static final int SUBSCRIBERS = 60;
    private static final TestDatabase DATABASE = TestDatabase.fresh();
    private static final ApplicationContext CONTEXT = context();

    private final SettableClock clock = new SettableClock(Fixtures.NOW);
    private final Sql sql = CONTEXT.getBean(Sql.class);
    private final PoolBook pools = CONTEXT.getBean(PoolBook.class);
    private final BlockBook blocks = CONTEXT.getBean(BlockBook.class);
    private final ScheduledThreadPoolExecutor noThread = new ScheduledThreadPoolExecutor(1);

    private static ApplicationContext context() {
        AuditLog noAudit = (actor, action, subject, before, after, at) -> {};
        return DATABASE.startContext(
                Map.of(),
                SecretKeys.parse("test", SecretKeys.generate()),
                noAudit,
                new TestProfiles(),
                new SimpleMeterRegistry());
    }

    @AfterAll
    static void closeDatabase() {
        CONTEXT.close();
        DATABASE.close();
    }

    @BeforeEach
    void noPools() {
        sql.update("delete from address_pool");
    }

    @AfterEach
    void close() {
        noThread.shutdownNow();
    }

    private void pool(String range) {
        pool("cgnat", PoolFamily.IPV4, range);
    }

    private void pool(String name, PoolFamily family, String range) {
        pools.insert(
                new PoolDraft(
                        name,
                        family,
                        family.usualUnitLength(),
                        WhenExhausted.REJECT,
                        List.of(requireNonNull(AddressRange.parse(range, false)))),
                clock.instant());
    }

    /** A node's memory. */
    private final class Node {
        private final SessionTable table;
        private final AddressLeases leases;
        private final PoolUpkeep upkeep;

        Node(int number, List<AccountingEvent> delivered) {
            table = new SessionTable(number);
            delivered.forEach(table::fold);
            leases = new AddressLeases(table, new SimpleMeterRegistry(), clock);
            upkeep = new PoolUpkeep(leases, blocks, number, () -> true, clock, noThread);
        }

        @Nullable
        String assign(long subscriber) {
            return leases.assign(subscriber(subscriber), place(subscriber), List.of(), clock.instant())
                            instanceof Assigned assigned
                    ? assigned.ipv4()
                    : null;
        }
    }

    private static SubscriberSnapshot subscriber(long id) {
        var contract = Fixtures.contract().build();
        var rate = new Rate(1000, 1000);
        var plan = new Plan(1, 1, null, "p", 1, 0, rate, null, rate, Plan.OWN_POOL + "cgnat", null, null, 1, 900);
        return new SubscriberSnapshot(
                id,
                1,
                "login-" + id,
                contract.with(plan, contract.policy()),
                AuthFixtures.recoverable("x"),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of());
    }

    private static String mac(long subscriber) {
        return "%012x".formatted(subscriber);
    }

    private static Place place(long subscriber) {
        return Place.of(
                1,
                RequestBuilder.accessRequest(1)
                        .add(AttributeType.CALLING_STATION_ID, mac(subscriber))
                        .unsigned());
    }

    private AccountingEvent event(long number, Kind kind, long subscriber, String sessionId, String address) {
        return new AccountingEvent(
                number,
                1,
                "nas-1",
                RecordBuilder.NAS,
                clock.instant(),
                clock.instant(),
                new OfSession(
                        kind,
                        new SessionKey(1, sessionId, "login-" + subscriber, "p"),
                        null,
                        subscriber,
                        subscriber + 1000,
                        new Line(mac(subscriber), mac(subscriber), null, null, null),
                        new Addresses(address, null, null, null),
                        null,
                        null,
                        null,
                        900));
    }

    /** What the routers have: the truth. */
    private record OnLine(String sessionId, String address) {}

    /** A record on its way; the router repeats it until somebody has acknowledged it. */
    private record Sent(AccountingEvent event, boolean lost) {}

    @RepeatedTest(12)
    void noAddressIsEverWithTwoSubscribersWhateverIsKilledAndWhen(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        pool("100.64.0.0/27");
        List<AccountingEvent> delivered = new ArrayList<>();
        List<Sent> onTheirWay = new ArrayList<>();
        Map<Long, OnLine> online = new HashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(new Node(i, delivered));
        }
        long records = 0;
        int given = 0;
        for (int step = 0; step < 600; step++) {
            int which = random.nextInt(NODES);
            var node = nodes.get(which);
            switch (random.nextInt(10)) {
                case 0, 1 -> node.upkeep.once();
                case 2, 3, 4 -> {
                    long subscriber = 1L + random.nextInt(SUBSCRIBERS);
                    var address = node.assign(subscriber);
                    if (address != null) {
                        given++;
                        online.forEach((other, line) -> assertThat(
                                        other == subscriber || !line.address().equals(address))
                                .as("seed %s: %s of %d is given to %d", repetition, address, other, subscriber)
                                .isTrue());
                        // Whatever the subscriber had at the router is gone, perhaps with its Stop lost.
                        var before = online.get(subscriber);
                        if (before != null) {
                            onTheirWay.add(new Sent(
                                    event(++records, Kind.STOP, subscriber, before.sessionId(), before.address()),
                                    random.nextInt(4) == 0));
                        }
                        var line = new OnLine("s" + ++records, address);
                        online.put(subscriber, line);
                        onTheirWay.add(
                                new Sent(event(++records, Kind.START, subscriber, line.sessionId(), address), false));
                    }
                }
                case 5 -> {
                    long subscriber = 1L + random.nextInt(SUBSCRIBERS);
                    var line = online.remove(subscriber);
                    if (line != null) {
                        onTheirWay.add(new Sent(
                                event(++records, Kind.STOP, subscriber, line.sessionId(), line.address()),
                                random.nextInt(4) == 0));
                    }
                }
                case 6, 7 -> {
                    for (var sent : onTheirWay) {
                        if (!sent.lost()) {
                            delivered.add(sent.event());
                            nodes.forEach(each -> each.table.fold(sent.event()));
                        }
                    }
                    onTheirWay.clear();
                }
                case 8 -> clock.advance(Duration.ofSeconds(random.nextInt(240)));
                case 9 -> {
                    if (random.nextInt(3) == 0) {
                        nodes.set(which, new Node(which, delivered));
                    }
                }
                default -> throw new AssertionError();
            }
        }
        assertThat(given).isGreaterThan(20);
    }

    @Test
    void nodesThatRaceForOnePoolShareItAndGiveNothingTwice() throws Exception {
        pool("100.64.0.0/24");
        Map<String, Long> givenTo = new ConcurrentHashMap<>();
        List<Future<Integer>> counts = new ArrayList<>();
        var allHaveSome = new CyclicBarrier(4);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (int n = 0; n < 4; n++) {
                int number = n;
                counts.add(threads.submit(() -> {
                    var node = new Node(number, List.of());
                    int count = 0;
                    // When each has some, until nothing is left: whoever is faster holds some ahead.
                    for (int i = 0; i < 30 || (givenTo.size() < 256 && i < 5_000); i++) {
                        if (i == 30) {
                            allHaveSome.await(1, TimeUnit.MINUTES);
                        }
                        node.upkeep.once();
                        long subscriber = number * 10_000L + i;
                        var address = node.assign(subscriber);
                        if (address != null) {
                            count++;
                            assertThat(givenTo.put(address, subscriber)).isNull();
                        }
                    }
                    return count;
                }));
            }
            int all = 0;
            for (var count : counts) {
                assertThat(count.get()).isPositive();
                all += count.get();
            }
            assertThat(all).isEqualTo(256);
        }
        assertThat(sql.list("select 1 as one from address_block where node is null", row -> row.integer("one")))
                .isEmpty();
    }

    @Test
    void blockOfANodeThatIsGoneForADayIsTakenByAnother() {
        pool("100.64.0.0/30");
        var gone = new Node(1, List.of());
        gone.upkeep.once();
        for (long subscriber = 1; subscriber <= 4; subscriber++) {
            gone.upkeep.once();
            assertThat(gone.assign(subscriber)).isNotNull();
        }
        var other = new Node(2, List.of());
        other.upkeep.once();
        assertThat(other.assign(50)).isNull();

        sql.update("update address_block set leased_until = leased_until - interval '27 hours' where node = 1");
        other.upkeep.once();
        // What may still be in use is kept until it has had the time to be heard of.
        assertThat(other.assign(50)).isNull();
        clock.advance(PoolUpkeep.SETTLES);
        other.upkeep.once();
        other.upkeep.once();
        assertThat(other.assign(50)).isNotNull();
    }

    @Test
    void addressOfThePoolIsOnTheWireAndAnEmptyPoolIsRefused() throws IOException {
        pool("100.64.0.8");
        try (var isp = new TestIsp(Ticker.systemTicker(), "127.0.0.0/8")) {
            isp.serve(NasFixtures.rejectingAtOnce(NasFixtures.nas(1, "127.0.0.0/8")));
            isp.directory.put(subscriber(1001)).put(subscriber(1002));
            var upkeep = new PoolUpkeep(isp.leases, blocks, 9, () -> true, isp.clock, noThread);
            upkeep.once();
            var server = new RadiusServer(
                    RadiusSettings.defaults()
                            .listeningOn(List.of("127.0.0.1"), 0, 0)
                            .withLoops(1),
                    isp.flows,
                    new HashWorker(Ticker.systemTicker(), Duration.ofSeconds(5), HashUpgrade.NONE),
                    isp.meters,
                    new SimpleMeterRegistry(),
                    Ticker.systemTicker());
            server.start();
            try (var nas = new TestClient(server.authAddresses().getFirst())) {
                var first = nas.exchange(dialIn(1001, 1));
                upkeep.once();
                var second = nas.exchange(dialIn(1002, 2));

                assertThat(first.code()).isEqualTo(PacketCode.ACCESS_ACCEPT);
                assertThat(first.bytes(AttributeType.FRAMED_IP_ADDRESS)).isEqualTo(new byte[] {100, 64, 0, 8});
                assertThat(first.has(AttributeType.FRAMED_POOL)).isFalse();
                assertThat(second.code()).isEqualTo(PacketCode.ACCESS_REJECT);
                assertThat(isp.counted("catraca.address.exhausted", "pool", "cgnat"))
                        .isEqualTo(1);
            } finally {
                server.stop();
            }
        }
    }

    private static SubscriberSnapshot ofThreePools(long id) {
        var usual = subscriber(id);
        var rate = new Rate(1000, 1000);
        var plan = new Plan(
                1,
                1,
                null,
                "p",
                1,
                0,
                rate,
                null,
                rate,
                Plan.OWN_POOL + "cgnat",
                Plan.OWN_POOL + "links",
                Plan.OWN_POOL + "homes",
                1,
                900);
        var contract = usual.contract();
        return new SubscriberSnapshot(
                id,
                1,
                usual.login(),
                contract.with(plan, contract.policy()),
                AuthFixtures.recoverable("x"),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of());
    }

    @Test
    void allThreePoolsOfAPlanAreOnTheWireAndNoneWhereOneOfThemIsEmpty() throws IOException {
        pool("100.64.0.0/29");
        pool("links", PoolFamily.IPV6_PREFIX, "2001:db8::/61");
        pool("homes", PoolFamily.DELEGATED_IPV6_PREFIX, "2001:db8:100:ff00::/56");
        try (var isp = new TestIsp(Ticker.systemTicker(), "127.0.0.0/8")) {
            isp.serve(NasFixtures.rejectingAtOnce(NasFixtures.nas(1, "127.0.0.0/8")));
            isp.directory.put(ofThreePools(1001)).put(ofThreePools(1002));
            var upkeep = new PoolUpkeep(isp.leases, blocks, 9, () -> true, isp.clock, noThread);
            upkeep.once();
            var server = new RadiusServer(
                    RadiusSettings.defaults()
                            .listeningOn(List.of("127.0.0.1"), 0, 0)
                            .withLoops(1),
                    isp.flows,
                    new HashWorker(Ticker.systemTicker(), Duration.ofSeconds(5), HashUpgrade.NONE),
                    isp.meters,
                    new SimpleMeterRegistry(),
                    Ticker.systemTicker());
            server.start();
            try (var nas = new TestClient(server.authAddresses().getFirst())) {
                var first = nas.exchange(dialIn(1001, 1));
                upkeep.once();
                var second = nas.exchange(dialIn(1002, 2));

                assertThat(first.code()).isEqualTo(PacketCode.ACCESS_ACCEPT);
                assertThat(first.bytes(AttributeType.FRAMED_IP_ADDRESS)).isEqualTo(new byte[] {100, 64, 0, 0});
                // RFC 3162 §2.3, RFC 4818 §3: a reserved octet, the length, and the prefix.
                assertThat(hex(first.bytes(AttributeType.FRAMED_IPV6_PREFIX))).startsWith("004020010db8000000");
                assertThat(hex(first.bytes(AttributeType.DELEGATED_IPV6_PREFIX)))
                        .startsWith("003820010db80100ff");
                assertThat(second.code()).isEqualTo(PacketCode.ACCESS_REJECT);
                assertThat(isp.counted("catraca.address.exhausted", "pool", "homes"))
                        .isEqualTo(1);
                assertThat(isp.counted("catraca.address.exhausted", "pool", "cgnat"))
                        .isZero();
            } finally {
                server.stop();
            }
        }
    }

    private static String hex(byte @Nullable [] octets) {
        return HexFormat.of().formatHex(requireNonNull(octets));
    }

    private static RadiusPacket dialIn(long subscriber, int identifier) {
        return Proofs.pap(
                        RequestBuilder.accessRequest(identifier)
                                .add(AttributeType.USER_NAME, "login-" + subscriber)
                                .add(AttributeType.CALLING_STATION_ID, mac(subscriber)),
                        "x",
                        TestIsp.SECRET)
                .signed(TestIsp.SECRET);
    }

    @Test
    void nodeWithoutItsDatabaseForADayGivesNothingAnyMore() {
        pool("100.64.0.0/24");
        var node = new Node(1, List.of());
        node.upkeep.once();
        assertThat(node.assign(1)).isNotNull();

        clock.advance(AddressLeases.HOLD);

        assertThat(node.assign(2)).isNull();
    }

    @Test
    void subscriberHasTheSameAddressAfterARestart() {
        pool("100.64.0.0/24");
        var before = new Node(1, List.of());
        before.upkeep.once();
        before.assign(1);
        var address = before.assign(2);
        before.upkeep.once();

        var after = new Node(1, List.of());
        after.upkeep.once();

        assertThat(after.assign(2)).isEqualTo(address);
        assertThat(after.assign(3)).isNotEqualTo(address).isNotNull();
    }
}
