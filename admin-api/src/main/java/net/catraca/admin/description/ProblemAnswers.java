package net.catraca.admin.description;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.catraca.admin.http.Kebab;
import net.catraca.admin.http.ProblemType;

/** The answers that are problem documents, described once for all operations, with an example of each kind. */
final class ProblemAnswers {

    private static final Map<Integer, Map<String, String>> HEADERS = Map.of(
            401, Map.of("WWW-Authenticate", "The scheme, and why the token that was sent does not do."),
            412, Map.of("ETag", "Of the present state, when it was another that If-Match named."),
            429, Map.of("Retry-After", "Seconds."),
            503, Map.of("Retry-After", "Seconds."));

    private ProblemAnswers() {}

    /** The reference to the answer with this status. */
    static Tree reference(int status) {
        return Tree.empty().with("$ref", "#/components/responses/" + name(status));
    }

    private static String name(int status) {
        return "Problem" + status;
    }

    /** Describes the answer with this status. */
    static void describe(Tree components, int status) {
        var kinds = Arrays.stream(ProblemType.values())
                .filter(kind -> kind.status().getCode() == status)
                .toList();
        var answer = components.object("responses").object(name(status));
        answer.with("description", kinds.stream().map(ProblemType::title).collect(Collectors.joining("; or: ")) + ".");
        HEADERS.getOrDefault(status, Map.of()).forEach((header, says) -> answer.object("headers")
                .object(header)
                .with("description", says)
                .object("schema")
                .with("type", "string"));
        var media = answer.object("content").object("application/problem+json");
        media.object("schema").with("$ref", "#/components/schemas/Problem");
        for (var kind : kinds) {
            media.object("examples").object(Kebab.of(kind)).with("value", example(kind));
        }
    }

    private static Tree example(ProblemType kind) {
        var example = Tree.empty()
                .with("type", kind.uri())
                .with("title", kind.title())
                .with("status", kind.status().getCode())
                .with("detail", detail(kind))
                .with("instance", "/api/v1/contracts/42/releases");
        return switch (kind) {
            case INVALID_REQUEST ->
                example.with(
                        "errors",
                        List.of(Map.of(
                                "in", "body",
                                "field", "/kind",
                                "expected", "one of manual, temporary, trust-unlock",
                                "was", "another text")));
            case CONFLICT -> example.with("code", "nothing-to-release");
            case LIMIT_REACHED ->
                example.with("limit", "trust-unlock-interval").with("possibleAgainFrom", "2026-12-23T13:00:00Z");
            default -> example;
        };
    }

    private static String detail(ProblemType kind) {
        return switch (kind) {
            case MALFORMED_JSON -> "line 1, column 12: Unexpected character";
            case INVALID_REQUEST -> "/kind: expected one of manual, temporary, trust-unlock";
            case UNAUTHENTICATED -> "This token expired at 2026-11-01T00:00:00Z.";
            case FORBIDDEN -> "This needs the permission release-manual, which the role viewer does not have.";
            case NOT_FOUND -> "There is no contract 42.";
            case CONFLICT -> "Nothing to release";
            case LIMIT_REACHED -> "Trust unlock interval: 30 days from one to the next";
            case PRECONDITION_FAILED -> "Read it again, look at what changed, and send the new ETag in If-Match.";
            case PRECONDITION_REQUIRED ->
                "Read it first and send its ETag in If-Match, so that nobody's change is overwritten unseen.";
            case TOO_LARGE -> "A body may have at most 1048576 octets: send larger sets in several requests.";
            case UNSUPPORTED_MEDIA_TYPE -> "Send Content-Type: application/json.";
            case IDEMPOTENCY_KEY_REUSED -> "A different request was sent with this Idempotency-Key. Send a new key.";
            case TOO_MANY_REQUESTS -> "Check the token and wait a minute.";
            case UNAVAILABLE -> "The database does not answer. Nothing was written; routers are served from memory.";
            case METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, URI_TOO_LONG, HEADERS_TOO_LARGE, INTERNAL -> kind.title();
        };
    }
}
