package net.catraca.admin.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.catraca.admin.outbound.OutboundSettings;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.admin.testing.Receiver;
import net.catraca.billing.webhook.Retries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhooks against receivers over HTTP that fail, hang and die. */
class WebhookResourceTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ApiServer api;
    private static Isp isp;
    private static ApiClient admin;

    private Receiver receiver;
    private long webhook;

    @BeforeAll
    static void start() {
        api = ApiServer.with(new OutboundSettings(true, Duration.ofSeconds(2)));
        isp = Isp.on(api);
        admin = api.as(Role.ADMIN);
        api.bean(WebhookDispatcher.class).start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        api.bean(WebhookDispatcher.class).close();
        api.close();
    }

    @BeforeEach
    void aReceiver() {
        // Each on a day of its own on which runs may commit, whatever the one before did to the clock.
        var next = isp.today().with(TemporalAdjusters.next(DayOfWeek.WEDNESDAY));
        api.clock.set(next.atTime(15, 0).toInstant(ZoneOffset.UTC));
        receiver = Receiver.start();
        webhook = made("[\"access\",\"payment\",\"run\",\"notice\",\"release\"]", receiver.url("/hook"));
    }

    @AfterEach
    void away() {
        admin.delete("/api/v1/webhooks/" + webhook).expect(200);
        receiver.close();
    }

    private static long made(String topics, String url) {
        var made = admin.post("/api/v1/webhooks", """
                        {"name":"w%d","url":"%s","topics":%s,"secret":"%s"}
                        """.formatted(System.nanoTime(), url, topics, SECRET))
                .expect(201);
        assertThat(made.string("secret")).isEqualTo(SECRET);
        return made.number("webhook/id");
    }

    private static JsonNode body(Receiver.Request request) {
        try {
            return JSON.readTree(request.body());
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<String> kinds(long contract) {
        return receiver.requests.stream()
                .map(WebhookResourceTest::body)
                .filter(body -> body.at("/contract/id").asLong() == contract)
                .map(body -> body.get("kind").asText())
                .toList();
    }

    private static void pay(long contract, String externalId) {
        api.as(Role.BILLING)
                .post("/api/v1/payments", """
                        {"externalId":"%s","contractId":%d,"amountCents":9990,"paidOn":"%s","source":"pix"}
                        """.formatted(externalId, contract, isp.today()))
                .expect(201);
    }

    private static void block(long contract) {
        api.as(Role.NOC)
                .post("/api/v1/contracts/" + contract + "/manual-block", "{\"reason\":\"test\"}")
                .expect(200);
    }

    private static void unblock(long contract) {
        api.as(Role.NOC)
                .delete("/api/v1/contracts/" + contract + "/manual-block")
                .expect(200);
    }

    private io.micronaut.json.tree.JsonNode log(String query) {
        return admin.get("/api/v1/webhooks/" + webhook + "/deliveries" + query)
                .expect(200)
                .json()
                .get("items");
    }

    @Test
    void aPaymentThatRestoresAccessIsToldSignedWithBeforeAndAfter() throws Exception {
        long contract = isp.blockedContract("restored-" + webhook);
        pay(contract, "p-" + webhook);

        await().untilAsserted(() -> assertThat(kinds(contract))
                .containsExactly("access.changed", "access.changed", "payment.booked", "access.changed"));
        assertThat(receiver.requests).anySatisfy(request -> {
            assertThat(body(request).get("kind").asText()).isEqualTo("run.committed");
            assertThat(body(request).at("/data/rows/committed").asInt()).isPositive();
        });
        var last = receiver.requests.stream()
                .filter(request -> body(request).at("/contract/id").asLong() == contract)
                .reduce((_, second) -> second)
                .orElseThrow();
        var body = body(last);
        assertThat(body.get("version").asInt()).isEqualTo(1);
        assertThat(body.at("/data/before/level").asText()).isEqualTo("blocked");
        assertThat(body.at("/data/after/level").asText()).isEqualTo("active");
        assertThat(body.at("/data/reason/rule").asText()).isEqualTo("in-good-standing");
        assertThat(body.at("/customer/id").asLong()).isEqualTo(isp.customer);
        assertThat(last.headers().get("catraca-event")).isEqualTo(body.get("id").asText());
        assertThat(last.headers().get("catraca-signature")).isEqualTo(signature(last.headers(), last.body()));
    }

    /** As the documentation tells receivers to. */
    private static String signature(Map<String, String> headers, String body) throws Exception {
        var given = String.valueOf(headers.get("catraca-signature"));
        var seconds = given.substring(2, given.indexOf(','));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return "t=" + seconds + ",v1="
                + HexFormat.of().formatHex(mac.doFinal((seconds + "." + body).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theNextEventOfAContractWaitsForTheOneThatFailsWhileOthersGoOn() {
        long stuck = isp.contract();
        long fine = isp.contract();
        Set<Long> refused = ConcurrentHashMap.newKeySet();
        refused.add(stuck);
        receiver.answering((request, reply) ->
                reply.send(refused.contains(body(request).at("/contract/id").asLong()) ? 500 : 204, ""));

        block(stuck);
        unblock(stuck);
        block(fine);
        unblock(fine);
        await().until(() -> kinds(fine).size() >= 2);
        assertThat(kinds(stuck)).hasSizeLessThan(2);
        await().until(() -> kinds(stuck).size() == 1);
        assertThat(log("?state=waiting&contractId=" + stuck).size()).isGreaterThanOrEqualTo(2);

        refused.clear();
        api.clock.advance(Duration.ofSeconds(6));
        await().until(() -> log("?state=delivered&contractId=" + stuck).size()
                        + log("?state=waiting&contractId=" + stuck).size()
                == log("?state=delivered&contractId=" + stuck).size());

        var levels = receiver.requests.stream()
                .map(WebhookResourceTest::body)
                .filter(body -> body.at("/contract/id").asLong() == stuck)
                .map(body ->
                        body.get("id").asText() + body.at("/data/after/level").asText())
                .distinct()
                .map(text -> text.replaceFirst("evt-[0-9]+", ""))
                .toList();
        assertThat(levels.subList(levels.size() - 2, levels.size())).containsExactly("blocked", "active");
    }

    @Test
    void whatIsNeverTakenIsGivenUpSeenAndReplayed() {
        receiver.answering((_, reply) -> reply.send(503, "come back later"));
        long ping = pinged();

        for (int attempt = 1; attempt <= Retries.MOST_ATTEMPTS; attempt++) {
            int made = attempt;
            await().until(() -> receiver.requests.size() == made);
            await().until(() -> !api.strings(
                            "select 1 from webhook_attempt where number = " + made + " and event_id = " + ping)
                    .isEmpty());
            api.clock.advance(Duration.ofHours(11));
        }

        await().until(() -> log("?state=dead").size() == 1);
        var detail =
                admin.get("/api/v1/webhooks/" + webhook + "/deliveries/" + ping).expect(200);
        assertThat(detail.json().get("log").size()).isEqualTo(Retries.MOST_ATTEMPTS);
        assertThat(detail.string("delivery/lastWhy")).isEqualTo("status 503 come back later");
        assertThat(receiver.requests.stream().map(request -> request.headers().get("catraca-event")))
                .containsOnly("evt-" + ping);

        receiver.answering((_, reply) -> reply.send(200, ""));
        assertThat(admin.post("/api/v1/webhooks/" + webhook + "/replay-dead", null)
                        .expect(200)
                        .number("replayed"))
                .isEqualTo(1);
        api.clock.advance(Duration.ofMinutes(6));
        await().until(() -> log("?state=delivered").size() == 1);
        admin.post("/api/v1/webhooks/" + webhook + "/deliveries/" + ping + "/replay", null)
                .expect(200);
        await().until(() -> receiver.requests.size() == Retries.MOST_ATTEMPTS + 2);
        api.as(Role.NOC)
                .post("/api/v1/webhooks/" + webhook + "/deliveries/" + ping + "/replay", null)
                .expect(403);
    }

    private long pinged() {
        return Long.parseLong(admin.post("/api/v1/webhooks/" + webhook + "/ping", null)
                .expect(200)
                .string("eventId")
                .substring(4));
    }

    @Test
    void aReceiverThatHangsOrDripsIsGivenUpInTime() throws Exception {
        var released = new CountDownLatch(1);
        receiver.answering((_, _) -> released.await());

        long ping = pinged();

        await().until(() -> !api.strings("select 1 from webhook_attempt where event_id = " + ping)
                .isEmpty());
        assertThat(api.strings("select why from webhook_attempt where event_id = " + ping)
                        .getFirst())
                .containsAnyOf("no answer within", "timed out");
        released.countDown();

        receiver.answering((_, reply) -> reply.send(500, "x".repeat(5_000_000)));
        api.clock.advance(Duration.ofSeconds(6));
        await().until(() -> api.strings("select 1 from webhook_attempt where event_id = " + ping)
                        .size()
                == 2);
        assertThat(api.strings("select length(why) from webhook_attempt where status = 500 and event_id = " + ping))
                .containsExactly("300");
    }

    /** Whoever dies between sending and noting leaves its lease behind. */
    @Test
    void whatWasSentByANodeThatDiedIsSentAgainWithTheSameId() {
        long ping = pinged();
        await().until(() -> log("?state=delivered").size() == 1);

        api.execute(
                "update webhook_delivery set state = 'WAITING', leased_until = now() + interval '1 hour' where event_id = "
                        + ping);
        pinged(); // others go on
        await().until(() -> receiver.requests.size() == 2);
        api.execute("update webhook_delivery set leased_until = now() - interval '1 second' where event_id = " + ping);

        await().until(() -> receiver.requests.size() == 3);
        assertThat(receiver.requests.getLast().body())
                .isEqualTo(receiver.requests.getFirst().body());
        await().until(() -> log("?state=delivered").size() == 2);
    }

    @Test
    void anEndpointThatDoesNotAnswerIsLeftAloneThenTriedWithOne() {
        receiver.answering((_, reply) -> reply.send(500, ""));
        for (int i = 0; i < 20; i++) {
            pinged();
        }
        await().until(() -> !admin.get("/api/v1/webhooks/" + webhook)
                .expect(200)
                .json()
                .get("pausedUntil")
                .isNull());
        await().until(() -> api.strings("select 1 from webhook_delivery where leased_until is not null")
                .isEmpty());
        int tried = receiver.requests.size();
        assertThat(tried).isBetween(5, 19);

        receiver.answering((_, reply) -> reply.send(200, ""));
        api.clock.advance(Duration.ofMinutes(6));

        await().until(() -> log("?state=delivered").size() == 20);
        assertThat(admin.get("/api/v1/webhooks/" + webhook).expect(200).number("failures"))
                .isZero();
    }

    @Test
    void aReleaseThatEndsByTheClockIsTold() {
        long contract = isp.contract("temporary-" + webhook);
        isp.owe(contract, 40);
        isp.run();
        api.as(Role.NOC)
                .post(
                        "/api/v1/contracts/" + contract + "/releases",
                        "{\"kind\":\"temporary\",\"until\":\"%s\",\"reason\":\"asked\"}"
                                .formatted(api.clock.instant().plus(Duration.ofDays(2))))
                .expect(201);
        await().until(() -> kinds(contract).contains("release.granted"));
        await().until(() -> levels(contract).equals(List.of("active", "blocked", "active")));

        api.clock.advance(Duration.ofDays(7));

        await().until(() -> levels(contract).equals(List.of("active", "blocked", "active", "blocked")));
    }

    private List<String> levels(long contract) {
        return receiver.requests.stream()
                .map(WebhookResourceTest::body)
                .filter(body -> body.at("/contract/id").asLong() == contract)
                .filter(body -> body.get("kind").asText().equals("access.changed"))
                .map(body -> body.at("/data/after/level").asText())
                .toList();
    }

    @Test
    void onlyWhatIsAskedForIsToldAndNothingIsKeptForNobody() {
        var version = admin.get("/api/v1/webhooks/" + webhook).expect(200).etag();
        admin.ifMatch(version)
                .put(
                        "/api/v1/webhooks/" + webhook,
                        "{\"url\":\"%s\",\"topics\":[\"payment\"],\"active\":true}".formatted(receiver.url("/h")))
                .expect(200);
        long contract = isp.contract();
        isp.owe(contract, 3);
        block(contract);
        pay(contract, "q-" + webhook);

        await().until(() -> kinds(contract).contains("payment.booked"));
        assertThat(kinds(contract)).containsExactly("payment.booked");
        assertThat(api.strings("select 1 from webhook_event where topic = 'ACCESS' and contract_id = " + contract))
                .isEmpty();
    }

    @Test
    void secretsAreNeverShownAgain() {
        assertThat(admin.get("/api/v1/webhooks/" + webhook).expect(200).text()).doesNotContain(SECRET);
        assertThat(api.strings("select coalesce(before::text, '') || coalesce(after::text, '') from audit_log"))
                .noneMatch(text -> text.contains(SECRET));
        var renewed = admin.post("/api/v1/webhooks/" + webhook + "/secret-renewal", null)
                .expect(200);
        assertThat(renewed.string("secret")).hasSize(64).isNotEqualTo(SECRET);
        admin.post("/api/v1/webhooks", "{\"name\":\"x\",\"url\":\"ftp://a/b\",\"topics\":[\"run\"]}")
                .expectProblem(400, "invalid-request");
    }
}
