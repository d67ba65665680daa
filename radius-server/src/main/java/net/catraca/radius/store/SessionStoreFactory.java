package net.catraca.radius.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import net.catraca.billing.store.Sql;
import net.catraca.radius.session.SessionSettings;
import net.catraca.radius.session.SessionTable;

/** What brings sessions to PostgreSQL and back; made where a {@link SessionSettings} says which node this is. */
@Factory
@Requires(beans = {SessionSettings.class, SessionTable.class})
final class SessionStoreFactory {

    @Singleton
    SessionDelivery delivery(
            Sql sql,
            SessionBook book,
            Partitions partitions,
            SessionTable table,
            SessionSettings settings,
            Clock clock) {
        return new SessionDelivery(sql, book, partitions, table, settings.node(), settings.zone(), clock);
    }

    @Singleton
    SessionUpkeep upkeep(
            Sql sql,
            SessionBook book,
            Partitions partitions,
            SessionTable table,
            SessionSettings settings,
            MeterRegistry registry) {
        var upkeep = new SessionUpkeep(sql, book, partitions, table, settings);
        Gauge.builder("catraca.accounting.set.aside", upkeep, SessionUpkeep::setAside)
                .description("Accounting records that PostgreSQL refused and that wait for a person; a minute old")
                .register(registry);
        return upkeep;
    }

    @Singleton
    SessionHistory history(Sql sql, Partitions partitions, SessionSettings settings) {
        return new SessionHistory(sql, partitions, settings);
    }

    @Singleton
    @Bean(preDestroy = "close")
    SessionFollower follower(
            Sql sql,
            SessionBook book,
            SessionTable table,
            SessionUpkeep upkeep,
            SessionSettings settings,
            Clock clock) {
        return new SessionFollower(sql, book, table, upkeep, settings, clock);
    }
}
