package net.catraca.billing.office;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobStanding;
import net.catraca.billing.store.JobScheduler;
import net.catraca.billing.store.Migrations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets this node run jobs from the moment at which the database is there, and measures how all of them stand. While the
 * database is away jobs wait: what is overdue grows, and is done when it is back.
 */
@Singleton
public final class JobWatch {

    private static final Duration EVERY = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);

    private final JobScheduler scheduler;
    private final JobDesk desk;
    private final @Nullable Migrations migrations;
    private final Clock clock;
    private final Map<String, JobStanding> standings = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("jobs-watch").daemon().factory());

    // Of the thread only.
    private boolean started;
    private boolean away;

    /** @param migrations null where the tables are in order anyway */
    JobWatch(
            JobScheduler scheduler,
            JobDesk desk,
            List<Job> jobs,
            @Nullable Migrations migrations,
            MeterRegistry meters,
            Clock clock) {
        this.scheduler = scheduler;
        this.desk = desk;
        this.migrations = migrations;
        this.clock = clock;
        for (var job : jobs) {
            var name = job.name();
            standings.put(name, JobStanding.unknown(name));
            Gauge.builder("catraca.job.failures", () -> standing(name).failures())
                    .tag("job", name)
                    .register(meters);
            Gauge.builder("catraca.job.overdue.seconds", () -> overdue(standing(name)))
                    .tag("job", name)
                    .register(meters);
            Gauge.builder("catraca.job.paused", () -> standing(name).pause() == null ? 0 : 1)
                    .tag("job", name)
                    .register(meters);
        }
    }

    private JobStanding standing(String name) {
        return standings.getOrDefault(name, JobStanding.unknown(name));
    }

    /** What runs is not overdue. */
    private double overdue(JobStanding standing) {
        Instant next = standing.nextRunAt();
        return next == null || standing.isTaken()
                ? 0
                : Math.max(0, Duration.between(next, clock.instant()).toSeconds());
    }

    /** Begins; returns at once, whether the database is there or not. */
    public void start() {
        var _ = thread.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            if (migrations != null && !migrations.isDone()) {
                return;
            }
            desk.arrange();
            desk.list().forEach(shown -> standings.put(shown.standing().name(), shown.standing()));
            if (!started) {
                scheduler.start();
                started = true;
            }
            if (away) {
                scheduler.goOn();
                LOG.info("jobs go on");
            }
            away = false;
        } catch (RuntimeException failed) {
            if (!away) {
                scheduler.hold();
                LOG.warn("jobs wait for the database: {}", failed.getMessage());
            }
            away = true;
        }
    }

    /** Interrupts what runs and waits for its end so long. */
    public void close(Duration limit) throws InterruptedException {
        thread.shutdownNow();
        scheduler.stop(limit);
    }
}
