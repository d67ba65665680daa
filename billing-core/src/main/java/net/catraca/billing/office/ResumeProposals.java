package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;

/** Goes on with approved proposals that a kill or an obstacle has left half done, so that none waits for a restart. */
@Singleton
final class ResumeProposals implements Job {

    private final TighteningProposals proposals;

    ResumeProposals(TighteningProposals proposals) {
        this.proposals = proposals;
    }

    @Override
    public String name() {
        return "resume-proposals";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Every(Duration.ofMinutes(10));
    }

    @Override
    public JobReport run(Instant at) {
        int ended = proposals.resumeInterrupted();
        return ended == 0 ? JobReport.NOTHING : JobReport.of("ended", ended);
    }
}
