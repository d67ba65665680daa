package net.catraca.admin.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.catraca.admin.outbound.Outbound;
import net.catraca.admin.outbound.Outbound.Answer;
import net.catraca.admin.outbound.OutboundSettings;
import net.catraca.billing.office.Webhooks;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.Migrations;
import net.catraca.billing.store.WebhookBook;
import net.catraca.billing.store.WebhookBook.Attempt;
import net.catraca.billing.store.WebhookBook.Delivery;
import net.catraca.billing.store.WebhookOutbox;
import net.catraca.billing.webhook.Retries;
import net.catraca.billing.webhook.WebhookEndpoint;
import net.catraca.billing.webhook.WebhookEndpoint.Topic;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends webhooks: turns the outbox into deliveries and makes them, of each contract one after the other, others side by
 * side. Every node does; what one has taken nobody else sends until its lease ends. An event is delivered at least once:
 * if a node dies between sending and noting it, another sends it again, with the same id.
 */
@Singleton
public final class WebhookDispatcher {

    /** Most of the latency, when nothing wakes it. */
    private static final Duration POLL = Duration.ofMillis(500);

    /** At one endpoint at once: enough for some hundred events a second, and no flood for a small receiver. */
    private static final int AT_ONE_ENDPOINT = 8;

    private static final int CONTRACTS_AT_ONCE = 500;

    private static final Duration MEASURE = Duration.ofSeconds(10);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);

    /** It is gone for good, says the receiver (RFC 9110 §15.5.11). */
    private static final int GONE = 410;

    private static final Logger LOG = LoggerFactory.getLogger(WebhookDispatcher.class);

    private final WebhookBook book;
    private final WebhookOutbox outbox;
    private final Webhooks webhooks;
    private final FreezeBook freezes;
    private final Outbound outbound;
    private final @Nullable Migrations migrations;
    private final Clock clock;
    private final MeterRegistry meters;
    private final MultiGauge waiting;
    private final MultiGauge dead;
    private final MultiGauge oldest;
    private final int leaseSeconds;
    private final Semaphore wake = new Semaphore(0);
    private final Map<Long, AtomicInteger> inFlight = new ConcurrentHashMap<>();
    private final ExecutorService senders = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("webhook ", 0).factory());
    private @Nullable Thread loop;
    private volatile boolean stopping;
    private long notedContract;
    private boolean noted;
    private boolean forgotten;
    private Instant measured = Instant.MIN;

    WebhookDispatcher(
            WebhookBook book,
            WebhookOutbox outbox,
            Webhooks webhooks,
            FreezeBook freezes,
            Outbound outbound,
            OutboundSettings settings,
            @Nullable Migrations migrations,
            MeterRegistry meters,
            Clock clock) {
        this.book = book;
        this.outbox = outbox;
        this.webhooks = webhooks;
        this.freezes = freezes;
        this.outbound = outbound;
        this.migrations = migrations;
        this.clock = clock;
        this.meters = meters;
        this.waiting = MultiGauge.builder("catraca.webhooks.waiting").register(meters);
        this.dead = MultiGauge.builder("catraca.webhooks.dead").register(meters);
        this.oldest =
                MultiGauge.builder("catraca.webhooks.waiting.oldest.seconds").register(meters);
        // Well beyond the longest exchange, so that a slow receiver is not told by two nodes at once.
        this.leaseSeconds = (int) settings.patience().toSeconds() * 2 + 10;
    }

    public synchronized void start() {
        loop = Thread.ofPlatform().name("webhooks").daemon().start(this::goOn);
    }

    /** Stops; what is being sent has a moment to end, and is sent again by who comes next if it does not. */
    public void close() throws InterruptedException {
        stopping = true;
        wake.release();
        Thread running;
        synchronized (this) {
            running = loop;
        }
        if (running != null) {
            running.join(STOP_LIMIT);
        }
        senders.shutdown();
        if (!senders.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            senders.shutdownNow();
        }
    }

    private void goOn() {
        while (!stopping) {
            try {
                if (migrations == null || migrations.isDone()) {
                    round();
                }
            } catch (RuntimeException failed) {
                LOG.warn("webhooks wait: {}; trying again in a moment", failed.getMessage());
            }
            try {
                if (wake.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    /** One look at everything; what is to be sent is being sent when it returns. */
    void round() {
        var now = clock.instant();
        boolean more = false;
        if (outbox.isListened(Topic.ACCESS)) {
            more = noteLevels(now);
            if (freezes.heldAt(now).isEmpty()) {
                more |= outbox.tellChangesByClock(now, CONTRACTS_AT_ONCE) > 0;
            }
        } else {
            more = forgetLevels();
        }
        more |= book.fanOut(now) > 0;
        for (var endpoint : book.endpoints(0, Integer.MAX_VALUE)) {
            more |= send(endpoint, now);
        }
        if (Duration.between(measured.equals(Instant.MIN) ? now.minus(MEASURE) : measured, now)
                        .abs()
                        .compareTo(MEASURE)
                >= 0) {
            measured = now;
            measure(now);
        }
        if (more) {
            wake.release();
        }
    }

    private boolean noteLevels(Instant now) {
        if (!noted) {
            var last = outbox.noteLevels(notedContract, now, CONTRACTS_AT_ONCE);
            notedContract = last.orElse(0L);
            noted = last.isEmpty();
        }
        forgotten = false;
        return !noted;
    }

    /** Whoever listens again is not told what happened meanwhile. */
    private boolean forgetLevels() {
        noted = false;
        notedContract = 0;
        if (!forgotten) {
            forgotten = outbox.forgetLevels(CONTRACTS_AT_ONCE * 10) == 0;
        }
        return !forgotten;
    }

    private boolean send(WebhookEndpoint endpoint, Instant now) {
        var rest = endpoint.pausedUntil();
        if (!endpoint.active() || (rest != null && rest.isAfter(now))) {
            return false;
        }
        var flying = inFlight.computeIfAbsent(endpoint.id(), _ -> new AtomicInteger());
        // After a rest one goes ahead.
        int free = (rest == null ? AT_ONE_ENDPOINT : 1) - flying.get();
        if (free <= 0) {
            return false;
        }
        var taken = book.claim(endpoint.id(), now, leaseSeconds, free);
        for (var delivery : taken) {
            flying.incrementAndGet();
            senders.execute(() -> {
                try {
                    deliver(endpoint, delivery);
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                } catch (RuntimeException failed) {
                    LOG.warn(
                            "webhook {} evt-{} was sent, but not noted: {}; it is sent again when its lease ends",
                            endpoint.name(),
                            delivery.eventId(),
                            failed.getMessage());
                } finally {
                    flying.decrementAndGet();
                    wake.release();
                }
            });
        }
        return taken.size() == free;
    }

    private void deliver(WebhookEndpoint endpoint, Delivery delivery) throws InterruptedException {
        var at = clock.instant();
        long begun = System.nanoTime();
        var secret = webhooks.secret(endpoint.id()).orElse(null);
        var answer = secret == null
                ? new Answer.NotSent("its secret does not open; renew it")
                : call(endpoint, delivery, secret, at);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        switch (answer) {
            case Answer.Answered(var status, var _)
            when status >= 200 && status <= 299 -> {
                book.delivered(delivery, new Attempt(at, millis, status, null));
                count("delivered");
            }
            case Answer.Answered(var status, var start) ->
                failed(endpoint, delivery, new Attempt(at, millis, status, cut("status " + status + " " + start)));
            case Answer.NotSent(var why) -> failed(endpoint, delivery, new Attempt(at, millis, null, cut(why)));
            case Answer.Unclear(var why) -> failed(endpoint, delivery, new Attempt(at, millis, null, cut(why)));
        }
    }

    private Answer call(WebhookEndpoint endpoint, Delivery delivery, byte[] secret, Instant at)
            throws InterruptedException {
        byte[] body = delivery.payload().getBytes(StandardCharsets.UTF_8);
        return outbound.call(
                "POST",
                endpoint.url(),
                Map.of(
                        "Content-Type",
                        "application/json",
                        "User-Agent",
                        "Catraca",
                        "Catraca-Event",
                        "evt-" + delivery.eventId(),
                        "Catraca-Kind",
                        delivery.kind(),
                        "Catraca-Attempt",
                        Integer.toString(delivery.attempt()),
                        Signature.HEADER,
                        Signature.of(secret, at, body)),
                body);
    }

    private void failed(WebhookEndpoint endpoint, Delivery delivery, Attempt attempt) {
        var now = clock.instant();
        var status = attempt.status();
        boolean over = delivery.attempt() >= Retries.MOST_ATTEMPTS || (status != null && status == GONE);
        book.failed(delivery, attempt, over ? null : now.plus(Retries.after(delivery.attempt())));
        count(over ? "dead" : "failed");
        if (over) {
            LOG.warn(
                    "webhook {} did not take evt-{} ({}): given up after {} attempts; a person may replay it",
                    endpoint.name(),
                    delivery.eventId(),
                    attempt.why(),
                    delivery.attempt());
        }
        var rest = Retries.rest(book.countFailure(endpoint.id()));
        if (!rest.isZero()) {
            LOG.info("webhook {} does not answer; it is left alone for {} s", endpoint.name(), rest.toSeconds());
            book.rest(endpoint.id(), now.plus(rest));
        }
    }

    private static String cut(String why) {
        var line = why.replaceAll("[\\p{Cntrl}]+", " ").strip();
        return line.length() <= 300 ? line : line.substring(0, 300);
    }

    private void count(String result) {
        meters.counter("catraca.webhooks.attempts", "result", result).increment();
    }

    private void measure(Instant now) {
        var backlog = book.backlog();
        waiting.register(
                backlog.stream()
                        .map(each -> MultiGauge.Row.of(Tags.of("endpoint", each.endpoint()), (double) each.waiting()))
                        .toList(),
                true);
        dead.register(
                backlog.stream()
                        .map(each -> MultiGauge.Row.of(Tags.of("endpoint", each.endpoint()), (double) each.dead()))
                        .toList(),
                true);
        oldest.register(
                backlog.stream()
                        .map(each ->
                                MultiGauge.Row.of(Tags.of("endpoint", each.endpoint()), age(each.oldestWaiting(), now)))
                        .toList(),
                true);
    }

    private static double age(@Nullable Instant since, Instant now) {
        return since == null ? 0 : Duration.between(since, now).toSeconds();
    }
}
