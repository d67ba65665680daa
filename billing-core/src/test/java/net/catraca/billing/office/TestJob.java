package net.catraca.billing.office;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;

/** A job that remembers when it ran, on whichever node. */
final class TestJob implements Job {

    /** What it does. */
    interface Doing {
        JobReport at(Instant at) throws InterruptedException;
    }

    final List<Instant> ran = new CopyOnWriteArrayList<>();
    private final String name;
    private final JobSchedule schedule;
    private volatile Doing doing;

    TestJob(String name, JobSchedule schedule, Doing doing) {
        this.name = name;
        this.schedule = schedule;
        this.doing = doing;
    }

    void does(Doing other) {
        doing = other;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public JobSchedule schedule() {
        return schedule;
    }

    @Override
    public JobReport run(Instant at) throws InterruptedException {
        ran.add(at);
        return doing.at(at);
    }
}
