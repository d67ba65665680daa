package net.catraca.billing.office;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;

/**
 * A node in a process of its own that says when its job runs, which then stands still until the process is killed.
 * Arguments: the job's name, the instant, then properties of the database as name=value.
 */
final class KilledJob {

    static final String RUNS = "the job runs";

    private KilledJob() {}

    public static void main(String[] arguments) throws InterruptedException {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 2; i < arguments.length; i++) {
            var parts = arguments[i].split("=", 2);
            properties.put(parts[0], parts[1]);
        }
        var job = new TestJob(arguments[0], new JobSchedule.Off(), _ -> {
            System.out.println(RUNS);
            new CountDownLatch(1).await();
            return JobReport.NOTHING;
        });
        var clock = Clock.fixed(Instant.parse(arguments[1]), ZoneOffset.UTC);
        new TestNode(properties, 7, clock, Map.of(), List.of(job)).start();
        new CountDownLatch(1).await();
    }
}
