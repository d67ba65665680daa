package net.catraca.radius;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.Subscribers;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.FeedFollower;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.billing.testing.TestServer;
import net.catraca.radius.auth.ImportedHash;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.nas.NasDraft;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.office.Nases;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.testing.MemoryJournal;
import net.catraca.radius.testing.TestClient;
import net.catraca.radius.testing.TestIsp;
import net.catraca.radius.testing.TestProfiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A login that came from another system with a bcrypt hash, over real UDP and a real database. */
class HashUpgradesTest {

    private static final String HASH =
            ImportedHash.bcrypt("ana-pass".getBytes(StandardCharsets.UTF_8), 6, new SecureRandom());

    private final List<String> audited = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TestServer server = TestServer.start();
    private final TestDatabase database = server.newDatabase();

    @SuppressWarnings("NullAway.Init") // before each test
    private ApplicationContext context;

    private int identifier;

    @BeforeEach
    void aLoginWithAnImportedHash() {
        AuditLog audit = (actor, action, subject, before, after, at) -> audited.add(actor.name() + " " + action);
        context = database.startContext(
                Map.of("datasources.default.connection-timeout", "1000"),
                SecretKeys.parse("test", SecretKeys.generate()),
                audit,
                new TestProfiles(),
                new MemoryJournal(),
                meters,
                RadiusSettings.defaults().listeningOn(List.of("127.0.0.1"), 0, 0));
        seed();
        context.getBean(RadiusServer.class).start();
        context.getBean(FeedFollower.class).start();
        var registry = context.getBean(NasRegistry.class);
        await().until(() -> !registry.table().all().isEmpty()
                && context.getBean(LiveDirectory.class).isLoaded());
    }

    @AfterEach
    void stop() {
        context.close();
        server.close();
    }

    private void seed() {
        context.getBean(Nases.class)
                .create(Actor.system("test"), NasDraft.of("bras-01", "127.0.0.1", TestIsp.SECRET, "mikrotik"))
                .orThrow();
        var sql = context.getBean(Sql.class);
        var accessWrite = context.getBean(AccessWrite.class);
        net.catraca.billing.store.TestIsp.seed(sql);
        long contract = net.catraca.billing.store.TestIsp.contract(accessWrite, sql, Instant.EPOCH);
        sql.update("""
                insert into subscriber (contract_id, login, credential_kind, secret, created_at)
                values (?, 'ana', 'HASHED', ?, ?)
                """, contract, context.getBean(PasswordKeeper.class).imported(HASH), Instant.EPOCH);
    }

    private PacketCode ask(String password) throws IOException {
        try (var nas = new TestClient(
                context.getBean(RadiusServer.class).authAddresses().getFirst())) {
            return nas.exchange(Proofs.pap(
                                    RequestBuilder.accessRequest(++identifier)
                                            .add(AttributeType.USER_NAME, "ana")
                                            .add(AttributeType.NAS_IDENTIFIER, "bras-01"),
                                    password,
                                    TestIsp.SECRET)
                            .signed(TestIsp.SECRET))
                    .code();
        }
    }

    private Credential credential() {
        var ana = context.getBean(LiveDirectory.class).byLogin("ana");
        assertThat(ana).isNotNull();
        return ana.credential();
    }

    private double counted(String name) {
        return meters.get(name).counter().count();
    }

    @Test
    void theFirstSuccessReplacesTheHashAndTheSecondIsCheckedOnTheLoop() throws IOException {
        assertThat(ask("wrong")).isEqualTo(PacketCode.ACCESS_REJECT);
        assertThat(credential()).isEqualTo(new Credential.Imported(HASH));

        assertThat(ask("ana-pass")).isEqualTo(PacketCode.ACCESS_ACCEPT);
        await().until(() -> credential() instanceof Credential.Peppered);
        double checked = counted("catraca.radius.hash.checks");
        assertThat(checked).isEqualTo(2);

        assertThat(ask("ana-pass")).isEqualTo(PacketCode.ACCESS_ACCEPT);
        assertThat(ask("wrong")).isEqualTo(PacketCode.ACCESS_REJECT);
        assertThat(counted("catraca.radius.hash.checks")).isEqualTo(checked);
        assertThat(audited).contains("system:hash-upgrade subscriber.hash-upgrade");
    }

    @Test
    void aPasswordThatWasSetMeanwhileIsNotReplaced() {
        var passwords = context.getBean(PasswordKeeper.class);
        var subscribers = context.getBean(Subscribers.class);
        long ana = subscribers.findByLogin("ana").orElseThrow().id();
        byte[] set = passwords.hashed("new-pass");
        context.getBean(Sql.class).update("update subscriber set secret = ? where id = ?", set, ana);

        boolean written = subscribers.upgradeHash(
                Actor.system("test"),
                ana,
                new Credential.Imported(HASH),
                passwords.pepper("ana-pass".getBytes(StandardCharsets.UTF_8)));

        assertThat(written).isFalse();
        assertThat(context.getBean(Sql.class)
                        .first("select secret from subscriber where id = ?", row -> row.bytes("secret"), ana))
                .hasValue(set);
    }

    @Test
    void withTheDatabaseAwayTheLoginWorksAndIsUpgradedAtALaterSuccess() throws IOException {
        server.stop();
        assertThat(ask("ana-pass")).isEqualTo(PacketCode.ACCESS_ACCEPT);
        await().until(() -> counted("catraca.radius.hash.upgrades.put.off") == 1);
        assertThat(credential()).isEqualTo(new Credential.Imported(HASH));

        server.startAgain();
        await().until(() -> {
            assertThat(ask("ana-pass")).isEqualTo(PacketCode.ACCESS_ACCEPT);
            return credential() instanceof Credential.Peppered;
        });
    }
}
