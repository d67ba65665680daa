package net.catraca.radius.dynauth;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import net.catraca.billing.access.AccessLevel;
import org.jspecify.annotations.Nullable;

/** What the reconciler shows of its queues and of what came out. */
final class CoaMeters {

    private final MeterRegistry registry;
    private final MultiGauge waiting;
    private final MultiGauge oldest;
    private final MultiGauge breaker;
    private final MultiGauge held;
    private final MultiGauge mismatches;
    private final MultiGauge oldestMismatch;
    private final MultiGauge alerts;
    private final MultiGauge levels;
    private final LevelCounts counts;
    private final Counter contradictions;
    private final Counter overflow;

    CoaMeters(MeterRegistry registry, TargetStore store, LevelCounts counts) {
        this.registry = registry;
        this.counts = counts;
        levels = gauge(
                "catraca.sessions.level",
                "Live sessions by the level that they should have, of NASes to which this node sends");
        waiting = gauge("catraca.coa.queue", "Sessions that wait to be changed");
        oldest = gauge("catraca.coa.queue.oldest.seconds", "How long the first of the queue has waited");
        breaker = gauge("catraca.coa.breaker", "0 closed, 1 probing, 2 open: the NAS does not answer");
        held = gauge("catraca.coa.held.seconds", "How long restrictions have rested because the first ones failed");
        mismatches = gauge("catraca.coa.mismatches", "Live sessions whose target their NAS has not acknowledged");
        oldestMismatch = gauge("catraca.coa.mismatch.oldest.seconds", "Since when the oldest mismatch is one");
        alerts = gauge("catraca.coa.alerts", "Live sessions that a person should look at");
        contradictions = Counter.builder("catraca.coa.contradictions")
                .description("Acknowledged targets that later records contradicted")
                .register(registry);
        overflow = Counter.builder("catraca.coa.queue.overflows")
                .description("Sessions that found a NAS's queue full; the next sweep finds them")
                .register(registry);
        Gauge.builder("catraca.coa.store.waiting", store, TargetStore::waiting)
                .description("Targets and attempts that wait for PostgreSQL")
                .register(registry);
        Gauge.builder("catraca.coa.orders.elsewhere", store, TargetStore::ordersElsewhere)
                .description("Operators' orders that wait for the node that sends to the NAS")
                .register(registry);
        Gauge.builder("catraca.coa.store.away", store, unstored -> unstored.isAway() ? 1 : 0)
                .description("1 while targets cannot be stored")
                .register(registry);
        Gauge.builder("catraca.coa.attempts.lost", store, TargetStore::lostAttempts)
                .description("Attempts that were never stored because the database was away for too long")
                .register(registry);
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    void attempted(Attempt attempt) {
        Counter.builder("catraca.coa.outcomes")
                .description("What became of CoA and Disconnect")
                .tag("nas", attempt.nasName())
                .tag("method", attempt.method().name().toLowerCase(Locale.ROOT))
                .tag(
                        "outcome",
                        attempt.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .tag("cause", attempt.errorCause() == null ? "none" : named(attempt.errorCause()))
                .register(registry)
                .increment();
    }

    /** Only causes with a name: a NAS must not make as many meters as there are numbers. */
    private static String named(int errorCause) {
        return ErrorCause.of(errorCause) == null ? "unknown" : Integer.toString(errorCause);
    }

    void contradicted() {
        contradictions.increment();
    }

    void overflowed() {
        overflow.increment();
    }

    void show(Collection<NasStatus> all) {
        List<Row<?>> lanes = new ArrayList<>();
        List<Row<?>> ages = new ArrayList<>();
        for (var nas : all) {
            lanes.add(Row.of(Tags.of("nas", nas.nasName(), "lane", "restore"), nas.restores()));
            lanes.add(Row.of(Tags.of("nas", nas.nasName(), "lane", "restriction"), nas.restrictions()));
            lanes.add(Row.of(Tags.of("nas", nas.nasName(), "lane", "delayed"), nas.delayed()));
            ages.add(Row.of(Tags.of("nas", nas.nasName(), "lane", "restore"), nas.restoresOldestSeconds()));
            ages.add(Row.of(Tags.of("nas", nas.nasName(), "lane", "restriction"), nas.restrictionsOldestSeconds()));
        }
        waiting.register(lanes, true);
        oldest.register(ages, true);
        breaker.register(
                rows(all, nas -> switch (nas.breaker()) {
                    case "closed" -> 0;
                    case "probing" -> 1;
                    default -> 2;
                }),
                true);
        held.register(rows(all, NasStatus::heldSeconds), true);
        mismatches.register(rows(all, NasStatus::mismatches), true);
        oldestMismatch.register(rows(all, NasStatus::oldestMismatchSeconds), true);
        alerts.register(rows(all, NasStatus::alerts), true);
        levels.register(levels(all), true);
    }

    /** Five for each NAS. */
    private List<Row<?>> levels(Collection<NasStatus> all) {
        List<Row<?>> rows = new ArrayList<>();
        for (var nas : all) {
            for (var level : AccessLevel.values()) {
                rows.add(level(nas, level));
            }
            rows.add(level(nas, null));
        }
        return rows;
    }

    private Row<?> level(NasStatus nas, @Nullable AccessLevel level) {
        return Row.of(
                Tags.of("nas", nas.nasName(), "level", LevelCounts.word(level)),
                counts,
                counted -> counted.of(nas.nasId(), level));
    }

    private interface Figure {
        Number of(NasStatus nas);
    }

    private static List<Row<?>> rows(Collection<NasStatus> all, Figure figure) {
        List<Row<?>> rows = new ArrayList<>();
        all.forEach(nas -> rows.add(Row.of(Tags.of("nas", nas.nasName()), figure.of(nas))));
        return rows;
    }
}
