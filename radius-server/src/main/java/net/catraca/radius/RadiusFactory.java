package net.catraca.radius;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Random;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.office.Subscribers;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.billing.secret.Purpose;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.SealedColumn;
import net.catraca.radius.accounting.Journal;
import net.catraca.radius.address.AddressLeases;
import net.catraca.radius.address.PoolUpkeep;
import net.catraca.radius.auth.CredentialCheck;
import net.catraca.radius.dynauth.DynauthClient;
import net.catraca.radius.dynauth.DynauthSettings;
import net.catraca.radius.dynauth.Reconciler;
import net.catraca.radius.flow.RadiusMeters;
import net.catraca.radius.flow.WrongPasswordThrottle;
import net.catraca.radius.nas.MessageAuthenticatorSightings;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.office.Nases;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.session.AuthenticationsInFlight;
import net.catraca.radius.session.ExcessRepair;
import net.catraca.radius.session.LockViolations;
import net.catraca.radius.session.MacLearning;
import net.catraca.radius.session.SessionAdmission;
import net.catraca.radius.session.SessionEnder;
import net.catraca.radius.session.SessionMeters;
import net.catraca.radius.session.SessionSettings;
import net.catraca.radius.session.SessionTable;
import net.catraca.radius.store.LockViolationBook;
import net.catraca.radius.store.TargetBook;

/**
 * Makes the pure objects of this module. It wants the secret keys and the vendor profiles from whoever assembles the
 * daemon, who also starts the {@link RadiusServer}.
 */
@Factory
@Requires(beans = {SecretKeys.class, ReplyProfiles.class})
final class RadiusFactory {

    /** As the directory lags behind by a poll and clocks differ by a little. */
    private static final int FRESH_SECONDS = 5;

    private final Ticker ticker = Ticker.systemTicker();

    @Singleton
    @Requires(missingBeans = RadiusSettings.class)
    RadiusSettings settings() {
        return RadiusSettings.defaults();
    }

    @Singleton
    NasRegistry nasRegistry(ReplyProfiles profiles, RadiusMeters meters) {
        var registry = new NasRegistry(vendor -> profiles.vendors().contains(vendor));
        registry.listen(meters::keepOnly);
        return registry;
    }

    @Singleton
    NasIdentities nasIdentities() {
        return new NasIdentities();
    }

    @Singleton
    RadiusMeters meters(MeterRegistry registry, SubscriberDirectory directory) {
        return new RadiusMeters(registry, directory);
    }

    @Singleton
    @Bean(preDestroy = "close")
    MessageAuthenticatorSightings sightings(Nases nases) {
        return new MessageAuthenticatorSightings(
                nases,
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("radius-sightings").daemon().factory()));
    }

    @Singleton
    @Requires(missingBeans = SessionSettings.class)
    SessionSettings sessionSettings() {
        return SessionSettings.of(1, ZoneId.of("America/Sao_Paulo"));
    }

    @Singleton
    SessionTable sessions(SessionSettings settings, NasRegistry nases, MeterRegistry registry) {
        var table = new SessionTable(settings.node());
        nases.listen(new SessionMeters(registry, table)::keepOnly);
        return table;
    }

    @Singleton
    @Bean(preDestroy = "close")
    MacLearning macLearning(Subscribers subscribers) {
        return new MacLearning(
                subscribers::learnMac,
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("radius-mac-locks").daemon().factory()));
    }

    @Singleton
    @Bean(preDestroy = "close")
    LockViolations lockViolations(LockViolationBook book, SessionSettings settings) {
        return new LockViolations(
                news -> book.save(news, settings.node()),
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("lock-violations").daemon().factory()));
    }

    /** Made when it is first needed: it listens to the sessions that logins are compared with. */
    @Singleton
    SessionEnder sessionEnder(Provider<Reconciler> reconciler) {
        return (session, why) -> {
            switch (why) {
                case REPLACED -> reconciler.get().endReplaced(session);
                case EXCESS -> reconciler.get().endExcess(session);
            }
        };
    }

    @Singleton
    AuthenticationsInFlight inFlight(SessionTable sessions, SessionEnder ender, MeterRegistry registry) {
        var inFlight = new AuthenticationsInFlight(sessions, sessions::isLoaded, sessions, ender);
        Gauge.builder("catraca.radius.authentications.in.flight", inFlight, AuthenticationsInFlight::size)
                .description("Logins that were let in and whose Start has not come")
                .register(registry);
        return inFlight;
    }

    @Singleton
    AddressLeases addressLeases(SessionTable sessions, MeterRegistry registry, Clock clock) {
        return new AddressLeases(sessions, registry, clock);
    }

    @Singleton
    @Bean(preDestroy = "close")
    PoolUpkeep poolUpkeep(
            AddressLeases leases,
            PoolUpkeep.Store store,
            SessionSettings settings,
            SessionTable sessions,
            Clock clock) {
        return new PoolUpkeep(
                leases,
                store,
                settings.node(),
                sessions::isLoaded,
                clock,
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("radius-pools").daemon().factory()));
    }

    @Singleton
    SessionAdmission admission(
            AuthenticationsInFlight inFlight,
            MacLearning learning,
            LockViolations violations,
            AddressLeases addresses) {
        return new SessionAdmission(inFlight, learning, violations, addresses);
    }

    @Singleton
    FlowAssembly flows(
            RadiusSettings settings,
            NasRegistry nases,
            NasIdentities identities,
            MessageAuthenticatorSightings sightings,
            SubscriberDirectory directory,
            ReplyProfiles profiles,
            RadiusMeters meters,
            SessionAdmission admission,
            Journal journal,
            SessionTable sessions,
            SecretKeys keys,
            Clock clock) {
        return new FlowAssembly(
                settings,
                nases,
                identities,
                sightings,
                directory,
                profiles,
                new WrongPasswordThrottle(ticker),
                admission,
                journal,
                sessions::fold,
                meters,
                () -> new CredentialCheck(keys.pepper(), new SecureRandom()),
                clock,
                ticker);
    }

    @Singleton
    SealedColumn nasSecrets() {
        return new SealedColumn("nas", Purpose.NAS_SECRET);
    }

    @Singleton
    @Bean(preDestroy = "close")
    HashUpgrades hashUpgrades(Subscribers subscribers, PasswordKeeper passwords, MeterRegistry registry) {
        return new HashUpgrades(subscribers, passwords, registry);
    }

    @Singleton
    @Requires(missingBeans = DynauthSettings.class)
    DynauthSettings dynauthSettings() {
        return DynauthSettings.USUAL;
    }

    @Singleton
    @Bean(preDestroy = "close")
    DynauthClient dynauthClient(DynauthSettings settings, MeterRegistry registry, Clock clock) {
        // Jitter only: nothing secret rests on it.
        return new DynauthClient(settings.timing(), settings.source(), registry, new Random(), clock);
    }

    /** The main class starts it when directory and sessions are being loaded. */
    @Singleton
    @Bean(preDestroy = "close")
    Reconciler reconciler(
            SessionTable sessions,
            LiveDirectory directory,
            ReplyProfiles profiles,
            NasRegistry nases,
            NasIdentities identities,
            DynauthClient client,
            TargetBook targets,
            DynauthSettings dynauth,
            SessionSettings node,
            MeterRegistry registry,
            Clock clock) {
        var reconciler = new Reconciler(
                sessions,
                directory,
                profiles,
                nases,
                identities,
                client,
                targets,
                sessions,
                dynauth.budget(),
                "node-" + node.node(),
                clock,
                ticker,
                new Random(),
                registry);
        sessions.listen(reconciler);
        directory.listen(reconciler);
        return reconciler;
    }

    /** The main class starts it. */
    @Singleton
    @Bean(preDestroy = "close")
    ExcessRepair excessRepair(
            SessionTable sessions,
            LiveDirectory directory,
            Reconciler reconciler,
            SessionEnder ender,
            MeterRegistry registry,
            Clock clock) {
        var repair = new ExcessRepair(
                sessions,
                sessions::isLoaded,
                reconciler::subscriber,
                () -> clock.instant().minusSeconds(FRESH_SECONDS).isBefore(directory.knownUntil()),
                reconciler::sendsTo,
                sessions,
                ender,
                clock,
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("session-excess").daemon().factory()),
                registry);
        sessions.listen(repair);
        return repair;
    }

    @Singleton
    @Bean(preDestroy = "stop")
    RadiusServer server(
            RadiusSettings settings,
            FlowAssembly flows,
            HashUpgrades upgrades,
            RadiusMeters meters,
            MeterRegistry registry) {
        var worker = new HashWorker(ticker, Duration.ofMillis(settings.requestTimeoutMillis()), upgrades);
        return new RadiusServer(settings, flows, worker, meters, registry, ticker);
    }
}
