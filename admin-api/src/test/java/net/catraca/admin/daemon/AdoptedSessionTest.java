package net.catraca.admin.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import net.catraca.admin.demo.DemoIsp;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.Isp;
import net.catraca.admin.testing.RunningDaemon;
import net.catraca.admin.testing.TestSettings;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A session that began with the system of before, seen from its router: the daemon runs, the packets are real. */
class AdoptedSessionTest {

    private static final Clock CLOCK = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SECRET = "a-long-enough-shared-secret";

    /** Not the demo's own router. */
    private static final String ROUTER = "127.0.0.2";

    private static final int COA = 43;
    private static final int SESSION_ID = 44;
    private static final int VENDOR = 26;

    private final Instant started = CLOCK.instant().minus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
    private final List<byte[]> orders = new CopyOnWriteArrayList<>();
    private final TestDatabase database = TestDatabase.fresh();
    private final DatagramSocket dynamic = socket();
    private final DatagramSocket accounting = socket();

    @TempDir
    private Path folder;

    private RunningDaemon daemon;
    private int identifier;

    @BeforeEach
    void start() throws Exception {
        serve();
    }

    private static DatagramSocket socket() {
        try {
            return new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(ROUTER), 0));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        dynamic.close();
        accounting.close();
        daemon.close();
        database.close();
    }

    @Test
    void anAdoptedSessionGoesOnAndIsSetOnceByCoa() throws Exception {
        // Nobody knows which level it has: it is set once, to that of the adopted commitment.
        await().atMost(SOON).until(() -> acknowledged().equals("blocked"));
        assertThat(orders).singleElement().satisfies(AdoptedSessionTest::isCoaOfTheSession);
        assertThat(text(orders.getFirst())).contains("catraca-blocked");
        String id = live().string("items/0/id");

        // Its next records go on with it.
        long up = Duration.between(started, CLOCK.instant()).toSeconds();
        interim(up, 5_000, 9_000);
        await().atMost(SOON).until(() -> live().number("items/0/uploadOctets") == 5_000);
        interim(up + 40, (1L << 32) + 6_000, (3L << 32) + 7);
        await().atMost(SOON).until(() -> live().number("items/0/uploadOctets") == (1L << 32) + 6_000);
        var session = live();
        assertThat(session.at("items").size()).isEqualTo(1);
        assertThat(session.string("items/0/id")).isEqualTo(id);
        assertThat(Instant.parse(session.string("items/0/startedAt")))
                .isCloseTo(started, within(5, ChronoUnit.SECONDS));
        assertThat(session.number("items/0/downloadOctets")).isEqualTo((3L << 32) + 7);
        assertThat(session.number("items/0/seconds")).isEqualTo(up + 40);
        await().atMost(SOON).untilAsserted(() -> assertThat(rows("select id || ' ' || input_octets from session"))
                .containsExactly(id + " " + ((1L << 32) + 6_000)));

        // She pays, which opens it by one CoA.
        assertThat(orders).hasSize(1);
        long contract =
                daemon.get("/api/v1/subscribers/cutover-ana").expect(200).number("contractId");
        daemon.post("/api/v1/payments", """
                        {"externalId":"p-1","contractId":%d,"amountCents":9990,"paidOn":"%s"}""".formatted(contract, today())).expect(201);
        await().atMost(SOON).until(() -> acknowledged().equals("active"));
        // What the router says next is no reason for another one.
        interim(up + 80, (1L << 32) + 8_000, (3L << 32) + 9);
        await().atMost(SOON).until(() -> live().number("items/0/uploadOctets") == (1L << 32) + 8_000);
        assertThat(orders).hasSize(2).allSatisfy(AdoptedSessionTest::isCoaOfTheSession);
        assertThat(text(orders.get(1))).contains("150M/300M").doesNotContain("catraca-blocked");

        // It is one session of hers, no less and no more.
        assertThat(live().at("items").size()).isEqualTo(1);

        // And it ends as any other.
        account(2, up + 120, (1L << 32) + 9_000, (3L << 32) + 10);
        await().atMost(SOON).until(() -> live().at("items").size() == 0);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(rows("select id || ' ' || input_octets || ' ' || seconds from session"
                                + " where ended_at is not null"))
                        .containsExactly(id + " " + ((1L << 32) + 9_000) + " " + (up + 120)));
    }

    private void serve() throws Exception {
        Thread.ofPlatform().daemon().start(this::obey);
        var settings = TestSettings.serve(Map.of(
                "CATRACA_DATA", folder.toString(),
                "CATRACA_DB_URL", database.jdbcUrl(),
                "CATRACA_DB_USER", "postgres"));
        try (var context = Contexts.start(settings, DatabaseAccess.external(settings), CLOCK)) {
            context.getBean(DemoIsp.class).installTokens();
        }
        daemon = RunningDaemon.start(settings, CLOCK);
        anIsp();
        adopt();
    }

    private void anIsp() {
        made("policies", "{\"name\":\"residential\"}");
        daemon.post("/api/v1/policies/1/versions", Isp.POLICY_VERSION).expect(201);
        daemon.post("/api/v1/policies/1/versions/1/activate", null).expect(200);
        made("plans", """
                {"name":"Fibra 300","policyId":1,"monthlyCents":9990,"active":{"downKbps":300000,"upKbps":150000},
                 "reduced":{"downKbps":1000,"upKbps":1000}}""");
        made("nases", """
                {"name":"bras-1","prefix":"127.0.0.1/32","secret":"testing123","vendor":"mikrotik"}""");
    }

    private void made(String what, String json) {
        daemon.post("/api/v1/" + what, json).expect(201);
    }

    /** One who is blocked with the system of before, and at home. */
    private void adopt() {
        imported(
                "nas",
                "name;address;secret;vendor;coa_port",
                "bras-2;%s;%s;mikrotik;%d".formatted(ROUTER, SECRET, dynamic.getLocalPort()));
        imported("customers", "external_id;name;tax_id", "C-1;Ana;529.982.247-25");
        imported(
                "contracts",
                "external_id;customer;plan;financial_base_date;activated_on",
                "K-1;C-1;Fibra 300;2026-01-10;2026-01-10");
        imported("logins", "login;contract;password;sessions", "cutover-ana;K-1;ana-secret;1");
        imported(
                "receivables",
                "external_id;contract;amount;due_on;coverage_first;coverage_last",
                "R-1;K-1;99,90;%s;%s;%s"
                        .formatted(today().minusDays(40), today().minusDays(70), today().minusDays(41)));
        imported("commitments", "contract;level", "K-1;blocked");
        imported(
                "sessions",
                "nas;acct_session_id;user_name;port;started_at;input_octets;output_octets",
                "bras-2;81a00001;cutover-ana;ether1;" + started + ";4000;8000");
    }

    private void imported(String kind, String header, String row) {
        assertThat(sent(kind, header, row)).contains(",created,");
    }

    private String sent(String kind, String header, String row) {
        var content = (header + "\n" + row + "\n").getBytes(StandardCharsets.UTF_8);
        return daemon.authorized()
                .send("POST", "/api/v1/cut-over/" + kind, content, "text/csv")
                .text();
    }

    private static LocalDate today() {
        return LocalDate.ofInstant(CLOCK.instant(), Contract.DEFAULT_ZONE);
    }

    private ApiAnswer live() {
        return daemon.get("/api/v1/sessions?login=cutover-ana").expect(200);
    }

    private String acknowledged() {
        var acknowledged = live().at("items/0/acknowledged");
        return acknowledged.isNull() || acknowledged.get("level").isNull()
                ? ""
                : acknowledged.get("level").getStringValue();
    }

    // The router.

    /** Acknowledges, signed with code of its own. */
    private void obey() {
        var packet = new DatagramPacket(new byte[4096], 4096);
        while (!dynamic.isClosed()) {
            try {
                dynamic.receive(packet);
                var request = Arrays.copyOf(packet.getData(), packet.getLength());
                orders.add(request);
                var reply = new byte[20];
                reply[0] = (byte) (request[0] + 1);
                reply[1] = request[1];
                reply[3] = 20;
                System.arraycopy(request, 4, reply, 4, 16);
                System.arraycopy(md5(reply), 0, reply, 4, 16);
                dynamic.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void interim(long seconds, long input, long output) throws IOException {
        account(3, seconds, input, output);
    }

    /** RFC 2866, until it is acknowledged. */
    private void account(int status, long seconds, long input, long output) throws IOException {
        var packet = ByteBuffer.allocate(512).position(20);
        number(packet, 40, status);
        text(packet, SESSION_ID, "81a00001");
        text(packet, 1, "cutover-ana");
        text(packet, 87, "ether1");
        text(packet, 31, "00:11:22:33:44:01");
        number(packet, 46, seconds);
        number(packet, 42, input);
        number(packet, 52, input >>> 32);
        number(packet, 43, output);
        number(packet, 53, output >>> 32);
        packet.put(0, (byte) 4).put(1, (byte) ++identifier).putShort(2, (short) packet.position());
        var octets = Arrays.copyOf(packet.array(), packet.position());
        System.arraycopy(md5(octets), 0, octets, 4, 16);
        accounting.send(new DatagramPacket(
                octets,
                octets.length,
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), daemon.accountingPort())));
        accounting.setSoTimeout((int) SOON.toMillis());
        var answer = new DatagramPacket(new byte[512], 512);
        accounting.receive(answer);
        assertThat(answer.getData()[0]).as("Accounting-Response").isEqualTo((byte) 5);
        assertThat(answer.getData()[1]).isEqualTo((byte) identifier);
    }

    private static void number(ByteBuffer packet, int type, long value) {
        packet.put((byte) type).put((byte) 6).putInt((int) value);
    }

    private static void text(ByteBuffer packet, int type, String value) {
        packet.put((byte) type).put((byte) (value.length() + 2)).put(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] md5(byte[] octets) {
        try {
            var md5 = MessageDigest.getInstance("MD5");
            md5.update(octets);
            return md5.digest(SECRET.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void isCoaOfTheSession(byte[] order) {
        assertThat(order[0]).isEqualTo((byte) COA);
        for (int at = 20; at < order.length; at += order[at + 1] & 0xff) {
            if (order[at] == SESSION_ID) {
                assertThat(new String(order, at + 2, (order[at + 1] & 0xff) - 2, StandardCharsets.US_ASCII))
                        .isEqualTo("81a00001");
                return;
            }
        }
        throw new AssertionError("no Acct-Session-Id");
    }

    /** What its vendor attributes say. */
    private static String text(byte[] order) {
        var text = new StringBuilder();
        for (int at = 20; at < order.length; at += order[at + 1] & 0xff) {
            if (order[at] == VENDOR) {
                text.append(new String(order, at + 8, (order[at + 1] & 0xff) - 8, StandardCharsets.US_ASCII))
                        .append(' ');
            }
        }
        return text.toString();
    }

    // What is kept.

    private List<String> rows(String sql) throws Exception {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}
