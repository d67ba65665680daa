package net.catraca.billing.store;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerClient.ScheduleOptions;
import com.github.kagkarlsson.scheduler.jdbc.JdbcCustomization;
import com.github.kagkarlsson.scheduler.jdbc.PostgreSqlJdbcCustomization;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import net.catraca.billing.job.Job;

/**
 * What is planned, in {@code scheduled_tasks}. It is written within the caller's transaction, which holds the job's row
 * ({@link JobBook#lock}) and has seen that no node has taken what is planned: what is rolled back was never planned.
 */
@Singleton
public final class JobQueue {

    /** A job is planned once. */
    static final String INSTANCE = "job";

    /** Named, so that nothing asks the database what it is before it is there. */
    static final JdbcCustomization POSTGRESQL = new PostgreSqlJdbcCustomization(false, false);

    private final SchedulerClient client;

    JobQueue(DataSource transactional, List<Job> jobs) {
        this.client = SchedulerClient.Builder.create(transactional, tasks(jobs))
                .jdbcCustomization(POSTGRESQL)
                .build();
    }

    /** To name them only: they are run by {@link JobScheduler}. */
    private static List<Task<?>> tasks(List<Job> jobs) {
        return jobs.stream()
                .<Task<?>>map(job -> Tasks.custom(job.name(), Void.class).execute((_, _) -> {
                    throw new IllegalStateException(job.name() + " is planned here and run elsewhere");
                }))
                .toList();
    }

    /** Plans a job's next run, in place of what was planned. */
    public void plan(String name, Instant at) {
        client.schedule(new TaskInstance<Void>(name, INSTANCE), at, ScheduleOptions.WHEN_EXISTS_RESCHEDULE);
    }

    /** Something must be planned. */
    public void withdraw(String name) {
        client.cancel(TaskInstanceId.of(name, INSTANCE));
    }
}
