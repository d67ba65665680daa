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
import net.catraca.billing.office.ReceivableGeneration.Scope;

/** Issues each day what falls to be issued, before people come to work. */
@Singleton
public final class GenerateReceivables implements Job {

    private static final Actor ACTOR = Actor.system("generate-receivables");

    private final ReceivableGeneration generation;

    GenerateReceivables(ReceivableGeneration generation) {
        this.generation = generation;
    }

    @Override
    public String name() {
        return "generate-receivables";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Daily(List.of(LocalTime.of(3, 0)), Contract.DEFAULT_ZONE);
    }

    @Override
    public JobReport run(Instant at) throws InterruptedException {
        var totals = generation.generate(ACTOR, Scope.ALL, at);
        var report = JobReport.of("contracts", totals.contracts())
                .and("generated", totals.receivables())
                .and("shortened", totals.cuts());
        for (var skipped : totals.skipped().entrySet()) {
            var reason = skipped.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-');
            report = report.and("skipped-" + reason, skipped.getValue());
        }
        return totals.failed() == 0 ? report : report.and("failed", totals.failed());
    }
}
