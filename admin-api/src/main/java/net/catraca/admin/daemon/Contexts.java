package net.catraca.admin.daemon;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.catraca.admin.notice.MailSettings;
import net.catraca.admin.outbound.OutboundSettings;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.calendar.LocalHolidays;
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.directory.DirectoryFile;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.JobSchedule.Daily;
import net.catraca.billing.job.JobSchedule.Every;
import net.catraca.billing.job.JobSchedule.Off;
import net.catraca.billing.job.JobSettings;
import net.catraca.billing.lint.LintLimits;
import net.catraca.billing.notice.NoticeSettings;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.secret.KeyFile;
import net.catraca.billing.secret.MalformedKeysException;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Migrations;
import net.catraca.radius.RadiusSettings;
import net.catraca.radius.accounting.JournalSettings;
import net.catraca.radius.dictionary.Problem;
import net.catraca.radius.dynauth.DynauthSettings;
import net.catraca.radius.dynauth.NasBudget;
import net.catraca.radius.dynauth.Retransmission;
import net.catraca.radius.reply.LoadedProfiles;
import net.catraca.radius.session.SessionSettings;

/**
 * Makes the application context from the settings and from nothing else: Micronaut reads no file and no variable of its
 * own. What the modules want from whoever assembles the daemon, they get here.
 */
public final class Contexts {

    private Contexts() {}

    /** With a database that answers: it is migrated first. */
    public static ApplicationContext start(Settings settings, DatabaseAccess database, Clock clock)
            throws StartFailure {
        ApplicationContext context = startUnmigrated(settings, database, clock);
        try {
            migrate(context);
            return context;
        } catch (StartFailure failed) {
            context.close();
            throw failed;
        }
    }

    static void migrate(ApplicationContext context) throws StartFailure {
        try {
            context.getBean(Migrations.class).migrate();
        } catch (Migrations.Failed failed) {
            throw new StartFailure(
                    "The database's tables cannot be brought to this release: " + failed.getMessage(), failed);
        }
    }

    /** With a database that may be away; the follower of the change feed migrates it when it is there. */
    static ApplicationContext startUnmigrated(Settings settings, DatabaseAccess database, Clock clock)
            throws StartFailure {
        LocalHolidays holidays = holidays(settings);
        BankingCalendar banks = new BankingCalendar(holidays);
        return builder(settings, database)
                .singletons(
                        settings,
                        clock,
                        secretKeys(settings),
                        profiles(settings),
                        radius(settings),
                        journal(settings),
                        sessions(settings),
                        dynauth(settings),
                        holidays,
                        banks,
                        runCalendar(settings, banks),
                        runSettings(settings),
                        lintLimits(settings),
                        billingRules(settings),
                        notices(settings),
                        mail(settings),
                        outbound(settings),
                        jobs(settings),
                        directoryCopy(settings))
                .start();
    }

    /** Of what works on the database alone: no secret is opened in it, and no packet answered. */
    static ApplicationContext ofDatabase(Settings settings, DatabaseAccess database, Clock clock) {
        return builder(settings, database).singletons(settings, clock).start();
    }

    private static ApplicationContextBuilder builder(Settings settings, DatabaseAccess database) {
        return ApplicationContext.builder()
                .deduceEnvironment(false)
                .deduceCloudEnvironment(false)
                .environmentPropertySource(false)
                .banner(false)
                .properties(ContextProperties.of(settings, database));
    }

    static DirectoryFile directoryCopy(Settings settings) {
        return new DirectoryFile(directoryFile(settings));
    }

    /** What a start without the database serves from; each database has its own. */
    static Path directoryFile(Settings settings) {
        return settings.path(Schema.DATA)
                .resolve(settings.mode() == Mode.DEMO ? "demo-directory.sealed" : "directory.sealed");
    }

    /** Where the journal is unless a person says otherwise. */
    static Path usualJournalFolder(Settings settings) {
        return settings.path(Schema.DATA).resolve("journal");
    }

    private static JournalSettings journal(Settings settings) {
        return JournalSettings.of(
                settings.find(Schema.JOURNAL_FOLDER)
                        .map(folder -> settings.home().resolve(folder).normalize())
                        .orElseGet(() -> usualJournalFolder(settings)),
                settings.get(Schema.NODE),
                (long) settings.get(Schema.JOURNAL_MOST_MEBIBYTES) << 20);
    }

    private static SessionSettings sessions(Settings settings) {
        return new SessionSettings(
                settings.get(Schema.NODE),
                settings.get(Schema.ZONE),
                settings.get(Schema.MISSED_INTERIMS),
                settings.get(Schema.RETENTION_SESSION_MONTHS),
                settings.get(Schema.RETENTION_USAGE_MONTHS),
                settings.get(Schema.RETENTION_RECORD_DAYS));
    }

    /** Vendor profiles and dictionaries; what is wrong with them is told line by line. */
    static LoadedProfiles profiles(Settings settings) throws StartFailure {
        return switch (LoadedProfiles.open(settings.configFolder())) {
            case LoadedProfiles.Opening.Opened(LoadedProfiles profiles) -> profiles;
            case LoadedProfiles.Opening.Refused(List<Problem> problems) ->
                throw new StartFailure(problems.stream()
                        .map(Problem::toString)
                        .collect(Collectors.joining("\n", "Vendor profiles or dictionaries are not in order:\n", "")));
        };
    }

    /** Those of states and cities; none where there is no file. */
    private static LocalHolidays holidays(Settings settings) throws StartFailure {
        LocalHolidays holidays = new LocalHolidays();
        List<String> problems = HolidayFile.read(settings.configFolder(), holidays);
        if (problems.isEmpty()) {
            return holidays;
        }
        throw new StartFailure(String.join("\n", problems));
    }

    private static RunCalendar runCalendar(Settings settings, BankingCalendar banks) {
        return switch (settings.get(Schema.RUN_DAYS)) {
            case CAREFUL -> RunCalendar.careful(banks);
            case BANKING_DAYS -> new RunCalendar(banks, Set.of(), true);
        };
    }

    private static BillingRules billingRules(Settings settings) {
        return new BillingRules(
                null,
                settings.get(Schema.OPEN_LIMIT),
                settings.get(Schema.LEAST_DAYS_TO_PAY),
                settings.get(Schema.FINE_BASIS_POINTS),
                settings.get(Schema.INTEREST_BASIS_POINTS),
                0L,
                0);
    }

    private static NoticeSettings notices(Settings settings) throws StartFailure {
        int from = settings.get(Schema.NOTICE_FROM_HOUR);
        int until = settings.get(Schema.NOTICE_UNTIL_HOUR);
        if (from >= until) {
            throw new StartFailure("catraca.notices.until-hour: expected an hour after from-hour, was " + until);
        }
        return new NoticeSettings(
                from,
                until,
                settings.get(Schema.NOTICE_DAYS) == Schema.NoticeDays.EVERY_DAY,
                settings.get(Schema.NOTICE_SENDER),
                settings.find(Schema.NOTICE_BILL_LINK).orElse(null));
    }

    private static MailSettings mail(Settings settings) throws StartFailure {
        var host = settings.find(Schema.SMTP_HOST).orElse(null);
        var from = settings.find(Schema.SMTP_FROM).orElse(null);
        if (host != null && (from == null || from.indexOf('@') < 1)) {
            throw new StartFailure("catraca.notices.smtp-from: expected the address that e-mails come from");
        }
        return new MailSettings(
                host,
                settings.get(Schema.SMTP_PORT),
                settings.get(Schema.SMTP_SECURITY),
                settings.find(Schema.SMTP_USER).orElse(null),
                settings.find(Schema.SMTP_PASSWORD).orElse(null),
                from,
                settings.get(Schema.NOTICE_SENDER),
                Duration.ofSeconds(settings.get(Schema.SMTP_PATIENCE_SECONDS)));
    }

    private static OutboundSettings outbound(Settings settings) {
        return new OutboundSettings(
                settings.mode() == Mode.DEMO || settings.get(Schema.OUTBOUND_LOCAL) == Schema.OutboundLocal.ALLOW,
                Duration.ofSeconds(settings.get(Schema.OUTBOUND_PATIENCE_SECONDS)));
    }

    private static RunSettings runSettings(Settings settings) {
        var blast = new RunSettings.Blast(
                settings.get(Schema.RUN_APPROVE_PER_CENT),
                settings.get(Schema.RUN_APPROVE_PLACE_PER_CENT),
                settings.get(Schema.RUN_APPROVE_MULTIPLE),
                settings.get(Schema.RUN_APPROVE_FLOOR),
                settings.get(Schema.RUN_APPROVE_PLACE_FLOOR));
        var money = new RunSettings.Money(
                Duration.ofHours(settings.get(Schema.RUN_SILENCE_HOURS)),
                settings.get(Schema.RUN_PLAUSIBLE_PER_CENT),
                RunSettings.Money.CAREFUL.floorCents());
        return new RunSettings(blast, money, settings.mode() == Mode.DEMO ? RunSettings.Times.ANY : runTimes(settings));
    }

    private static LintLimits lintLimits(Settings settings) {
        return new LintLimits(
                settings.get(Schema.LINT_PAID_UNTIL_CEILING_DAYS),
                settings.get(Schema.LINT_UNPAID_DAYS),
                settings.get(Schema.LINT_BLOCKED_DAYS),
                LintLimits.USUAL.prepaidUnissuedDays(),
                LintLimits.USUAL.postpaidUnissuedDays());
    }

    private static JobSettings jobs(Settings settings) {
        var schedules = new HashMap<String, JobSchedule>();
        Schema.JOBS.forEach((name, setting) -> schedules.put(
                name,
                switch (settings.get(setting)) {
                    case Daily daily -> new Daily(daily.times(), settings.get(Schema.ZONE));
                    case Every every -> every;
                    case Off off -> off;
                }));
        return new JobSettings(settings.get(Schema.NODE), schedules);
    }

    private static RunSettings.Times runTimes(Settings settings) {
        int until = settings.get(Schema.RUN_UNTIL_HOUR);
        return new RunSettings.Times(
                true,
                LocalTime.of(settings.get(Schema.RUN_FROM_HOUR), 0),
                until == 24 ? LocalTime.MAX : LocalTime.of(until, 0));
    }

    private static SecretKeys secretKeys(Settings settings) throws StartFailure {
        try {
            return settings.find(Schema.SECRET_KEYS)
                    .map(text -> SecretKeys.parse(Schema.SECRET_KEYS.variable(), text))
                    .orElseGet(() -> inFile(settings));
        } catch (MalformedKeysException | UncheckedIOException unusable) {
            throw new StartFailure(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    /** A file that an operator names must be there: making another would lock out every subscriber. */
    private static SecretKeys inFile(Settings settings) {
        Path ours = settings.path(Schema.DATA).resolve("secret.keys");
        return settings.find(Schema.SECRET_KEY_FILE)
                .map(file -> KeyFile.read(settings.home().resolve(file).normalize()))
                .orElseGet(() -> KeyFile.readOrCreate(ours));
    }

    private static RadiusSettings radius(Settings settings) {
        List<InetAddress> listen = Ports.radiusAddresses(settings);
        List<String> addresses = listen.isEmpty()
                ? List.of("*")
                : listen.stream().map(InetAddress::getHostAddress).toList();
        RadiusSettings usual = RadiusSettings.defaults()
                .listeningOn(addresses, settings.get(Schema.RADIUS_AUTH_PORT), settings.get(Schema.RADIUS_ACCT_PORT));
        int loops = settings.get(Schema.RADIUS_LOOPS);
        return loops == 0 ? usual : usual.withLoops(loops);
    }

    private static DynauthSettings dynauth(Settings settings) {
        int first = settings.get(Schema.COA_RETRY_MILLIS);
        int patience = settings.get(Schema.COA_PATIENCE_MILLIS);
        var usual = NasBudget.USUAL;
        return new DynauthSettings(
                settings.find(Schema.COA_SOURCE).orElse(null),
                new Retransmission(
                        first,
                        Math.max(first, settings.get(Schema.COA_RETRY_MOST_MILLIS)),
                        settings.get(Schema.COA_RETRIES),
                        Math.max(first, patience)),
                new NasBudget(
                        settings.get(Schema.COA_RATE),
                        settings.get(Schema.COA_WINDOW),
                        usual.canary(),
                        usual.coaAttempts(),
                        usual.disconnectAttempts()));
    }
}
