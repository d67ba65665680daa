package net.catraca.billing.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.FeedFollower.State;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.billing.testing.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedFollowerTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final FeedSettings QUICK = new FeedSettings(
            Duration.ofMillis(20),
            Duration.ofMillis(500),
            Duration.ofDays(36_500),
            Duration.ofHours(24),
            Duration.ofMinutes(10));

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var last : opened.reversed()) {
            last.close();
        }
    }

    /** A node with its own memory on a database that others may share. */
    private final class Node {

        final ApplicationContext context;
        final Sql sql;
        final AccessWrite accessWrite;
        final LiveDirectory directory;
        final FeedFollower follower;

        Node(TestDatabase database, Clock clock, FeedSettings settings) {
            context = database.startContext(Map.of(), clock, settings, SecretKeys.parse("test", SecretKeys.generate()));
            opened.add(context);
            sql = context.getBean(Sql.class);
            accessWrite = context.getBean(AccessWrite.class);
            directory = context.getBean(LiveDirectory.class);
            follower = context.getBean(FeedFollower.class);
        }

        Node follow() {
            follower.start();
            await().atMost(SOON).until(() -> follower.status().state() == State.FOLLOWING);
            return this;
        }

        boolean knows(String login) {
            return directory.byLogin(login) != null;
        }

        ContractSnapshot contractOf(String login) {
            var subscriber = directory.byLogin(login);
            assertThat(subscriber).as(login).isNotNull();
            return subscriber.contract();
        }
    }

    private TestDatabase seeded() {
        var database = TestDatabase.fresh();
        opened.add(database);
        return database;
    }

    private Node node(TestDatabase database, Clock clock) {
        return new Node(database, clock, QUICK);
    }

    /** A database with one node that writes, and where the ISP's first rows are. */
    private Node writer(TestDatabase database, Clock clock) {
        var writer = node(database, clock);
        TestIsp.seed(writer.sql);
        return writer;
    }

    @Test
    void whatAnotherNodeWritesIsSoonInMemory() {
        var database = seeded();
        var clock = SettableClock.atNoonOf("2026-11-23");
        var writer = writer(database, clock);
        long ana = TestIsp.contract(writer.accessWrite, writer.sql, clock.instant());
        TestIsp.login(writer.accessWrite, writer.sql, ana, "ana", clock.instant());
        var follower = node(database, clock).follow();
        assertThat(follower.knows("ana")).isTrue();

        TestIsp.login(writer.accessWrite, writer.sql, ana, "ana-tv", clock.instant());
        await().atMost(SOON).until(() -> follower.knows("ana-tv"));

        writer.accessWrite.on(ana, clock.instant(), write -> writer.sql.update("""
                        update contract set manual_block_since = ?, manual_block_reason = 'fraud',
                               manual_block_by = 'maria'
                         where id = ?
                        """, clock.instant(), ana));
        await().atMost(SOON)
                .until(() -> follower.contractOf("ana-tv").manualBlockSince()
                        == clock.instant().getEpochSecond());
        assertThat(follower.contractOf("ana")).isSameAs(follower.contractOf("ana-tv"));

        writer.accessWrite.on(ana, clock.instant(), write -> {
            write.subscriberChanged(id(writer, "ana-tv"));
            return writer.sql.update("delete from subscriber where login = 'ana-tv'");
        });
        await().atMost(SOON).until(() -> !follower.knows("ana-tv"));
        assertThat(follower.knows("ana")).isTrue();
    }

    @Test
    void aWriteThatIsRolledBackNeverReachesMemory() {
        var database = seeded();
        var clock = SettableClock.atNoonOf("2026-11-23");
        var writer = writer(database, clock);
        long ana = TestIsp.contract(writer.accessWrite, writer.sql, clock.instant());
        var follower = node(database, clock).follow();

        var rolledBack = CompletableFuture.runAsync(() -> writer.sql.inTransaction(() -> {
            TestIsp.login(writer.accessWrite, writer.sql, ana, "ghost", clock.instant());
            throw new IllegalStateException("rolled back");
        }));
        assertThat(rolledBack).failsWithin(SOON);
        TestIsp.login(writer.accessWrite, writer.sql, ana, "ana", clock.instant());

        await().atMost(SOON).until(() -> follower.knows("ana"));
        assertThat(follower.knows("ghost")).isFalse();
    }

    @Test
    void aPlanOrPolicyThatChangesIsThatOfAllItsContracts() {
        var database = seeded();
        var clock = SettableClock.atNoonOf("2026-11-23");
        var writer = writer(database, clock);
        long ana = TestIsp.contract(writer.accessWrite, writer.sql, clock.instant());
        long bia = TestIsp.contract(writer.accessWrite, writer.sql, clock.instant());
        TestIsp.login(writer.accessWrite, writer.sql, ana, "ana", clock.instant());
        TestIsp.login(writer.accessWrite, writer.sql, bia, "bia", clock.instant());
        var follower = node(database, clock).follow();
        var feed = writer.context.getBean(Feed.class);

        writer.sql.inTransaction(() -> {
            feed.append(Feed.Kind.PLAN, TestIsp.PLAN, clock.instant());
            return writer.sql.update("update plan set version = version + 1, down_kbps = 500000");
        });
        await().atMost(SOON)
                .until(() -> follower.contractOf("ana").plan().active().downKbps() == 500_000);
        assertThat(follower.contractOf("bia").plan())
                .isSameAs(follower.contractOf("ana").plan());

        writer.sql.inTransaction(() -> {
            feed.append(Feed.Kind.POLICY, TestIsp.POLICY, clock.instant());
            return writer.sql.update("update access_policy set version = version + 1, name = 'homes'");
        });
        await().atMost(SOON)
                .until(() -> follower.contractOf("ana").policy().name().equals("homes"));
        assertThat(follower.contractOf("bia").policy())
                .isSameAs(follower.contractOf("ana").policy());
    }

    @Test
    void aPlanThatGoesToAnotherPolicyTakesAlongOnlyContractsWithoutTheirOwn() {
        var database = seeded();
        var clock = SettableClock.atNoonOf("2026-11-23");
        var writer = writer(database, clock);
        long ana = TestIsp.contract(writer.accessWrite, writer.sql, clock.instant());
        long own = TestIsp.contract(writer.accessWrite, writer.sql, clock.instant());
        writer.accessWrite.on(
                own,
                clock.instant(),
                write -> writer.sql.update("update contract set policy_id = ? where id = ?", TestIsp.POLICY, own));
        TestIsp.login(writer.accessWrite, writer.sql, ana, "ana", clock.instant());
        TestIsp.login(writer.accessWrite, writer.sql, own, "own", clock.instant());
        var follower = node(database, clock).follow();
        long lenient = TestIsp.policy(writer.sql, "lenient");

        writer.sql.inTransaction(() -> {
            writer.context.getBean(Feed.class).append(Feed.Kind.PLAN, TestIsp.PLAN, clock.instant());
            return writer.sql.update("update plan set version = version + 1, policy_id = ?", lenient);
        });

        await().atMost(SOON).until(() -> follower.contractOf("ana").policy().id() == lenient);
        assertThat(follower.contractOf("own").policy().id()).isEqualTo(TestIsp.POLICY);
        assertThat(follower.contractOf("own").plan().policyId()).isEqualTo(lenient);
    }

    /**
     * Many connections take their feed ids early and commit late, one stays open for the whole time: a follower of the
     * last id would lose most of them.
     */
    @Test
    void commitsOutOfSequenceOrderLoseNothing() throws Exception {
        var database = seeded();
        var clock = SettableClock.atNoonOf("2026-11-23");
        var writer = writer(database, clock);
        List<Long> contracts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            long contract = TestIsp.contract(writer.accessWrite, writer.sql, clock.instant());
            TestIsp.login(writer.accessWrite, writer.sql, contract, "login" + i, clock.instant());
            contracts.add(contract);
        }
        var follower = node(database, clock).follow();

        try (var longOpen = database.dataSource().getConnection();
                var writers = Executors.newFixedThreadPool(8)) {
            longOpen.setAutoCommit(false);
            change(longOpen, contracts.getFirst(), "before all others");
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                var random = new Random(4711 + thread);
                running.add(CompletableFuture.runAsync(
                        () -> writeInAnyOrder(database, contracts.subList(1, contracts.size()), random), writers));
            }
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
            longOpen.commit();
        }

        var fresh = node(database, clock).follow();
        await().atMost(SOON).untilAsserted(() -> assertThat(content(follower)).isEqualTo(content(fresh)));
        assertThat(follower.directory.byLogin("login0"))
                .satisfies(found -> assertThat(found.framedIpv4()).isEqualTo("before all others"));
    }

    private static void writeInAnyOrder(TestDatabase database, List<Long> contracts, Random random) {
        try (var connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < 100; i++) {
                // Each thread keeps to contracts of its own, or the row locks would put the commits in order.
                long contract = contracts.get(random.nextInt(contracts.size()));
                try {
                    change(connection, contract, "change " + random.nextInt());
                    LockSupport.parkNanos(random.nextInt(8_000_000));
                    connection.commit();
                } catch (SQLException e) {
                    connection.rollback();
                }
            }
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }

    /** Takes the ids of its feed entry first, as far from its commit as can be. */
    private static void change(Connection connection, long contract, String what) throws SQLException {
        try (var feed = connection.prepareStatement("""
                        insert into feed (kind, key, at)
                        select 'SUBSCRIBER', id, '2026-11-23T15:00Z' from subscriber where contract_id = ?
                        """);
                var write = connection.prepareStatement(
                        "update subscriber set version = version + 1, framed_ipv4 = ? where contract_id = ?")) {
            feed.setLong(1, contract);
            feed.executeUpdate();
            write.setString(1, what);
            write.setLong(2, contract);
            write.executeUpdate();
        }
    }

    private static Map<String, String> content(Node node) {
        Map<String, String> content = new HashMap<>();
        node.directory.forEach(subscriber -> content.put(
                subscriber.login(),
                subscriber.version() + " " + subscriber.framedIpv4() + " " + subscriber.contract()));
        return content;
    }

    @Test
    void itSurvivesTheDatabaseBeingStoppedAndCatchesUp() {
        try (var server = TestServer.start()) {
            var database = server.newDatabase();
            var writer = writer(database, Clock.systemUTC());
            long ana = TestIsp.contract(writer.accessWrite, writer.sql, Instant.parse("2026-11-23T15:00:00Z"));
            TestIsp.login(writer.accessWrite, writer.sql, ana, "ana", Instant.parse("2026-11-23T15:00:00Z"));
            var follower = node(database, Clock.systemUTC()).follow();

            server.stop();
            await().atMost(SOON).until(() -> follower.follower.status().state() == State.AWAY);
            var staleSince = follower.directory.freshUntil();
            assertThat(follower.knows("ana")).isTrue();

            server.startAgain();
            await().atMost(SOON).ignoreExceptions().until(() -> {
                TestIsp.login(writer.accessWrite, writer.sql, ana, "bia", Instant.parse("2026-11-23T15:00:00Z"));
                return true;
            });
            await().atMost(SOON).until(() -> follower.knows("bia"));
            assertThat(follower.follower.status().state()).isEqualTo(State.FOLLOWING);
            assertThat(follower.directory.freshUntil()).isAfter(staleSince);
            follower.context.close();
            writer.context.close();
        }
    }

    @Test
    void freshnessFollowsTheClockWhileTheDatabaseAnswersAndStandsStillWhenTheClocksDisagree() {
        var database = seeded();
        var clock = new SettableClock(Instant.now(Clock.systemUTC()));
        var writer = writer(database, clock);
        var strict = new Node(database, clock, QUICK.withClockTolerance(Duration.ofHours(1))).follow();
        assertThat(writer.follower.status().state()).isEqualTo(State.CONNECTING);
        await().atMost(SOON).until(() -> strict.directory.freshUntil().equals(clock.instant()));
        assertThat(strict.follower.status().clocksDisagree()).isFalse();

        var before = clock.instant();
        clock.advance(Duration.ofHours(2));
        await().atMost(SOON).until(() -> strict.follower.status().clocksDisagree());
        assertThat(strict.directory.freshUntil()).isEqualTo(before);

        clock.set(before.plusSeconds(1));
        await().atMost(SOON).until(() -> strict.directory.freshUntil().equals(before.plusSeconds(1)));
        assertThat(strict.follower.status().clocksDisagree()).isFalse();
    }

    @Test
    void afterALongAbsenceEverythingIsReadAnew() {
        var database = seeded();
        var clock = SettableClock.atNoonOf("2026-11-23");
        var writer = writer(database, clock);
        long ana = TestIsp.contract(writer.accessWrite, writer.sql, clock.instant());
        TestIsp.login(writer.accessWrite, writer.sql, ana, "ana", clock.instant());
        var follower = node(database, clock).follow();

        // As if the entry of this change had been cleaned away while the node was gone.
        writer.sql.update("update subscriber set version = version + 1, login = 'ana-souza'");
        clock.advance(Duration.ofHours(13));

        await().atMost(SOON).until(() -> follower.knows("ana-souza"));
        assertThat(follower.knows("ana")).isFalse();
        await().atMost(SOON).until(() -> follower.follower.status().state() == State.FOLLOWING);
        assertThat(follower.follower.status().polledAt()).isEqualTo(clock.instant());
    }

    @Test
    void reliefIsHeardAtOnceAndNotAtTheNextPoll() {
        var database = seeded();
        var clock = SettableClock.atNoonOf("2026-11-23");
        var writer = writer(database, clock);
        long ana = TestIsp.contract(writer.accessWrite, writer.sql, clock.instant());
        TestIsp.login(writer.accessWrite, writer.sql, ana, "ana", clock.instant());
        writer.accessWrite.on(ana, clock.instant(), write -> writer.sql.update("""
                        update contract set manual_block_since = ?, manual_block_reason = 'fraud',
                               manual_block_by = 'maria'
                        """, clock.instant()));
        var slow = new FeedSettings(
                Duration.ofMinutes(10),
                Duration.ofSeconds(1),
                Duration.ofDays(36_500),
                QUICK.retention(),
                QUICK.cleanUp());
        var follower = new Node(database, clock, slow);
        follower.follower.start();
        await().atMost(SOON).until(() -> follower.knows("ana"));

        await().atMost(SOON).until(() -> {
            writer.accessWrite.on(
                    ana,
                    clock.instant(),
                    write -> writer.sql.update("update contract set manual_block_since = ?", clock.instant()));
            writer.accessWrite.on(
                    ana, clock.instant(), write -> writer.sql.update("update contract set manual_block_since = null"));
            return follower.contractOf("ana").version() > 2;
        });
    }

    @Test
    void entriesPastRetentionAreRemovedOnceEveryFollowerHadTimeToReadThem() {
        var database = seeded();
        var clock = SettableClock.atNoonOf("2026-11-23");
        var writer = writer(database, clock);
        TestIsp.contract(writer.accessWrite, writer.sql, clock.instant());
        var follower = node(database, clock).follow();
        assertThat(entries(follower)).isEqualTo(1);

        // In steps: a node that heard nothing for half of the retention would load everything anew instead.
        for (int hours = 0; hours < 25; hours++) {
            assertThat(entries(follower)).isEqualTo(1);
            clock.advance(Duration.ofHours(1));
            var now = clock.instant();
            await().atMost(SOON)
                    .until(() -> now.equals(follower.follower.status().polledAt()));
        }
        await().atMost(SOON).until(() -> entries(follower) == 0);
    }

    private static long entries(Node node) {
        return node.sql
                .first("select count(*) as n from feed", row -> row.bigint("n"))
                .orElseThrow();
    }

    private static long id(Node node, String login) {
        return node.sql
                .first("select id from subscriber where login = ?", row -> row.bigint("id"), login)
                .orElseThrow();
    }
}
