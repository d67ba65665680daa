package net.catraca.admin.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import net.catraca.admin.audit.AuditEntry;
import net.catraca.admin.audit.AuditVerification;
import net.catraca.admin.audit.AuditVerification.Fault;
import net.catraca.admin.audit.AuditVerification.Kind;
import net.catraca.admin.audit.RecordJson;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import org.jspecify.annotations.Nullable;

/** The tables {@code audit_log} and {@code audit_seal}. The seals are made by a trigger at commit. */
public final class AuditStore implements AuditLog {

    private static final int FETCH = 1000;

    private static final String ENTRIES = """
            select l.id, s.position, l.at, l.actor, l.token_id, l.source, l.action, l.subject, l.before, l.after
            from audit_log l join audit_seal s on s.audit_id = l.id
            where s.position < ?
              and (?::text is null or l.subject = ?) and (?::text is null or l.actor = ?)
            order by s.position desc
            limit ?
            """;

    // The text is put together here and not by audit_text(): who can change the log can change a function, too.
    private static final String CHAIN = """
            select s.position, s.audit_id, s.hash, l.id is null as entry_missing,
                   jsonb_build_array(
                       l.id, to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), l.actor, l.token_id,
                       l.source, l.action, l.subject, l.before, l.after)::text as sealed_text
            from audit_seal s left join audit_log l on l.id = s.audit_id
            order by s.position
            """;

    private static final String UNSEALED =
            "select min(l.id) as id from audit_log l where not exists (select from audit_seal s where s.audit_id = l.id)";

    private final Transactions transactions;

    public AuditStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void append(
            Actor actor, String action, String subject, @Nullable Record before, @Nullable Record after, Instant at) {
        appendAll(actor, action, List.of(new Entry(subject, before, after)), at);
    }

    /** By one statement, in the order in which they are sealed. */
    @Override
    public void appendAll(Actor actor, String action, List<Entry> entries, Instant at) {
        if (entries.isEmpty()) {
            return;
        }
        transactions.with(connection -> {
            try (var insert = connection.prepareStatement("""
                    insert into audit_log (at, actor, token_id, source, action, subject, before, after)
                    select ?, ?, ?, ?, ?, n.subject, n.before::jsonb, n.after::jsonb
                      from unnest(?, ?, ?) as n (subject, before, after)
                    """)) {
                insert.setObject(1, TokenStore.utc(at));
                insert.setString(2, actor.name());
                insert.setObject(3, actor.tokenId(), Types.BIGINT);
                insert.setString(4, actor.from());
                insert.setString(5, action);
                insert.setArray(6, texts(connection, entries, Entry::subject));
                insert.setArray(7, texts(connection, entries, entry -> json(entry.before())));
                insert.setArray(8, texts(connection, entries, entry -> json(entry.after())));
                return insert.executeUpdate();
            }
        });
    }

    private static Array texts(Connection connection, List<Entry> entries, Function<Entry, @Nullable String> of)
            throws SQLException {
        return connection.createArrayOf("text", entries.stream().map(of).toArray());
    }

    private static @Nullable String json(@Nullable Record record) {
        return record == null ? null : RecordJson.write(record);
    }

    /**
     * The newest entries first.
     *
     * @param beforePosition only those sealed before it
     * @param subject only those of this subject; null for all
     * @param actor only those of this actor; null for all
     */
    public List<AuditEntry> newest(long beforePosition, @Nullable String subject, @Nullable String actor, int limit) {
        return transactions.with(connection -> {
            try (var query = connection.prepareStatement(ENTRIES)) {
                query.setLong(1, beforePosition);
                query.setString(2, subject);
                query.setString(3, subject);
                query.setString(4, actor);
                query.setString(5, actor);
                query.setInt(6, limit);
                var entries = new ArrayList<AuditEntry>();
                try (var rows = query.executeQuery()) {
                    while (rows.next()) {
                        entries.add(entry(rows));
                    }
                }
                return entries;
            }
        });
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        long tokenId = row.getLong("token_id");
        return new AuditEntry(
                row.getLong("id"),
                row.getLong("position"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("actor"),
                tokenId == 0 ? null : tokenId,
                row.getString("source"),
                row.getString("action"),
                row.getString("subject"),
                row.getString("before"),
                row.getString("after"));
    }

    /**
     * Walks along the whole chain, computing every seal anew.
     *
     * @param notedPosition position of a seal that was noted elsewhere, 0 for none
     * @param notedHash its hash, hexadecimal
     */
    public AuditVerification verify(long notedPosition, @Nullable String notedHash) {
        return transactions.with(connection -> {
            var walk = new Walk(notedPosition, notedHash);
            try (var query = connection.prepareStatement(CHAIN)) {
                query.setFetchSize(FETCH); // in a transaction: streamed, not held in memory
                try (var rows = query.executeQuery()) {
                    while (rows.next() && walk.fault == null) {
                        walk.next(rows);
                    }
                }
            }
            if (walk.fault == null) {
                walk.fault = walk.missesNoted()
                        ? new Fault(notedPosition, 0, Kind.NOTED_SEAL_DIFFERS)
                        : unsealed(connection);
            }
            return walk.result();
        });
    }

    private static @Nullable Fault unsealed(Connection connection) throws SQLException {
        try (var query = connection.prepareStatement(UNSEALED);
                var rows = query.executeQuery()) {
            rows.next();
            long id = rows.getLong("id");
            return id == 0 ? null : new Fault(0, id, Kind.ENTRY_UNSEALED);
        }
    }

    private static final class Walk {

        private final long notedPosition;
        private final @Nullable String notedHash;
        private final MessageDigest sha256 = sha256();
        private byte[] last = new byte[0];
        private long position;
        private boolean metNoted;
        private @Nullable Fault fault;

        Walk(long notedPosition, @Nullable String notedHash) {
            this.notedPosition = notedPosition;
            this.notedHash = notedHash;
        }

        void next(ResultSet row) throws SQLException {
            long found = row.getLong("position");
            long auditId = row.getLong("audit_id");
            if (found != position + 1) {
                fault = new Fault(position + 1, auditId, Kind.SEAL_MISSING);
            } else if (row.getBoolean("entry_missing")) {
                fault = new Fault(found, auditId, Kind.ENTRY_MISSING);
            } else if (!Arrays.equals(row.getBytes("hash"), sealOf(row.getString("sealed_text")))) {
                fault = new Fault(found, auditId, Kind.HASH_DIFFERS);
            } else {
                position = found;
                last = row.getBytes("hash");
                metNoted |=
                        found == notedPosition && HexFormat.of().formatHex(last).equals(notedHash);
            }
        }

        private byte[] sealOf(String text) {
            sha256.update(last);
            return sha256.digest(text.getBytes(StandardCharsets.UTF_8));
        }

        boolean missesNoted() {
            return notedPosition > 0 && !metNoted;
        }

        AuditVerification result() {
            return new AuditVerification(
                    position, fault, position == 0 ? null : HexFormat.of().formatHex(last));
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e); // every JDK has it
            }
        }
    }
}
