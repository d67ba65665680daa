package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.secret.Opening;
import net.catraca.billing.secret.Purpose;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.WebhookBook;
import net.catraca.billing.store.WebhookBook.Logged;
import net.catraca.billing.store.WebhookBook.LoggedAttempt;
import net.catraca.billing.store.WebhookBook.State;
import net.catraca.billing.webhook.WebhookEndpoint;
import net.catraca.billing.webhook.WebhookEndpoint.Topic;
import org.jspecify.annotations.Nullable;

/** Who is told of what happens here, and what they were told. */
@Singleton
public final class Webhooks {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,59}");

    /** 256 bits: nothing to guess at. */
    private static final int SECRET_OCTETS = 32;

    /** In one request; who has more sends it again. */
    private static final int MOST_REPLAYED = 10_000;

    private final Sql sql;
    private final WebhookBook book;
    private final SecretVault vault;
    private final AuditLog audit;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Webhooks(Sql sql, WebhookBook book, SecretVault vault, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.book = book;
        this.vault = vault;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param secret what its requests are signed with, told once */
    public record Made(WebhookEndpoint endpoint, String secret) {
        @Override
        public String toString() {
            return "Made[" + endpoint + "]";
        }
    }

    /** @param secret which the other side has chosen; null makes one */
    public Outcome<Made> create(
            Actor actor, String name, URI url, Collection<Topic> topics, boolean active, @Nullable String secret) {
        var checks = check(url, topics)
                .expect(NAME.matcher(name).matches(), "name", "1 to 60 lower-case letters, digits, dots, dashes")
                .expect(
                        secret == null || (secret.length() >= 16 && secret.length() <= 500),
                        "secret",
                        "16 to 500 characters");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        String shown = secret == null ? newSecret() : secret;
        return sql.inTransaction(() -> book.insert(name, url, topics, active, seal(shown), now, actor.name())
                .map(made -> {
                    audit.append(actor, "webhook.create", subject(made.id()), null, made, now);
                    return Outcome.done(new Made(made, shown));
                })
                .orElseGet(() -> Outcome.declined(new Conflict("name-taken", name))));
    }

    /** @param expectedVersion the version that the caller has read, or null to take any */
    public Outcome<WebhookEndpoint> update(
            Actor actor, long id, @Nullable Long expectedVersion, URI url, Collection<Topic> topics, boolean active) {
        var checks = check(url, topics);
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            var before = book.lock(id).orElse(null);
            if (before == null) {
                return Outcome.<WebhookEndpoint>declined(new Unknown("webhook_endpoint", id));
            }
            var stale = LockedContract.stale(expectedVersion, before.version());
            if (stale != null) {
                return Outcome.<WebhookEndpoint>declined(stale);
            }
            var after = book.update(id, url, topics, active);
            audit.append(actor, "webhook.update", subject(id), before, after, clock.instant());
            return Outcome.done(after);
        });
    }

    /** The old secret signs no more from the next request on. */
    public Outcome<Made> renewSecret(Actor actor, long id) {
        String secret = newSecret();
        return sql.inTransaction(() -> {
            if (book.lock(id).isEmpty()) {
                return Outcome.<Made>declined(new Unknown("webhook_endpoint", id));
            }
            book.setSecret(id, seal(secret));
            var after = book.endpoint(id).orElseThrow();
            audit.append(actor, "webhook.renew-secret", subject(id), null, after, clock.instant());
            return Outcome.done(new Made(after, secret));
        });
    }

    /** With its log, and all that it was still to be told. */
    public Outcome<WebhookEndpoint> delete(Actor actor, long id) {
        return sql.inTransaction(() -> {
            var before = book.lock(id).orElse(null);
            if (before == null) {
                return Outcome.<WebhookEndpoint>declined(new Unknown("webhook_endpoint", id));
            }
            book.delete(id);
            audit.append(actor, "webhook.delete", subject(id), before, null, clock.instant());
            return Outcome.done(before);
        });
    }

    /** @return the id of an event that this endpoint alone is told. Declined as {@code inactive} */
    public Outcome<Long> ping(Actor actor, long id) {
        return sql.inTransaction(() -> {
            var endpoint = book.lock(id).orElse(null);
            if (endpoint == null) {
                return Outcome.<Long>declined(new Unknown("webhook_endpoint", id));
            }
            if (!endpoint.active()) {
                return Outcome.<Long>declined(new Conflict("inactive", endpoint.name()));
            }
            return Outcome.done(book.ping(id, clock.instant(), actor.name()));
        });
    }

    /** Sends one event again. Declined as {@code still-waiting} when it was not taken or given up yet. */
    public Outcome<Logged> replay(Actor actor, long id, long eventId) {
        var now = clock.instant();
        return sql.inTransaction(() -> {
            if (book.delivery(id, eventId).isEmpty()) {
                return Outcome.<Logged>declined(new Unknown("webhook_delivery", id + "/" + eventId));
            }
            if (!book.replay(id, eventId, now)) {
                return Outcome.<Logged>declined(new Conflict("still-waiting", "evt-" + eventId));
            }
            audit.append(actor, "webhook.replay", subject(id) + "/evt-" + eventId, null, null, now);
            return Outcome.done(book.delivery(id, eventId).orElseThrow());
        });
    }

    /** @return how many of the given-up were set to be sent again, at most 10,000 at a time */
    public Outcome<Integer> replayDead(Actor actor, long id) {
        var now = clock.instant();
        return sql.inTransaction(() -> {
            if (book.endpoint(id).isEmpty()) {
                return Outcome.<Integer>declined(new Unknown("webhook_endpoint", id));
            }
            int replayed = book.replayDead(id, now, MOST_REPLAYED);
            audit.append(actor, "webhook.replay-dead", subject(id), null, null, now);
            return Outcome.done(replayed);
        });
    }

    public Optional<WebhookEndpoint> find(long id) {
        return book.endpoint(id);
    }

    /** @param afterId only ids above it: the cursor of a page, 0 for the first */
    public List<WebhookEndpoint> list(long afterId, int limit) {
        return book.endpoints(afterId, limit);
    }

    /** Newest first, below an event's id; of one contract and in one state, or of all for null. */
    public List<Logged> deliveries(
            long id, @Nullable State state, @Nullable Long contractId, long beforeId, int limit) {
        return book.deliveries(id, state, contractId, beforeId, limit);
    }

    public Optional<Logged> delivery(long id, long eventId) {
        return book.delivery(id, eventId);
    }

    public List<LoggedAttempt> attempts(long id, long eventId) {
        return book.attempts(id, eventId);
    }

    /** What an endpoint's requests are signed with; empty when it does not open. */
    public Optional<byte[]> secret(long id) {
        return book.sealedSecret(id).flatMap(kept -> switch (vault.open(Purpose.WEBHOOK_SIGNING, kept)) {
            case Opening.Opened(var clear) -> Optional.of(clear);
            case Opening.KeyMissing _ -> Optional.<byte[]>empty();
            case Opening.Damaged() -> Optional.<byte[]>empty();
        });
    }

    private static Checks check(URI url, Collection<Topic> topics) {
        var scheme = url.getScheme();
        return new Checks()
                .expect(
                        ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
                                && url.getHost() != null
                                && url.getUserInfo() == null
                                && url.getFragment() == null,
                        "url",
                        "an http or https URL with a host, no user and no fragment")
                .expect(!topics.isEmpty(), "topics", "at least one");
    }

    private String newSecret() {
        byte[] octets = new byte[SECRET_OCTETS];
        random.nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    private byte[] seal(String secret) {
        return vault.seal(Purpose.WEBHOOK_SIGNING, secret.getBytes(StandardCharsets.UTF_8));
    }

    private static String subject(long id) {
        return "webhook/" + id;
    }
}
