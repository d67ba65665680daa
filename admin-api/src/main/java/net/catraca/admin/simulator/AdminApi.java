package net.catraca.admin.simulator;

import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Speaks to the server's API as any client does. Thread-safe. */
public final class AdminApi {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = ObjectMapper.getDefault();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI base;
    private final String token;

    /** @param base without a path, such as http://127.0.0.1:8080 */
    public AdminApi(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /**
     * What stands at a path; nothing when there is no such thing.
     *
     * @throws SimulationException when the server answers otherwise or not at all
     */
    Optional<JsonNode> find(String path) {
        var answer = send("GET", path, null);
        if (answer.statusCode() == 404) {
            return Optional.empty();
        }
        return Optional.of(json(expect(answer, "GET", path)));
    }

    JsonNode get(String path) {
        return json(expect(send("GET", path, null), "GET", path));
    }

    /** All pages of a list; empty when there is no such list. */
    List<JsonNode> items(String path, String query) {
        List<JsonNode> all = new ArrayList<>();
        String cursor = "";
        do {
            Optional<JsonNode> page = find(path + "?limit=200" + query + cursor);
            JsonNode items = page.map(found -> found.get("items")).orElse(null);
            if (items != null) {
                items.values().forEach(all::add);
            }
            String next = page.map(found -> AdminApi.text(found, "nextCursor")).orElse("");
            cursor = next.isEmpty() ? "" : "&cursor=" + AdminApi.encoded(next);
        } while (!cursor.isEmpty());
        return all;
    }

    JsonNode post(String path, Map<String, Object> body) {
        return json(expect(send("POST", path, body), "POST", path));
    }

    void delete(String path) {
        expect(send("DELETE", path, null), "DELETE", path);
    }

    static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpResponse<String> send(String method, String path, @Nullable Map<String, Object> body) {
        try {
            var request = HttpRequest.newBuilder(base.resolve(path))
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .build();
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new SimulationException(
                    "the API at " + base + " does not answer " + method + ' ' + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SimulationException("interrupted while asking the API", e);
        }
    }

    private static HttpResponse<String> expect(HttpResponse<String> answer, String method, String path) {
        if (answer.statusCode() / 100 != 2) {
            throw new SimulationException(
                    "the API answered " + method + ' ' + path + " with " + answer.statusCode() + ": " + answer.body(),
                    null);
        }
        return answer;
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readValue(answer.body(), JsonNode.class);
        } catch (IOException e) {
            throw new SimulationException("the API did not answer with JSON: " + answer.body(), e);
        }
    }

    /** A member's text; empty when it is not there or null. */
    static String text(JsonNode node, String member) {
        JsonNode value = node.get(member);
        return value == null || value.isNull() ? "" : value.coerceStringValue();
    }

    /** A member's number; 0 when it is not there or null. */
    static long number(JsonNode node, String member) {
        JsonNode value = node.get(member);
        return value == null || !value.isNumber() ? 0 : value.getLongValue();
    }
}
