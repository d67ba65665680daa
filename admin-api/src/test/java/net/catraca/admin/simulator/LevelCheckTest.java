package net.catraca.admin.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import net.catraca.billing.access.AccessLevel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server says of one session, against what its router holds. */
class LevelCheckTest {

    private static final String NOBODY_KNOWS = "null";

    private HttpServer server;
    private String entitled = "active";
    private String target = level("ACTIVE");
    private String acknowledged = acknowledged("ACTIVE", null, "AGREED");

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/subscribers/ana/access", exchange -> {
            boolean blocked = entitled.equals("blocked");
            answer(exchange, """
                    {"level":"%s","network":[{"vendor":"mikrotik","answer":"access-accept","nases":["bras-01"],
                     "attributes":[{"name":"Mikrotik-Rate-Limit","value":"%s"},
                                   {"name":"Mikrotik-Address-List","value":"catraca-%s"}]}]}
                    """.formatted(entitled, blocked ? "512k/1M" : "150M/300M", entitled));
        });
        server.createContext("/api/v1/sessions", exchange -> answer(exchange, """
                {"items":[{"nas":"bras-01","acctSessionId":"s-1","target":%s,"acknowledged":%s}],"nextCursor":null}
                """.formatted(target, acknowledged)));
        server.start();
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        try (exchange) {
            var octets = json.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, octets.length);
            exchange.getResponseBody().write(octets);
        }
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private static String level(String level) {
        return "{\"level\":\"" + level + "\"}";
    }

    private static String acknowledged(String level, @Nullable String perhaps, String state) {
        return "{\"level\":\"%s\",\"perhaps\":%s,\"state\":\"%s\"}"
                .formatted(level, perhaps == null ? "null" : '"' + perhaps + '"', state);
    }

    private static HeldSession held(AccessLevel level, boolean nasObeys) {
        boolean blocked = level == AccessLevel.BLOCKED;
        return new HeldSession(
                "bras-01",
                RouterModel.MIKROTIK,
                nasObeys,
                "s-1",
                "ana",
                level,
                Map.of(
                        "Mikrotik-Rate-Limit", List.of(blocked ? "512k/1M" : "150M/300M"),
                        "Mikrotik-Address-List", List.of(blocked ? "catraca-blocked" : "catraca-active")),
                0,
                0);
    }

    private LevelCheck.Result check(AccessLevel level, boolean nasObeys) {
        var api = new AdminApi(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), "token");
        return LevelCheck.check(List.of(held(level, nasObeys)), api);
    }

    @Test
    void aSessionThatHasWhatItShouldAndIsKnownToHaveItIsInOrder() {
        var result = check(AccessLevel.ACTIVE, true);

        assertThat(result.mismatches()).isEmpty();
        assertThat(result.checked()).isEqualTo(1);
        assertThat(result.believed()).isEqualTo(1);
    }

    @Test
    void aBeliefThatTheRouterDoesNotShareIsAMismatch() {
        acknowledged = acknowledged("BLOCKED", null, "AGREED");

        assertThat(check(AccessLevel.ACTIVE, false).mismatches())
                .containsExactly("session s-1 of ana at NAS bras-01 is ACTIVE, and the server believes that its NAS has"
                        + " acknowledged BLOCKED");
    }

    @Test
    void aDoubtIsNoBelief() {
        acknowledged = acknowledged("BLOCKED", "BLOCKED", "AGREED");
        assertThat(check(AccessLevel.ACTIVE, true).mismatches()).isEmpty();

        acknowledged = NOBODY_KNOWS;
        target = NOBODY_KNOWS;
        var unknown = check(AccessLevel.ACTIVE, true);
        assertThat(unknown.mismatches()).isEmpty();
        assertThat(unknown.believed()).isZero();
    }

    @Test
    void whatARouterThatObeysHasNotAcknowledgedIsAMismatch() {
        target = level("REDUCED");
        acknowledged = acknowledged("ACTIVE", null, "OPEN");

        assertThat(check(AccessLevel.ACTIVE, true).mismatches())
                .containsExactly(
                        "session s-1 of ana at NAS bras-01 should be REDUCED, which its NAS has not acknowledged"
                                + " though it obeys: OPEN");
        assertThat(check(AccessLevel.ACTIVE, false).mismatches()).isEmpty();
    }

    @Test
    void aSessionThatGetsMoreThanItsLoginShouldIsAMismatchWhateverIsBelieved() {
        entitled = "blocked";

        var result = check(AccessLevel.ACTIVE, true);

        assertThat(result.mismatchCount()).isEqualTo(1);
        assertThat(result.mismatches().getFirst()).contains("and should have garden");
    }
}
