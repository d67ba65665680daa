package net.catraca.billing.office;

import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.catraca.billing.run.RunTimes;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Catalogs;
import net.catraca.billing.store.FactsHistory;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.RunBook;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;

/**
 * A process of its own that commits a run and, in the middle of its second batch, says so and stands still until it is
 * killed. Arguments: the run, the instant, then properties of the database as name=value.
 */
final class KilledCommit {

    static final String IN_THE_SECOND_BATCH = "in the second batch";

    private KilledCommit() {}

    public static void main(String[] arguments) {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 2; i < arguments.length; i++) {
            var parts = arguments[i].split("=", 2);
            properties.put(parts[0], parts[1]);
        }
        var clock = Clock.fixed(Instant.parse(arguments[1]), ZoneOffset.UTC);
        var batches = new AtomicInteger();
        AuditLog audit = (actor, action, subject, before, after, at) -> {
            if (action.equals("access-run.batch") && batches.incrementAndGet() == 2) {
                System.out.println(IN_THE_SECOND_BATCH);
                standStill();
            }
        };
        var keys = SecretKeys.parse("test", SecretKeys.generate());
        try (var context = ApplicationContext.builder(properties, "test")
                .singletons(clock, audit, Fixtures.RUNS_ON_ANY_DAY, keys)
                .start()) {
            var runs = new AccessRuns(
                    context.getBean(Sql.class),
                    context.getBean(Catalogs.class),
                    context.getBean(RunBook.class),
                    context.getBean(RunPreview.class),
                    context.getBean(RunJudgement.class),
                    context.getBean(RunCommit.class),
                    context.getBean(FreezeBook.class),
                    context.getBean(RunTimes.class),
                    context.getBean(Places.class),
                    context.getBean(FactsHistory.class),
                    audit,
                    clock,
                    2);
            System.out.println(runs.commit(Actor.system("child"), Long.parseLong(arguments[0])));
        }
    }

    private static void standStill() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
