package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.SimultaneousPolicy;
import net.catraca.billing.contract.Subscriber;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.contract.SubscriberDraft;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code subscriber}. A secret goes in and comes out sealed. It is written within an {@link AccessWrite} that
 * holds the contract.
 */
@Singleton
public final class SubscriberBook {

    private static final String COLUMNS =
            "contract_id, login, credential_kind, secret, mac, circuit_id, remote_id, framed_ipv4, framed_ipv6_prefix,"
                    + " delegated_ipv6_prefix, framed_routes, mac_lock, locked_mac, locked_nas_ids, locked_region,"
                    + " locked_port, circuit_lock, simultaneous_sessions, simultaneous_policy";

    /** The same of rows to be written. */
    private static final String VALUES = COLUMNS.replaceAll("\\b(?=[a-z])", "n.")
            .replace("framed_routes", "framed_routes::text[]")
            .replace("locked_nas_ids", "locked_nas_ids::bigint[]");

    /** The id's, and one for each of them. */
    private static final String MARKS = "?" + ", ?".repeat(COLUMNS.split(",").length);

    private final Sql sql;

    SubscriberBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<Subscriber> find(long id) {
        return sql.first("select * from subscriber where id = ?", SubscriberBook::subscriber, id);
    }

    /** Without regard to case. */
    public Optional<Subscriber> findByLogin(String login) {
        return sql.first("select * from subscriber where lower(login) = lower(?)", SubscriberBook::subscriber, login);
    }

    /** Without regard to case. */
    public List<Subscriber> findByLogins(Collection<String> logins) {
        return sql.list("select * from subscriber where lower(login) = any(?)", SubscriberBook::subscriber, (Object)
                logins.stream().map(login -> login.toLowerCase(Locale.ROOT)).toArray(String[]::new));
    }

    /** By id, above one; of one contract or, for null, of all. */
    public List<Subscriber> page(@Nullable Long contractId, long afterId, int limit) {
        return sql.list(
                "select * from subscriber where id > ? and (?::bigint is null or contract_id = ?) order by id limit ?",
                SubscriberBook::subscriber,
                afterId,
                contractId,
                contractId,
                limit);
    }

    /** Another login with the same identity: the login itself, or the line of a login without password. */
    public Optional<String> taken(SubscriberDraft draft, long exceptId) {
        if (findByLogin(draft.login()).filter(other -> other.id() != exceptId).isPresent()) {
            return Optional.of("login");
        }
        if (draft.credentialKind() != CredentialKind.LINE) {
            return Optional.empty();
        }
        var sameLine = draft.circuitId() == null
                ? sql.first(
                        "select id from subscriber where credential_kind = 'LINE' and circuit_id is null and mac = ?",
                        row -> row.bigint("id"),
                        draft.mac())
                : sql.first(
                        "select id from subscriber where credential_kind = 'LINE' and circuit_id = ?"
                                + " and coalesce(remote_id, '') = coalesce(?, '')",
                        row -> row.bigint("id"),
                        draft.circuitId(),
                        draft.remoteId());
        return sameLine.filter(id -> id != exceptId).map(id -> draft.circuitId() == null ? "mac" : "circuitId");
    }

    /** A pool of ours that a fixed address of this login lies in, and the address; or nothing. */
    public Optional<String> fixedWithinPool(SubscriberDraft draft) {
        return sql.first(
                """
                        select p.name || ' holds ' || fixed as conflict
                          from unnest(array[?, ?, ?]::text[]) as fixed
                          join address_range r on not r.excluded
                               and host(network(fixed::inet))::inet <= r.last
                               and host(broadcast(fixed::inet))::inet >= r.first
                          join address_pool p on p.id = r.pool_id
                         where not exists (
                               select 1 from address_range x
                                where x.pool_id = p.id and x.excluded
                                  and host(network(fixed::inet))::inet >= x.first
                                  and host(broadcast(fixed::inet))::inet <= x.last)
                         limit 1
                        """,
                row -> row.text("conflict"),
                draft.framedIpv4(),
                draft.framedIpv6Prefix(),
                draft.delegatedIpv6Prefix());
    }

    /** @param secret sealed; null for a line */
    public Subscriber insert(SubscriberDraft draft, byte @Nullable [] secret, Instant now) {
        return insertAll(List.of(new New(0, draft, secret)), now).getFirst();
    }

    /**
     * A login to be written.
     *
     * @param id 0 for a new one
     * @param secret sealed; null for a line
     */
    @SuppressWarnings("ArrayRecordComponent") // it is never compared
    public record New(long id, SubscriberDraft draft, byte @Nullable [] secret) {

        @Override
        public String toString() {
            return "New[" + draft.login() + "]";
        }
    }

    /** Inserts many by one statement. */
    public List<Subscriber> insertAll(Collection<New> logins, Instant now) {
        if (logins.isEmpty()) {
            return List.of();
        }
        return sql.list(
                """
                insert into subscriber (%1$s, created_at)
                select %2$s, ? from unnest(%3$s) as n (id, %1$s)
                returning *
                """.formatted(COLUMNS, VALUES, MARKS),
                SubscriberBook::subscriber,
                columns(logins).after(now));
    }

    private static RowColumns<New> columns(Collection<New> logins) {
        return RowColumns.of(logins)
                .bigint(New::id)
                .bigint(one -> one.draft().contractId())
                .text(one -> one.draft().login())
                .text(one -> one.draft().credentialKind().name())
                .bytes(New::secret)
                .text(one -> one.draft().mac())
                .text(one -> one.draft().circuitId())
                .text(one -> one.draft().remoteId())
                .text(one -> one.draft().framedIpv4())
                .text(one -> one.draft().framedIpv6Prefix())
                .text(one -> one.draft().delegatedIpv6Prefix())
                .text(one -> arrayOf(one.draft().framedRoutes()))
                .text(one -> one.draft().locks().macLock().name())
                .text(one -> one.draft().locks().mac())
                .text(one -> arrayOf(one.draft().locks().nasIds()))
                .text(one -> one.draft().locks().region())
                .text(one -> one.draft().locks().port())
                .bool(one -> one.draft().locks().circuit())
                .bigint(one -> {
                    var sessions = one.draft().sessionLimit().sessions();
                    return sessions == null ? null : sessions.longValue();
                })
                .text(one -> {
                    var whenInUse = one.draft().sessionLimit().whenInUse();
                    return whenInUse == null ? null : whenInUse.name();
                });
    }

    /** As PostgreSQL reads an array: unnest would flatten arrays in an array. */
    private static String arrayOf(Collection<?> values) {
        return values.stream()
                .map(value -> '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** @param secret sealed; null keeps the one there is, or none for a line */
    public Subscriber update(long id, SubscriberDraft draft, byte @Nullable [] secret) {
        return updateAll(List.of(new New(id, draft, secret))).getFirst();
    }

    /** Writes many by one statement; a secret that is null keeps the one there is, or none for a line. */
    public List<Subscriber> updateAll(Collection<New> logins) {
        List<Subscriber> updated = new ArrayList<>();
        if (!logins.isEmpty()) {
            sql.eachPlannedAnew(
                    """
                    update subscriber s
                       set (version, %1$s) = row(s.version + 1, %2$s),
                           secret = case when n.credential_kind = 'LINE' then null else coalesce(n.secret, s.secret) end
                      from unnest(%3$s) as n (id, %4$s)
                     where s.id = n.id
                    returning s.*
                    """.formatted(COLUMNS.replace("secret, ", ""), VALUES.replace("n.secret, ", ""), MARKS, COLUMNS),
                    row -> updated.add(subscriber(row)),
                    columns(logins).after());
        }
        return updated;
    }

    public Subscriber move(long id, long contractId) {
        return sql.first(
                        "update subscriber set version = version + 1, contract_id = ? where id = ? returning *",
                        SubscriberBook::subscriber,
                        contractId,
                        id)
                .orElseThrow();
    }

    /** The row with this MAC as the one it is locked to, unless it is not to learn one any more. */
    public Optional<Subscriber> learnMac(long id, String mac) {
        return sql.first("""
                        update subscriber set version = version + 1, locked_mac = ?
                         where id = ? and mac_lock = 'LEARN' and locked_mac is null
                        returning *
                        """, SubscriberBook::subscriber, mac, id);
    }

    public Subscriber forgetMac(long id) {
        return sql.first(
                        "update subscriber set version = version + 1, locked_mac = null where id = ? returning *",
                        SubscriberBook::subscriber,
                        id)
                .orElseThrow();
    }

    /** Sealed; nothing for a line, or when there is no such login. */
    public Optional<byte[]> secret(long id) {
        return sql.first(
                "select secret from subscriber where id = ? and secret is not null", row -> row.bytes("secret"), id);
    }

    /** Sealed, by login; one that has none is not in it. */
    public Map<Long, byte[]> secrets(Collection<Long> ids) {
        Map<Long, byte[]> secrets = new HashMap<>();
        sql.each(
                "select id, secret from subscriber where id = any(?) and secret is not null",
                row -> secrets.put(row.bigint("id"), row.bytes("secret")),
                ids);
        return secrets;
    }

    /** @param secret sealed, of the kind that the login has */
    public Subscriber updateSecret(long id, byte[] secret) {
        return sql.first(
                        "update subscriber set version = version + 1, secret = ? where id = ? returning *",
                        SubscriberBook::subscriber,
                        secret,
                        id)
                .orElseThrow();
    }

    public void delete(long id) {
        sql.update("delete from subscriber where id = ?", id);
    }

    static SubscriberLocks locks(Row row) throws SQLException {
        var locks = new SubscriberLocks(
                row.oneOf(MacLock.class, "mac_lock"),
                row.textOrNull("locked_mac"),
                List.of(row.bigints("locked_nas_ids")),
                row.textOrNull("locked_region"),
                row.textOrNull("locked_port"),
                row.bool("circuit_lock"));
        // Most have none, and a directory of a million logins shares one object for them.
        return locks.equals(SubscriberLocks.NONE) ? SubscriberLocks.NONE : locks;
    }

    static SessionLimit sessionLimit(Row row) throws SQLException {
        var limit = new SessionLimit(
                row.integerOrNull("simultaneous_sessions"),
                row.oneOfOrNull(SimultaneousPolicy.class, "simultaneous_policy"));
        return limit.equals(SessionLimit.OF_PLAN) ? SessionLimit.OF_PLAN : limit;
    }

    static Subscriber subscriber(Row row) throws SQLException {
        return new Subscriber(
                row.bigint("id"),
                row.bigint("version"),
                row.bigint("contract_id"),
                row.text("login"),
                row.oneOf(CredentialKind.class, "credential_kind"),
                row.textOrNull("mac"),
                row.textOrNull("circuit_id"),
                row.textOrNull("remote_id"),
                row.textOrNull("framed_ipv4"),
                row.textOrNull("framed_ipv6_prefix"),
                row.textOrNull("delegated_ipv6_prefix"),
                row.texts("framed_routes"),
                locks(row),
                sessionLimit(row),
                row.instant("created_at"));
    }
}
