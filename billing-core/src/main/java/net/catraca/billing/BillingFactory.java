package net.catraca.billing;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import net.catraca.billing.calendar.BankingCalendar;

/** Makes the pure objects of this module. */
@Factory
final class BillingFactory {

    /** In microseconds, as PostgreSQL keeps instants: what is written and what is read back are equal. */
    @Singleton
    @Requires(missingBeans = Clock.class)
    Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));
    }

    @Singleton
    @Requires(missingBeans = BankingCalendar.class)
    BankingCalendar bankingCalendar() {
        return BankingCalendar.NATIONAL;
    }
}
