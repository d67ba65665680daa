package net.catraca.radius.accounting;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What delivery counts. */
final class DeliveryMeters {

    private final MeterRegistry registry;
    private final Timer transaction;
    private final DistributionSummary batch;
    private final Counter failures;
    private final Counter setAside;
    private final Counter missing;

    DeliveryMeters(MeterRegistry registry) {
        this.registry = registry;
        transaction = Timer.builder("catraca.delivery.transaction")
                .description("Transactions in which journal records went to PostgreSQL")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry);
        batch = DistributionSummary.builder("catraca.delivery.batch")
                .description("Records delivered in one transaction")
                .register(registry);
        failures = counter("catraca.delivery.failures", "Transactions that failed and were tried again");
        setAside = counter("catraca.delivery.set.aside", "Records set aside because they cannot be delivered");
        missing = counter(
                "catraca.delivery.missing",
                "At most so many records had been delivered and are neither in PostgreSQL nor in the journal any more");
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    void show(Supplier<Number> lagSeconds, Supplier<Number> delivering) {
        Gauge.builder("catraca.delivery.lag", lagSeconds)
                .baseUnit("seconds")
                .description("Age of the oldest record that is durable and not yet in PostgreSQL")
                .register(registry);
        Gauge.builder("catraca.delivery.delivering", delivering)
                .description("1 while PostgreSQL takes accounting records, 0 while they wait for it")
                .register(registry);
    }

    void delivered(int records, long nanos) {
        batch.record(records);
        transaction.record(nanos, TimeUnit.NANOSECONDS);
    }

    void failed() {
        failures.increment();
    }

    void setAside() {
        setAside.increment();
    }

    void missing(long records) {
        missing.increment((double) records);
    }
}
