package net.catraca.admin.security;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import net.catraca.admin.store.TokenStore;
import net.catraca.admin.store.Transactions;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;

/** Issues, finds and revokes access tokens; of the tokens themselves only hashes are kept. */
public final class AccessTokens {

    /** A forgotten token stops by itself. */
    public static final Duration LONGEST_LIFE = Duration.ofDays(730);

    private final TokenStore store;
    private final Transactions transactions;
    private final AuditLog audit;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public AccessTokens(TokenStore store, Transactions transactions, AuditLog audit, Clock clock) {
        this.store = store;
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
    }

    /** A new token and its text, which cannot be had again. */
    public record Issued(AccessToken token, TokenText text) {}

    /** For a job, see {@link #issue(String, Holder, Role, Duration, Actor)}. */
    public Issued issue(String name, Role role, Duration life, Actor by) {
        return issue(name, Holder.JOB, role, life, by);
    }

    /**
     * @param name the person or job: what the audit and the ledgers will show
     * @param life from now, at most {@link #LONGEST_LIFE}
     */
    public Issued issue(String name, Holder holder, Role role, Duration life, Actor by) {
        if (life.isNegative() || life.isZero() || life.compareTo(LONGEST_LIFE) > 0) {
            throw new IllegalArgumentException("life: expected up to " + LONGEST_LIFE.toDays() + " days, was " + life);
        }
        var now = clock.instant();
        return issue(TokenText.generate(random), name.strip(), holder, role, now, now.plus(life), by);
    }

    private Issued issue(
            TokenText text, String name, Holder holder, Role role, Instant now, Instant expiresAt, Actor by) {
        return transactions.write(() -> {
            var token = store.insert(text.hash(), name, holder, role, now, by.name(), expiresAt);
            audit.append(by, "token.create", subject(token), null, token, now);
            return new Issued(token, text);
        });
    }

    /**
     * Makes a token of a text that is known beforehand: the demo's, which stand in its documentation. Whoever knows
     * the text gets in, so nothing but a demo on loopback should have one. One that expired or was revoked works anew.
     */
    public AccessToken installKnown(String text, String name, Holder holder, Role role, Duration life, Actor by) {
        var token = TokenText.of(text);
        var now = clock.instant();
        return transactions.write(() -> store.byHash(token.hash())
                .map(there -> there.worksAt(now) && there.holder() == holder
                        ? there
                        : renew(there, holder, now.plus(life), by, now))
                .orElseGet(() -> issue(token, name, holder, role, now, now.plus(life), by)
                        .token()));
    }

    private AccessToken renew(AccessToken token, Holder holder, Instant expiresAt, Actor by, Instant now) {
        var renewed = store.renew(token.id(), holder, expiresAt);
        audit.append(by, "token.renew", subject(token), token, renewed, now);
        return renewed;
    }

    /** The token with that text, working or not. */
    Optional<AccessToken> find(TokenText text) {
        return store.byHash(text.hash());
    }

    /** Notes the day of use, unless it is noted. */
    void used(AccessToken token) {
        var today = clock.instant().atZone(ZoneOffset.UTC).toLocalDate();
        if (!today.equals(token.lastUsedOn())) {
            store.usedOn(token.id(), today);
        }
    }

    public Optional<AccessToken> byId(long id) {
        return store.byId(id);
    }

    /** At most {@code limit} tokens with an id above {@code afterId}, in order. */
    public List<AccessToken> list(long afterId, int limit) {
        return store.after(afterId, limit);
    }

    /** Stops a token at once; one that is stopped already stays as it is. Nothing when there is none. */
    public Optional<AccessToken> revoke(long id, Actor by) {
        return transactions.write(() -> store.byId(id).map(token -> {
            if (token.revokedAt() != null) {
                return token;
            }
            var now = clock.instant();
            var revoked = store.revoke(id, now, by.name());
            audit.append(by, "token.revoke", subject(token), token, revoked, now);
            return revoked;
        }));
    }

    private static String subject(AccessToken token) {
        return "access_token/" + token.id();
    }
}
