package net.catraca.radius.dynauth;

import static net.catraca.radius.dynauth.TestSessions.opened;
import static net.catraca.radius.dynauth.TestSessions.session;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.SnapshotBuilder;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.dynauth.SessionTarget.State;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.session.Session;
import net.catraca.radius.store.TargetBook;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestDirectory;
import net.catraca.radius.testing.TestProfiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A reconciler on a real PostgreSQL, and a NAS on a real socket with code of its own. The tests that extend it move the
 * clock, and skip the pauses that they do not want to wait for by the ticker.
 */
abstract class ReconcilerRig {

    /** Shared by the tests of this kind, as starting it takes longer than most of them; goes with the JVM's server. */
    private static final ApplicationContext CONTEXT = TestDatabase.fresh().startContext();

    static final ReplyProfiles PROFILES = TestProfiles.shipped();
    static final int COA = 43;
    static final int DISCONNECT = 40;
    static final long PLAN = Fixtures.FIBER_500.id();
    static final long PLAN_VERSION = Fixtures.FIBER_500.version();

    final Sql sql = CONTEXT.getBean(Sql.class);
    final TargetBook book = CONTEXT.getBean(TargetBook.class);
    final SettableClock clock = new SettableClock(Fixtures.NOW);
    final ManualTicker ticker = ManualTicker.running();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final TestDirectory directory = new TestDirectory();
    final TestSessions sessions = new TestSessions();
    final NasRegistry registry = new NasRegistry(vendor -> PROFILES.vendors().contains(vendor));
    final NasIdentities identities = new NasIdentities();

    /** Sessions of which the reconciler says that their NAS does not know them. */
    final List<Long> gone = new CopyOnWriteArrayList<>();

    private final NasBudget budget;
    FakeNas nas;
    DynauthClient client;
    Reconciler reconciler;

    ReconcilerRig(NasBudget budget) {
        this.budget = budget;
    }

    @BeforeEach
    void open() throws IOException {
        sql.update("delete from session_target");
        sql.update("delete from nas_lease");
        sql.update("delete from nas");
        sql.update("drop table if exists dynauth_attempt_2026_09");
        nas = new FakeNas(NasFixtures.SECRET);
        client = client(new Retransmission(100, 400, 1, 400));
        reconciler = reconciler("node-a", budget);
    }

    @AfterEach
    void close() {
        reconciler.close();
        client.close();
        nas.close();
    }

    final DynauthClient client(Retransmission timing) {
        return new DynauthClient(timing, null, meters, new Random(1), clock);
    }

    final Reconciler reconciler(String node, NasBudget budget) {
        var made = new Reconciler(
                sessions,
                directory,
                PROFILES,
                registry,
                identities,
                client,
                book,
                (id, how) -> {
                    gone.add(id);
                    sessions.end(id, how.cause(), how.at());
                },
                budget,
                node,
                clock,
                ticker,
                new Random(1),
                meters);
        sessions.listen(made);
        return made;
    }

    /** In the table, too, where rules of its own are kept. */
    final void inTable(long nasId) {
        sql.update("""
                insert into nas (id, name, prefix, secret, vendor, created_at, updated_at)
                overriding system value values (?, ?, '127.0.0.0/8', '\\x00', 'mikrotik', ?, ?)
                """, nasId, "nas-" + nasId, Fixtures.NOW, Fixtures.NOW);
    }

    final void registered(Nas row) {
        registry.replace(List.of(row), List.of());
    }

    /** The contract has the number of the subscriber. */
    final void subscribe(long id, SnapshotBuilder contract) {
        directory.subscribe(id, contract);
    }

    /** @param level as which it was opened; null for a Class that is none of ours */
    final Session dialIn(long id, @Nullable AccessLevel level) {
        var session = session(
                id,
                1,
                "login-" + id,
                id,
                id,
                level == null ? null : opened(id, level, PLAN, PLAN_VERSION),
                Fixtures.NOW.minusSeconds(60));
        sessions.put(session);
        return session;
    }

    final void change(long id, SnapshotBuilder contract) {
        subscribe(id, contract);
        reconciler.contractChanged(id);
    }

    final void serving() {
        reconciler.start();
        await().until(() -> reconciler.status(1) != null);
    }

    /** Of the NAS, as shown. */
    final NasStatus status() {
        var status = reconciler.status(1);
        if (status == null) {
            throw new AssertionError("no status");
        }
        return status;
    }

    final boolean isAgreed(long id) {
        var target = reconciler.target(id);
        return target != null && target.state() == State.AGREED;
    }

    /** Skips what is paused, a second at a time, until it is so. */
    final void skipUntil(Callable<Boolean> isSo) {
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            if (isSo.call()) {
                return true;
            }
            ticker.pass(Duration.ofSeconds(1));
            return false;
        });
    }

    final void awaitReceived(int count) {
        await().atMost(Duration.ofSeconds(15)).until(() -> nas.requests().size() >= count);
    }

    final SessionTarget awaitTarget(long id, State state) {
        await().atMost(Duration.ofSeconds(15)).until(() -> {
            var target = reconciler.target(id);
            return target != null && target.state() == state;
        });
        var target = reconciler.target(id);
        if (target == null) {
            throw new AssertionError("gone");
        }
        return target;
    }
}
