package net.catraca.admin.bank;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.JobSettings;

/**
 * Looks into the watched folder of this node. Each node that has one runs its own job: no other node sees what lies on its
 * disk.
 */
@Singleton
@Requires(property = "catraca.payments.inbox")
final class ScanInbox implements Job {

    private static final int MOST_PROBLEMS_TOLD = 5;

    private final WatchedInbox inbox;
    private final int node;

    ScanInbox(WatchedInbox inbox, JobSettings settings) {
        this.inbox = inbox;
        this.node = settings.node();
    }

    @Override
    public String name() {
        return settingName() + "-" + node;
    }

    @Override
    public String settingName() {
        return "scan-inbox";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Every(Duration.ofSeconds(10));
    }

    /** Fails where a person must see to something, once it has done what it could: so it is seen and alarmed about. */
    @Override
    public JobReport run(Instant at) {
        var looked = inbox.look();
        var problems = looked.problems();
        if (!problems.isEmpty()) {
            var told = String.join("; ", problems.subList(0, Math.min(problems.size(), MOST_PROBLEMS_TOLD)));
            throw new IllegalStateException(problems.size() > MOST_PROBLEMS_TOLD ? told + "; and more" : told);
        }
        return looked.handled() == 0 ? JobReport.NOTHING : JobReport.of("files", looked.handled());
    }
}
