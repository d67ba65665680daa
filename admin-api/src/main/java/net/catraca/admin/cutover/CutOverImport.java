package net.catraca.admin.cutover;

import static net.catraca.admin.cutover.CutOverReport.Result.CREATED;
import static net.catraca.admin.cutover.CutOverReport.Result.REFUSED;
import static net.catraca.admin.cutover.CutOverReport.Result.UNCHANGED;
import static net.catraca.admin.cutover.CutOverReport.Result.UPDATED;
import static net.catraca.admin.cutover.CutOverReport.Result.WAITING;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Password;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpRow;
import net.catraca.billing.erp.ErpRow.StatusWord;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.CutOver;
import net.catraca.billing.office.ErpBulk;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.office.Problem;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.radius.auth.ImportedHash;
import net.catraca.radius.nas.NasDraft;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.office.AdoptedSessions;
import net.catraca.radius.office.Nases;
import org.jspecify.annotations.Nullable;

/**
 * Imports from the system of before, table by table, some hundred rows in a transaction: what was interrupted is simply
 * run again. A dry run does the same within one transaction, which is taken back.
 */
@Singleton
@Requires(beans = Nases.class)
public final class CutOverImport {

    private final ErpBulk bulk;
    private final CutOver cutOver;
    private final AdoptedSessions sessions;
    private final Nases nases;
    private final Clock clock;

    CutOverImport(ErpBulk bulk, CutOver cutOver, AdoptedSessions sessions, Nases nases, Clock clock) {
        this.bulk = bulk;
        this.cutOver = cutOver;
        this.sessions = sessions;
        this.nases = nases;
        this.clock = clock;
    }

    /**
     * How a file is taken.
     *
     * @param asOf how old its news is; null for as old as the tables are
     * @param update whether what is known here already is written anew, with the loss of what was changed here since
     */
    public record Terms(@Nullable Instant asOf, boolean update) {

        /** What is new is written, and nothing else. */
        public static final Terms CREATE = new Terms(null, false);
    }

    /** As {@link #run(Actor, Tables, boolean, Terms, CutOverReport)} of what is new only. */
    public void run(Actor actor, Tables tables, boolean dryRun, CutOverReport report) throws IOException {
        run(actor, tables, dryRun, Terms.CREATE, report);
    }

    /** Imports what the tables have, a report line a row. @throws IOException when a table cannot be read */
    public void run(Actor actor, Tables tables, boolean dryRun, Terms terms, CutOverReport report) throws IOException {
        try {
            if (dryRun) {
                cutOver.rehearse(() -> {
                    new Run(actor, tables, report, terms, clock.instant()).all();
                    return true;
                });
            } else {
                new Run(actor, tables, report, terms, clock.instant()).all();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** A row of one kind, read. */
    private record Sound<R>(Tables.Line line, R row) {}

    private interface Reading<R> {
        R of(Cells cells);
    }

    private interface Writing<R> {
        List<ErpResult> write(List<R> rows);
    }

    private final class Run {

        private final Actor actor;
        private final Tables tables;
        private final CutOverReport report;
        private final Terms terms;
        private final Instant now;
        /** Of the table that is read. */
        private Instant asOf;

        Run(Actor actor, Tables tables, CutOverReport report, Terms terms, Instant now) {
            this.actor = actor;
            this.tables = tables;
            this.report = report;
            this.terms = terms;
            this.now = now;
            this.asOf = now;
        }

        void all() {
            for (var kind : CutOverKind.values()) {
                if (tables.has(kind.table())) {
                    one(kind);
                }
            }
        }

        private void one(CutOverKind kind) {
            asOf = asOf(kind.table());
            switch (kind) {
                case NAS ->
                    each(kind, this::nas, rows -> rows.stream().map(this::nas).toList());
                case CUSTOMERS -> each(kind, this::customer, rows -> bulk.customers(actor, rows));
                case CONTRACTS -> each(kind, this::contract, rows -> bulk.contracts(actor, rows));
                case LOGINS -> each(kind, this::login, rows -> bulk.subscribers(actor, rows));
                case RECEIVABLES -> each(kind, this::receivable, rows -> bulk.receivables(actor, rows));
                case STANDINGS -> each(kind, this::standing, rows -> bulk.standings(actor, rows));
                case QUOTAS -> each(kind, this::quota, rows -> cutOver.quotas(actor, rows));
                case COMMITMENTS -> each(kind, this::commitment, rows -> cutOver.commitments(actor, rows));
                case SESSIONS -> each(kind, this::session, rows -> sessions.adopt(rows, clock.instant()));
            }
        }

        /** The import itself knows nothing newer than its tables: an ERP's news from in between is newer. */
        private Instant asOf(String table) {
            try {
                var told = terms.asOf() == null ? tables.asOf(table) : terms.asOf();
                return told == null || told.isAfter(now) ? now : told;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private <R> void each(CutOverKind kind, Reading<R> reading, Writing<R> writing) {
            List<Sound<R>> portion = new ArrayList<>();
            try {
                tables.each(kind.table(), line -> {
                    var cells = new Cells(line);
                    var row = reading.of(cells);
                    var faults = cells.faults();
                    if (faults == null) {
                        portion.add(new Sound<>(line, row));
                    } else {
                        report.add(kind, line.number(), key(kind, line), REFUSED, null, faults);
                    }
                    if (portion.size() == ErpBulk.PORTION) {
                        write(kind, portion, writing);
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            write(kind, portion, writing);
        }

        private <R> void write(CutOverKind kind, List<Sound<R>> portion, Writing<R> writing) {
            if (portion.isEmpty()) {
                return;
            }
            var known = known(portion);
            var wanted = portion.stream()
                    .map(Sound::row)
                    .filter(row -> !(row instanceof ErpRow told && known.containsKey(told.externalId())))
                    .toList();
            var results = (wanted.isEmpty() ? List.<ErpResult>of() : writing.write(wanted)).iterator();
            for (var sound : portion) {
                if (sound.row() instanceof ErpRow told && known.containsKey(told.externalId())) {
                    keep(kind, sound.line(), known.get(told.externalId()));
                } else {
                    tell(kind, sound.line(), results.next());
                }
            }
            portion.clear();
        }

        /** What is left as it is here. */
        private <R> Map<String, @Nullable Long> known(List<Sound<R>> portion) {
            return terms.update()
                    ? Map.of()
                    : cutOver.known(portion.stream()
                            .map(Sound::row)
                            .filter(ErpRow.class::isInstance)
                            .map(ErpRow.class::cast)
                            .toList());
        }

        private void keep(CutOverKind kind, Tables.Line line, @Nullable Long id) {
            report.add(
                    kind,
                    line.number(),
                    key(kind, line),
                    UNCHANGED,
                    id,
                    id == null
                            ? "it is no longer here; an update brings it back"
                            : "kept as it is here; an update takes the file's");
        }

        private void tell(CutOverKind kind, Tables.Line line, ErpResult result) {
            String key = key(kind, line);
            switch (result) {
                case ErpResult.Written(var how, var id) ->
                    report.add(
                            kind,
                            line.number(),
                            key,
                            switch (how) {
                                case CREATED -> CREATED;
                                case UPDATED, DELETED -> UPDATED;
                                case UNCHANGED -> UNCHANGED;
                            },
                            id,
                            null);
                case ErpResult.Older() -> report.add(kind, line.number(), key, UNCHANGED, null, "newer news is known");
                case ErpResult.Waiting(var id, var proposal) ->
                    report.add(
                            kind, line.number(), key, WAITING, id, "a second person decides in proposal " + proposal);
                case ErpResult.Declined(var why) -> report.add(kind, line.number(), key, REFUSED, null, words(why));
            }
        }

        private @Nullable String key(CutOverKind kind, Tables.Line line) {
            return switch (kind) {
                case SESSIONS -> line.cell("user_name");
                default -> line.cell(kind.columns().getFirst());
            };
        }

        private NasDraft nas(Cells cells) {
            var secret = cells.needed("secret");
            var draft = NasDraft.of(
                            cells.needed("name"),
                            cells.needed("address"),
                            SharedSecret.of(secret.isEmpty() ? "-" : secret),
                            orElse(cells.text("vendor"), "generic"))
                    .withRegion(cells.text("region"));
            // One that is out of range is refused with the field's name.
            return draft.withCoaPort(
                    Math.toIntExact(Math.min(Integer.MAX_VALUE, cells.whole("coa_port", draft.coaPort()))));
        }

        /** One that is known keeps all it has: its secret above all. */
        private ErpResult nas(NasDraft draft) {
            var known = nases.findByName(draft.name());
            if (known.isPresent()) {
                return new ErpResult.Written(
                        ErpResult.How.UNCHANGED, known.get().id());
            }
            return switch (nases.create(actor, draft)) {
                case Outcome.Done<net.catraca.radius.nas.Nas>(var made) ->
                    new ErpResult.Written(ErpResult.How.CREATED, made.id());
                case Outcome.Declined<net.catraca.radius.nas.Nas>(var why) -> new ErpResult.Declined(why);
            };
        }

        private ErpRow.OfCustomer customer(Cells cells) {
            return new ErpRow.OfCustomer(
                    cells.needed("external_id"),
                    cells.needed("name"),
                    cells.needed("tax_id"),
                    cells.text("email"),
                    cells.text("phone"),
                    asOf);
        }

        private ErpRow.OfContract contract(Cells cells) {
            var status =
                    cells.text("status") == null ? null : cells.oneOf(StatusWord.class, "status", StatusWord.ACTIVE);
            return new ErpRow.OfContract(
                    cells.needed("external_id"),
                    cells.needed("customer"),
                    cells.needed("plan"),
                    cells.text("policy"),
                    cells.oneOf(BillingMode.class, "billing_mode", BillingMode.POSTPAID),
                    cells.oneOf(MoneySource.class, "money_source", MoneySource.LOCAL),
                    cells.neededDay("financial_base_date"),
                    cells.day("signed_on"),
                    cells.day("activated_on"),
                    cells.text("region"),
                    status,
                    cells.text("reason"),
                    asOf);
        }

        private ErpRow.OfSubscriber login(Cells cells) {
            var password = cells.text("password");
            var hash = cells.text("password_hash");
            var mac = mac(cells, "mac");
            if (hash != null && !ImportedHash.isSupported(hash)) {
                cells.fault("password_hash: expected bcrypt, or crypt's $1$, $5$ or $6$, within the cost limits");
            }
            var ntHash = cells.text("nt_hash") == null ? null : Password.ofNtHash(cells.needed("nt_hash"));
            if (ntHash != null && !ntHash.isNtHash()) {
                cells.fault("nt_hash: expected 32 hexadecimal digits, with or without 0x");
            }
            if (ntHash != null && (password != null || hash != null)) {
                cells.fault("nt_hash: expected no password or password_hash beside it");
            }
            var kind = ntHash != null
                    ? CredentialKind.NT_HASH
                    : hash != null
                            ? CredentialKind.HASHED
                            : password == null && (mac != null || cells.text("circuit_id") != null)
                                    ? CredentialKind.LINE
                                    : CredentialKind.RECOVERABLE;
            var routes = cells.text("routes");
            var most =
                    cells.text("sessions") == null ? null : Math.toIntExact(Math.min(1000, cells.whole("sessions", 1)));
            return new ErpRow.OfSubscriber(
                    cells.needed("login"),
                    cells.needed("contract"),
                    kind,
                    password == null ? null : new Password(password),
                    ntHash != null ? ntHash : hash == null ? null : new Password(hash),
                    mac,
                    cells.text("circuit_id"),
                    cells.text("remote_id"),
                    cells.text("ipv4"),
                    cells.text("ipv6_prefix"),
                    cells.text("delegated_ipv6_prefix"),
                    routes == null ? List.of() : Arrays.asList(routes.split("\\|", -1)),
                    new SubscriberLocks(
                            cells.oneOf(MacLock.class, "mac_lock", MacLock.OFF),
                            mac(cells, "locked_mac"),
                            List.of(),
                            cells.text("locked_region"),
                            cells.text("locked_port"),
                            Boolean.TRUE.equals(cells.truth("circuit_lock"))),
                    new SessionLimit(most, null),
                    false,
                    asOf);
        }

        private ErpRow.OfReceivable receivable(Cells cells) {
            return new ErpRow.OfReceivable(
                    cells.needed("external_id"),
                    cells.needed("contract"),
                    cells.oneOf(ReceivableKind.class, "kind", ReceivableKind.RECURRING),
                    cells.cents("amount"),
                    0,
                    null,
                    cells.day("issued_on"),
                    cells.neededDay("due_on"),
                    cells.day("coverage_first"),
                    cells.day("coverage_last"),
                    cells.truth("counts_for_blocking"),
                    false,
                    asOf);
        }

        private ErpRow.OfStanding standing(Cells cells) {
            return new ErpRow.OfStanding(
                    cells.needed("contract"), cells.day("paid_until"), cells.day("oldest_due_on"), asOf);
        }

        private ErpRow.OfQuota quota(Cells cells) {
            return new ErpRow.OfQuota(
                    cells.needed("contract"),
                    cells.oneOf(ReleaseKind.class, "kind", ReleaseKind.TRUST_UNLOCK),
                    cells.instant("granted_at"),
                    Math.toIntExact(Math.min(Integer.MAX_VALUE, cells.whole("days", 1))),
                    cells.day("debt_due_on"),
                    asOf);
        }

        private ErpRow.OfCommitment commitment(Cells cells) {
            return new ErpRow.OfCommitment(
                    cells.needed("contract"), cells.oneOf(AccessLevel.class, "level", AccessLevel.BLOCKED), asOf);
        }

        private AdoptedSessions.Told session(Cells cells) {
            return new AdoptedSessions.Told(
                    cells.needed("nas"),
                    cells.needed("acct_session_id"),
                    cells.needed("user_name"),
                    orElse(cells.text("port"), ""),
                    cells.instant("started_at"),
                    cells.text("calling_station_id"),
                    cells.text("ipv4"),
                    cells.text("ipv6_prefix"),
                    cells.text("delegated_ipv6_prefix"),
                    cells.whole("input_octets", 0),
                    cells.whole("output_octets", 0));
        }
    }

    private static String orElse(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }

    /** In any usual spelling. */
    private static @Nullable String mac(Cells cells, String column) {
        var text = cells.text(column);
        if (text == null) {
            return null;
        }
        String digits = text.toLowerCase(Locale.ROOT).replaceAll("[:.-]", "");
        if (!digits.matches("[0-9a-f]{12}")) {
            cells.fault(column + ": expected a MAC such as 00:11:22:aa:bb:cc");
        }
        return digits;
    }

    /** For people; a file's columns are spelt otherwise than an API's fields, but alike. */
    private static String words(Problem problem) {
        return switch (problem) {
            case Problem.Invalid(var fields) ->
                fields.stream()
                        .map(field -> field.field() + ": expected " + field.expected())
                        .collect(Collectors.joining("; "));
            case Problem.Unknown(var kind, var key) -> "there is no " + kind + " " + key;
            case Problem.Stale _ -> "it was written meanwhile";
            case Problem.Conflict(var code, var detail) -> code.replace('-', ' ') + ": " + detail;
            case Problem.LimitReached limit -> limit.detail();
        };
    }
}
