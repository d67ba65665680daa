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
import java.util.concurrent.atomic.AtomicLong;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.MoneyNews;
import net.catraca.billing.office.PixNotices;
import net.catraca.billing.office.UnmatchedPayments;
import net.catraca.billing.store.BankBook.Freshness;
import net.catraca.billing.store.IncomingBook.Waiting;
import net.catraca.billing.store.Migrations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on beside requests: books Pix that could not be booked at once, looks into the watched folder, and keeps the
 * metrics of money. Every node does it; what two do is done once, since all of it counts once by its nature.
 */
@Singleton
public class BankJobs {

    private static final Duration EVERY = Duration.ofSeconds(10);

    /** An import that runs when the daemon stops is taken up at the next start. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(BankJobs.class);

    private final WatchedInbox inbox;
    private final PixNotices pix;
    private final UnmatchedPayments unmatched;
    private final MoneyNews news;
    private final Migrations migrations;
    private final Clock clock;
    private final MultiGauge fileAge;
    private final MultiGauge missingFiles;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("bank jobs").daemon().factory());

    private volatile Waiting waiting = new Waiting(0, 0, null);
    private volatile long unbookedPix;
    private final AtomicLong failures = new AtomicLong();

    BankJobs(
            WatchedInbox inbox,
            PixNotices pix,
            UnmatchedPayments unmatched,
            MoneyNews news,
            Migrations migrations,
            MeterRegistry meters,
            Clock clock) {
        this.inbox = inbox;
        this.pix = pix;
        this.unmatched = unmatched;
        this.news = news;
        this.migrations = migrations;
        this.clock = clock;
        Gauge.builder("catraca.payments.unmatched", this, jobs -> jobs.waiting.count())
                .register(meters);
        Gauge.builder("catraca.payments.unmatched.cents", this, jobs -> jobs.waiting.cents())
                .register(meters);
        Gauge.builder("catraca.payments.unmatched.oldest.seconds", this, jobs -> age(jobs.waiting.oldest()))
                .register(meters);
        Gauge.builder("catraca.pix.unbooked", this, jobs -> jobs.unbookedPix).register(meters);
        Gauge.builder("catraca.bank.jobs.failures", this, jobs -> jobs.failures.get())
                .register(meters);
        this.fileAge = MultiGauge.builder("catraca.bank.file.age.seconds").register(meters);
        this.missingFiles = MultiGauge.builder("catraca.bank.files.missing").register(meters);
    }

    private double age(@org.jspecify.annotations.Nullable Instant since) {
        return since == null ? 0 : Duration.between(since, clock.instant()).toSeconds();
    }

    public void start() {
        // It never ends by itself: a round catches what fails in it.
        var _ = thread.scheduleWithFixedDelay(this::round, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            if (migrations.isDone()) {
                pix.bookOpen(Actor.system("pix"));
                inbox.look();
                measure();
            }
        } catch (RuntimeException failed) {
            failures.incrementAndGet();
            LOG.warn("money jobs failed: {}; trying again in {} s", failed.getMessage(), EVERY.toSeconds(), failed);
        }
    }

    private void measure() {
        waiting = unmatched.waiting();
        unbookedPix = news.unbookedPix();
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

    private static Tags tags(Freshness freshness) {
        return Tags.of("agreement", freshness.name());
    }

    /** Stops; what runs has a moment to end. */
    public void close() throws InterruptedException {
        thread.shutdownNow();
        if (!thread.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("an import still runs; it is taken up when its file comes again");
        }
    }
}
