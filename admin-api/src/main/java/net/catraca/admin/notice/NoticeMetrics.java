package net.catraca.admin.notice;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.office.NoticeSending;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.NoticeQueue.Waiting;

/** How many notices wait, and since when, by channel; asked of the database at most every ten seconds. */
@Context
@Requires(beans = SecretKeys.class)
final class NoticeMetrics {

    private static final Duration EVERY = Duration.ofSeconds(10);

    private final NoticeSending sending;
    private final Clock clock;
    private Instant asked = Instant.MIN;
    private Map<Channel, Waiting> waiting = Map.of();

    NoticeMetrics(NoticeSending sending, MeterRegistry meters, Clock clock) {
        this.sending = sending;
        this.clock = clock;
        for (var channel : Channel.values()) {
            Gauge.builder("catraca.notices.waiting", this, each -> each.count(channel))
                    .tag("channel", channel.kind())
                    .register(meters);
            Gauge.builder("catraca.notices.waiting.oldest.seconds", this, each -> each.age(channel))
                    .tag("channel", channel.kind())
                    .register(meters);
        }
    }

    private double count(Channel channel) {
        var found = waiting().get(channel);
        return found == null ? 0 : found.count();
    }

    private double age(Channel channel) {
        var found = waiting().get(channel);
        return found == null
                ? 0
                : Duration.between(found.oldest(), clock.instant()).toSeconds();
    }

    private synchronized Map<Channel, Waiting> waiting() {
        var now = clock.instant();
        if (asked.equals(Instant.MIN) || Duration.between(asked, now).abs().compareTo(EVERY) >= 0) {
            asked = now;
            waiting = sending.waiting(); // its exception makes the gauge NaN: not known, with the database away
        }
        return waiting;
    }
}
