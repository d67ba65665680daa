package net.catraca.radius;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.FeedFollower;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.accounting.Delivery;
import net.catraca.radius.accounting.JournalSettings;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.nas.NasDraft;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.office.Nases;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.SessionTable;
import net.catraca.radius.store.SessionQueries;
import net.catraca.radius.testing.TestClient;
import net.catraca.radius.testing.TestIsp;
import net.catraca.radius.testing.TestProfiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RadiusFactoryTest {

    @TempDir
    private Path folder;

    @Test
    void contextWithKeysAndProfilesServesTheNasesAndLoginsOfItsDatabase() throws IOException {
        AuditLog noAudit = (actor, action, subject, before, after, at) -> {};
        try (var database = TestDatabase.fresh();
                var context = database.startContext(
                        Map.of(),
                        SecretKeys.parse("test", SecretKeys.generate()),
                        noAudit,
                        new TestProfiles(),
                        new SimpleMeterRegistry(),
                        JournalSettings.of(folder.resolve("journal"), 1, 1L << 30),
                        RadiusSettings.defaults().listeningOn(List.of("127.0.0.1"), 0, 0))) {
            var server = context.getBean(RadiusServer.class);
            server.start();
            context.getBean(FeedFollower.class).start();
            context.getBean(Nases.class)
                    .create(Actor.system("test"), NasDraft.of("bras-01", "127.0.0.1", TestIsp.SECRET, "mikrotik"))
                    .orThrow();
            var registry = context.getBean(NasRegistry.class);
            await().until(() -> registry.bySource(InetAddress.ofLiteral("127.0.0.1")) != null
                    && context.getBean(SubscriberDirectory.class).isLoaded());

            try (var nas = new TestClient(server.authAddresses().getFirst())) {
                var status = RequestBuilder.request(PacketCode.STATUS_SERVER, 1).signed(TestIsp.SECRET);
                assertThat(nas.exchange(status).code()).isEqualTo(PacketCode.ACCESS_ACCEPT);
                var unknown = Proofs.pap(
                                RequestBuilder.accessRequest(2).add(AttributeType.USER_NAME, "nobody"),
                                "whatever",
                                TestIsp.SECRET)
                        .signed(TestIsp.SECRET);
                assertThat(nas.exchange(unknown).code()).isEqualTo(PacketCode.ACCESS_REJECT);
            }
            accountingReachesTheDatabase(context, server);
        }
    }

    private static void accountingReachesTheDatabase(ApplicationContext context, RadiusServer server)
            throws IOException {
        context.getBean(Delivery.class).start();
        try (var nas = new TestClient(server.acctAddresses().getFirst())) {
            var start = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 3)
                    .add(AttributeType.ACCT_STATUS_TYPE, 1)
                    .add(AttributeType.ACCT_SESSION_ID, "81a")
                    .add(AttributeType.USER_NAME, "nobody")
                    .signed(TestIsp.SECRET);
            byte[] first = nas.exchange(start.octets());
            assertThat(RequestBuilder.decoded(first).code()).isEqualTo(PacketCode.ACCOUNTING_RESPONSE);
            assertThat(nas.exchange(start.octets())).isEqualTo(first);
        }
        assertThat(context.getBean(SessionTable.class).size()).isEqualTo(1);
        var everything = SessionQueries.Filter.ALL;
        await().until(() -> context.getBean(SessionQueries.class).count(everything) == 1);
    }
}
