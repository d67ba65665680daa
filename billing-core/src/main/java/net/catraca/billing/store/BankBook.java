package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.BankAgreement.Webhook;
import net.catraca.billing.bank.BankFile;
import net.catraca.billing.bank.BankFile.CodeTotal;
import net.catraca.billing.bank.BankFile.Fault;
import net.catraca.billing.bank.BankFile.Findings;
import net.catraca.billing.bank.BankFile.Order;
import net.catraca.billing.bank.BankFile.State;
import net.catraca.billing.bank.CsvFormat;
import net.catraca.billing.bank.FileNumbers;
import org.jspecify.annotations.Nullable;

/** The tables {@code bank_agreement}, {@code bank_file}, {@code bank_file_fault} and {@code bank_file_code}. */
@Singleton
public final class BankBook {

    /**
     * The numbers that are missing of an agreement {@code n}, for {@link #numbers}: the first 20 gaps of them, where one is
     * enough to stop a run.
     */
    static final String MISSING = """
            array(select lower(m.missing) from bank_file_missing m
                   where m.agreement_id = n.agreement_id
                   order by m.restart_id nulls first, m.missing limit 20) as first_missing,
            array(select upper(m.missing) - 1 from bank_file_missing m
                   where m.agreement_id = n.agreement_id
                   order by m.restart_id nulls first, m.missing limit 20) as last_missing
            """;

    private final Sql sql;

    BankBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<BankAgreement> agreement(long id) {
        return sql.first("select * from bank_agreement where id = ?", BankBook::agreement, id);
    }

    public Optional<BankAgreement> agreement(String name) {
        return sql.first("select * from bank_agreement where name = ?", BankBook::agreement, name);
    }

    public List<BankAgreement> agreements(long afterId, int limit) {
        return sql.list(
                "select * from bank_agreement where id > ? order by id limit ?", BankBook::agreement, afterId, limit);
    }

    /** The webhook's secret, sealed; empty when it has none. */
    public Optional<byte[]> sealedSecret(long agreementId) {
        return sql
                .list(
                        "select secret from bank_agreement where id = ? and secret is not null",
                        row -> row.bytes("secret"),
                        agreementId)
                .stream()
                .findFirst();
    }

    /** Empty when the name is taken. Id and version of the agreement are not read. */
    public Optional<BankAgreement> insert(BankAgreement agreement, byte @Nullable [] sealedSecret, Instant now) {
        var csv = agreement.csv();
        return sql.first(
                """
                insert into bank_agreement (
                    name, kind, layout, number, whole_files, daily, csv_columns, csv_delimiter, csv_days,
                    csv_decimal_comma, webhook, secret, created_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (name) do nothing
                returning *
                """,
                BankBook::agreement,
                agreement.name(),
                agreement.kind(),
                agreement.layout(),
                agreement.number(),
                agreement.wholeFiles(),
                agreement.daily(),
                csv == null ? null : columns(csv),
                csv == null ? null : String.valueOf(csv.delimiter()),
                csv == null ? null : csv.days(),
                csv == null ? null : csv.decimalComma(),
                agreement.webhook(),
                sealedSecret,
                now);
    }

    /** As {@link #agreement(long)}, held until the transaction ends. */
    public Optional<BankAgreement> lock(long id) {
        return sql.first("select * from bank_agreement where id = ? for update", BankBook::agreement, id);
    }

    /** All but its kind and secret; the caller has locked it. */
    public BankAgreement update(long id, BankAgreement agreement) {
        var csv = agreement.csv();
        return sql.first(
                        """
                        update bank_agreement set
                            version = version + 1, name = ?, layout = ?, number = ?, whole_files = ?, daily = ?,
                            csv_columns = ?, csv_delimiter = ?, csv_days = ?, csv_decimal_comma = ?, webhook = ?
                         where id = ?
                        returning *
                        """,
                        BankBook::agreement,
                        agreement.name(),
                        agreement.layout(),
                        agreement.number(),
                        agreement.wholeFiles(),
                        agreement.daily(),
                        csv == null ? null : columns(csv),
                        csv == null ? null : String.valueOf(csv.delimiter()),
                        csv == null ? null : csv.days(),
                        csv == null ? null : csv.decimalComma(),
                        agreement.webhook(),
                        id)
                .orElseThrow();
    }

    private static String[] columns(CsvFormat csv) {
        return csv.columns().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
    }

    public void setSecret(long agreementId, byte[] sealedSecret) {
        sql.update(
                "update bank_agreement set version = version + 1, secret = ? where id = ?", sealedSecret, agreementId);
    }

    public Optional<BankFile> file(long id) {
        return sql.first("select * from bank_file where id = ?", BankBook::file, id);
    }

    /** Newest first, below an id; of one agreement or, for null, of all. */
    public List<BankFile> files(@Nullable Long agreementId, long beforeId, int limit) {
        return sql.list("""
                select * from bank_file
                 where id < ? and (?::bigint is null or agreement_id = ?) order by id desc limit ?
                """, BankBook::file, beforeId, agreementId, agreementId, limit);
    }

    /** The one with this content that was not refused. */
    public Optional<BankFile> same(long agreementId, byte[] sha256) {
        return sql.first(
                "select * from bank_file where agreement_id = ? and sha256 = ? and state <> 'REFUSED'",
                BankBook::file,
                agreementId,
                sha256);
    }

    /** A file as it comes in. Empty when one with the same content is there, perhaps since a moment ago. */
    public Optional<BankFile> insert(
            long agreementId,
            String name,
            byte[] sha256,
            long octets,
            State state,
            @Nullable Long sequence,
            @Nullable LocalDate createdOn,
            @Nullable String refusal,
            Instant now,
            String by) {
        return sql.first(
                """
                insert into bank_file (
                    agreement_id, name, sha256, octets, state, sequence, created_on, refusal, received_at, received_by,
                    progress_at, ended_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict do nothing
                returning *
                """,
                BankBook::file,
                agreementId,
                name,
                sha256,
                octets,
                state,
                sequence,
                createdOn,
                refusal,
                now,
                by,
                now,
                state == State.REFUSED ? now : null);
    }

    /** Takes up an import that stood still since; false when somebody else did, or it went on. */
    public boolean takeUp(long fileId, Instant stoodStillSince, Instant now) {
        return sql.update("""
                        update bank_file set progress_at = ?
                         where id = ? and state = 'IMPORTING' and progress_at < ?
                        """, now, fileId, stoodStillSince) == 1;
    }

    public void progressed(long fileId, Instant now) {
        sql.update("update bank_file set progress_at = ? where id = ?", now, fileId);
    }

    /** What an import came to. */
    public record Result(
            @Nullable LocalDate coversUntil,
            @Nullable Order order,
            long lines,
            int paid,
            int repeated,
            int unmatched,
            int other,
            int faulty,
            long paidCents) {}

    public void end(long fileId, Result result, Instant now) {
        sql.update(
                """
                update bank_file
                   set version = version + 1, state = 'IMPORTED', covers_until = ?, order_found = ?, lines = ?, paid = ?,
                       repeated = ?, unmatched = ?, other = ?, faulty = ?, paid_cents = ?, progress_at = ?, ended_at = ?
                 where id = ?
                """,
                result.coversUntil(),
                result.order(),
                result.lines(),
                result.paid(),
                result.repeated(),
                result.unmatched(),
                result.other(),
                result.faulty(),
                result.paidCents(),
                now,
                now,
                fileId);
    }

    /** In place of what was found before. */
    public void writeFindings(long fileId, Findings findings) {
        sql.update("delete from bank_file_fault where file_id = ?", fileId);
        sql.update("delete from bank_file_code where file_id = ?", fileId);
        sql.batch(
                "insert into bank_file_fault (file_id, ordinal, line, field, expected, found) values (?, ?, ?, ?, ?, ?)",
                findings.faults(),
                fault -> new @Nullable Object[] {
                    fileId, fault.ordinal(), fault.line(), fault.field(), fault.expected(), fault.found()
                });
        sql.batch(
                "insert into bank_file_code (file_id, code, meaning, pays, lines, cents) values (?, ?, ?, ?, ?, ?)",
                findings.codes(),
                code -> new @Nullable Object[] {
                    fileId, code.code(), code.meaning(), code.pays(), code.lines(), code.cents()
                });
    }

    public Findings findings(long fileId) {
        return new Findings(
                sql.list(
                        "select * from bank_file_fault where file_id = ? order by ordinal",
                        row -> new Fault(
                                row.integer("ordinal"),
                                row.bigint("line"),
                                row.text("field"),
                                row.text("expected"),
                                row.text("found")),
                        fileId),
                sql.list(
                        "select * from bank_file_code where file_id = ? order by code",
                        row -> new CodeTotal(
                                row.text("code"),
                                row.text("meaning"),
                                row.bool("pays"),
                                row.integer("lines"),
                                row.bigint("cents")),
                        fileId));
    }

    /** How a number follows those that were imported, of the numbering that holds. */
    public Order order(long agreementId, long fileId, long sequence) {
        return sql.first(
                        """
                        select max(n.sequence) as highest, coalesce(bool_or(n.sequence = ?), false) as there
                          from numbered_bank_file n
                         where n.agreement_id = ? and n.id <> ?
                           and n.restart_id is not distinct from (
                               select max(r.id) from bank_file_restart r where r.agreement_id = n.agreement_id)
                        """,
                        row -> order(sequence, row.bigintOrNull("highest"), row.bool("there")),
                        sequence,
                        agreementId,
                        fileId)
                .orElseThrow();
    }

    private static Order order(long sequence, @Nullable Long highest, boolean there) {
        if (highest == null) {
            return Order.FIRST;
        }
        if (there) {
            return Order.REPEATED;
        }
        return sequence < highest ? Order.LATE : sequence == highest + 1 ? Order.NEXT : Order.GAP;
    }

    /**
     * Numbers of these that are missing are so no longer; answers them, by numbering.
     *
     * @param numbers may hold others, too
     */
    public List<FileNumbers> acceptGap(long agreementId, FileNumbers numbers, String reason, String by, Instant now) {
        return sql.list(
                """
                insert into accepted_file_gap (agreement_id, restart_id, first, last, reason, accepted_by, accepted_at)
                select m.agreement_id, m.restart_id, lower(m.missing * n.named), upper(m.missing * n.named) - 1, ?, ?, ?
                  from bank_file_missing m
                 cross join (select int8range(?, ?, '[]') as named) n
                 where m.agreement_id = ? and m.missing && n.named
                 order by m.restart_id nulls first, m.missing
                returning first, last
                """,
                row -> new FileNumbers(row.bigint("first"), row.bigint("last")),
                reason,
                by,
                now,
                numbers.first(),
                numbers.last(),
                agreementId);
    }

    /** Numbers begin anew from a file on; false when they do already. */
    public boolean restart(long agreementId, long fromFileId, long startsAt, String reason, String by, Instant now) {
        return sql.update("""
                        insert into bank_file_restart (
                            agreement_id, from_file_id, starts_at, reason, declared_by, declared_at)
                        values (?, ?, ?, ?, ?, ?)
                        on conflict do nothing
                        """, agreementId, fromFileId, startsAt, reason, by, now) == 1;
    }

    static List<FileNumbers> numbers(Long[] first, Long[] last) {
        return IntStream.range(0, first.length)
                .mapToObj(i -> new FileNumbers(first[i], last[i]))
                .toList();
    }

    /**
     * How fresh the news of an agreement is.
     *
     * @param coversUntil last banking day that its files cover; null before the first file
     * @param missingSequences how many files are missing between two that came
     * @param missing the first of these
     */
    public record Freshness(
            long agreementId,
            String name,
            Kind kind,
            boolean daily,
            @Nullable Long lastFileId,
            @Nullable Long lastSequence,
            @Nullable LocalDate coversUntil,
            @Nullable Instant lastFileAt,
            long missingSequences,
            List<FileNumbers> missing,
            @Nullable Instant lastPaymentAt) {}

    public List<Freshness> freshness() {
        return sql.list(
                "select n.*, " + MISSING + "from bank_agreement_news n order by n.agreement_id",
                row -> new Freshness(
                        row.bigint("agreement_id"),
                        row.text("name"),
                        row.oneOf(Kind.class, "kind"),
                        row.bool("daily"),
                        row.bigintOrNull("last_file_id"),
                        row.bigintOrNull("last_sequence"),
                        row.dayOrNull("covers_until"),
                        row.instantOrNull("last_file_at"),
                        row.bigint("missing_sequences"),
                        numbers(row.bigints("first_missing"), row.bigints("last_missing")),
                        row.instantOrNull("last_payment_at")));
    }

    /** What came in on a day of payment, refunds taken off. */
    public record Received(long agreementId, LocalDate day, long payments, long cents) {}

    /** Both days included. */
    public List<Received> received(LocalDate from, LocalDate to) {
        return sql.list(
                "select * from received_by_day where paid_on between ? and ? order by paid_on, agreement_id",
                row -> new Received(
                        row.bigint("agreement_id"), row.day("paid_on"), row.bigint("payments"), row.bigint("cents")),
                from,
                to);
    }

    private static BankAgreement agreement(Row row) throws SQLException {
        return new BankAgreement(
                row.bigint("id"),
                row.bigint("version"),
                row.text("name"),
                row.oneOf(Kind.class, "kind"),
                row.textOrNull("layout"),
                row.textOrNull("number"),
                row.bool("whole_files"),
                row.bool("daily"),
                csv(row),
                row.oneOfOrNull(Webhook.class, "webhook"));
    }

    private static @Nullable CsvFormat csv(Row row) throws SQLException {
        String delimiter = row.textOrNull("csv_delimiter");
        if (delimiter == null) {
            return null;
        }
        Map<String, String> columns = new LinkedHashMap<>();
        for (String column : row.texts("csv_columns")) {
            int equals = column.indexOf('=');
            columns.put(column.substring(0, equals), column.substring(equals + 1));
        }
        return new CsvFormat(
                columns,
                delimiter.charAt(0),
                Objects.requireNonNull(row.textOrNull("csv_days")),
                row.bool("csv_decimal_comma"));
    }

    private static BankFile file(Row row) throws SQLException {
        return new BankFile(
                row.bigint("id"),
                row.bigint("version"),
                row.bigint("agreement_id"),
                row.text("name"),
                HexFormat.of().formatHex(row.bytes("sha256")),
                row.bigint("octets"),
                row.oneOf(State.class, "state"),
                row.bigintOrNull("sequence"),
                row.dayOrNull("created_on"),
                row.dayOrNull("covers_until"),
                row.oneOfOrNull(Order.class, "order_found"),
                row.textOrNull("refusal"),
                row.bigint("lines"),
                row.integer("paid"),
                row.integer("repeated"),
                row.integer("unmatched"),
                row.integer("other"),
                row.integer("faulty"),
                row.bigint("paid_cents"),
                row.instant("received_at"),
                row.text("received_by"),
                row.instant("progress_at"),
                row.instantOrNull("ended_at"));
    }
}
