package net.catraca.admin.http;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.time.Duration;
import net.catraca.billing.store.Migrations;

/**
 * Keeps requests away from a database that this process has not yet seen in order: it started while the database was
 * away, and the tables may be an older release's.
 */
@ServerFilter("/api/**")
@Requires(beans = Migrations.class)
final class DatabaseGate implements Ordered {

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Migrations migrations;

    DatabaseGate(Migrations migrations) {
        this.migrations = migrations;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @RequestFilter
    void check() {
        if (!migrations.isDone()) {
            throw ProblemException.unavailable(
                    "The database has been away since this node started. Nothing was written; routers are served from"
                            + " memory.",
                    RETRY);
        }
    }
}
