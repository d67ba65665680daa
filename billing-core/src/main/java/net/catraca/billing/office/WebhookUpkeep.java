package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.store.WebhookBook;

/** Forgets events that were told, or given up, long ago. */
@Singleton
public final class WebhookUpkeep implements Job {

    /** As long as somebody may ask what they were told, and replay it. */
    public static final Duration KEPT = Duration.ofDays(60);

    /** In one statement, which so ends within a second or two. */
    private static final int AT_ONCE = 5_000;

    private final WebhookBook book;

    WebhookUpkeep(WebhookBook book) {
        this.book = book;
    }

    @Override
    public String name() {
        return "forget-webhook-events";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Daily(List.of(LocalTime.of(3, 40)), Contract.DEFAULT_ZONE);
    }

    @Override
    public JobReport run(Instant at) throws InterruptedException {
        long forgotten = 0;
        for (int some = AT_ONCE; some == AT_ONCE; forgotten += some) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            some = book.prune(at.minus(KEPT), AT_ONCE);
        }
        return forgotten == 0 ? JobReport.NOTHING : JobReport.of("forgotten", forgotten);
    }
}
