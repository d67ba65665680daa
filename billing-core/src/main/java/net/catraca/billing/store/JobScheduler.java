package net.catraca.billing.store;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobSettings;
import net.catraca.billing.job.JobTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in running jobs once across all nodes: takes what is due in {@code scheduled_tasks}, tells there that
 * it lives, and gives to others what a dead node had taken. One start, one stop.
 */
@Singleton
public final class JobScheduler {

    /** Jobs at a time: each holds a connection of the pool now and then, which requests need, too. */
    public static final int THREADS = 4;

    private static final int MISSED_HEARTBEATS = 6;

    /** A node of an older release leaves alone what it does not know, and for ever. */
    private static final Duration UNKNOWN_KEPT = Duration.ofDays(3650);

    private static final Logger LOG = LoggerFactory.getLogger(JobScheduler.class);

    /** What is done with a job when it is due. */
    public interface Work {

        /**
         * Runs it to an end, good or bad.
         *
         * @return when it runs next, or nothing
         * @throws RuntimeException when not even that could be written down
         */
        Optional<Instant> run(Job job);
    }

    private final Scheduler scheduler;
    private final ExecutorService threads;
    private final Duration poll;
    // The scheduler waits by the clock: one that is set back an hour would keep it waiting for as long.
    private final ScheduledExecutorService waker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("jobs-poll").daemon().factory());

    JobScheduler(DataSource transactional, List<Job> jobs, Work work, JobSettings settings, Clock clock) {
        this.threads = Executors.newFixedThreadPool(
                THREADS, Thread.ofPlatform().name("job-", 1).daemon().factory());
        // It commits by itself, outside of our transactions: that needs what is beneath the injected one.
        var source = DelegatingDataSource.unwrapDataSource(transactional);
        this.poll = settings.pace().poll();
        this.scheduler = Scheduler.create(source, tasks(jobs, work, clock))
                .clock(clock::instant)
                .schedulerName(new SchedulerName.Fixed("node " + settings.node()))
                .jdbcCustomization(JobQueue.POSTGRESQL)
                .threads(THREADS)
                .executorService(threads)
                .pollingInterval(poll)
                .heartbeatInterval(settings.pace().heartbeat())
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .deleteUnresolvedAfter(UNKNOWN_KEPT)
                .shutdownMaxWait(Duration.ofSeconds(1))
                .failureLogging(LogLevel.WARN, false)
                .build();
    }

    private static List<Task<?>> tasks(List<Job> jobs, Work work, Clock clock) {
        return jobs.stream().<Task<?>>map(job -> task(job, work, clock)).toList();
    }

    private static Task<Void> task(Job job, Work work, Clock clock) {
        return Tasks.custom(job.name(), Void.class)
                // Work tells its failures in its answer; this is the database that went away beneath it.
                .onFailure((complete, plan) ->
                        plan.reschedule(complete, clock.instant().plus(JobTimes.FIRST_RETRY)))
                .onDeadExecution((complete, plan) -> {
                    LOG.warn(
                            "job {}: {} has gone while it ran; running it again",
                            job.name(),
                            complete.getExecution().pickedBy);
                    plan.reschedule(complete, clock.instant());
                })
                .execute((_, _) -> then(work.run(job)));
    }

    private static CompletionHandler<Void> then(Optional<Instant> next) {
        return (complete, plan) -> next.ifPresentOrElse(at -> plan.reschedule(complete, at), plan::remove);
    }

    /** The database must be there; it may go and come afterwards. */
    public void start() {
        scheduler.start();
        var _ = waker.scheduleWithFixedDelay(
                scheduler::triggerCheckForDueExecutions, poll.toMillis(), poll.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Takes nothing more until {@link #goOn}: asking a database that is away each second only fills the log. */
    public void hold() {
        scheduler.pause();
    }

    public void goOn() {
        scheduler.resume();
    }

    /** Interrupts what runs and waits for it so long; what has not ended by then is run again, here or elsewhere. */
    public void stop(Duration limit) throws InterruptedException {
        if (waker.isShutdown()) {
            return;
        }
        waker.shutdownNow();
        scheduler.pause();
        threads.shutdownNow();
        if (!Thread.ofVirtual().name("jobs-stop").start(scheduler::stop).join(limit)) {
            LOG.warn("a job still runs; it is run again after the next start, or by another node");
        }
    }
}
