package net.catraca.admin.bank;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;

/** Looks into the watched folder; a job of nodes that have one. */
@Singleton
@Requires(property = "catraca.payments.inbox")
final class ScanInbox implements Job {

    private final WatchedInbox inbox;

    ScanInbox(WatchedInbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public String name() {
        return "scan-inbox";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Every(Duration.ofSeconds(10));
    }

    @Override
    public JobReport run(Instant at) {
        int handled = inbox.look();
        return handled == 0 ? JobReport.NOTHING : JobReport.of("files", handled);
    }
}
