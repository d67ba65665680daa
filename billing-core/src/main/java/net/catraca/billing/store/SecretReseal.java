package net.catraca.billing.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;
import net.catraca.billing.secret.Opening;
import net.catraca.billing.secret.Purpose;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.secret.SecretVault;

/**
 * After a rotation of keys: seals subscribers' secrets with the newest, so that the old one may be taken away. What a
 * login is checked against stays the same, so no version rises and no node has to be told.
 */
@Singleton
@Requires(beans = SecretKeys.class)
public final class SecretReseal {

    /** Rows in one transaction: logins that a person writes meanwhile wait for milliseconds. */
    private static final int ROWS_AT_ONCE = 500;

    private final Sql sql;
    private final SecretVault vault;

    SecretReseal(Sql sql, SecretVault vault) {
        this.sql = sql;
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

    /** Goes over all stored secrets; may be interrupted and run again. */
    public Result reseal() {
        var sum = new Result(0, 0);
        long after = 0;
        for (var rows = rows(after); !rows.isEmpty(); rows = rows(after)) {
            var some = rows;
            sum = sum.and(sql.inTransaction(() -> reseal(some)));
            after = rows.getLast().id();
        }
        return sum;
    }

    private List<Kept> rows(long after) {
        return sql.list(
                "select id, secret from subscriber where id > ? and secret is not null order by id limit ?",
                row -> new Kept(row.bigint("id"), row.bytes("secret")),
                after,
                ROWS_AT_ONCE);
    }

    private Result reseal(List<Kept> rows) {
        var sum = new Result(0, 0);
        for (var row : rows) {
            if (!vault.isNewest(row.secret())) {
                sum = sum.and(reseal(row));
            }
        }
        return sum;
    }

    private Result reseal(Kept row) {
        return switch (vault.open(Purpose.SUBSCRIBER_SECRET, row.secret())) {
            case Opening.Opened(var clear) -> {
                // Only over what was read: a password that was set meanwhile is sealed with the newest key already.
                int written = sql.update(
                        "update subscriber set secret = ? where id = ? and secret = ?",
                        vault.seal(Purpose.SUBSCRIBER_SECRET, clear),
                        row.id(),
                        row.secret());
                yield new Result(written, 0);
            }
            case Opening.KeyMissing(var keyId) -> new Result(0, 1);
            case Opening.Damaged() -> new Result(0, 1);
        };
    }
}
