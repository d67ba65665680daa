package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;

/**
 * Breaks agreements whose instalments are late for too long, before the day's runs. At that time the bank's file of the
 * day before has often not come: then it is the next day's turn.
 */
@Singleton
final class BreakAgreements implements Job {

    private final Agreements agreements;

    BreakAgreements(Agreements agreements) {
        this.agreements = agreements;
    }

    @Override
    public String name() {
        return "break-agreements";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Daily(List.of(LocalTime.of(4, 30)), Contract.DEFAULT_ZONE);
    }

    @Override
    public JobReport run(Instant at) throws InterruptedException {
        var done = agreements.breakLate(Actor.system(name()), at);
        var report = done.broken() == 0 ? JobReport.NOTHING : JobReport.of("broken", done.broken());
        return done.waiting() == 0
                ? report
                : report.and("waiting", done.waiting()).waitingFor(done.waitsFor());
    }
}
