package net.catraca.billing.office;

import io.micronaut.context.ApplicationContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.BillingBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;

/**
 * A process of its own that generates receivables in batches of two and, in the middle of a batch after the first three,
 * says so and stands still until it is killed. Arguments: the instant, then properties of the database as name=value.
 */
final class KilledGeneration {

    static final String IN_A_LATER_BATCH = "in a later batch";

    private KilledGeneration() {}

    public static void main(String[] arguments) throws InterruptedException {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            var parts = arguments[i].split("=", 2);
            properties.put(parts[0], parts[1]);
        }
        var clock = Clock.fixed(Instant.parse(arguments[0]), ZoneOffset.UTC);
        var batches = new AtomicInteger();
        AuditLog audit = (actor, action, subject, before, after, at) -> {
            if (action.equals("receivable.generate") && batches.incrementAndGet() > 3) {
                System.out.println(IN_A_LATER_BATCH);
                standStill();
            }
        };
        var keys = SecretKeys.parse("test", SecretKeys.generate());
        try (var context = ApplicationContext.builder(properties, "test")
                .singletons(clock, audit, Fixtures.RUNS_ON_ANY_DAY, keys)
                .start()) {
            var generation = new ReceivableGeneration(
                    context.getBean(Sql.class),
                    context.getBean(Portions.class),
                    context.getBean(AccessWrite.class),
                    context.getBean(BillingBook.class),
                    context.getBean(ReceivableBook.class),
                    BillingRules.USUAL,
                    audit,
                    clock,
                    2);
            System.out.println(
                    generation.generate(Actor.system("child"), ReceivableGeneration.Scope.ALL, clock.instant()));
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
