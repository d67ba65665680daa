package net.catraca.radius.testing;

import static net.catraca.radius.nas.NasFixtures.nas;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.radius.FlowAssembly;
import net.catraca.radius.RadiusSettings;
import net.catraca.radius.address.AddressLeases;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.auth.CredentialCheck;
import net.catraca.radius.flow.RadiusMeters;
import net.catraca.radius.flow.WrongPasswordThrottle;
import net.catraca.radius.nas.MessageAuthenticatorSightings;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.session.AuthenticationsInFlight;
import net.catraca.radius.session.LockViolations;
import net.catraca.radius.session.MacLearning;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionAdmission;
import net.catraca.radius.session.SessionTable;

/**
 * An ISP with one NAS (named nas-1, a MikroTik) and a subscriber in each situation: active, reduced, blocked, paused,
 * cancelled and so on, each with the password "login-pass".
 */
public final class TestIsp implements AutoCloseable {

    public static final SharedSecret SECRET = SharedSecret.of(NasFixtures.SECRET);

    public final SettableClock clock = new SettableClock(Fixtures.NOW);
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public final TestDirectory directory = new TestDirectory();
    public final TestProfiles profiles = new TestProfiles();
    public final NasRegistry nases =
            new NasRegistry(vendor -> profiles.vendors().contains(vendor));
    public final NasIdentities identities = new NasIdentities();
    public final RadiusMeters meters = new RadiusMeters(registry, directory);
    public final List<Long> storedSightings = new CopyOnWriteArrayList<>();
    public final MemoryJournal journal = new MemoryJournal();
    public final SessionTable sessions = new SessionTable(0);
    public final List<Session> disconnected = new CopyOnWriteArrayList<>();
    public final List<String> learned = new CopyOnWriteArrayList<>();
    public final LockViolations violations = new LockViolations();
    public final AddressLeases leases = new AddressLeases(sessions, registry, clock);
    public final SessionAdmission admission;
    public final FlowAssembly flows;

    /** Whether the sessions are all there. */
    public volatile boolean sessionsLoaded = true;

    private final ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(1);
    private final ScheduledThreadPoolExecutor learner = new ScheduledThreadPoolExecutor(1);

    public TestIsp(Ticker ticker, String nasPrefix) {
        this(ticker, RadiusSettings.defaults(), nasPrefix);
    }

    public TestIsp(Ticker ticker, RadiusSettings settings, String nasPrefix) {
        directory
                .subscribe("active", Fixtures.contract())
                .subscribe("reduced", Fixtures.reducedContract())
                .subscribe("blocked", Fixtures.blockedContract())
                .subscribe("paused", Fixtures.pausedContract())
                .subscribe("awaiting", Fixtures.awaitingContract())
                .subscribe("cancelled", Fixtures.cancelledContract());
        serve(nas(1, nasPrefix));
        admission = new SessionAdmission(
                new AuthenticationsInFlight(
                        sessions, () -> sessionsLoaded, sessions, (session, _) -> disconnected.add(session)),
                new MacLearning((id, mac) -> learned.add(id + " " + mac), learner),
                violations,
                leases);
        flows = new FlowAssembly(
                settings,
                nases,
                identities,
                new MessageAuthenticatorSightings(storedSightings::add, writer),
                directory,
                profiles,
                new WrongPasswordThrottle(ticker),
                admission,
                journal,
                sessions::fold,
                meters,
                () -> new CredentialCheck(AuthFixtures.PEPPER, new SecureRandom()),
                clock,
                ticker);
    }

    /** From now on these are all NASes. */
    public void serve(Nas... rows) {
        if (!nases.replace(List.of(rows), List.of()).isEmpty()) {
            throw new AssertionError("the test's NASes contradict each other");
        }
    }

    /** The value of a counter, 0 where there is none. */
    public double counted(String meter, String... tags) {
        var counter = registry.find(meter).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    @Override
    public void close() {
        writer.shutdownNow();
        learner.shutdownNow();
    }
}
