package net.catraca.radius;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.SimultaneousPolicy;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.flow.HashUpgrade;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.testing.TestClient;
import net.catraca.radius.testing.TestIsp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logins at the same instant, over real sockets and several event loops. */
class SimultaneousLoginsTest {

    private static final int ROUNDS = 60;
    private static final int AT_ONCE = 8;

    private final TestIsp isp = new TestIsp(Ticker.systemTicker(), "127.0.0.0/8");
    private final RadiusServer server = new RadiusServer(
            RadiusSettings.defaults().listeningOn(List.of("127.0.0.1"), 0, 0).withLoops(4),
            isp.flows,
            new HashWorker(Ticker.systemTicker(), Duration.ofSeconds(5), HashUpgrade.NONE),
            isp.meters,
            new SimpleMeterRegistry(),
            Ticker.systemTicker());

    @BeforeEach
    void start() {
        isp.serve(NasFixtures.rejectingAtOnce(NasFixtures.nas(1, "127.0.0.0/8")));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
        isp.close();
    }

    private void subscribe(long id, int sessions) {
        isp.directory.put(new SubscriberSnapshot(
                id,
                1,
                "login-" + id,
                Fixtures.contract().build(),
                AuthFixtures.recoverable("pass"),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                SubscriberLocks.NONE,
                new SessionLimit(sessions, SimultaneousPolicy.REFUSE)));
    }

    private static RadiusPacket request(long login, int device) {
        return Proofs.pap(
                        RequestBuilder.accessRequest(device)
                                .authenticator(ByteBuffer.allocate(16)
                                        .putLong(login)
                                        .putLong(device)
                                        .array())
                                .add(AttributeType.USER_NAME, "login-" + login)
                                .add(AttributeType.CALLING_STATION_ID, "00:00:00:00:00:0" + device)
                                .add(AttributeType.NAS_PORT_ID, "port-" + device),
                        "pass",
                        TestIsp.SECRET)
                .signed(TestIsp.SECRET);
    }

    @Test
    void ofManyAtTheSameInstantAsManyPassAsTheLoginMayHave() throws Exception {
        List<TestClient> clients = new ArrayList<>();
        var barrier = new CyclicBarrier(AT_ONCE);
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int i = 0; i < AT_ONCE; i++) {
                clients.add(new TestClient(server.authAddresses().getFirst()));
            }
            for (int round = 0; round < ROUNDS; round++) {
                long login = 1_000L + round;
                int allowed = 1 + round % 3;
                subscribe(login, allowed);
                List<Future<Boolean>> answers = new ArrayList<>();
                for (int device = 0; device < AT_ONCE; device++) {
                    var client = clients.get(device);
                    var asking = request(login, device);
                    answers.add(threads.submit(() -> {
                        barrier.await();
                        return client.exchange(asking).code() == PacketCode.ACCESS_ACCEPT;
                    }));
                }
                int passed = 0;
                for (var answer : answers) {
                    passed += answer.get() ? 1 : 0;
                }
                assertThat(passed).as("round %d", round).isEqualTo(allowed);
            }
        } finally {
            clients.forEach(TestClient::close);
        }
    }
}
