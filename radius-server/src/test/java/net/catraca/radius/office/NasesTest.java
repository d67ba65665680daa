package net.catraca.radius.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.FieldError;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.office.Problem;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Stale;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.FeedFollower;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.nas.MessageAuthenticatorSightings;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import net.catraca.radius.nas.NasDraft;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.store.NasBook;
import net.catraca.radius.testing.TestProfiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NasesTest {

    private static final Actor MARIA = new Actor("maria", 1L, "192.0.2.200");
    private static final SharedSecret SECRET = SharedSecret.of("a long and random secret");
    private static final List<String> AUDIT = new CopyOnWriteArrayList<>();

    private static final TestDatabase DATABASE = TestDatabase.fresh();
    private static final ApplicationContext CONTEXT = context(SecretKeys.parse("test", SecretKeys.generate()));

    private final Nases nases = CONTEXT.getBean(Nases.class);
    private final NasBook book = CONTEXT.getBean(NasBook.class);
    private final NasRegistry registry = CONTEXT.getBean(NasRegistry.class);
    private final Sql sql = CONTEXT.getBean(Sql.class);

    private static ApplicationContext context(SecretKeys keys) {
        AuditLog audit = (actor, action, subject, before, after, at) ->
                AUDIT.add(actor.name() + " " + action + " " + subject + " " + before + " " + after);
        return DATABASE.startContext(
                Map.of(), keys, audit, new TestProfiles(), new SimpleMeterRegistry(), new SettableClock(Fixtures.NOW));
    }

    @AfterAll
    static void close() {
        CONTEXT.close();
        DATABASE.close();
    }

    @BeforeEach
    void empty() {
        sql.update("delete from nas");
        sql.update("delete from feed");
        AUDIT.clear();
    }

    private static NasDraft draft(String name, String prefix) {
        return NasDraft.of(name, prefix, SECRET, "mikrotik");
    }

    private static @Nullable Problem problem(Outcome<?> outcome) {
        return outcome instanceof Outcome.Declined<?>(var problem) ? problem : null;
    }

    @Test
    void whatIsCreatedIsFoundAgain() {
        var created = nases.create(MARIA, draft("bras-01", "2001:DB8::/64")).orThrow();

        assertThat(nases.find(created.id())).contains(created);
        assertThat(nases.findByName("bras-01")).contains(created);
        assertThat(nases.list(0, 10)).containsExactly(created);
        assertThat(created.prefix()).isEqualTo("2001:db8::/64");
        assertThat(created.secret()).isEqualTo(SECRET);
        assertThat(created.messageAuthenticator()).isEqualTo(MessageAuthenticatorPolicy.AUTO);
        assertThat(created.coaPort()).isEqualTo(3799);
    }

    @Test
    void secretRestsSealed() {
        nases.create(MARIA, draft("bras-01", "192.0.2.1")).orThrow();

        byte[] kept = sql.first("select secret from nas", row -> Objects.requireNonNull(row.bytesOrNull("secret")))
                .orElseThrow();

        assertThat(new String(kept, StandardCharsets.ISO_8859_1)).doesNotContain("a long and random secret");
    }

    @Test
    void everyWriteIsAuditedAndAnnouncedWithoutTheSecret() {
        var created = nases.create(MARIA, draft("bras-01", "192.0.2.1")).orThrow();
        nases.update(MARIA, created.id(), 1L, draft("bras-1", "192.0.2.1")).orThrow();
        nases.delete(MARIA, created.id(), 2L).orThrow();

        assertThat(AUDIT)
                .hasSize(3)
                .allMatch(entry -> entry.startsWith("maria nas."))
                .noneMatch(entry -> entry.contains("random secret"));
        assertThat(sql.list("select key from feed where kind = 'NAS'", row -> row.bigint("key")))
                .containsExactly(created.id(), created.id(), created.id());
        assertThat(nases.list(0, 10)).isEmpty();
    }

    @Test
    void fieldsThatCannotBeAreNamed() {
        var wrong = new NasDraft(
                " ",
                "192.0.2.1/24",
                "",
                SECRET,
                "mikrotic",
                "x".repeat(101),
                0,
                MessageAuthenticatorPolicy.AUTO,
                Nas.BlockedAnswer.POLICY,
                false,
                true,
                false,
                20_000);

        var problem = problem(nases.create(MARIA, wrong));

        assertThat(problem).isInstanceOf(Invalid.class);
        assertThat(((Invalid) problem).fields())
                .extracting(FieldError::field)
                .containsExactly("name", "prefix", "nasIdentifier", "vendor", "region", "coaPort", "rejectDelayMillis");
        assertThat(((Invalid) problem).fields().get(1).expected())
                .isEqualTo("192.0.2.0/24 for the network or 192.0.2.1 for one address");
    }

    @Test
    void sameNameOrSamePrefixWithoutTellingThemApartIsAConflict() {
        nases.create(MARIA, draft("bras-01", "192.0.2.1")).orThrow();

        assertThat(problem(nases.create(MARIA, draft("bras-01", "192.0.2.2"))))
                .isEqualTo(new Conflict("name-taken", "bras-01"));
        assertThat(problem(nases.create(MARIA, draft("bras-02", "::ffff:192.0.2.1"))))
                .isEqualTo(new Conflict("prefix-and-nas-identifier-taken", "bras-01"));
    }

    @Test
    void nasThatSharesAPrefixGetsTheSecretOfTheOthersAndMayNotBringAnother() {
        nases.create(MARIA, draft("bras-01", "192.0.2.1")).orThrow();
        var second = draft("bras-02", "192.0.2.1").withNasIdentifier("bras-02");

        assertThat(problem(nases.create(MARIA, second.withSecret(SharedSecret.of("another secret, long")))))
                .isEqualTo(new Conflict("secret-differs", "bras-01"));
        assertThat(nases.create(MARIA, second.withSecret(null)).orThrow().secret())
                .isEqualTo(SECRET);
    }

    @Test
    void firstNasOfAPrefixNeedsASecret() {
        var problem = problem(nases.create(MARIA, draft("bras-01", "192.0.2.1").withSecret(null)));

        assertThat(problem).isInstanceOf(Invalid.class);
    }

    @Test
    void newSecretBecomesThatOfAllWithThePrefix() {
        var first = nases.create(MARIA, draft("bras-01", "192.0.2.1")).orThrow();
        var second = nases.create(MARIA, draft("bras-02", "192.0.2.1").withNasIdentifier("bras-02"))
                .orThrow();
        var other = nases.create(MARIA, draft("bras-03", "192.0.2.3")).orThrow();
        var fresh = SharedSecret.of("a fresh and random secret");

        nases.update(MARIA, first.id(), null, NasDraft.of(first).withSecret(fresh))
                .orThrow();

        assertThat(nases.find(second.id())).get().extracting(Nas::secret).isEqualTo(fresh);
        assertThat(nases.find(second.id())).get().extracting(Nas::version).isEqualTo(2L);
        assertThat(nases.find(other.id())).contains(other);
    }

    @Test
    void updateWithoutASecretKeepsIt() {
        var created = nases.create(MARIA, draft("bras-01", "192.0.2.1")).orThrow();

        var updated = nases.update(
                        MARIA,
                        created.id(),
                        1L,
                        NasDraft.of(created).withMessageAuthenticator(MessageAuthenticatorPolicy.REQUIRE))
                .orThrow();

        assertThat(updated.secret()).isEqualTo(SECRET);
        assertThat(updated.messageAuthenticator()).isEqualTo(MessageAuthenticatorPolicy.REQUIRE);
        assertThat(updated.version()).isEqualTo(2);
    }

    @Test
    void staleOrUnknownIsDeclinedAndNothingIsWritten() {
        var created = nases.create(MARIA, draft("bras-01", "192.0.2.1")).orThrow();

        assertThat(problem(nases.update(MARIA, created.id(), 7L, NasDraft.of(created))))
                .isEqualTo(new Stale(1));
        assertThat(problem(nases.delete(MARIA, created.id(), 7L))).isEqualTo(new Stale(1));
        assertThat(problem(nases.delete(MARIA, 999_999, null))).isEqualTo(new Unknown("nas", 999_999));
        assertThat(nases.find(created.id())).contains(created);
    }

    @Test
    void sightingOfAMessageAuthenticatorIsStoredOnceAndCanBeForgotten() {
        var created = nases.create(MARIA, draft("bras-01", "192.0.2.1")).orThrow();

        nases.messageAuthenticatorSeen(created.id());
        nases.messageAuthenticatorSeen(created.id());
        var seen = nases.find(created.id()).orElseThrow();
        assertThat(seen.messageAuthenticatorSeen()).isTrue();
        assertThat(seen.version()).isEqualTo(2);

        var forgotten =
                nases.forgetMessageAuthenticator(MARIA, created.id(), null).orThrow();
        assertThat(forgotten.messageAuthenticatorSeen()).isFalse();
        assertThat(forgotten.version()).isEqualTo(3);
    }

    @Test
    void sightingOfAPacketReachesTheTable() {
        var created = nases.create(MARIA, draft("bras-01", "192.0.2.1")).orThrow();

        CONTEXT.getBean(MessageAuthenticatorSightings.class).sighted(created);

        await().until(() -> nases.find(created.id()).orElseThrow().messageAuthenticatorSeen());
    }

    @Test
    void whatIsWrittenReachesThePacketPathWithoutARestart() {
        CONTEXT.getBean(FeedFollower.class).start();
        var created = nases.create(MARIA, draft("bras-01", "192.0.2.0/24")).orThrow();
        await().until(() -> registry.bySource(InetAddress.ofLiteral("192.0.2.9")) != null);

        nases.update(MARIA, created.id(), null, draft("bras-01", "198.51.100.1"))
                .orThrow();
        await().until(() -> registry.bySource(InetAddress.ofLiteral("198.51.100.1")) != null);
        assertThat(registry.bySource(InetAddress.ofLiteral("192.0.2.9"))).isNull();

        nases.delete(MARIA, created.id(), null).orThrow();
        await().until(() -> registry.bySource(InetAddress.ofLiteral("198.51.100.1")) == null);
    }

    @Test
    void secretOfAnotherKeyKeepsItsNasOutAndCanBeSetAgain() {
        var created = nases.create(MARIA, draft("bras-01", "192.0.2.1")).orThrow();
        try (var stranger = context(SecretKeys.parse("test", SecretKeys.generate()))) {
            var stored = stranger.getBean(NasBook.class).find(created.id()).orElseThrow();
            assertThat(stored.problem()).contains("secret");
            assertThat(stored.nas().secret()).isNotEqualTo(SECRET);

            var strangers = stranger.getBean(Nases.class);
            assertThat(problem(strangers.update(MARIA, created.id(), null, NasDraft.of(created))))
                    .isInstanceOf(Invalid.class);
            strangers
                    .update(MARIA, created.id(), null, NasDraft.of(created).withSecret(SECRET))
                    .orThrow();
            assertThat(stranger.getBean(NasBook.class)
                            .find(created.id())
                            .orElseThrow()
                            .problem())
                    .isNull();
        }
        assertThat(book.find(created.id()).orElseThrow().problem()).isNotNull();
    }
}
