package net.catraca.admin.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends requests to the API as any client does, with the JDK's HTTP client. Immutable. */
public final class ApiClient {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static volatile @Nullable DescribedAnswers described;

    private final int port;
    private final Map<String, String> headers;

    ApiClient(int port) {
        this(port, Map.of());
    }

    private ApiClient(int port, Map<String, String> headers) {
        this.port = port;
        this.headers = headers;
    }

    /** Of whatever serves on that port. */
    public static ApiClient on(int port) {
        return new ApiClient(port);
    }

    public ApiClient header(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new ApiClient(port, more);
    }

    public ApiClient once(String idempotencyKey) {
        return header("Idempotency-Key", idempotencyKey);
    }

    public ApiClient ifMatch(String etag) {
        return header("If-Match", etag);
    }

    public ApiAnswer get(String path) {
        return send("GET", path, null);
    }

    public ApiAnswer post(String path, @Nullable String json) {
        return send("POST", path, json);
    }

    public ApiAnswer put(String path, String json) {
        return send("PUT", path, json);
    }

    public ApiAnswer delete(String path) {
        return send("DELETE", path, null);
    }

    public ApiAnswer send(String method, String path, @Nullable String json) {
        return send(
                method,
                path,
                json == null ? null : json.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                "application/json");
    }

    public ApiAnswer send(String method, String path, byte @Nullable [] body, String contentType) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        if (body != null) {
            request.header("Content-Type", contentType);
        }
        try {
            var answer = new ApiAnswer(HTTP.send(request.build(), BodyHandlers.ofString()));
            if (path.startsWith("/api/")) {
                description().check(method, path, answer);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All servers of the tests have the same; the first one tells it. */
    private DescribedAnswers description() {
        var known = described;
        if (known == null) {
            known = new DescribedAnswers(
                    new ApiClient(port).get("/openapi.json").json());
            described = known;
        }
        return known;
    }
}
