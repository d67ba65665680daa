package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;

/** Books Pix that were told and could not be booked at once. */
@Singleton
final class BookPix implements Job {

    private final PixNotices pix;

    BookPix(PixNotices pix) {
        this.pix = pix;
    }

    @Override
    public String name() {
        return "book-pix";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Every(Duration.ofSeconds(10));
    }

    @Override
    public JobReport run(Instant at) {
        int tried = pix.bookOpen(Actor.system("pix"));
        return tried == 0 ? JobReport.NOTHING : JobReport.of("tried", tried);
    }
}
