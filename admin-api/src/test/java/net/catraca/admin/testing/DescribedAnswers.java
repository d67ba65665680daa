package net.catraca.admin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Holds every answer that a test sees against the OpenAPI document: its status, and each member of its body. */
final class DescribedAnswers {

    /** Of any path, so not repeated at each operation. */
    private static final Set<Integer> ANYWHERE = Set.of(405, 406, 414, 431, 500);

    private final JsonNode document;
    private final List<Path> paths = new ArrayList<>();

    /** A described path, and which paths it is the description of. */
    private record Path(String template, Pattern pattern, JsonNode operations) {}

    DescribedAnswers(JsonNode document) {
        this.document = document;
        document.get("paths")
                .entries()
                .forEach(described ->
                        paths.add(new Path(described.getKey(), pattern(described.getKey()), described.getValue())));
    }

    void check(String method, String path, ApiAnswer answer) {
        var operation = operation(method, path.replaceFirst("\\?.*", ""));
        if (operation == null || ANYWHERE.contains(answer.status())) {
            return;
        }
        String what = method + " " + path + " answered " + answer.status() + " " + answer.text();
        var described = operation.get("responses").get(Integer.toString(answer.status()));
        assertThat(described).as("the description of what %s", what).isNotNull();
        described = resolved(java.util.Objects.requireNonNull(described));
        String type = answer.header("Content-Type").replaceFirst(";.*", "");
        var media = described.get("content").get(type);
        assertThat(media).as("the described media type of %s", what).isNotNull();
        if (type.endsWith("json")) {
            check(java.util.Objects.requireNonNull(media).get("schema"), answer.json(), what);
        }
        if (!answer.etag().isEmpty()) {
            assertThat(described.get("headers").get("ETag"))
                    .as("the described ETag of %s", what)
                    .isNotNull();
        }
    }

    private @Nullable JsonNode operation(String method, String path) {
        for (var described : paths) {
            if (described.pattern.matcher(path).matches()) {
                var operation = described.operations.get(method.toLowerCase(Locale.ROOT));
                // /receivables/bulk is no /receivables/{id}.
                if (operation != null && (path.equals(described.template) || !isLiteral(path))) {
                    return operation;
                }
            }
        }
        return null;
    }

    private boolean isLiteral(String path) {
        return document.get("paths").get(path) != null;
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(template.replaceAll("\\{[^}]+}", "[^/]+"));
    }

    private JsonNode resolved(JsonNode node) {
        var reference = node.get("$ref");
        if (reference == null) {
            return node;
        }
        JsonNode found = document;
        for (String step : reference.getStringValue().substring(2).split("/", -1)) {
            found = java.util.Objects.requireNonNull(found.get(step), reference.getStringValue());
        }
        return found;
    }

    private void check(JsonNode unresolved, JsonNode value, String what) {
        var schema = resolved(unresolved);
        if (value.isNull()) {
            assertThat(isTrue(schema, "nullable")).as("null at %s", what).isTrue();
            return;
        }
        if (schema.get("allOf") != null) {
            schema.get("allOf").values().forEach(part -> check(part, value, what));
        }
        if (schema.get("enum") != null) {
            assertThat(schema.get("enum").values()).as(what).contains(value);
        }
        var type = schema.get("type");
        if (type != null) {
            checkType(schema, type.getStringValue(), value, what);
        }
    }

    private void checkType(JsonNode schema, String type, JsonNode value, String what) {
        switch (type) {
            case "string" -> {
                assertThat(value.isString()).as(what).isTrue();
                checkFormat(schema.get("format"), value.getStringValue(), what);
            }
            case "integer", "number" -> assertThat(value.isNumber()).as(what).isTrue();
            case "boolean" -> assertThat(value.isBoolean()).as(what).isTrue();
            case "array" -> {
                assertThat(value.isArray()).as(what).isTrue();
                value.values().forEach(element -> check(schema.get("items"), element, what));
            }
            case "object" -> checkObject(schema, value, what);
            default -> throw new AssertionError("a type that is not looked at: " + type);
        }
    }

    private static void checkFormat(@Nullable JsonNode format, String text, String what) {
        if (format == null) {
            return;
        }
        switch (format.getStringValue()) {
            case "date" -> java.time.LocalDate.parse(text);
            case "date-time" -> java.time.Instant.parse(text);
            default -> throw new AssertionError(format + " at " + what);
        }
    }

    private void checkObject(JsonNode schema, JsonNode value, String what) {
        assertThat(value.isObject()).as(what).isTrue();
        var properties = schema.get("properties");
        if (properties == null) {
            return; // anything, as in the audit log
        }
        for (Map.Entry<String, JsonNode> member : value.entries()) {
            var property = properties.get(member.getKey());
            assertThat(property)
                    .as("the described member %s of %s", member.getKey(), what)
                    .isNotNull();
            check(java.util.Objects.requireNonNull(property), member.getValue(), member.getKey() + " of " + what);
        }
        if (schema.get("required") != null) {
            for (var name : schema.get("required").values()) {
                assertThat(value.get(name.getStringValue()))
                        .as("%s of %s", name, what)
                        .isNotNull();
            }
        }
    }

    private static boolean isTrue(JsonNode schema, String name) {
        return schema.get(name) != null && schema.get(name).getBooleanValue();
    }
}
