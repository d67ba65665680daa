package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;

/** Looks through the books every night. */
@Singleton
final class LintJob implements Job {

    private final Lint lint;

    LintJob(Lint lint) {
        this.lint = lint;
    }

    @Override
    public String name() {
        return "lint";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Daily(List.of(LocalTime.of(5, 0)), Contract.DEFAULT_ZONE);
    }

    @Override
    public JobReport run(Instant at) throws InterruptedException {
        var report = JobReport.NOTHING;
        for (var count : lint.run(Actor.system(name()).name(), at).counts()) {
            report = report.and(count.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'), count.found());
        }
        return report;
    }
}
