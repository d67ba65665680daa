package net.catraca.radius.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.secret.Opening;
import net.catraca.billing.secret.Purpose;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.Row;
import net.catraca.billing.store.Sql;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.Nas.BlockedAnswer;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import net.catraca.radius.nas.NasDraft;
import net.catraca.radius.nas.SharedSecret;
import org.jspecify.annotations.Nullable;

/** The table {@code nas}. Secrets are sealed on the way in and opened on the way out. */
@Singleton
@Requires(beans = SecretVault.class)
public final class NasBook {

    private static final int OCTETS_OF_NO_SECRET = 32;

    private final Sql sql;
    private final SecretVault vault;
    private final SecureRandom random = new SecureRandom();

    NasBook(Sql sql, SecretVault vault) {
        this.sql = sql;
        this.vault = vault;
    }

    /**
     * A row.
     *
     * @param problem why its secret does not open, or null when it does. If it does not, the NAS has one that nobody
     *     knows
     */
    public record Stored(Nas nas, @Nullable String problem) {}

    /** In the order of their ids. */
    public List<Stored> all() {
        return sql.list("select *, prefix::text as prefix_text from nas order by id", this::stored);
    }

    public List<Stored> page(long afterId, int limit) {
        return sql.list(
                "select *, prefix::text as prefix_text from nas where id > ? order by id limit ?",
                this::stored,
                afterId,
                limit);
    }

    public Optional<Stored> find(long id) {
        return sql.first("select *, prefix::text as prefix_text from nas where id = ?", this::stored, id);
    }

    public Optional<Stored> findByName(String name) {
        return sql.first("select *, prefix::text as prefix_text from nas where name = ?", this::stored, name);
    }

    public List<Stored> behind(String prefix) {
        return sql.list(
                "select *, prefix::text as prefix_text from nas where prefix = cast(? as cidr) order by id",
                this::stored,
                prefix);
    }

    /** Keeps other writers out until the transaction ends: a rule over several rows is being checked. Readers go on. */
    public void lock() {
        sql.update("lock table nas in share row exclusive mode");
    }

    public Nas insert(NasDraft draft, SharedSecret secret, Instant now) {
        return sql.first(
                        """
                        insert into nas (
                            name, prefix, nas_identifier, secret, vendor, region, coa_port, message_authenticator,
                            blocked_answer, ms_chap_v1_allowed, status_server_answered, message_authenticator_omitted,
                            reject_delay_millis, created_at, updated_at)
                        values (?, cast(? as cidr), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        returning *, prefix::text as prefix_text
                        """,
                        this::stored,
                        draft.name(),
                        draft.prefix(),
                        draft.nasIdentifier(),
                        seal(secret),
                        draft.vendor(),
                        draft.region(),
                        draft.coaPort(),
                        draft.messageAuthenticator(),
                        draft.blockedAnswer(),
                        draft.msChapV1Allowed(),
                        draft.statusServerAnswered(),
                        draft.messageAuthenticatorOmitted(),
                        draft.rejectDelayMillis(),
                        now,
                        now)
                .orElseThrow()
                .nas();
    }

    public Nas update(long id, NasDraft draft, SharedSecret secret, Instant now) {
        return sql.first(
                        """
                        update nas set
                            version = version + 1,
                            name = ?, prefix = cast(? as cidr), nas_identifier = ?, secret = ?, vendor = ?, region = ?,
                            coa_port = ?, message_authenticator = ?, blocked_answer = ?, ms_chap_v1_allowed = ?,
                            status_server_answered = ?, message_authenticator_omitted = ?, reject_delay_millis = ?,
                            updated_at = ?
                         where id = ?
                        returning *, prefix::text as prefix_text
                        """,
                        this::stored,
                        draft.name(),
                        draft.prefix(),
                        draft.nasIdentifier(),
                        seal(secret),
                        draft.vendor(),
                        draft.region(),
                        draft.coaPort(),
                        draft.messageAuthenticator(),
                        draft.blockedAnswer(),
                        draft.msChapV1Allowed(),
                        draft.statusServerAnswered(),
                        draft.messageAuthenticatorOmitted(),
                        draft.rejectDelayMillis(),
                        now,
                        id)
                .orElseThrow()
                .nas();
    }

    /** The secret alone, for those behind the same prefix. */
    public Nas updateSecret(long id, SharedSecret secret, Instant now) {
        return sql.first("""
                        update nas set version = version + 1, secret = ?, updated_at = ? where id = ?
                        returning *, prefix::text as prefix_text
                        """, this::stored, seal(secret), now, id).orElseThrow().nas();
    }

    /** Returns whether that is new. */
    public boolean messageAuthenticatorSeen(long id, Instant now) {
        return sql.update("""
                        update nas set version = version + 1, message_authenticator_seen = true, updated_at = ?
                         where id = ? and not message_authenticator_seen
                        """, now, id) > 0;
    }

    public Nas forgetMessageAuthenticator(long id, Instant now) {
        return sql.first("""
                        update nas set version = version + 1, message_authenticator_seen = false, updated_at = ?
                         where id = ?
                        returning *, prefix::text as prefix_text
                        """, this::stored, now, id).orElseThrow().nas();
    }

    public void delete(long id) {
        sql.update("delete from nas where id = ?", id);
    }

    private byte[] seal(SharedSecret secret) {
        return vault.seal(Purpose.NAS_SECRET, secret.octets());
    }

    private Stored stored(Row row) throws SQLException {
        byte[] sealed = row.bytesOrNull("secret");
        var opening = sealed == null ? new Opening.Damaged() : vault.open(Purpose.NAS_SECRET, sealed);
        return switch (opening) {
            case Opening.Opened(var clear) -> new Stored(nas(row, new SharedSecret(clear)), null);
            case Opening.KeyMissing(var keyId) ->
                new Stored(
                        nas(row, nobodysSecret()),
                        "secret: sealed with key " + keyId + ", which is not among the secret keys; put that key back");
            case Opening.Damaged() ->
                new Stored(
                        nas(row, nobodysSecret()),
                        "secret: damaged, or the secret keys are not those it was sealed with; set it again");
        };
    }

    private SharedSecret nobodysSecret() {
        byte[] octets = new byte[OCTETS_OF_NO_SECRET];
        random.nextBytes(octets);
        return new SharedSecret(octets);
    }

    private static Nas nas(Row row, SharedSecret secret) throws SQLException {
        return new Nas(
                row.bigint("id"),
                row.bigint("version"),
                row.text("name"),
                row.text("prefix_text"),
                row.textOrNull("nas_identifier"),
                secret,
                row.text("vendor"),
                row.textOrNull("region"),
                row.integer("coa_port"),
                row.oneOf(MessageAuthenticatorPolicy.class, "message_authenticator"),
                row.bool("message_authenticator_seen"),
                row.oneOf(BlockedAnswer.class, "blocked_answer"),
                row.bool("ms_chap_v1_allowed"),
                row.bool("status_server_answered"),
                row.bool("message_authenticator_omitted"),
                row.integerOrNull("reject_delay_millis"));
    }
}
