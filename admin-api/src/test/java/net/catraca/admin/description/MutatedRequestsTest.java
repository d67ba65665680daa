package net.catraca.admin.description;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.core.type.Argument;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends each operation what a broken or hostile client would: the example of its body with things changed at random,
 * odd paths, queries and headers. Whatever it is, the answer is described, never a 5xx, and a refusal a problem document.
 */
class MutatedRequestsTest {

    /** A failure shows the request; with the same seed it comes again. */
    private static final long SEED = 20261123;

    private static final int MUTATIONS = 60;

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);
    private static final Map<String, Object> document =
            json(api.anonymous().get("/openapi.json").text());

    static {
        isp.blockedContract("the-first");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    /** Values that have broken somebody's server before. */
    private static final List<@Nullable Object> NASTY = Arrays.asList(
            null,
            true,
            0,
            -1,
            1.5,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            "",
            " ",
            "0",
            "a\u0000b",
            "\ud800",
            "\udc00\ud800",
            "a\nb",
            "\u2028",
            "\u202e",
            "x".repeat(2001),
            "é".repeat(2000),
            "😀".repeat(126),
            "'; drop table contract; --",
            "' or '1'='1",
            "%' or 1=1 --",
            "$$",
            "\\",
            "${jndi:ldap://127.0.0.1/x}",
            "<script>alert(1)</script>",
            "../../etc/passwd",
            "ACTIVE",
            "trust_unlock",
            "0000-00-00",
            "2026-02-30",
            "2026-13-01",
            "9999-12-31",
            "-999999999-01-01",
            "+999999999-12-31",
            "2026-11-23T25:00:00Z",
            "2026-11-23T00:00:00-03:00",
            "1e400",
            "NaN",
            "0.0.0.0/0",
            "::/0",
            "192.0.2.1/33",
            "fe80::1%eth0",
            "00:11:22:33:44:55",
            "America/Sao_Paulo\u0000",
            List.of(),
            List.of(List.of(List.of())),
            Map.of(),
            Map.of("a", Map.of()));

    /** @param body null where it has none */
    record Operation(String method, String path, @Nullable Map<String, Object> body) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static Stream<Operation> operations() {
        var all = new Tree(document).object("paths");
        return all.members().keySet().stream().flatMap(path -> all.object(path).members().keySet().stream()
                .map(method -> operation(method, path, all.object(path).object(method))));
    }

    private static Operation operation(String method, String path, Tree described) {
        var example = described
                .find("requestBody")
                .map(body -> body.object("content").object("application/json").object("schema"))
                .flatMap(schema -> schema.text("$ref"))
                .map(reference -> new Tree(document)
                        .object("components")
                        .object("schemas")
                        .object(reference.replaceFirst(".*/", ""))
                        .object("example")
                        .members());
        return new Operation(method.toUpperCase(java.util.Locale.ROOT), path, example.orElse(null));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void noMutationOfItsBodyBreaksAnOperation(Operation operation) {
        if (operation.body() == null) {
            return;
        }
        var random = new Random(SEED + operation.toString().hashCode());
        String path = operation.path().replaceAll("\\{[^}]+}", "1");
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] body = mutated(operation.body(), random);
            String shown = new String(body, StandardCharsets.UTF_8);
            var answer = client(random).send(operation.method(), path, body, "application/json");
            expectNoBreak(operation, shown.substring(0, Math.min(600, shown.length())), answer);
        }
        api.as(Role.VIEWER).get("/api/v1/contracts/1/access").expect(200);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void noPathQueryOrHeaderBreaksAnOperation(Operation operation) {
        var random = new Random(SEED + operation.toString().hashCode());
        String body = operation.body() == null ? null : write(operation.body());
        for (String odd : List.of(
                "0",
                "-1",
                "9223372036854775807",
                "9223372036854775808",
                "%00",
                "a%00b",
                "%0A",
                "%ED%A0%80",
                "%FF",
                "%27%20or%201%3D1--",
                "%2e%2e",
                "%2F",
                "%25",
                "x".repeat(3000),
                "%F0%9F%98%80")) {
            String path = operation.path().replaceAll("\\{[^}]+}", odd);
            expectNoBreak(operation, path, client(random).send(operation.method(), path, body));
            for (String parameter :
                    List.of("limit", "cursor", "externalId", "contractId", "reason", "subject", "taxId")) {
                String query = operation.path().replaceAll("\\{[^}]+}", "1") + "?" + parameter + "=" + odd;
                if (operation.method().equals("GET")) {
                    expectNoBreak(operation, query, client(random).get(query));
                }
            }
        }
    }

    private static ApiClient client(Random random) {
        var client = api.as(Role.ADMIN);
        return switch (random.nextInt(6)) {
            case 0 -> client.ifMatch("\"1\"");
            case 1 -> client.ifMatch(random.nextBoolean() ? "*" : "\"" + random.nextLong() + "\"");
            case 2 -> client.once("key-" + random.nextInt(20));
            case 3 -> client.once(random.nextBoolean() ? " " : "é".repeat(10));
            default -> client;
        };
    }

    private static void expectNoBreak(Operation operation, String sent, ApiAnswer answer) {
        assertThat(answer.status())
                .as("%s %s: %s", operation, sent, answer.text())
                .isLessThan(500);
        if (answer.status() >= 400) {
            assertThat(answer.header("Content-Type"))
                    .as("%s %s", operation, sent)
                    .isEqualTo("application/problem+json");
            assertThat(answer.text()).doesNotContain("Exception", "net.catraca.", "io.micronaut", "org.postgresql");
        }
    }

    private static byte[] mutated(Map<String, Object> example, Random random) {
        var body = copy(example);
        int changes = 1 + random.nextInt(2);
        for (int i = 0; i < changes; i++) {
            change(body, random);
        }
        byte[] octets = write(body).getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(octets, random.nextInt(octets.length + 1)); // cut off
            case 1 -> {
                octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
                yield octets;
            }
            case 2 -> doubled(octets);
            default -> octets;
        };
    }

    /** Every member twice. */
    private static byte[] doubled(byte[] octets) {
        String text = new String(octets, StandardCharsets.UTF_8);
        return text.length() < 3
                ? octets
                : (text.substring(0, text.length() - 1) + "," + text.substring(1)).getBytes(StandardCharsets.UTF_8);
    }

    private static void change(Map<String, Object> body, Random random) {
        var names = new ArrayList<>(body.keySet());
        if (names.isEmpty()) {
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(8)) {
            case 0 -> body.remove(name);
            case 1 -> body.put(random.nextBoolean() ? "__proto__" : name + "x", 1);
            case 2, 3 -> deeper(body, name, random);
            default -> put(body, name, nasty(random));
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a JSON object may hold null
    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        body.put(name, value instanceof Map<?, ?> inner ? new LinkedHashMap<>(inner) : value);
    }

    private static @Nullable Object nasty(Random random) {
        return NASTY.get(random.nextInt(NASTY.size()));
    }

    @SuppressWarnings("unchecked") // JSON objects have texts as names
    private static void deeper(Map<String, Object> body, String name, Random random) {
        switch (body.get(name)) {
            case Map<?, ?> inner -> change((Map<String, Object>) inner, random);
            case List<?> list
            when !list.isEmpty() && list.getFirst() instanceof Map<?, ?> first ->
                change((Map<String, Object>) first, random);
            case null, default -> put(body, name, nasty(random));
        }
    }

    private static Map<String, Object> copy(Map<String, Object> body) {
        return new LinkedHashMap<>(json(write(body)));
    }

    private static Map<String, Object> json(String text) {
        try {
            return ObjectMapper.getDefault().readValue(text, Argument.mapOf(String.class, Object.class));
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    private static String write(Map<String, Object> body) {
        try {
            return ObjectMapper.getDefault().writeValueAsString(body);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
