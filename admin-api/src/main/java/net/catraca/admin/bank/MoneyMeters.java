package net.catraca.admin.bank;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.office.MoneyAlarm;
import net.catraca.billing.office.MoneyAlarm.Standing;
import net.catraca.billing.office.MoneyNews;
import net.catraca.billing.office.UnmatchedPayments;
import net.catraca.billing.store.BankBook.Freshness;
import net.catraca.billing.store.IncomingBook.Waiting;
import net.catraca.billing.store.Migrations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the metrics of money that comes in; every node has them. */
@Singleton
public class MoneyMeters {

    private static final Duration EVERY = Duration.ofSeconds(10);

    /** Receipts of three months are summed for it; banks and feeds are late by hours. */
    private static final Duration FRESHNESS_EVERY = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(MoneyMeters.class);

    private final UnmatchedPayments unmatched;
    private final MoneyNews news;
    private final MoneyAlarm alarm;
    private final Migrations migrations;
    private final Clock clock;
    private final MultiGauge fileAge;
    private final MultiGauge missingFiles;
    private final MultiGauge stale;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("money-meters").daemon().factory());

    private volatile Waiting waiting = new Waiting(0, 0, null);
    private volatile long unbookedPix;
    private volatile long pixSetAside;
    private volatile double staleSources = Double.NaN;

    // Of the thread only.
    private @Nullable Instant freshnessSeen;

    MoneyMeters(
            UnmatchedPayments unmatched,
            MoneyNews news,
            MoneyAlarm alarm,
            Migrations migrations,
            MeterRegistry meters,
            Clock clock) {
        this.unmatched = unmatched;
        this.news = news;
        this.alarm = alarm;
        this.migrations = migrations;
        this.clock = clock;
        Gauge.builder("catraca.payments.unmatched", this, money -> money.waiting.count())
                .register(meters);
        Gauge.builder("catraca.payments.unmatched.cents", this, money -> money.waiting.cents())
                .register(meters);
        Gauge.builder("catraca.payments.unmatched.oldest.seconds", this, money -> age(money.waiting.oldest()))
                .register(meters);
        Gauge.builder("catraca.pix.unbooked", this, money -> money.unbookedPix).register(meters);
        Gauge.builder("catraca.pix.set.aside", this, money -> money.pixSetAside).register(meters);
        this.fileAge = MultiGauge.builder("catraca.bank.file.age.seconds").register(meters);
        Gauge.builder("catraca.money.stale.sources", this, money -> money.staleSources)
                .register(meters);
        this.stale = MultiGauge.builder("catraca.money.stale").register(meters);
        this.missingFiles = MultiGauge.builder("catraca.bank.files.missing").register(meters);
    }

    private double age(@Nullable Instant since) {
        return since == null ? 0 : Duration.between(since, clock.instant()).toSeconds();
    }

    public void start() {
        // It never ends by itself: a round catches what fails in it.
        var _ = thread.scheduleWithFixedDelay(this::round, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            if (migrations.isDone()) {
                measure();
            }
        } catch (RuntimeException failed) {
            LOG.warn(
                    "the metrics of money are not measured: {}; trying again in {} s",
                    failed.getMessage(),
                    EVERY.toSeconds());
        }
    }

    private void measure() {
        waiting = unmatched.waiting();
        unbookedPix = news.unbookedPix();
        pixSetAside = news.pixSetAside();
        seeFreshness();
        var freshness = news.freshness();
        fileAge.register(
                freshness.stream()
                        .filter(each -> each.lastFileAt() != null)
                        .map(each -> MultiGauge.Row.of(tags(each), age(Objects.requireNonNull(each.lastFileAt()))))
                        .toList(),
                true);
        missingFiles.register(
                freshness.stream()
                        .map(each -> MultiGauge.Row.of(tags(each), (double) each.missingSequences()))
                        .toList(),
                true);
    }

    private void seeFreshness() {
        var now = clock.instant();
        if (freshnessSeen != null && now.isBefore(freshnessSeen.plus(FRESHNESS_EVERY))) {
            return;
        }
        var standings = alarm.look(now);
        staleSources = standings.stream().filter(Standing::stale).count();
        stale.register(
                standings.stream()
                        .map(each -> MultiGauge.Row.of(Tags.of("source", each.source()), each.stale() ? 1.0 : 0.0))
                        .toList(),
                true);
        freshnessSeen = now;
    }

    private static Tags tags(Freshness freshness) {
        return Tags.of("agreement", freshness.name());
    }

    public void close() {
        thread.shutdownNow();
    }
}
