package net.catraca.admin.daemon;

import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import net.catraca.billing.store.FeedFollower;
import net.catraca.billing.store.FeedFollower.State;
import org.reactivestreams.Publisher;

/**
 * How the follower of the change feed finds the database. One that is away degrades the node and does not take it out of
 * service: an outage is not a refusal, and Micronaut counts this as readiness, too.
 */
@Singleton
final class DatabaseHealth implements HealthIndicator {

    private static final HealthStatus DEGRADED =
            new HealthStatus("DEGRADED", "routers are answered from memory; the API is not served", true, 500);

    private final FeedFollower follower;

    DatabaseHealth(FeedFollower follower) {
        this.follower = follower;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        FeedFollower.Status status = follower.status();
        boolean there = status.state() == State.FOLLOWING || status.state() == State.LOADING;
        return Publishers.just(HealthResult.builder("database", there ? HealthStatus.UP : DEGRADED)
                .details(Map.of(
                        "state",
                        status.state().name().toLowerCase(Locale.ROOT),
                        "since",
                        status.since().toString(),
                        "clocksDisagree",
                        status.clocksDisagree()))
                .build());
    }
}
