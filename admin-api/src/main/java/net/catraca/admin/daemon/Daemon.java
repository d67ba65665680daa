package net.catraca.admin.daemon;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.exceptions.BeanInstantiationException;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.catraca.admin.bank.MoneyMeters;
import net.catraca.admin.postgres.PostgresFailure;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.admin.webhook.WebhookDispatcher;
import net.catraca.billing.calendar.LocalHolidays;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.office.AccessRuns;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.IncidentReleases;
import net.catraca.billing.office.JobWatch;
import net.catraca.billing.office.TighteningProposals;
import net.catraca.billing.store.ColdStart;
import net.catraca.billing.store.FeedFollower;
import net.catraca.radius.ListenException;
import net.catraca.radius.RadiusServer;
import net.catraca.radius.accounting.Delivery;
import net.catraca.radius.accounting.FileJournal;
import net.catraca.radius.accounting.JournalException;
import net.catraca.radius.accounting.JournalReplay;
import net.catraca.radius.address.PoolUpkeep;
import net.catraca.radius.dynauth.Reconciler;
import net.catraca.radius.office.VendorProfiles;
import net.catraca.radius.session.ExcessRepair;
import net.catraca.radius.store.SessionFollower;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running Catraca: holds the data folder, then starts PostgreSQL and the application context ({@link DatabaseStart}),
 * the accounting journal, RADIUS and HTTP in this order, and stops them in the opposite one.
 */
public final class Daemon {

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /** A person or a service manager kills after ten; a NAS has turned to its next server long before. */
    private static final Duration STOP_LIMIT = Duration.ofMillis(4500);

    /** A second's records are delivered within it; the rest is safe in the journal and delivered at the next start. */
    private static final Duration MOST_FOR_DELIVERY = Duration.ofSeconds(1);

    /** What has not ended within it is run again, at the next start or by another node. */
    private static final Duration MOST_FOR_JOBS = Duration.ofMillis(1500);

    /** A database that is there answers in milliseconds; one that is away must not keep routers waiting. */
    private static final Duration CONTACT_LIMIT = Duration.ofSeconds(1);

    /** Some 200,000 records; a fuller journal goes on being read while routers are answered. */
    private static final Duration REPLAY_LIMIT = Duration.ofSeconds(2);

    private static final long LOOK_MILLIS = 5;

    private static final Duration LOOK_FOR_DATABASE = Duration.ofMillis(200);

    private final Settings settings;
    private final Clock clock;
    private final Parts parts = new Parts();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile String announcement = "";
    private volatile @Nullable InetSocketAddress authAddress;
    private volatile int httpPort;

    public Daemon(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Starts everything; returns when routers get answers.
     *
     * @return false when it was told to stop meanwhile
     * @throws StartFailure when it cannot; what has started by then waits for {@link #stop}
     */
    public boolean start() throws StartFailure, InterruptedException {
        try {
            startParts();
            return true;
        } catch (Parts.StoppedMeanwhile stop) {
            return false;
        } catch (PostgresFailure | ListenException failed) {
            throw new StartFailure(String.valueOf(failed.getMessage()), failed);
        } catch (ServerStartupException failed) {
            throw new StartFailure("HTTP cannot start: " + failed.getMessage(), failed);
        } finally {
            parts.startEnded();
        }
    }

    private void startParts() throws StartFailure, PostgresFailure, InterruptedException, Parts.StoppedMeanwhile {
        Ports.requireFree(settings);
        DataFolder folder = DataFolder.hold(settings.path(Schema.DATA));
        parts.add("the data folder", _ -> folder.close());
        serve(new DatabaseStart(settings, clock, parts).context());
    }

    /** What is where, and what to try; for a person at a terminal. */
    public String announcement() {
        return announcement;
    }

    /** Where authentication listens, the first of its addresses; only after a start. */
    InetSocketAddress authAddress() {
        return Objects.requireNonNull(authAddress);
    }

    /** Only after a start. */
    int httpPort() {
        return httpPort;
    }

    /** Refuses new work, ends what runs, stops PostgreSQL; within five seconds. */
    public void stop() {
        parts.stop(STOP_LIMIT);
        stopped.countDown();
    }

    /** Returns when {@link #stop} has. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    private void serve(ApplicationContext context) throws StartFailure, InterruptedException, Parts.StoppedMeanwhile {
        FeedFollower follower = context.getBean(FeedFollower.class);
        follower.start();
        parts.add("the change feed", _ -> follower.close());
        ColdStart coldStart = context.getBean(ColdStart.class);
        coldStart.start();
        parts.add("the directory's copy", _ -> coldStart.close());
        replayJournal(context);
        SessionFollower sessions = context.getBean(SessionFollower.class);
        sessions.start();
        parts.add("sessions", _ -> sessions.close());
        PoolUpkeep pools = context.getBean(PoolUpkeep.class);
        pools.start();
        parts.add("address pools", _ -> pools.close());
        startAccounting(context);
        RadiusServer radius = context.getBean(RadiusServer.class);
        radius.start();
        parts.add("RADIUS", _ -> radius.stop());
        Reconciler reconciler = context.getBean(Reconciler.class);
        reconciler.start();
        parts.add("CoA", _ -> reconciler.close());
        ExcessRepair excess = context.getBean(ExcessRepair.class);
        excess.start();
        parts.add("simultaneous use", _ -> excess.close());
        NettyEmbeddedServer http = context.getBean(NettyEmbeddedServer.class);
        http.start();
        // Its stop() would close the whole context: the pool, before those who still write to the database.
        parts.add("HTTP", _ -> http.stopServerOnly());
        MoneyMeters money = context.getBean(MoneyMeters.class);
        money.start();
        parts.add("the metrics of money", _ -> money.close());
        JobWatch jobs = context.getBean(JobWatch.class);
        jobs.start();
        parts.add("jobs", left -> jobs.close(shorter(left, MOST_FOR_JOBS)));
        WebhookDispatcher webhooks = context.getBean(WebhookDispatcher.class);
        webhooks.start();
        parts.add("webhooks", _ -> webhooks.close());
        authAddress = radius.authAddresses().getFirst();
        httpPort = http.getPort();
        announcement = Announcement.of(settings, radius.authAddresses(), radius.acctAddresses(), http.getPort());
        var profiles = context.getBean(VendorProfiles.class);
        if (settings.mode() == Mode.SERVE) { // a demo ends when its terminal does
            var holidays = context.getBean(LocalHolidays.class);
            var hangUp = HangUp.calls(() -> {
                reloadProfiles(profiles);
                reloadHolidays(holidays);
            });
            parts.add("SIGHUP", _ -> hangUp.close());
        }
        awaitDirectory(context.getBean(SubscriberDirectory.class));
        resumeRuns(
                follower,
                context.getBean(AccessRuns.class),
                context.getBean(IncidentReleases.class),
                context.getBean(TighteningProposals.class));
    }

    /** Before the rows are read, and before records come: what was not delivered is known of in memory. */
    private static void replayJournal(ApplicationContext context) throws StartFailure, InterruptedException {
        journal(context);
        if (!context.getBean(JournalReplay.class).start(REPLAY_LIMIT)) {
            LOG.info("the journal holds much; its sessions become known while RADIUS answers already");
        }
    }

    /**
     * Before RADIUS, for a record is acknowledged when it is in the journal; and stopped after it: what the sockets have
     * taken is forced, then delivered as far as there is time.
     */
    private void startAccounting(ApplicationContext context)
            throws StartFailure, InterruptedException, Parts.StoppedMeanwhile {
        FileJournal journal = journal(context);
        @Nullable Delivery delivery = context.findBean(Delivery.class).orElse(null);
        if (delivery != null) {
            delivery.start();
            parts.add("accounting's delivery", left -> delivery.close(shorter(left, MOST_FOR_DELIVERY)));
            if (!delivery.awaitContact(CONTACT_LIMIT)) {
                LOG.warn(
                        "the database does not say yet how far accounting was delivered; the journal takes records all the same");
            }
        }
        parts.add("the journal", _ -> journal.close());
    }

    private static FileJournal journal(ApplicationContext context) throws StartFailure {
        try {
            return context.getBean(FileJournal.class);
        } catch (BeanInstantiationException failed) {
            if (failed.getCause() instanceof JournalException unusable) {
                throw new StartFailure(String.valueOf(unusable.getMessage()), unusable);
            }
            throw failed;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void awaitDirectory(SubscriberDirectory directory) throws InterruptedException, Parts.StoppedMeanwhile {
        while (!directory.isLoaded()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            parts.requireGoingOn();
        }
        LOG.info("ready in {} ms with {} subscribers", sinceProcessStart().toMillis(), directory.size());
    }

    private static void reloadProfiles(VendorProfiles profiles) {
        try {
            profiles.reload(Actor.system("sighup"));
        } catch (RuntimeException failed) {
            LOG.warn("the reload of vendor profiles is not in the audit: {}", failed.getMessage());
        }
    }

    private void reloadHolidays(LocalHolidays holidays) {
        var problems = HolidayFile.read(settings.configFolder(), holidays);
        if (problems.isEmpty()) {
            LOG.info("local holidays were read again");
        } else {
            LOG.error("local holidays stay as they were: {}", String.join("; ", problems));
        }
    }

    /** What a run left undone waits for the database, however long that is away. */
    private void resumeRuns(
            FeedFollower follower, AccessRuns runs, IncidentReleases incidents, TighteningProposals proposals) {
        Thread.ofVirtual().name("interrupted runs").start(() -> {
            try {
                while (follower.status().state() != FeedFollower.State.FOLLOWING) {
                    if (stopped.await(LOOK_FOR_DATABASE.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
                runs.resumeInterrupted();
                incidents.resumeInterrupted();
                proposals.resumeInterrupted();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private Duration sinceProcessStart() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(start -> Duration.between(start, clock.instant()))
                .orElse(Duration.ZERO);
    }
}
