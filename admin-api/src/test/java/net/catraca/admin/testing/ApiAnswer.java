package net.catraca.admin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;

/** What the API answered. */
public record ApiAnswer(HttpResponse<String> response) {

    public int status() {
        return response.statusCode();
    }

    public String text() {
        return response.body();
    }

    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    public String etag() {
        return header("ETag");
    }

    /** The member at a path of names and indexes, such as {@code errors/0/field}; fails when it is not there. */
    public JsonNode at(String path) {
        JsonNode node = json();
        for (String step : path.split("/", -1)) {
            JsonNode next = node.isArray() ? node.get(Integer.parseInt(step)) : node.get(step);
            assertThat(next).as("%s of %s", path, text()).isNotNull();
            node = java.util.Objects.requireNonNull(next);
        }
        return node;
    }

    public String string(String path) {
        var node = at(path);
        return node.isNull() ? "null" : node.coerceStringValue();
    }

    public long number(String path) {
        return at(path).getLongValue();
    }

    public JsonNode json() {
        try {
            return ObjectMapper.getDefault().readValue(text(), JsonNode.class);
        } catch (IOException e) {
            throw new AssertionError("expected JSON: " + text(), e);
        }
    }

    public ApiAnswer expect(int status) {
        assertThat(status()).as(text()).isEqualTo(status);
        return this;
    }

    /** That it is a problem document of this kind, whole. */
    public ApiAnswer expectProblem(int status, String kind) {
        expect(status);
        assertThat(header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(string("type")).isEqualTo("urn:catraca:problem:" + kind);
        assertThat(number("status")).isEqualTo(status);
        assertThat(string("title")).isNotBlank();
        assertThat(string("detail")).isNotBlank();
        return this;
    }
}
