package net.catraca.admin.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.catraca.admin.security.AccessToken;
import net.catraca.admin.security.Holder;
import net.catraca.admin.security.Role;
import org.jspecify.annotations.Nullable;

/** The table {@code access_token}. */
public final class TokenStore {

    private static final String COLUMNS =
            "id, name, holder, role, created_at, created_by, expires_at, revoked_at, revoked_by, last_used_on";

    private final Transactions transactions;

    public TokenStore(Transactions transactions) {
        this.transactions = transactions;
    }

    public AccessToken insert(
            byte[] hash, String name, Holder holder, Role role, Instant at, String by, Instant expiresAt) {
        return one(
                "insert into access_token (hash, name, holder, role, created_at, created_by, expires_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?) returning " + COLUMNS,
                hash,
                name,
                holder.name(),
                role.name(),
                utc(at),
                by,
                utc(expiresAt));
    }

    public Optional<AccessToken> byHash(byte[] hash) {
        return list("select " + COLUMNS + " from access_token where hash = ?", hash).stream()
                .findFirst();
    }

    public Optional<AccessToken> byId(long id) {
        return list("select " + COLUMNS + " from access_token where id = ?", id).stream()
                .findFirst();
    }

    public List<AccessToken> after(long afterId, int limit) {
        return list("select " + COLUMNS + " from access_token where id > ? order by id limit ?", afterId, limit);
    }

    public AccessToken revoke(long id, Instant at, String by) {
        return one(
                "update access_token set revoked_at = ?, revoked_by = ? where id = ? returning " + COLUMNS,
                utc(at),
                by,
                id);
    }

    public AccessToken renew(long id, Holder holder, Instant expiresAt) {
        return one(
                "update access_token set holder = ?, expires_at = ?, revoked_at = null, revoked_by = null where id = ?"
                        + " returning " + COLUMNS,
                holder.name(),
                utc(expiresAt),
                id);
    }

    public void usedOn(long id, LocalDate day) {
        list(
                "update access_token set last_used_on = ? where id = ? and last_used_on is distinct from ? returning "
                        + COLUMNS,
                day,
                id,
                day);
    }

    private AccessToken one(String sql, Object... parameters) {
        return list(sql, parameters).getFirst();
    }

    private List<AccessToken> list(String sql, Object... parameters) {
        return transactions.with(connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                var found = new ArrayList<AccessToken>();
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found.add(read(rows));
                    }
                }
                return found;
            }
        });
    }

    private static AccessToken read(ResultSet row) throws SQLException {
        return new AccessToken(
                row.getLong("id"),
                row.getString("name"),
                Holder.valueOf(row.getString("holder")),
                Role.valueOf(row.getString("role")),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("created_by"),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                instant(row, "revoked_at"),
                row.getString("revoked_by"),
                row.getObject("last_used_on", LocalDate.class));
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
