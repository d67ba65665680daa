package net.catraca.admin.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/** Octets to {@link JsonValue}: RFC 8259 to the letter, one value, no member twice, bounded in depth. */
final class JsonParsing {

    /** Deeper than any request of ours; the parser of a value calls itself once a level. */
    static final int MAX_DEPTH = 16;

    /** Digits of a number; more than any amount has. */
    private static final int MAX_NUMBER_LENGTH = 100;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION) // the source may hold secrets
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names come from clients
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .build())
            .build();

    /** Characters of one text in a stream of rows; what holds a row bounds it further. */
    private static final int MAX_STREAMED_TEXT = 1 << 16;

    private static final JsonFactory STREAM = FACTORY.rebuild()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(MAX_STREAMED_TEXT)
                    .maxNameLength(MAX_STREAMED_TEXT)
                    .build())
            .build();

    private JsonParsing() {}

    /** For what is too long to be held whole; UTF-8 and nothing else. */
    static JsonParser stream(InputStream in) throws IOException {
        return STREAM.createParser(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    }

    /** @throws ProblemException naming line and column of the first fault */
    static JsonValue parse(byte[] octets) {
        try (var parser = FACTORY.createParser(text(octets))) {
            if (parser.nextToken() == null) {
                throw ProblemException.invalid(InvalidField.body("", "a JSON object", "nothing"));
            }
            var value = value(parser);
            if (parser.nextToken() != null) {
                throw malformed(parser, "something follows the end of the JSON value");
            }
            return value;
        } catch (StreamConstraintsException _) {
            throw ProblemException.of(
                    ProblemType.MALFORMED_JSON,
                    "The JSON is nested deeper than " + MAX_DEPTH + " levels, or a number in it is longer than "
                            + MAX_NUMBER_LENGTH + " digits.");
        } catch (JsonProcessingException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text in memory does not fail
        }
    }

    /** RFC 8259 §8.1: UTF-8 and nothing else. A name that came in another encoding is refused, not maimed. */
    private static String text(byte[] octets) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException _) {
            throw ProblemException.of(ProblemType.MALFORMED_JSON, "The body is not UTF-8.");
        }
    }

    static JsonValue value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> new JsonValue.Text(parser.getText());
            case VALUE_NUMBER_INT -> whole(parser);
            case VALUE_NUMBER_FLOAT -> new JsonValue.OtherNumber("a number with a fraction or an exponent");
            case VALUE_TRUE -> new JsonValue.Truth(true);
            case VALUE_FALSE -> new JsonValue.Truth(false);
            case VALUE_NULL -> new JsonValue.Null();
            default -> throw malformed(parser, "unexpected " + parser.currentToken());
        };
    }

    private static JsonValue whole(JsonParser parser) throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> new JsonValue.Whole(parser.getLongValue());
            default -> new JsonValue.OtherNumber("a number beyond 64 bits");
        };
    }

    private static JsonValue object(JsonParser parser) throws IOException {
        var members = new LinkedHashMap<String, JsonValue>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            members.put(name, value(parser));
        }
        return new JsonValue.Members(members);
    }

    private static JsonValue array(JsonParser parser) throws IOException {
        var elements = new ArrayList<JsonValue>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser));
        }
        return new JsonValue.Elements(elements);
    }

    static ProblemException malformed(JsonProcessingException e) {
        var where = e.getLocation();
        String place = where == null ? "" : "line " + where.getLineNr() + ", column " + where.getColumnNr() + ": ";
        return ProblemException.of(ProblemType.MALFORMED_JSON, place + withoutSource(e.getOriginalMessage()));
    }

    static ProblemException malformed(JsonParser parser, String what) {
        var where = parser.currentLocation();
        return ProblemException.of(
                ProblemType.MALFORMED_JSON,
                "line " + where.getLineNr() + ", column " + where.getColumnNr() + ": " + what);
    }

    /** The parser's messages quote what they stumbled on; past the first words that may be somebody's password. */
    private static String withoutSource(String message) {
        int quote = message.indexOf('\'');
        int bracket = message.indexOf('(');
        int end = Math.min(quote < 0 ? message.length() : quote, bracket < 0 ? message.length() : bracket);
        return message.substring(0, end).strip();
    }
}
