package net.catraca.billing.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import net.catraca.billing.secret.Opening;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.secret.SecretVault;

/**
 * After a rotation of keys: seals all stored secrets with the newest, so that the old one may be taken away. The secrets
 * themselves stay the same, so no version rises and no node has to be told.
 */
@Singleton
@Requires(beans = SecretKeys.class)
public final class SecretReseal {

    /** Rows in one transaction: logins that a person writes meanwhile wait for milliseconds. */
    private static final int ROWS_AT_ONCE = 500;

    private final Sql sql;
    private final List<SealedColumn> columns;
    private final SecretVault vault;

    SecretReseal(Sql sql, List<SealedColumn> columns, SecretVault vault) {
        this.sql = sql;
        this.columns = List.copyOf(columns);
        this.vault = vault;
    }

    /**
     * @param resealed secrets that were sealed with an older key
     * @param unreadable secrets that did not open; they stay as they are
     */
    public record Result(int resealed, int unreadable) {

        private Result and(Result other) {
            return new Result(resealed + other.resealed, unreadable + other.unreadable);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Kept(long id, byte[] secret) {}

    /** How many secrets rest sealed with each key, by its id. A key that is not among them may be taken away. */
    public SortedMap<Integer, Long> byKey() {
        var counts = new TreeMap<Integer, Long>();
        for (var column : columns) {
            sql.each(
                    // After an octet of format come four of the key's id (SecretVault).
                    "select get_byte(secret, 1) << 24 | get_byte(secret, 2) << 16 | get_byte(secret, 3) << 8"
                            + " | get_byte(secret, 4) as key, count(*) as secrets from " + column.table()
                            + " where length(secret) > 5 group by 1",
                    row -> counts.merge(row.integer("key"), row.bigint("secrets"), Long::sum));
        }
        return counts;
    }

    /** Goes over all stored secrets; may be interrupted and run again. */
    public Result reseal() {
        var sum = new Result(0, 0);
        for (var column : columns) {
            sum = sum.and(reseal(column));
        }
        return sum;
    }

    private Result reseal(SealedColumn column) {
        var sum = new Result(0, 0);
        long after = 0;
        for (var rows = rows(column, after); !rows.isEmpty(); rows = rows(column, after)) {
            var some = rows;
            sum = sum.and(sql.inTransaction(() -> reseal(column, some)));
            after = rows.getLast().id();
        }
        return sum;
    }

    private List<Kept> rows(SealedColumn column, long after) {
        return sql.list(
                "select id, secret from " + column.table() + " where id > ? and secret is not null order by id limit ?",
                row -> new Kept(row.bigint("id"), row.bytes("secret")),
                after,
                ROWS_AT_ONCE);
    }

    private Result reseal(SealedColumn column, List<Kept> rows) {
        var sum = new Result(0, 0);
        for (var row : rows) {
            if (!vault.isNewest(row.secret())) {
                sum = sum.and(reseal(column, row));
            }
        }
        return sum;
    }

    private Result reseal(SealedColumn column, Kept row) {
        return switch (vault.open(column.purpose(), row.secret())) {
            case Opening.Opened(var clear) -> {
                // Only over what was read: a secret that was set meanwhile is sealed with the newest key already.
                int written = sql.update(
                        "update " + column.table() + " set secret = ? where id = ? and secret = ?",
                        vault.seal(column.purpose(), clear),
                        row.id(),
                        row.secret());
                yield new Result(written, 0);
            }
            case Opening.KeyMissing _ -> new Result(0, 1);
            case Opening.Damaged() -> new Result(0, 1);
        };
    }
}
