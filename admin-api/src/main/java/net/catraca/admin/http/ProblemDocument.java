package net.catraca.admin.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of every answer that is not a success: RFC 9457, with members of our own.
 *
 * @param type stable name of the kind of problem
 * @param detail what happened to this request, in English, for people
 * @param instance path of the request
 * @param errors the fields at fault
 * @param code what stands in the way of a conflict, stable and kebab-case
 * @param limit the limit that was reached, stable and kebab-case
 * @param possibleAgainFrom when the same request would be granted if nothing else happens; absent when not by waiting
 * @param decidingLimit the limit whose date that is, or which makes waiting useless, when it is another than limit
 * @param errorId of an unexpected failure; the log has a line with the same id
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Problem", description = "Why a request was not granted (RFC 9457).")
public record ProblemDocument(
        @Schema(example = "urn:catraca:problem:limit-reached")
        String type,

        @Schema(example = "A limit does not allow it") String title,
        @Schema(example = "409") int status,

        @Schema(example = "The next trust unlock is possible 30 days after the last one.")
        String detail,

        @Nullable @Schema(example = "/api/v1/contracts/42/releases")
        String instance,

        @Nullable List<InvalidField> errors,
        @Nullable String code,
        @Nullable @Schema(example = "trust-unlock-interval") String limit,
        @Nullable Instant possibleAgainFrom,
        @Nullable String decidingLimit,
        @Nullable String errorId) {

    static ProblemDocument of(ProblemType type, String detail) {
        return new ProblemDocument(
                type.uri(), type.title(), type.status().getCode(), detail, null, null, null, null, null, null, null);
    }

    ProblemDocument at(String path) {
        return new ProblemDocument(
                type, title, status, detail, path, errors, code, limit, possibleAgainFrom, decidingLimit, errorId);
    }

    ProblemDocument naming(List<InvalidField> fields) {
        return new ProblemDocument(
                type, title, status, detail, instance, fields, code, limit, possibleAgainFrom, decidingLimit, errorId);
    }

    ProblemDocument coded(String newCode) {
        return new ProblemDocument(
                type,
                title,
                status,
                detail,
                instance,
                errors,
                newCode,
                limit,
                possibleAgainFrom,
                decidingLimit,
                errorId);
    }

    ProblemDocument limitedBy(String newLimit, @Nullable Instant againFrom, @Nullable String deciding) {
        return new ProblemDocument(
                type, title, status, detail, instance, errors, code, newLimit, againFrom, deciding, errorId);
    }

    ProblemDocument logged(String newErrorId) {
        return new ProblemDocument(
                type,
                title,
                status,
                detail,
                instance,
                errors,
                code,
                limit,
                possibleAgainFrom,
                decidingLimit,
                newErrorId);
    }
}
