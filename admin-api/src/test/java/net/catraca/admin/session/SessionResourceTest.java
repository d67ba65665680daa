package net.catraca.admin.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.store.Sql;
import net.catraca.radius.accounting.Accounted;
import net.catraca.radius.accounting.JournalRecord;
import net.catraca.radius.accounting.KeptRecord;
import net.catraca.radius.dynauth.Rendering;
import net.catraca.radius.dynauth.SessionTarget;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.AttributeWriter;
import net.catraca.radius.packet.Decoding;
import net.catraca.radius.packet.PacketCodec;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.store.SessionDelivery;
import net.catraca.radius.store.TargetBook;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionResourceTest {

    private static final int START = 1;
    private static final int STOP = 2;
    private static final int INTERIM = 3;

    private final ApiServer api = ApiServer.start();
    private final ApiClient viewer = api.as(Role.VIEWER);
    private final Instant noon = api.clock.instant();
    private long contractId;
    private long subscriberId;
    private long number = 1L << 48;

    @BeforeAll
    void report() {
        var isp = Isp.on(api);
        contractId = isp.contract();
        subscriberId = api.as(Role.NOC)
                .post(
                        "/api/v1/contracts/" + contractId + "/subscribers",
                        "{\"login\":\"maria\",\"password\":\"secret-1\"}")
                .expect(201)
                .number("id");
        api.as(Role.ADMIN).post("/api/v1/nases", """
                        {"name":"bras-1","prefix":"192.0.2.1/32","secret":"a long and random secret",
                         "vendor":"mikrotik","region":"Centro"}
                        """).expect(201);
        long nasId = Long.parseLong(api.strings("select id from nas").getFirst());
        var maria = new Accounted(subscriberId, contractId, 660);
        at(0);
        hear(nasId, "bras-1", maria, record(START, "old", "maria", 0, 0, 0x0A000008L));
        at(30);
        hear(nasId, "bras-1", maria, record(STOP, "old", "maria", 1800, 5_000_000_000L, 0x0A000008L));
        at(40);
        hear(nasId, "bras-1", maria, record(START, "new", "maria", 0, 0, 0x0A000009L));
        hear(9, "bras-2", Accounted.NOBODY, record(START, "x", "nobody", 0, 0, 0x0A00000AL));
        at(50);
        hear(nasId, "bras-1", maria, record(INTERIM, "new", "maria", 600, 1_000, 0x0A000009L));
        target(nasId, id("new"));
    }

    /** Blocked a minute ago, which the NAS has not answered. */
    private void target(long nasId, long sessionId) {
        var opened = new Rendering(AccessLevel.ACTIVE, 1, 1);
        var blocked = new Rendering(AccessLevel.BLOCKED, 1, 1);
        var target = SessionTarget.first(
                sessionId, nasId, contractId, blocked, opened, noon, "access changed", noon.plusSeconds(60));
        api.bean(TargetBook.class).save(List.of(target), List.of(), List.of());
        api.bean(Sql.class)
                .update("update session_target set attempts = 1, perhaps_level = 'BLOCKED',"
                        + " last_outcome = 'no answer to 5 transmissions'");
    }

    private long id(String acctSessionId) {
        return Long.parseLong(api.strings("select id from session where acct_session_id = '" + acctSessionId + "'")
                .getFirst());
    }

    @AfterAll
    void close() {
        api.close();
    }

    private void at(int minute) {
        api.clock.set(noon.plus(Duration.ofMinutes(minute)));
    }

    private void hear(long nasId, String nas, Accounted whom, RadiusPacket packet) {
        var kept = KeptRecord.of(nasId, nas, InetAddress.ofLiteral("192.0.2.1"), api.clock.instant(), whom, packet);
        var batch = List.of(new JournalRecord(++number, kept.encoded()));
        api.bean(Sql.class).inTransaction(() -> {
            api.bean(SessionDelivery.class).deliver(batch);
            return true;
        });
    }

    private static RadiusPacket record(
            int statusType, String sessionId, String login, long seconds, long octets, long address) {
        byte[] attributes = new AttributeWriter()
                .add(AttributeType.ACCT_STATUS_TYPE, statusType)
                .add(AttributeType.ACCT_SESSION_ID, sessionId)
                .add(AttributeType.USER_NAME, login)
                .add(AttributeType.CALLING_STATION_ID, "00-11-22-AA-BB-CC")
                .add(AttributeType.FRAMED_IP_ADDRESS, address)
                .add(AttributeType.ACCT_SESSION_TIME, seconds)
                .add(AttributeType.ACCT_INPUT_OCTETS, octets)
                .add(AttributeType.ACCT_INPUT_GIGAWORDS, octets >>> 32)
                .add(AttributeType.ACCT_OUTPUT_OCTETS, 2 * octets)
                .add(AttributeType.ACCT_OUTPUT_GIGAWORDS, (2 * octets) >>> 32)
                .add(AttributeType.ACCT_TERMINATE_CAUSE, 2)
                .toByteArray();
        var octetsOfPacket = new ByteArrayOutputStream();
        octetsOfPacket.writeBytes(new byte[20]);
        octetsOfPacket.writeBytes(attributes);
        byte[] packet = octetsOfPacket.toByteArray();
        packet[0] = 4;
        packet[2] = (byte) (packet.length >>> 8);
        packet[3] = (byte) packet.length;
        return switch (PacketCodec.decode(packet)) {
            case Decoding.Decoded(var decoded) -> decoded;
            case Decoding.Malformed(var why) -> throw new AssertionError(why);
        };
    }

    private List<String> ids(String query) {
        ApiAnswer answer = viewer.get("/api/v1/sessions" + query).expect(200);
        var found = new ArrayList<String>();
        for (int i = 0; i < answer.at("items").size(); i++) {
            found.add(answer.string("items/" + i + "/acctSessionId"));
        }
        return found;
    }

    @Test
    void liveSessionsAreListedWithWhoseTheyAre() {
        var answer = viewer.get("/api/v1/sessions?login=MARIA").expect(200);

        assertThat(answer.at("items").size()).isEqualTo(1);
        assertThat(answer.string("items/0/login")).isEqualTo("maria");
        assertThat(answer.string("items/0/nas")).isEqualTo("bras-1");
        assertThat(answer.string("items/0/region")).isEqualTo("Centro");
        assertThat(answer.string("items/0/plan")).isEqualTo("Fibra 300");
        assertThat(answer.string("items/0/mac")).isEqualTo("001122aabbcc");
        assertThat(answer.string("items/0/ipv4")).isEqualTo("10.0.0.9");
        assertThat(answer.number("items/0/uploadOctets")).isEqualTo(1_000);
        assertThat(answer.string("items/0/end")).isEqualTo("null");
    }

    @Test
    void everyFilterFindsItsOwn() {
        assertThat(ids("")).containsExactly("new", "x");
        assertThat(ids("?nas=bras-1")).containsExactly("new");
        assertThat(ids("?region=Centro")).containsExactly("new");
        assertThat(ids("?region=Norte")).isEmpty();
        assertThat(ids("?planId=1")).containsExactly("new");
        assertThat(ids("?address=10.0.0.10")).containsExactly("x");
        assertThat(ids("?address=2001:db8::1")).isEmpty();
        assertThat(ids("?mac=0011.22aa.bbcc")).containsExactly("new", "x");
        assertThat(ids("?unknown=true")).containsExactly("x");
        assertThat(viewer.get("/api/v1/sessions/count?unknown=true").expect(200).number("count"))
                .isEqualTo(1);
        assertThat(viewer.get("/api/v1/sessions/count").expect(200).number("count"))
                .isEqualTo(2);
    }

    @Test
    void aSessionShowsItsTargetAndWhatItsRouterHasAcknowledged() {
        var answer = viewer.get("/api/v1/sessions/" + id("new")).expect(200);

        assertThat(answer.string("target/level")).isEqualTo("blocked");
        assertThat(answer.string("target/plan")).isEqualTo("Fibra 300");
        assertThat(answer.string("target/cause")).isEqualTo("access changed");
        assertThat(answer.string("acknowledged/level")).isEqualTo("active");
        assertThat(answer.string("acknowledged/perhaps")).isEqualTo("blocked");
        assertThat(answer.string("acknowledged/state")).isEqualTo("open");
        assertThat(answer.number("acknowledged/attempts")).isEqualTo(1);
        assertThat(answer.string("acknowledged/lastOutcome")).isEqualTo("no answer to 5 transmissions");
        var ofNobody = viewer.get("/api/v1/sessions/" + id("x")).expect(200);
        assertThat(ofNobody.string("target")).isEqualTo("null");
    }

    @Test
    void aSessionThatNeverHadToBeChangedHasWhatItsClassSays() {
        api.bean(Sql.class).update("update session set class = ? where acct_session_id = 'x'", (Object)
                new SessionClass(1, 7, AccessLevel.REDUCED, 5, 1).encoded());
        try {
            var answer =
                    viewer.get("/api/v1/sessions?target=reduced&level=reduced").expect(200);
            assertThat(answer.string("items/0/acctSessionId")).isEqualTo("x");
            assertThat(answer.string("items/0/target/level")).isEqualTo("reduced");
            assertThat(answer.string("items/0/acknowledged/level")).isEqualTo("reduced");
            assertThat(answer.string("items/0/acknowledged/state")).isEqualTo("agreed");
        } finally {
            api.bean(Sql.class).update("update session set class = null");
        }
    }

    @Test
    void targetAndAcknowledgedCanBeAskedFor() {
        assertThat(ids("?target=blocked")).containsExactly("new");
        assertThat(ids("?level=active")).containsExactly("new");
        assertThat(ids("?level=blocked")).isEmpty();
        assertThat(ids("?mismatch=true&plan=Fibra%20300&region=Centro")).containsExactly("new");
        assertThat(ids("?mismatch=false")).containsExactly("x");
        assertThat(viewer.get("/api/v1/sessions/count?mismatch=true&target=blocked")
                        .expect(200)
                        .number("count"))
                .isEqualTo(1);
        viewer.get("/api/v1/sessions?target=fast").expectProblem(400, "invalid-request");
    }

    @Test
    void sessionsAreCountedByLevelAndRouter() {
        var answer = viewer.get("/api/v1/sessions/summary").expect(200);

        assertThat(answer.number("sessions")).isEqualTo(2);
        assertThat(answer.number("mismatches")).isEqualTo(1);
        assertThat(answer.string("levels/0/level")).isEqualTo("blocked");
        assertThat(answer.number("levels/0/mismatches")).isEqualTo(1);
        assertThat(answer.string("levels/1/level")).isEqualTo("null");
        assertThat(answer.string("nases/0/nas")).isEqualTo("bras-1");
        assertThat(answer.number("nases/0/sessions")).isEqualTo(1);
        assertThat(viewer.get("/api/v1/sessions/summary?mismatch=false")
                        .expect(200)
                        .number("sessions"))
                .isEqualTo(1);
    }

    @Test
    void pagesFollowEachOther() {
        var first = viewer.get("/api/v1/sessions?limit=1").expect(200);
        assertThat(first.string("items/0/acctSessionId")).isEqualTo("new");
        var second = viewer.get("/api/v1/sessions?limit=1&cursor=" + first.string("nextCursor"))
                .expect(200);
        assertThat(second.string("items/0/acctSessionId")).isEqualTo("x");
        assertThat(second.string("nextCursor")).isEqualTo("null");
    }

    @Test
    void historySaysInWordsWhyASessionEnded() {
        var answer = viewer.get("/api/v1/subscribers/maria/sessions").expect(200);

        assertThat(answer.string("items/0/acctSessionId")).isEqualTo("new");
        assertThat(answer.string("items/1/acctSessionId")).isEqualTo("old");
        assertThat(answer.string("items/1/end/cause")).isEqualTo("stop");
        assertThat(answer.number("items/1/end/terminateCause")).isEqualTo(2);
        assertThat(answer.string("items/1/end/words")).isEqualTo("the line went down (lost carrier)");
        var one = viewer.get("/api/v1/sessions/" + answer.string("items/1/id")).expect(200);
        assertThat(one.number("uploadOctets")).isEqualTo(5_000_000_000L);
    }

    @Test
    void historyGoesOnWhenTheSessionHasMovedThere() throws InterruptedException {
        api.run("session-history", noon.plus(Duration.ofHours(80)));

        var answer = viewer.get("/api/v1/subscribers/maria/sessions?limit=1").expect(200);
        assertThat(answer.string("items/0/acctSessionId")).isEqualTo("new");
        var second = viewer.get("/api/v1/subscribers/maria/sessions?limit=1&cursor=" + answer.string("nextCursor"))
                .expect(200);
        assertThat(second.string("items/0/acctSessionId")).isEqualTo("old");
        viewer.get("/api/v1/sessions/" + second.string("items/0/id")).expect(200);
        assertThat(api.strings("select acct_session_id from session_history")).containsExactly("old");
    }

    @Test
    void usageIsSummedByDay() {
        var answer = viewer.get("/api/v1/subscribers/maria/usage?from=2026-11-01&to=2026-11-30")
                .expect(200);

        assertThat(answer.at("days").size()).isEqualTo(1);
        assertThat(answer.string("days/0/day")).isEqualTo("2026-11-23");
        assertThat(answer.number("days/0/uploadOctets")).isEqualTo(5_000_001_000L);
        assertThat(answer.number("downloadOctets")).isEqualTo(10_000_002_000L);
        assertThat(answer.number("seconds")).isEqualTo(2_400);
        assertThat(viewer.get("/api/v1/subscribers/maria/usage").expect(200).number("seconds"))
                .isEqualTo(2_400);
    }

    @Test
    void oddQueriesAreRefusedByName() {
        viewer.get("/api/v1/sessions?address=10.0.0").expectProblem(400, "invalid-request");
        viewer.get("/api/v1/sessions?mac=nonsense").expectProblem(400, "invalid-request");
        var expected = Map.of(
                "target=fast",
                "one of active, reduced, blocked, refused",
                "level=7",
                "one of active, reduced, blocked, refused",
                "planId=abc",
                "a whole number",
                "colour=blue",
                "one of nas, region, planId, plan, login, address, mac, unknown, level, target, mismatch");
        for (var path : List.of("/api/v1/sessions", "/api/v1/sessions/count", "/api/v1/sessions/summary")) {
            expected.forEach((query, words) -> {
                var answer = viewer.get(path + "?" + query).expectProblem(400, "invalid-request");
                assertThat(answer.string("errors/0/in")).isEqualTo("query");
                assertThat(answer.string("errors/0/field")).isEqualTo(query.substring(0, query.indexOf('=')));
                assertThat(answer.string("errors/0/expected")).startsWith(words);
            });
        }
        viewer.get("/api/v1/subscribers/maria/usage?from=2026-11-30&to=2026-11-01")
                .expectProblem(400, "invalid-request");
        viewer.get("/api/v1/sessions/1").expectProblem(404, "not-found");
        viewer.get("/api/v1/subscribers/nobody/sessions").expectProblem(404, "not-found");
    }
}
