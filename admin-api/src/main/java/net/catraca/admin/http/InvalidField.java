package net.catraca.admin.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One field of a request that cannot be accepted.
 *
 * @param in where it stands
 * @param field its JSON pointer (RFC 6901) in the body, else its name
 * @param expected what would be accepted
 * @param was what was found, by its kind and never by its value (it may be a secret); null when nothing better than
 *     the field's own text can be said
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(description = "One field of a request that cannot be accepted.")
public record InvalidField(
        Place in,

        @Schema(description = "JSON pointer into the body, else the name", example = "/coverage/last")
        String field,

        @Schema(example = "a date such as 2026-11-23") String expected,
        @Nullable @Schema(example = "a text") String was) {

    /** Where a field stands. */
    @Schema(name = "FieldPlace")
    public enum Place {
        BODY,
        QUERY,
        PATH,
        HEADER
    }

    public static InvalidField body(String pointer, String expected, @Nullable String was) {
        return new InvalidField(Place.BODY, pointer, expected, was);
    }

    public static InvalidField query(String name, String expected) {
        return new InvalidField(Place.QUERY, name, expected, null);
    }

    public static InvalidField path(String name, String expected) {
        return new InvalidField(Place.PATH, name, expected, null);
    }

    public static InvalidField header(String name, String expected) {
        return new InvalidField(Place.HEADER, name, expected, null);
    }
}
