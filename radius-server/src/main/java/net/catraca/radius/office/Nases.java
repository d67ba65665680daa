package net.catraca.radius.office;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.FieldError;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Stale;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.Feed;
import net.catraca.billing.store.Sql;
import net.catraca.radius.nas.AddressPrefix;
import net.catraca.radius.nas.MessageAuthenticatorSightings;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasDraft;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.store.NasBook;
import net.catraca.radius.store.NasBook.Stored;
import org.jspecify.annotations.Nullable;

/** The routers that may ask. Every write reaches the packet path of all nodes through the change feed. */
@Singleton
@Requires(beans = {SecretVault.class, ReplyProfiles.class, AuditLog.class})
public final class Nases implements MessageAuthenticatorSightings.Store {

    private static final int MOST_NAME = 100;
    private static final int MOST_REGION = 100;
    private static final int MOST_IDENTIFIER_OCTETS = 253;
    private static final int MOST_REJECT_DELAY_MILLIS = 10_000;

    private final Sql sql;
    private final NasBook book;
    private final ReplyProfiles profiles;
    private final Feed feed;
    private final AuditLog audit;
    private final Clock clock;

    Nases(Sql sql, NasBook book, ReplyProfiles profiles, Feed feed, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.book = book;
        this.profiles = profiles;
        this.feed = feed;
        this.audit = audit;
        this.clock = clock;
    }

    public Outcome<Nas> create(Actor actor, NasDraft draft) {
        var invalid = check(draft);
        return invalid != null
                ? Outcome.declined(invalid)
                : sql.inTransaction(() -> {
                    book.lock();
                    return insert(actor, canonical(draft));
                });
    }

    private Outcome<Nas> insert(Actor actor, NasDraft draft) {
        var sharers = book.behind(draft.prefix());
        var conflict = conflict(draft, sharers, 0);
        if (conflict != null) {
            return Outcome.declined(conflict);
        }
        var secret = draft.secret() == null ? secretOf(sharers) : draft.secret();
        if (secret == null) {
            return Outcome.declined(new Invalid("secret", "a secret, for no other NAS has this prefix"));
        }
        // A new NAS does not change the secret of those that work; an update may, knowingly.
        if (sharers.stream().anyMatch(sharer -> !sharer.nas().secret().equals(secret))) {
            return Outcome.declined(new Conflict("secret-differs", namesOf(sharers)));
        }
        var created = book.insert(draft, secret, clock.instant());
        written(actor, "nas.create", null, created);
        return Outcome.done(created);
    }

    /**
     * A new secret becomes that of all NASes with the same prefix: the secret goes by source address alone.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<Nas> update(Actor actor, long id, @Nullable Long expectedVersion, NasDraft draft) {
        var invalid = check(draft);
        return invalid != null
                ? Outcome.declined(invalid)
                : onLocked(id, expectedVersion, before -> update(actor, before, canonical(draft)));
    }

    private Outcome<Nas> update(Actor actor, Stored before, NasDraft draft) {
        long id = before.nas().id();
        var sharers = book.behind(draft.prefix()).stream()
                .filter(sharer -> sharer.nas().id() != id)
                .toList();
        var conflict = conflict(draft, sharers, id);
        if (conflict != null) {
            return Outcome.declined(conflict);
        }
        var had = secretOf(sharers.isEmpty() ? List.of(before) : sharers);
        var secret = draft.secret() == null ? had : draft.secret();
        if (secret == null) {
            return Outcome.declined(new Invalid("secret", "a secret, for the one it had does not open any more"));
        }
        var updated = book.update(id, draft, secret, clock.instant());
        written(actor, "nas.update", before.nas(), updated);
        sharers.forEach(sharer -> share(actor, sharer.nas(), secret));
        return Outcome.done(updated);
    }

    private void share(Actor actor, Nas sharer, SharedSecret secret) {
        if (!sharer.secret().equals(secret)) {
            written(actor, "nas.update", sharer, book.updateSecret(sharer.id(), secret, clock.instant()));
        }
    }

    /** From then on it gets no answer. */
    public Outcome<Nas> delete(Actor actor, long id, @Nullable Long expectedVersion) {
        return onLocked(id, expectedVersion, found -> {
            var nas = found.nas();
            book.delete(id);
            feed.append(Feed.Kind.NAS, id, clock.instant());
            audit.append(actor, "nas.delete", subject(nas), nas, null, clock.instant());
            return Outcome.done(nas);
        });
    }

    /** A NAS of policy AUTO need not send Message-Authenticator until it does again: the router was replaced. */
    public Outcome<Nas> forgetMessageAuthenticator(Actor actor, long id, @Nullable Long expectedVersion) {
        return onLocked(id, expectedVersion, found -> {
            // Its version rises even where nothing was stored: a sighting in memory holds for the version it was of.
            var after = book.forgetMessageAuthenticator(id, clock.instant());
            written(actor, "nas.forget-message-authenticator", found.nas(), after);
            return Outcome.done(after);
        });
    }

    private Outcome<Nas> onLocked(long id, @Nullable Long expectedVersion, Function<Stored, Outcome<Nas>> work) {
        return sql.inTransaction(() -> {
            book.lock();
            var found = book.find(id).orElse(null);
            if (found == null) {
                return Outcome.declined(new Unknown("nas", id));
            }
            long version = found.nas().version();
            return expectedVersion == null || expectedVersion == version
                    ? work.apply(found)
                    : Outcome.declined(new Stale(version));
        });
    }

    @Override
    public void messageAuthenticatorSeen(long nasId) {
        sql.inTransaction(() -> {
            var now = clock.instant();
            boolean first = book.messageAuthenticatorSeen(nasId, now);
            if (first) {
                feed.append(Feed.Kind.NAS, nasId, now);
            }
            return first;
        });
    }

    public Optional<Nas> find(long id) {
        return book.find(id).map(Stored::nas);
    }

    public Optional<Nas> findByName(String name) {
        return book.findByName(name).map(Stored::nas);
    }

    /**
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<Nas> list(long afterId, int limit) {
        return book.page(afterId, limit).stream().map(Stored::nas).toList();
    }

    private void written(Actor actor, String action, @Nullable Nas before, Nas after) {
        feed.append(Feed.Kind.NAS, after.id(), clock.instant());
        audit.append(actor, action, subject(after), before, after, clock.instant());
    }

    private static String subject(Nas nas) {
        return "nas/" + nas.id();
    }

    private @Nullable Conflict conflict(NasDraft draft, List<Stored> sharers, long exceptId) {
        var namesake = book.findByName(draft.name());
        if (namesake.isPresent() && namesake.get().nas().id() != exceptId) {
            return new Conflict("name-taken", draft.name());
        }
        for (var sharer : sharers) {
            if (Objects.equals(sharer.nas().nasIdentifier(), draft.nasIdentifier())) {
                return new Conflict(
                        "prefix-and-nas-identifier-taken", sharer.nas().name());
            }
        }
        return null;
    }

    private static @Nullable SharedSecret secretOf(List<Stored> sharers) {
        for (var sharer : sharers) {
            if (sharer.problem() == null) {
                return sharer.nas().secret();
            }
        }
        return null;
    }

    private static String namesOf(List<Stored> sharers) {
        return String.join(
                ", ", sharers.stream().map(sharer -> sharer.nas().name()).toList());
    }

    private @Nullable Invalid check(NasDraft draft) {
        List<FieldError> errors = new ArrayList<>();
        text(draft.name(), MOST_NAME, "name", errors);
        prefix(draft.prefix(), errors);
        identifier(draft.nasIdentifier(), errors);
        Set<String> vendors = profiles.vendors();
        expect(
                vendors.contains(draft.vendor()),
                "vendor",
                "one of " + vendors.stream().sorted().toList(),
                errors);
        if (draft.region() != null) {
            text(draft.region(), MOST_REGION, "region", errors);
        }
        expect(draft.coaPort() >= 1 && draft.coaPort() <= 65_535, "coaPort", "1 to 65535", errors);
        Integer delay = draft.rejectDelayMillis();
        expect(
                delay == null || (delay >= 0 && delay <= MOST_REJECT_DELAY_MILLIS),
                "rejectDelayMillis",
                "0 to " + MOST_REJECT_DELAY_MILLIS + " milliseconds",
                errors);
        return errors.isEmpty() ? null : new Invalid(errors);
    }

    private static void text(String value, int most, String field, List<FieldError> errors) {
        expect(!value.isBlank() && value.length() <= most, field, "1 to " + most + " characters", errors);
    }

    private static void identifier(@Nullable String identifier, List<FieldError> errors) {
        if (identifier != null) {
            int octets = identifier.getBytes(StandardCharsets.UTF_8).length;
            expect(
                    octets >= 1 && octets <= MOST_IDENTIFIER_OCTETS && identifier.indexOf('\0') < 0,
                    "nasIdentifier",
                    "1 to " + MOST_IDENTIFIER_OCTETS + " octets",
                    errors);
        }
    }

    private static void prefix(String prefix, List<FieldError> errors) {
        String expected = AddressPrefix.expectedInsteadOf(prefix);
        if (expected != null) {
            errors.add(new FieldError("prefix", expected));
        }
    }

    /** In one spelling, so that two of one prefix are found to be the same. */
    private static NasDraft canonical(NasDraft draft) {
        return draft.withPrefix(AddressPrefix.parse(draft.prefix()).toString());
    }

    private static void expect(boolean holds, String field, String expected, List<FieldError> errors) {
        if (!holds) {
            errors.add(new FieldError(field, expected));
        }
    }
}
