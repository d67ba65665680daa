package net.catraca.radius;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.FeedFollower;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.nas.NasDraft;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.office.Nases;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.testing.TestClient;
import net.catraca.radius.testing.TestIsp;
import net.catraca.radius.testing.TestProfiles;
import org.junit.jupiter.api.Test;

class RadiusFactoryTest {

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
        }
    }
}
