package net.catraca.billing;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.cnab.Layouts;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.release.ReleaseRules;
import net.catraca.billing.run.RunGuard;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.run.UnguardedRows;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.billing.secret.Purpose;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.FeedSettings;
import net.catraca.billing.store.SealedColumn;

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

    @Singleton
    @Requires(missingBeans = FeedSettings.class)
    FeedSettings feedSettings() {
        return FeedSettings.USUAL;
    }

    @Singleton
    @Requires(beans = SecretKeys.class)
    SecretVault secretVault(SecretKeys keys) {
        return new SecretVault(keys);
    }

    @Singleton
    @Requires(beans = SecretKeys.class)
    PasswordKeeper passwordKeeper(SecretVault vault, SecretKeys keys) {
        return new PasswordKeeper(vault, keys.pepper());
    }

    @Singleton
    SealedColumn subscriberSecrets() {
        return new SealedColumn("subscriber", Purpose.SUBSCRIBER_SECRET);
    }

    @Singleton
    SealedColumn webhookSecrets() {
        return new SealedColumn("bank_agreement", Purpose.WEBHOOK_SECRET);
    }

    @Singleton
    Layouts bankLayouts() {
        return Layouts.bundled();
    }

    @Singleton
    LiveDirectory directory() {
        return new LiveDirectory();
    }
}
