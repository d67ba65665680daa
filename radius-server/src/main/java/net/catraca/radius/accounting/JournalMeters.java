package net.catraca.radius.accounting;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the journal counts. */
final class JournalMeters {

    private final MeterRegistry registry;
    private final Map<Journal.Why, Counter> refused = new EnumMap<>(Journal.Why.class);
    private final Timer append;
    private final Timer force;
    private final DistributionSummary batch;
    private final Counter failures;
    private final Counter damage;

    JournalMeters(MeterRegistry registry) {
        this.registry = registry;
        for (var why : Journal.Why.values()) {
            refused.put(
                    why,
                    Counter.builder("catraca.journal.refused")
                            .description("Accounting records that were not taken, so that their NAS asks again")
                            .tag("reason", why.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .register(registry));
        }
        append = timer("catraca.journal.append", "From taking a record to its being durable");
        force = timer("catraca.journal.force", "Writing a batch of records and forcing it to the disk");
        batch = DistributionSummary.builder("catraca.journal.batch")
                .description("Records made durable by one force")
                .register(registry);
        failures = Counter.builder("catraca.journal.failures")
                .description("Writes, forces and new files that the disk refused")
                .register(registry);
        damage = Counter.builder("catraca.journal.damaged")
                .baseUnit("octets")
                .description("Octets that were on the disk and cannot be read any more")
                .register(registry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(20_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(registry);
    }

    /** Shows how much lies in it. */
    void show(FileJournal journal) {
        Gauge.builder("catraca.journal.records", journal, FileJournal::undelivered)
                .description("Accounting records that are durable and not yet in PostgreSQL")
                .register(registry);
        Gauge.builder("catraca.journal.octets", journal, FileJournal::octets)
                .description("Octets of the journal on the disk, one file made ahead included")
                .register(registry);
        Gauge.builder("catraca.journal.octets.most", journal, FileJournal::mostOctets)
                .description("Octets at which the journal is full")
                .register(registry);
        Gauge.builder("catraca.journal.queue", journal, FileJournal::queued)
                .description("Records taken and not yet durable")
                .register(registry);
    }

    void refused(Journal.Why why) {
        var counter = refused.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    void appended(long nanos) {
        append.record(nanos, TimeUnit.NANOSECONDS);
    }

    void forced(long nanos, int records) {
        force.record(nanos, TimeUnit.NANOSECONDS);
        batch.record(records);
    }

    void failed() {
        failures.increment();
    }

    void damaged(int octets) {
        damage.increment(octets);
    }
}
