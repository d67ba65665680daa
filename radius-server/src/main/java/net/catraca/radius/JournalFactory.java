package net.catraca.radius;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import net.catraca.radius.accounting.Deliverer;
import net.catraca.radius.accounting.Delivery;
import net.catraca.radius.accounting.FileJournal;
import net.catraca.radius.accounting.JournalException;
import net.catraca.radius.accounting.JournalReplay;
import net.catraca.radius.accounting.JournalSettings;
import net.catraca.radius.session.SessionTable;
import net.catraca.radius.store.JournalCursor;

/** Opens the accounting journal where whoever assembles the daemon says, and makes what delivers it. */
@Factory
@Requires(beans = JournalSettings.class)
final class JournalFactory {

    @Singleton
    @Bean(preDestroy = "close")
    FileJournal journal(JournalSettings settings, Clock clock, MeterRegistry registry) throws JournalException {
        return FileJournal.open(settings, clock, registry);
    }

    /** Whoever assembles the daemon starts it, before {@link Delivery} and RADIUS. */
    @Singleton
    @Bean(preDestroy = "close")
    @Requires(beans = SessionTable.class)
    JournalReplay replay(FileJournal journal, SessionTable table) {
        return new JournalReplay(journal, table);
    }

    /** Whoever assembles the daemon starts it. */
    @Singleton
    @Bean(preDestroy = "close")
    @Requires(beans = Deliverer.class)
    Delivery delivery(
            FileJournal journal, JournalCursor cursor, Deliverer deliverer, Clock clock, MeterRegistry registry) {
        return new Delivery(journal, cursor, deliverer, clock, registry);
    }
}
