package net.catraca.billing.office;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.JobSettings;
import net.catraca.billing.job.JobStanding;
import net.catraca.billing.secret.SecretKeys;

/** A node that runs jobs, quickly, on a database that it shares. */
final class TestNode {

    static final JobSettings.Pace QUICK = new JobSettings.Pace(Duration.ofMillis(20), Duration.ofMillis(100));

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<String> audited = new ArrayList<>();
    final JobDesk desk;
    private final ApplicationContext context;
    private final JobWatch watch;

    TestNode(
            Map<String, ?> database,
            int number,
            Clock clock,
            Map<String, JobSchedule> schedules,
            List<? extends Job> jobs) {
        AuditLog audit = (actor, action, subject, _, _, _) -> audited.add(actor.name() + " " + action + " " + subject);
        var beans = new ArrayList<Object>(jobs);
        beans.addAll(List.of(
                clock,
                audit,
                meters,
                SecretKeys.parse("test", SecretKeys.generate()),
                new JobSettings(number, schedules, QUICK)));
        this.context = ApplicationContext.builder(new HashMap<String, Object>(database), "test")
                .singletons(beans.toArray())
                .start();
        this.desk = context.getBean(JobDesk.class);
        this.watch = context.getBean(JobWatch.class);
    }

    TestNode start() {
        watch.start();
        return this;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    JobStanding standing(String job) {
        return desk.find(job).orElseThrow().standing();
    }

    double gauge(String name, String job) {
        return meters.get(name).tag("job", job).gauge().value();
    }

    void stop() throws InterruptedException {
        watch.close(Duration.ofSeconds(10));
    }

    void close() throws InterruptedException {
        stop();
        context.close();
    }
}
