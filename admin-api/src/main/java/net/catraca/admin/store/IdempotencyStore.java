package net.catraca.admin.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code idempotency_key}: a write and the answer to it are committed together, and the answer is given again
 * to whoever repeats the request with the same key.
 */
public final class IdempotencyStore {

    /** Longer than any client retries; keys older than that are new again. */
    public static final Duration RETENTION = Duration.ofHours(24);

    /** How long a repetition waits for the first request to finish; then it is told to come again. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Rows removed after one write: more than a write adds, so the table stays as small as a day's writes. */
    private static final int SWEPT_AT_ONCE = 10;

    private final Transactions transactions;
    private final Clock clock;

    public IdempotencyStore(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** What was answered, as far as it is given again. */
    public record Answer(
            int status,
            @Nullable String location,
            @Nullable String etag,
            @Nullable String body) {}

    /** What became of a request with a key. */
    public sealed interface Result {
        /** It was written now. */
        record Written(Answer answer) implements Result {}

        /** It had been written before; nothing happened now. */
        record Repeated(Answer answer) implements Result {}

        /** The key belongs to a request that was not this one. */
        record KeyOfAnother() implements Result {}
    }

    /**
     * Writes once. Whatever {@code write} throws rolls back the key with the write, so that the request may be
     * repeated.
     */
    public Result once(long tokenId, String key, byte[] requestHash, Supplier<Answer> write) {
        return transactions.write(() -> {
            var now = clock.instant();
            if (claim(tokenId, key, requestHash, now)) {
                var answer = write.get();
                keep(tokenId, key, answer);
                sweep(now);
                return new Result.Written(answer);
            }
            return earlier(tokenId, key, requestHash);
        });
    }

    /** Waits while another transaction holds the same key. */
    private boolean claim(long tokenId, String key, byte[] requestHash, Instant now) {
        return transactions.with(connection -> {
            setLockTimeout(connection, PATIENCE.toMillis() + "ms");
            try (var insert = connection.prepareStatement("""
                    insert into idempotency_key as k (token_id, key, request_hash, at) values (?, ?, ?, ?)
                    on conflict (token_id, key) do update
                        set request_hash = excluded.request_hash, status = null, location = null, etag = null,
                            body = null, at = excluded.at
                        where k.at < ?
                    """)) {
                insert.setLong(1, tokenId);
                insert.setString(2, key);
                insert.setBytes(3, requestHash);
                insert.setObject(4, TokenStore.utc(now));
                insert.setObject(5, TokenStore.utc(now.minus(RETENTION)));
                boolean claimed = insert.executeUpdate() == 1;
                setLockTimeout(connection, "default");
                return claimed;
            }
        });
    }

    private static void setLockTimeout(Connection connection, String timeout) throws SQLException {
        try (var set = connection.createStatement()) {
            set.execute("set local lock_timeout to " + (timeout.equals("default") ? timeout : "'" + timeout + "'"));
        }
    }

    private void keep(long tokenId, String key, Answer answer) {
        transactions.with(connection -> {
            try (var update = connection.prepareStatement(
                    "update idempotency_key set status = ?, location = ?, etag = ?, body = ?"
                            + " where token_id = ? and key = ?")) {
                update.setInt(1, answer.status());
                update.setString(2, answer.location());
                update.setString(3, answer.etag());
                update.setString(4, answer.body());
                update.setLong(5, tokenId);
                update.setString(6, key);
                return update.executeUpdate();
            }
        });
    }

    private Result earlier(long tokenId, String key, byte[] requestHash) {
        return transactions.with(connection -> {
            try (var query =
                    connection.prepareStatement("select request_hash, status, location, etag, body from idempotency_key"
                            + " where token_id = ? and key = ?")) {
                query.setLong(1, tokenId);
                query.setString(2, key);
                try (var row = query.executeQuery()) {
                    if (!row.next()) {
                        throw new IllegalStateException("idempotency key vanished while its row was locked");
                    }
                    if (!Arrays.equals(row.getBytes("request_hash"), requestHash)) {
                        return new Result.KeyOfAnother();
                    }
                    return new Result.Repeated(new Answer(
                            row.getInt("status"),
                            row.getString("location"),
                            row.getString("etag"),
                            row.getString("body")));
                }
            }
        });
    }

    private void sweep(Instant now) {
        transactions.with(connection -> {
            try (var delete = connection.prepareStatement("""
                    delete from idempotency_key where (token_id, key) in (
                        select token_id, key from idempotency_key where at < ? order by at limit ? for update skip locked)
                    """)) {
                delete.setObject(1, TokenStore.utc(now.minus(RETENTION)));
                delete.setInt(2, SWEPT_AT_ONCE);
                return delete.executeUpdate();
            }
        });
    }
}
