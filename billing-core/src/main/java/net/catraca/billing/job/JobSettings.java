package net.catraca.billing.job;

import java.time.Duration;
import java.util.Map;

/**
 * What the daemon is told of jobs.
 *
 * @param node which node this is, for people
 * @param schedules by {@link Job#settingName}, in place of a job's own
 */
public record JobSettings(int node, Map<String, JobSchedule> schedules, Pace pace) {

    /**
     * @param poll how soon what is due begins, and what a person asks for
     * @param heartbeat how often a node says that it lives; after six that did not come others take its jobs
     */
    public record Pace(Duration poll, Duration heartbeat) {

        public static final Pace USUAL = new Pace(Duration.ofSeconds(1), Duration.ofSeconds(10));
    }

    /** One node, and every job as it says. */
    public static final JobSettings USUAL = new JobSettings(1, Map.of());

    public JobSettings {
        schedules = Map.copyOf(schedules);
    }

    public JobSettings(int node, Map<String, JobSchedule> schedules) {
        this(node, schedules, Pace.USUAL);
    }

    public JobSchedule scheduleOf(Job job) {
        return schedules.getOrDefault(job.settingName(), job.schedule());
    }
}
