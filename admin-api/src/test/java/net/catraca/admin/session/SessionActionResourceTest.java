package net.catraca.admin.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.store.FeedFollower;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.dynauth.Reconciler;
import net.catraca.radius.session.Addresses;
import net.catraca.radius.session.Line;
import net.catraca.radius.session.SessionKey;
import net.catraca.radius.session.SessionTable;
import net.catraca.radius.store.SessionFollower;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionActionResourceTest {

    private static final String SECRET = "a-long-enough-shared-secret";

    private final ApiServer api = ApiServer.start();
    private DatagramSocket nas;
    private volatile int answer = 41;
    private long nasId;

    @BeforeEach
    void serve() throws IOException {
        nas = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofPlatform().daemon().start(this::answer);
        nasId = api.as(Role.ADMIN)
                .post("/api/v1/nases", """
                        {"name":"bras-01","prefix":"127.0.0.1/32","secret":"%s","vendor":"mikrotik","region":"centro",\
                        "coaPort":%d}""".formatted(SECRET, nas.getLocalPort()))
                .expect(201)
                .number("id");
        api.bean(FeedFollower.class).start();
        api.bean(Reconciler.class).start();
        await().atMost(Duration.ofSeconds(20)).until(() -> api.as(Role.VIEWER)
                .get("/api/v1/nases/" + nasId + "/coa")
                .text()
                .contains("\"leased\":true"));
    }

    @AfterEach
    void stop() {
        nas.close();
        api.close();
    }

    /** Signs its answers with code of its own, without a Message-Authenticator. */
    private void answer() {
        var packet = new DatagramPacket(new byte[4096], 4096);
        while (!nas.isClosed()) {
            try {
                nas.receive(packet);
                var request = packet.getData();
                boolean refuses = answer == 42;
                var reply = new byte[refuses ? 26 : 20];
                reply[0] = (byte) answer;
                reply[1] = request[1];
                reply[3] = (byte) reply.length;
                System.arraycopy(request, 4, reply, 4, 16);
                if (refuses) {
                    System.arraycopy(new byte[] {101, 6, 0, 0, 1, (byte) 0xf8}, 0, reply, 20, 6); // 504
                }
                var md5 = MessageDigest.getInstance("MD5");
                md5.update(reply);
                System.arraycopy(md5.digest(SECRET.getBytes(StandardCharsets.UTF_8)), 0, reply, 4, 16);
                nas.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                return;
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void dialIn(long number) {
        var now = api.clock.instant();
        api.bean(SessionTable.class)
                .fold(new AccountingEvent(
                        number,
                        nasId,
                        "bras-01",
                        InetAddress.getLoopbackAddress(),
                        now,
                        now,
                        new OfSession(
                                AccountingEvent.Kind.START,
                                new SessionKey(nasId, "s-" + number, "ana", "ether1"),
                                null,
                                null,
                                null,
                                Line.UNKNOWN,
                                Addresses.NONE,
                                null,
                                null,
                                null,
                                0)));
    }

    @Test
    void aPersonDisconnectsASessionAndTheAuditSaysWhatTheNasAnswered() {
        dialIn(1L << 48 | 5);
        var noc = api.as(Role.NOC);
        long id = 1L << 48 | 5;

        var done = noc.post("/api/v1/sessions/" + id + "/disconnect", null).expect(200);
        assertThat(done.string("outcome")).isEqualTo("acknowledged");
        assertThat(done.number("roundTripMicros")).isPositive();

        answer = 42;
        var refused = noc.post("/api/v1/sessions/" + id + "/disconnect", null).expect(200);
        assertThat(refused.string("outcome")).isEqualTo("refused");
        assertThat(refused.string("words")).isEqualTo("the NAS cannot end the session now (504)");

        assertThat(api.strings("select after->>'words' from audit_log where action = 'session.disconnect' order by id"))
                .containsExactly("the NAS has acknowledged it", "the NAS cannot end the session now (504)");
        await().untilAsserted(() -> assertThat(Arrays.asList(noc.get("/api/v1/sessions/" + id + "/attempts")
                        .expect(200)
                        .text()
                        .split("\"outcome\"")))
                .hasSize(3));
        noc.post("/api/v1/sessions/77/disconnect", null).expect(404);
        api.as(Role.VIEWER).post("/api/v1/sessions/" + id + "/disconnect", null).expect(403);
    }

    @Test
    void aMovedLoginsSessionGoesOnAtTheOtherContractsLevel() {
        answer = 44; // CoA-ACK
        var isp = Isp.on(api);
        long home = isp.contract("ana");
        long late = isp.blockedContract("bia");
        long subscriber =
                api.as(Role.VIEWER).get("/api/v1/subscribers/ana").expect(200).number("id");
        api.execute("""
                insert into session (id, nas_id, nas_name, nas_address, acct_session_id, user_name, port, started_at,
                    subscriber_id, contract_id, input_octets, output_octets, input_packets, output_packets,
                    gigawords_seen, seconds, last_event_at, last_heard_at, interim_seconds, interim_heard, last_record,
                    node)
                values (1, %d, 'bras-01', '127.0.0.1', 's-1', 'ana', 'ether1', '2026-11-23T14:00Z', %d, %d, 5, 6, 1, 1,
                    false, 60, '2026-11-23T14:00Z', '2026-11-23T14:00Z', 900, true, 1, 2)
                """.formatted(nasId, subscriber, home));
        api.bean(SessionFollower.class).start();
        awaitLevel("active", 1);

        var moved = api.as(Role.NOC)
                .post(
                        "/api/v1/subscribers/ana/move",
                        "{\"contractId\":%d,\"reason\":\"the shop was sold\"}".formatted(late))
                .expect(200);

        assertThat(moved.number("contractId")).isEqualTo(late);
        awaitLevel("blocked", 1);
        assertThat(api.strings("select contract_id from session where ended_at is null"))
                .containsExactly(Long.toString(late));
        assertThat(api.strings("select after->>'reason' from audit_log where action = 'subscriber.move'"))
                .containsExactly("the shop was sold");

        // What happens to that contract from now on concerns the session, though no record has told of the move.
        api.as(Role.BILLING).post("/api/v1/payments", """
                        {"externalId":"p-1","contractId":%d,"amountCents":9990,"paidOn":"2026-11-23"}""".formatted(late)).expect(201);
        awaitLevel("active", 1);
        api.as(Role.NOC)
                .post("/api/v1/subscribers/ana/move", "{\"contractId\":%d,\"reason\":\"again\"}".formatted(late))
                .expectProblem(409, "conflict");
        assertThat(api.strings("select distinct method from dynauth_attempt")).containsExactly("COA");
    }

    private void awaitLevel(String level, long session) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            var target = api.bean(Reconciler.class).target(session);
            assertThat(target).isNotNull();
            assertThat(target.acknowledged()).isNotNull();
            assertThat(target.acknowledged().level().name()).isEqualToIgnoringCase(level);
        });
    }

    @Test
    void manyAreDisconnectedOnlyWhenTheirNumberIsConfirmed() {
        for (long i = 1; i <= 3; i++) {
            dialIn(1L << 48 | i);
        }
        var supervisor = api.as(Role.NOC_SUPERVISOR);

        var wrong = supervisor
                .post("/api/v1/sessions/disconnect", "{\"region\":\"centro\",\"count\":2}")
                .expect(409);
        assertThat(wrong.string("detail")).contains("there are 3 such sessions, not 2");
        supervisor.post("/api/v1/sessions/disconnect", "{\"count\":3}").expect(400);
        supervisor
                .post("/api/v1/sessions/disconnect", "{\"nasId\":%d,\"count\":3}".formatted(nasId))
                .expect(202);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(api.strings("select cause from dynauth_attempt"))
                        .hasSize(3)
                        .containsOnly("operator noc_supervisor"));
        api.as(Role.NOC)
                .post("/api/v1/sessions/disconnect", "{\"nasId\":%d,\"count\":3}".formatted(nasId))
                .expect(403);
    }

    @Test
    void oneLoginPrefixIsDisconnectedAndNobodyElse() {
        for (long i = 1; i <= 3; i++) {
            dialIn(1L << 48 | i);
        }
        var supervisor = api.as(Role.NOC_SUPERVISOR);
        supervisor
                .post("/api/v1/sessions/disconnect", "{\"loginPrefix\":\"bob\",\"count\":3}")
                .expect(409);
        supervisor
                .post("/api/v1/sessions/disconnect", "{\"planId\":1,\"count\":0}")
                .expect(202);
        supervisor
                .post("/api/v1/sessions/disconnect", "{\"loginPrefix\":\"AN\",\"count\":3}")
                .expect(202);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(api.strings("select cause from dynauth_attempt"))
                        .hasSize(3));
        await().untilAsserted(() -> assertThat(
                        api.strings("select after->>'words' from audit_log where action = 'session.disconnect'"))
                .hasSize(3)
                .containsOnly("the NAS has acknowledged it"));
        assertThat(api.strings("select after->'filter'->>'loginPrefix' from audit_log"
                        + " where action = 'session.disconnect-many' order by id"))
                .containsExactly(null, "AN");
    }

    @Test
    void whatANasBearsIsSaidByApiAndHolds() {
        var admin = api.as(Role.ADMIN);
        var path = "/api/v1/nases/" + nasId + "/coa";
        var set = admin.put(path, """
                        {"rate":7,"canary":0,"afterNak":{"retries":0,"disconnect":false}}""").expect(200);
        assertThat(set.number("rules/rate")).isEqualTo(7);
        assertThat(set.string("rules/window")).isEqualTo("null");
        assertThat(set.number("inForce/window")).isEqualTo(32);
        assertThat(set.string("inForce/afterNak/disconnect")).isEqualTo("false");
        assertThat(set.string("inForce/afterTimeout/disconnect")).isEqualTo("true");

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                        api.bean(Reconciler.class).status(nasId))
                .isNotNull()
                .satisfies(status -> assertThat(status.budget().ratePerSecond()).isEqualTo(7)));
        admin.put(path, "{\"rate\":0}").expect(400);
        admin.put("/api/v1/nases/999/coa", "{\"rate\":5}").expect(404);
        api.as(Role.NOC).put(path, "{\"rate\":5}").expect(403);
        assertThat(api.strings("select after->>'rate' from audit_log where action = 'nas.coa-rules'"))
                .containsExactly("7");
    }
}
