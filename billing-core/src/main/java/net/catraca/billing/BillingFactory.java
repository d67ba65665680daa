package net.catraca.billing;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.cnab.Layouts;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.job.JobSettings;
import net.catraca.billing.lint.LintLimits;
import net.catraca.billing.notice.NoticeSettings;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.release.ReleaseRules;
import net.catraca.billing.run.BankAgreements;
import net.catraca.billing.run.BlastRadius;
import net.catraca.billing.run.BookedPix;
import net.catraca.billing.run.BookedPix.UnbookedPix;
import net.catraca.billing.run.ClaimedPaymentGuard;
import net.catraca.billing.run.ClaimedPayments;
import net.catraca.billing.run.ContractGuard;
import net.catraca.billing.run.FeedsAlive;
import net.catraca.billing.run.FeedsAlive.MoneyFeeds;
import net.catraca.billing.run.FirstRunAfter;
import net.catraca.billing.run.FirstRunAfter.Interruptions;
import net.catraca.billing.run.FreshBankFiles;
import net.catraca.billing.run.FreshMoney;
import net.catraca.billing.run.LineSurvey;
import net.catraca.billing.run.MoneyFreshness;
import net.catraca.billing.run.NoticeGuard;
import net.catraca.billing.run.PlausibleReceipts;
import net.catraca.billing.run.PlausibleReceipts.Receipts;
import net.catraca.billing.run.RunGuard;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.run.RunTimes;
import net.catraca.billing.run.SentNotices;
import net.catraca.billing.run.UnmatchedPaymentGuard;
import net.catraca.billing.run.UnmatchedPaymentGuard.OpenBills;
import net.catraca.billing.run.UnmatchedPaymentGuard.PayerTaxIds;
import net.catraca.billing.run.UnmatchedPayments;
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
    RunGuard blastRadius(RunSettings settings) {
        return new BlastRadius(settings.blast());
    }

    @Singleton
    RunGuard freshMoney(List<MoneyFreshness> sources) {
        return new FreshMoney(sources);
    }

    @Singleton
    RunGuard firstRunAfter(Interruptions interruptions) {
        return new FirstRunAfter(interruptions);
    }

    @Singleton
    MoneyFreshness bankFiles(BankAgreements agreements, BankingCalendar banks) {
        return new FreshBankFiles(agreements, banks, Contract.DEFAULT_ZONE);
    }

    @Singleton
    MoneyFreshness feedsAlive(MoneyFeeds feeds, RunSettings settings, BankingCalendar banks) {
        return new FeedsAlive(feeds, settings.money().silence(), banks, Contract.DEFAULT_ZONE);
    }

    @Singleton
    MoneyFreshness bookedPix(UnbookedPix pix) {
        return new BookedPix(pix);
    }

    @Singleton
    MoneyFreshness plausibleReceipts(Receipts receipts, RunSettings settings, BankingCalendar banks) {
        return new PlausibleReceipts(receipts, settings.money(), banks, Contract.DEFAULT_ZONE);
    }

    @Singleton
    ContractGuard noticeGuard(SentNotices notices) {
        return new NoticeGuard(notices);
    }

    @Singleton
    ContractGuard unmatchedPaymentGuard(UnmatchedPayments payments, PayerTaxIds taxIds, OpenBills bills) {
        return new UnmatchedPaymentGuard(payments, taxIds, bills);
    }

    @Singleton
    ContractGuard claimedPaymentGuard(ClaimedPayments claims) {
        return new ClaimedPaymentGuard(claims);
    }

    /** Nothing to learn from, where nobody hears of sessions. */
    @Singleton
    @Requires(missingBeans = LineSurvey.class)
    LineSurvey noLines() {
        return _ -> {};
    }

    @Singleton
    RunTimes runTimes(RunSettings settings, RunCalendar calendar) {
        return new RunTimes(settings.times(), calendar, Contract.DEFAULT_ZONE);
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
    @Requires(missingBeans = JobSettings.class)
    JobSettings jobSettings() {
        return JobSettings.USUAL;
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
    SealedColumn noticeProviderSecrets() {
        return new SealedColumn("notice_provider", Purpose.NOTICE_PROVIDER);
    }

    @Singleton
    SealedColumn webhookSigningSecrets() {
        return new SealedColumn("webhook_endpoint", Purpose.WEBHOOK_SIGNING);
    }

    @Singleton
    @Requires(missingBeans = NoticeSettings.class)
    NoticeSettings noticeSettings() {
        return NoticeSettings.USUAL;
    }

    @Singleton
    Layouts bankLayouts() {
        return Layouts.bundled();
    }

    @Singleton
    LiveDirectory directory() {
        return new LiveDirectory();
    }

    @Singleton
    @Requires(missingBeans = LintLimits.class)
    LintLimits lintLimits() {
        return LintLimits.USUAL;
    }

    @Singleton
    @Requires(missingBeans = BillingRules.class)
    BillingRules billingRules() {
        return BillingRules.USUAL;
    }
}
