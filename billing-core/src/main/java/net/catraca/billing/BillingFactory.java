package net.catraca.billing;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.release.ReleaseRules;
import net.catraca.billing.run.RunGuard;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.run.UnguardedRows;

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

    @Singleton
    @Requires(missingBeans = RunSettings.class)
    RunSettings runSettings() {
        return RunSettings.CAREFUL;
    }

    @Singleton
    RunGuard unguardedRows(RunSettings settings) {
        return new UnguardedRows(settings);
    }

    @Singleton
    @Requires(missingBeans = RunCalendar.class)
    RunCalendar runCalendar(BankingCalendar banks) {
        return RunCalendar.careful(banks);
    }

    @Singleton
    ReleaseRules releaseRules(RunCalendar calendar) {
        return new ReleaseRules(calendar);
    }
}
