package net.catraca.admin.http;

import io.micronaut.http.HttpHeaders;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.catraca.billing.office.Problem;

/** Ends a request with a problem document; the way from anywhere in the HTTP layer to the client. */
public final class ProblemException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient ProblemDocument document;
    private final transient Map<String, String> headers;

    private ProblemException(ProblemDocument document, Map<String, String> headers) {
        // No stack trace: it is an answer, and clients can cause any number of them.
        super(document.detail(), null, false, false);
        this.document = document;
        this.headers = headers;
    }

    private ProblemException(ProblemDocument document) {
        this(document, Map.of());
    }

    public static ProblemException of(ProblemType type, String detail) {
        return new ProblemException(ProblemDocument.of(type, detail));
    }

    public static ProblemException of(ProblemType type, String detail, Map<String, String> headers) {
        return new ProblemException(ProblemDocument.of(type, detail), headers);
    }

    public static ProblemException invalid(InvalidField field) {
        return invalid(List.of(field));
    }

    public static ProblemException invalid(List<InvalidField> fields) {
        var first = fields.getFirst();
        String detail = first.field().isEmpty()
                ? "expected " + first.expected()
                : first.field() + ": expected " + first.expected();
        if (fields.size() > 1) {
            detail += ", and " + (fields.size() - 1) + " more";
        }
        return new ProblemException(
                ProblemDocument.of(ProblemType.INVALID_REQUEST, detail).naming(fields));
    }

    public static ProblemException notFound(String kind, String key) {
        return of(ProblemType.NOT_FOUND, "There is no " + kind.replace('_', ' ') + " " + key + ".");
    }

    public static ProblemException conflict(String code, String detail) {
        return new ProblemException(
                ProblemDocument.of(ProblemType.CONFLICT, detail).coded(code));
    }

    /** @param after a time after which the client may well try again; told in whole seconds, at least one */
    public static ProblemException unavailable(String detail, Duration after) {
        return of(ProblemType.UNAVAILABLE, detail, retryAfter(after));
    }

    static Map<String, String> retryAfter(Duration after) {
        return Map.of(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, after.toSeconds())));
    }

    /** What the office declined, worded for HTTP. */
    public static ProblemException of(Problem declined) {
        return switch (declined) {
            case Problem.Invalid(var fields) ->
                invalid(fields.stream()
                        .map(field -> InvalidField.body(Pointer.ofPath(field.field()), field.expected(), null))
                        .toList());
            case Problem.Unknown(var kind, var key) -> notFound(kind, key);
            case Problem.Stale(var version) ->
                of(
                        ProblemType.PRECONDITION_FAILED,
                        "Read it again, look at what changed, and send the new ETag in If-Match.",
                        Map.of(HttpHeaders.ETAG, Etag.of(version)));
            case Problem.Conflict(var code, var detail) -> conflict(code, sentence(code, detail));
            case Problem.LimitReached(var limit, var detail, var possibleFrom, var decidingLimit) ->
                new ProblemException(ProblemDocument.of(ProblemType.LIMIT_REACHED, detail)
                        .limitedBy(limit, possibleFrom, decidingLimit));
        };
    }

    /** {@code external-id-taken} and {@code payment 42} make "External id taken: payment 42". */
    private static String sentence(String code, String detail) {
        String words = code.replace('-', ' ');
        String start = Character.toUpperCase(words.charAt(0)) + words.substring(1);
        return detail.isEmpty() ? start : start + ": " + detail;
    }

    /** The body of the answer. */
    public ProblemDocument document() {
        return document;
    }

    Map<String, String> headers() {
        return headers;
    }
}
