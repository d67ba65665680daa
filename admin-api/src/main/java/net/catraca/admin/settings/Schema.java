package net.catraca.admin.settings;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.admin.notice.MailSettings;
import net.catraca.admin.settings.SettingType.Address;
import net.catraca.admin.settings.SettingType.Addresses;
import net.catraca.admin.settings.SettingType.Choice;
import net.catraca.admin.settings.SettingType.FilePath;
import net.catraca.admin.settings.SettingType.JdbcUrl;
import net.catraca.admin.settings.SettingType.Schedule;
import net.catraca.admin.settings.SettingType.Text;
import net.catraca.admin.settings.SettingType.WholeNumber;
import net.catraca.admin.settings.SettingType.Zone;
import net.catraca.billing.job.JobSchedule;

/**
 * Every setting there is. The reader refuses what is not here, and docs/configuration.md is written from here; a new
 * setting needs a constant, its line in a section and a comment in config/catraca.yml (a test says so).
 */
public final class Schema {

    private static final WholeNumber PORT = new WholeNumber(0, 65535);

    public static final Setting<Path> DATA = new Setting<>(
            "catraca.data",
            new FilePath("folder"),
            "data",
            false,
            "Where Catraca keeps what must survive a restart: the embedded PostgreSQL, keys, the accounting journal."
                    + " One daemon per folder. A relative path lies below Catraca's own folder.");

    public static final Setting<ZoneId> ZONE = new Setting<>(
            "catraca.zone",
            new Zone(),
            "America/Sao_Paulo",
            false,
            "The zone of new contracts, of the demo's \"today\" and of times on screens. Days of billing are days of the"
                    + " contract's own zone.");

    public static final Setting<Integer> NODE = new Setting<>(
            "catraca.node",
            new WholeNumber(1, Short.MAX_VALUE),
            "1",
            false,
            "Number of this node: another one for each daemon that shares the database. It is part of every accounting"
                    + " record's number, so it stays as long as the journal's folder does.");

    public static final Setting<Path> JOURNAL_FOLDER = new Setting<>(
            "catraca.journal.folder",
            new FilePath("folder"),
            null,
            false,
            "Where accounting records rest, forced to the disk, from their acknowledgement until PostgreSQL has them."
                    + " Without it: journal in the data folder. A disk of its own makes answers faster; it must be one"
                    + " that survives the machine. Never copy this folder to another node.");

    public static final Setting<Integer> JOURNAL_MOST_MEBIBYTES = new Setting<>(
            "catraca.journal.most-mebibytes",
            new WholeNumber(64, 1 << 20),
            "4096",
            false,
            "Size at which the journal is full: accounting then gets no answer, and routers keep their records. A record"
                    + " takes about 400 octets, so the default holds ten million, which 50,000 sessions with an interim"
                    + " update every five minutes send in 16 hours.");

    public static final Setting<Addresses.Listen> RADIUS_ADDRESSES = new Setting<>(
            "catraca.radius.addresses",
            new Addresses(),
            "all",
            false,
            "Local addresses to listen on for RADIUS. Each is bound by itself, so that an answer leaves from the"
                    + " address that was asked. The demo listens on 127.0.0.1 and ::1 only.");

    public static final Setting<Integer> RADIUS_AUTH_PORT = new Setting<>(
            "catraca.radius.auth-port",
            PORT,
            "1812",
            false,
            "UDP port of authentication. 0 picks a free one and logs it.");

    public static final Setting<Integer> RADIUS_ACCT_PORT = new Setting<>(
            "catraca.radius.acct-port", PORT, "1813", false, "UDP port of accounting. 0 picks a free one and logs it.");

    public static final Setting<Integer> RADIUS_LOOPS = new Setting<>(
            "catraca.radius.loops",
            new WholeNumber(0, 64),
            "0",
            false,
            "Event loops, each with a socket of its own. 0 is one per processor, and right unless measured otherwise.");

    public static final Setting<Integer> MISSED_INTERIMS = new Setting<>(
            "catraca.sessions.missed-interims",
            new WholeNumber(2, 100),
            "3",
            false,
            "A session of which so many interim updates in a row did not come counts as ended, with that cause. Only"
                    + " where any are sent; an outage of Catraca is no silence of the router.");

    public static final Setting<Integer> RETENTION_SESSION_MONTHS = new Setting<>(
            "catraca.retention.session-months",
            new WholeNumber(1, 240),
            "13",
            false,
            "Whole months for which ended sessions (who had which address, from when to when) are kept. Brazil's Lei"
                    + " 12.965/2014 wants connection logs for one year.");

    public static final Setting<Integer> RETENTION_USAGE_MONTHS = new Setting<>(
            "catraca.retention.usage-months",
            new WholeNumber(1, 240),
            "25",
            false,
            "Whole months for which daily usage is kept: enough to compare a month with that of the year before.");

    public static final Setting<Integer> RETENTION_RECORD_DAYS = new Setting<>(
            "catraca.retention.record-days",
            new WholeNumber(1, 3650),
            "7",
            false,
            "Days for which accounting records are kept as routers sent them, to look into a dispute or a defect. They"
                    + " are by far the largest table.");

    public static final Setting<InetAddress> COA_SOURCE = new Setting<>(
            "catraca.radius.coa-source",
            new Address(),
            null,
            false,
            "The one local address that CoA and Disconnect are sent from, where routers take them from that one only."
                    + " Left out, the route to the router decides.");

    public static final Setting<Integer> COA_RETRY_MILLIS = new Setting<>(
            "catraca.radius.coa-retry-millis",
            new WholeNumber(100, 10_000),
            "1000",
            false,
            "After how many milliseconds an unanswered CoA or Disconnect is sent again (RFC 5080's IRT); twice as long"
                    + " each time.");

    public static final Setting<Integer> COA_RETRY_MOST_MILLIS = new Setting<>(
            "catraca.radius.coa-retry-most-millis",
            new WholeNumber(100, 60_000),
            "8000",
            false,
            "The longest time between two transmissions (RFC 5080's MRT).");

    public static final Setting<Integer> COA_RETRIES = new Setting<>(
            "catraca.radius.coa-retries",
            new WholeNumber(0, 20),
            "4",
            false,
            "How often a request is sent again at most (RFC 5080's MRC).");

    public static final Setting<Integer> COA_PATIENCE_MILLIS = new Setting<>(
            "catraca.radius.coa-patience-millis",
            new WholeNumber(1_000, 30_000),
            "15000",
            false,
            "After which nobody waits for an answer any longer (RFC 5080's MRD).");

    public static final Setting<Integer> COA_RATE = new Setting<>(
            "catraca.radius.coa-rate",
            new WholeNumber(1, 10_000),
            "100",
            false,
            "CoA and Disconnect a second to one NAS, unless it has a rate of its own. A quarter is kept for restores.");

    public static final Setting<Integer> COA_WINDOW = new Setting<>(
            "catraca.radius.coa-window",
            new WholeNumber(2, 1_024),
            "32",
            false,
            "CoA and Disconnect to one NAS that may wait for answers at once, unless it has a window of its own.");

    public static final Setting<Addresses.Listen> HTTP_ADDRESSES = new Setting<>(
            "catraca.http.addresses",
            new Addresses(),
            "all",
            false,
            "Local address of the admin API and console: \"all\" or exactly one. It speaks plain HTTP: put a proxy with"
                    + " TLS before it where the network is not yours. The demo listens on 127.0.0.1 only.");

    public static final Setting<Integer> HTTP_PORT = new Setting<>(
            "catraca.http.port",
            PORT,
            "8080",
            false,
            "TCP port of the admin API, console, /health and /prometheus. 0 picks a free one and logs it.");

    public static final Setting<String> DB_URL = new Setting<>(
            "catraca.db.url",
            new JdbcUrl(),
            null,
            false,
            "A PostgreSQL 14 or newer of your own. Without it Catraca runs an embedded PostgreSQL 17 in its data"
                    + " folder. The database must exist and belong to the user; Catraca makes and migrates its tables.");

    public static final Setting<String> DB_USER =
            new Setting<>("catraca.db.user", new Text(63), null, false, "User of that PostgreSQL.");

    public static final Setting<String> DB_PASSWORD = new Setting<>(
            "catraca.db.password",
            new Text(1000),
            null,
            true,
            "Password of that user. Better given by the environment than in a file that people copy.");

    public static final Setting<Integer> DB_POOL = new Setting<>(
            "catraca.db.pool",
            new WholeNumber(2, 100),
            "10",
            false,
            "Most connections to PostgreSQL at a time. Requests of people and jobs wait for one; packets need none.");

    public static final Setting<Integer> DB_WAIT_SECONDS = new Setting<>(
            "catraca.db.wait-seconds",
            new WholeNumber(0, 86400),
            "60",
            false,
            "How long a start waits for a PostgreSQL that does not answer yet, before it gives up.");

    public static final Setting<Integer> POSTGRES_PORT = new Setting<>(
            "catraca.postgres.port",
            PORT,
            "0",
            false,
            "TCP port of the embedded PostgreSQL, on 127.0.0.1 only. 0 picks a free one at the first start and keeps it.");

    public static final Setting<Integer> POSTGRES_WAIT_SECONDS = new Setting<>(
            "catraca.postgres.wait-seconds",
            new WholeNumber(5, 86400),
            "600",
            false,
            "How long a start waits for the embedded PostgreSQL. After a power cut it first replays what it had not yet"
                    + " written, which can take minutes; Catraca says so while it waits.");

    public static final Setting<Path> SECRET_KEY_FILE = new Setting<>(
            "catraca.secret.key-file",
            new FilePath("file"),
            null,
            false,
            "File of the keys that seal subscribers' passwords and NAS secrets. Without it: secret.keys in the data"
                    + " folder, made at the first start. Keep a copy apart from the database's backups.");

    public static final Setting<String> SECRET_KEYS = new Setting<>(
            "catraca.secret.keys",
            new Text(10_000),
            null,
            true,
            "The keys themselves, instead of a file: for the environment of a container. Entries as in the file,"
                    + " between spaces.");

    public static final Setting<Path> PAYMENTS_INBOX = new Setting<>(
            "catraca.payments.inbox",
            new FilePath("folder"),
            null,
            false,
            "Folder that this node looks into for files of banks, every ten seconds. It holds a folder for each"
                    + " agreement, of its name; what was taken is moved to done below it, what was refused to failed."
                    + " Without it files come by the API alone.");

    public static final Setting<Integer> OPEN_LIMIT = new Setting<>(
            "catraca.receivables.open-limit",
            new WholeNumber(1, 1000),
            "6",
            false,
            "With so many open recurring receivables a contract gets no further one, unless its plan or it says"
                    + " otherwise.");

    public static final Setting<Integer> LEAST_DAYS_TO_PAY = new Setting<>(
            "catraca.receivables.least-days-to-pay",
            new WholeNumber(0, 365),
            "5",
            false,
            "Days from the issue of a generated receivable to its due date at least.");

    public static final Setting<Integer> FINE_BASIS_POINTS = new Setting<>(
            "catraca.receivables.fine-basis-points",
            new WholeNumber(0, 200),
            "200",
            false,
            "Fine for paying late, once, in hundredths of a per cent. It is shown, and never blocks.");

    public static final Setting<Integer> INTEREST_BASIS_POINTS = new Setting<>(
            "catraca.receivables.interest-basis-points",
            new WholeNumber(0, 100),
            "100",
            false,
            "Interest for thirty days, by days, in hundredths of a per cent. It is shown, and never blocks.");

    /** On which days runs may tighten. */
    public enum RunDays {
        CAREFUL,
        BANKING_DAYS
    }

    public static final Setting<RunDays> RUN_DAYS = new Setting<>(
            "catraca.runs.days",
            new Choice<>(RunDays.class),
            "careful",
            false,
            "On which days runs may tighten and releases end: \"careful\" is not on Fridays, weekends, holidays and their"
                    + " eves; \"banking-days\" is every day on which banks work. Local holidays stand in holidays.txt"
                    + " beside catraca.yml.");

    public static final Setting<Integer> RUN_FROM_HOUR = new Setting<>(
            "catraca.runs.from-hour",
            new WholeNumber(0, 23),
            "6",
            false,
            "First hour, in Brasília's time, at which a run may commit.");

    public static final Setting<Integer> RUN_UNTIL_HOUR = new Setting<>(
            "catraca.runs.until-hour",
            new WholeNumber(1, 24),
            "16",
            false,
            "First hour at which it no longer may: who is cut off must be able to pay and to call on the same day.");

    public static final Setting<Integer> RUN_APPROVE_PER_CENT = new Setting<>(
            "catraca.runs.approve-above-per-cent",
            new WholeNumber(0, 100),
            "3",
            false,
            "A run of more of all active contracts needs a second person.");

    public static final Setting<Integer> RUN_APPROVE_PLACE_PER_CENT = new Setting<>(
            "catraca.runs.approve-above-place-per-cent",
            new WholeNumber(0, 100),
            "10",
            false,
            "So does one of more of the contracts behind one NAS or in one region.");

    public static final Setting<Integer> RUN_APPROVE_MULTIPLE = new Setting<>(
            "catraca.runs.approve-above-multiple",
            new WholeNumber(1, 1000),
            "3",
            false,
            "So does one of more than so many times what is usual for those who fall due on that day of the month.");

    public static final Setting<Integer> RUN_APPROVE_FLOOR = new Setting<>(
            "catraca.runs.approve-floor",
            new WholeNumber(0, 1_000_000),
            "50",
            false,
            "A run of no more contracts never needs one for its size.");

    public static final Setting<Integer> RUN_APPROVE_PLACE_FLOOR = new Setting<>(
            "catraca.runs.approve-place-floor",
            new WholeNumber(0, 1_000_000),
            "20",
            false,
            "The same for the contracts behind one NAS or in one region.");

    public static final Setting<Integer> RUN_SILENCE_HOURS = new Setting<>(
            "catraca.runs.feed-silence-hours",
            new WholeNumber(1, 720),
            "24",
            false,
            "After so many hours of silence a feed of money that speaks about daily (Pix, the ERP) is taken for dead, and"
                    + " a run needs a second person.");

    public static final Setting<Integer> RUN_PLAUSIBLE_PER_CENT = new Setting<>(
            "catraca.runs.plausible-per-cent",
            new WholeNumber(0, 100),
            "50",
            false,
            "What was received of the last banking days' due amounts must be so many per cent of what is usual; else a run"
                    + " needs a second person.");

    public static final Setting<Integer> LINT_PAID_UNTIL_CEILING_DAYS = new Setting<>(
            "catraca.lint.paid-until-ceiling-days",
            new WholeNumber(1, 3650),
            "400",
            false,
            "Paid-until that lies more days ahead is a finding: most likely a year was typed wrongly.");

    public static final Setting<Integer> LINT_UNPAID_DAYS = new Setting<>(
            "catraca.lint.unpaid-days",
            new WholeNumber(1, 3650),
            "60",
            false,
            "A contract that no run has restricted though its debt is due for so many days is a finding.");

    public static final Setting<Integer> LINT_BLOCKED_DAYS = new Setting<>(
            "catraca.lint.blocked-days",
            new WholeNumber(1, 3650),
            "60",
            false,
            "A contract that is blocked for more days is a finding, and a candidate for cancellation.");

    public static final Setting<String> NOTICE_SENDER = new Setting<>(
            "catraca.notices.sender",
            new Text(60),
            "Catraca",
            false,
            "What the ISP is called in notices to its customers, and in the From of e-mails.");

    public static final Setting<String> NOTICE_BILL_LINK = new Setting<>(
            "catraca.notices.bill-link",
            new Text(500),
            null,
            false,
            "Where a customer sees and pays a bill: an address with {receivable}, {contract} or {externalId} in it. Without"
                    + " it notices have no link.");

    public static final Setting<Integer> NOTICE_FROM_HOUR = new Setting<>(
            "catraca.notices.from-hour",
            new WholeNumber(0, 23),
            "8",
            false,
            "First hour, in the contract's zone, at which notices go out.");

    public static final Setting<Integer> NOTICE_UNTIL_HOUR = new Setting<>(
            "catraca.notices.until-hour",
            new WholeNumber(1, 24),
            "20",
            false,
            "First hour at which they no longer do.");

    /** On which days notices go out. */
    public enum NoticeDays {
        NO_SUNDAYS_AND_HOLIDAYS,
        EVERY_DAY
    }

    public static final Setting<NoticeDays> NOTICE_DAYS = new Setting<>(
            "catraca.notices.days",
            new Choice<>(NoticeDays.class),
            "no-sundays-and-holidays",
            false,
            "On which days notices go out. A reminder whose day is none of them goes out before it, a notice of something"
                    + " overdue after it.");

    public static final Setting<String> SMTP_HOST = new Setting<>(
            "catraca.notices.smtp-host",
            new Text(253),
            null,
            false,
            "SMTP server that takes our e-mail. Without it no notice goes by e-mail.");

    public static final Setting<Integer> SMTP_PORT =
            new Setting<>("catraca.notices.smtp-port", new WholeNumber(1, 65535), "587", false, "Its port.");

    public static final Setting<MailSettings.Security> SMTP_SECURITY = new Setting<>(
            "catraca.notices.smtp-security",
            new Choice<>(MailSettings.Security.class),
            "starttls",
            false,
            "How the conversation is encrypted: \"starttls\" (and not at all without it), \"tls\" from its beginning (port"
                    + " 465), \"none\" for a relay on this machine. The server's certificate must be of its name.");

    public static final Setting<String> SMTP_USER =
            new Setting<>("catraca.notices.smtp-user", new Text(254), null, false, "User there; none when left out.");

    public static final Setting<String> SMTP_PASSWORD = new Setting<>(
            "catraca.notices.smtp-password",
            new Text(1000),
            null,
            true,
            "Password of that user. Better given by the environment than in a file that people copy.");

    public static final Setting<String> SMTP_FROM = new Setting<>(
            "catraca.notices.smtp-from",
            new Text(254),
            null,
            false,
            "Address that e-mails come from, and that bounces go to. Needed with the server.");

    public static final Setting<Integer> SMTP_PATIENCE_SECONDS = new Setting<>(
            "catraca.notices.smtp-patience-seconds",
            new WholeNumber(1, 120),
            "20",
            false,
            "How long each step of the conversation may take.");

    /** Whether requests to others may go to this machine. */
    public enum OutboundLocal {
        REFUSE,
        ALLOW
    }

    public static final Setting<OutboundLocal> OUTBOUND_LOCAL = new Setting<>(
            "catraca.outbound.local",
            new Choice<>(OutboundLocal.class),
            "refuse",
            false,
            "Whether webhooks and providers of SMS may be this machine or a link-local address, where clouds keep their"
                    + " metadata. Private networks are always allowed. The demo allows it.");

    public static final Setting<Integer> OUTBOUND_PATIENCE_SECONDS = new Setting<>(
            "catraca.outbound.patience-seconds",
            new WholeNumber(1, 60),
            "10",
            false,
            "How long the whole exchange of one webhook or one SMS may take.");

    /**
     * When each job runs, by its name. A job that a module brings gets its line here; a test says so, and that the default
     * is the job's own schedule.
     */
    public static final Map<String, Setting<JobSchedule>> JOBS = jobs(
            job(
                    "access-run",
                    "off",
                    "The access run over all contracts: preview, and commit where no guard objects; "
                            + "else it awaits a person. Only on the days and at the hours of catraca.runs. Off "
                            + "until you say when, such as 09:00."),
            job("generate-receivables", "03:00", "Generates the recurring receivables that are due."),
            job("use-credit", "04:00", "Lets credit of earlier releases pay what is owed."),
            job("break-agreements", "04:30", "Breaks agreements whose instalments are late for too long."),
            job(
                    "cancel-suggestions",
                    "05:30",
                    "Lists blocked contracts that are late for so long that their policy suggests to "
                            + "cancel them. Cancels none."),
            job("send-notices", "every 1m", "Sends the notices that are due."),
            job("lint", "05:00", "Looks through the books for what is wrong in them."),
            job("forget-webhook-events", "03:40", "Drops events of webhooks that nobody will ask for any more."),
            job(
                    "scan-inbox",
                    "every 10s",
                    "Looks into catraca.payments.inbox for files of banks, on each node that has one."),
            job("book-pix", "every 10s", "Books Pix that were told and could not be booked at once."),
            job(
                    "release-ends",
                    "every 10m",
                    "Declares a freeze where the clock would restrict too many, or any while money is stale."),
            job(
                    "resume-proposals",
                    "every 10m",
                    "Goes on with approved proposals that were interrupted, and drops what is left a day later."),
            job(
                    "session-history",
                    "every 10m",
                    "Moves ended sessions to the history, and drops what is older than " + "catraca.retention keeps."));

    private static Setting<JobSchedule> job(String name, String byDefault, String description) {
        return new Setting<>("catraca.jobs." + name, new Schedule(), byDefault, false, description);
    }

    @SafeVarargs
    private static Map<String, Setting<JobSchedule>> jobs(Setting<JobSchedule>... all) {
        var byName = new LinkedHashMap<String, Setting<JobSchedule>>();
        for (var setting : all) {
            byName.put(setting.key().substring("catraca.jobs.".length()), setting);
        }
        return Collections.unmodifiableMap(byName);
    }

    /** How log lines look. */
    public enum LogFormat {
        TEXT,
        JSON
    }

    /** From which severity on events are logged. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    public static final Setting<LogFormat> LOG_FORMAT = new Setting<>(
            "catraca.log.format",
            new Choice<>(LogFormat.class),
            "text",
            false,
            "\"text\" is for people, one line an event; \"json\" for collectors, one object a line. Both to standard"
                    + " output.");

    public static final Setting<LogLevel> LOG_LEVEL = new Setting<>(
            "catraca.log.level",
            new Choice<>(LogLevel.class),
            "info",
            false,
            "Least severity that is logged for Catraca's own events; libraries stay at warn.");

    /** Settings that belong together, in the order in which a person meets them. */
    public record Section(String title, String introduction, List<Setting<?>> settings) {
        public Section {
            settings = List.copyOf(settings);
        }
    }

    public static final List<Section> SECTIONS = List.of(
            new Section("Place", "Where Catraca lives.", List.of(DATA, ZONE, NODE)),
            new Section(
                    "RADIUS",
                    "How routers reach Catraca. NASes themselves (address, secret, vendor) are data: see the admin API.",
                    List.of(RADIUS_ADDRESSES, RADIUS_AUTH_PORT, RADIUS_ACCT_PORT, RADIUS_LOOPS)),
            new Section(
                    "Accounting journal",
                    "What makes an acknowledged accounting record survive a crash, and PostgreSQL's absence.",
                    List.of(JOURNAL_FOLDER, JOURNAL_MOST_MEBIBYTES)),
            new Section(
                    "Sessions",
                    "How long what routers report is kept, and when silence is an end.",
                    List.of(MISSED_INTERIMS, RETENTION_SESSION_MONTHS, RETENTION_USAGE_MONTHS, RETENTION_RECORD_DAYS)),
            new Section(
                    "CoA and Disconnect",
                    "How live sessions are changed. Port, rate and window of single NASes are data.",
                    List.of(
                            COA_SOURCE,
                            COA_RETRY_MILLIS,
                            COA_RETRY_MOST_MILLIS,
                            COA_RETRIES,
                            COA_PATIENCE_MILLIS,
                            COA_RATE,
                            COA_WINDOW)),
            new Section("HTTP", "How people and billing jobs reach it.", List.of(HTTP_ADDRESSES, HTTP_PORT)),
            new Section(
                    "Database",
                    "PostgreSQL is the truth. Leave all of it out to run the embedded one.",
                    List.of(DB_URL, DB_USER, DB_PASSWORD, DB_POOL, DB_WAIT_SECONDS)),
            new Section(
                    "Embedded PostgreSQL",
                    "Only read when catraca.db.url is not set.",
                    List.of(POSTGRES_PORT, POSTGRES_WAIT_SECONDS)),
            new Section(
                    "Secrets",
                    "What subscribers' passwords and NAS secrets are sealed with. All nodes need the same.",
                    List.of(SECRET_KEY_FILE, SECRET_KEYS)),
            new Section(
                    "Receivables",
                    "What holds for generated receivables where neither contract nor plan says otherwise."
                            + " docs/receivables.md explains them.",
                    List.of(OPEN_LIMIT, LEAST_DAYS_TO_PAY, FINE_BASIS_POINTS, INTEREST_BASIS_POINTS)),
            new Section("Payments", "Where news of money comes from, besides the API.", List.of(PAYMENTS_INBOX)),
            new Section(
                    "Access runs",
                    "When runs may commit, and when a second person must approve one. docs/runs.md explains them. The demo"
                            + " has no days and hours.",
                    List.of(
                            RUN_DAYS,
                            RUN_FROM_HOUR,
                            RUN_UNTIL_HOUR,
                            RUN_APPROVE_PER_CENT,
                            RUN_APPROVE_PLACE_PER_CENT,
                            RUN_APPROVE_MULTIPLE,
                            RUN_APPROVE_FLOOR,
                            RUN_APPROVE_PLACE_FLOOR,
                            RUN_SILENCE_HOURS,
                            RUN_PLAUSIBLE_PER_CENT)),
            new Section(
                    "Lint",
                    "What is worth a look; docs/lint.md explains it.",
                    List.of(LINT_PAID_UNTIL_CEILING_DAYS, LINT_UNPAID_DAYS, LINT_BLOCKED_DAYS)),
            new Section(
                    "Notices",
                    "How customers are told of their debts. docs/notices.md explains schedules, words and providers.",
                    List.of(
                            NOTICE_SENDER,
                            NOTICE_BILL_LINK,
                            NOTICE_DAYS,
                            NOTICE_FROM_HOUR,
                            NOTICE_UNTIL_HOUR,
                            SMTP_HOST,
                            SMTP_PORT,
                            SMTP_SECURITY,
                            SMTP_USER,
                            SMTP_PASSWORD,
                            SMTP_FROM,
                            SMTP_PATIENCE_SECONDS)),
            new Section(
                    "Requests to others",
                    "Of webhooks and providers of SMS.",
                    List.of(OUTBOUND_LOCAL, OUTBOUND_PATIENCE_SECONDS)),
            new Section(
                    "Jobs",
                    "When what runs by itself does so, once across all nodes; docs/jobs.md explains them. Times are of"
                            + " catraca.zone. All nodes need the same.",
                    List.copyOf(JOBS.values())),
            new Section("Log", "", List.of(LOG_FORMAT, LOG_LEVEL)));

    public static final List<Setting<?>> ALL = SECTIONS.stream()
            .<Setting<?>>flatMap(section -> section.settings().stream())
            .toList();

    /** The password of the database that "catraca import freeradius" reads. */
    public static final String IMPORT_PASSWORD = "CATRACA_IMPORT_PASSWORD";

    /** Environment variables that begin like settings and are none: the launcher's, and one of a command. */
    static final Set<String> LAUNCHER_VARIABLES =
            Set.of("CATRACA_CONFIG", "CATRACA_HOME", "CATRACA_JAVA_OPTS", IMPORT_PASSWORD);

    private Schema() {}
}
