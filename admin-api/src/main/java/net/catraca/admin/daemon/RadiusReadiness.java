package net.catraca.admin.daemon;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.async.publisher.Publishers;
import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.radius.RadiusServer;
import org.reactivestreams.Publisher;

/**
 * Ready means: routers get their answers, because the directory is loaded whole and RADIUS runs. A database that is away
 * does not end it, for an outage is not a refusal; that the answers are stale stands in the details.
 */
@Singleton
@Readiness
@Requires(beans = RadiusServer.class)
final class RadiusReadiness implements HealthIndicator {

    private final SubscriberDirectory directory;
    private final RadiusServer server;
    private final Clock clock;

    RadiusReadiness(SubscriberDirectory directory, RadiusServer server, Clock clock) {
        this.directory = directory;
        this.server = server;
        this.clock = clock;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        boolean loaded = directory.isLoaded();
        boolean running = server.isRunning();
        return Publishers.just(HealthResult.builder("radius", loaded && running ? HealthStatus.UP : HealthStatus.DOWN)
                .details(Map.of(
                        "directoryLoaded",
                        loaded,
                        "listening",
                        running,
                        "subscribers",
                        directory.size(),
                        // Without news for half a minute: nothing tightens, and unknown logins get silence.
                        "degraded",
                        loaded && !directory.knowsEveryone(clock.instant()),
                        "freshUntil",
                        directory.freshUntil().toString()))
                .build());
    }
}
