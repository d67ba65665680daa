package net.catraca.admin.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.micronaut.core.type.Argument;
import io.micronaut.validation.validator.Validator;
import jakarta.inject.Singleton;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"rows":[…]}} of thousands, a portion at a time. The file is read twice: first that it is JSON and not too
 * much, so that nothing of a broken one is written; then row by row, where one that is no such record is at fault for
 * itself.
 */
@Singleton
public final class RowStream {

    /** A row of ours has some hundred characters; longer ones are no rows. */
    static final int MAX_ROW = 1 << 15;

    private static final String ROWS = "rows";

    private final RecordReading records;

    RowStream(Validator validator) {
        this.records = new RecordReading(validator);
    }

    /**
     * A row as it was read.
     *
     * @param row null when it is at fault
     * @param fault why; null when it is sound
     */
    public record Read<R>(
            int index, @Nullable R row, @Nullable ProblemDocument fault) {}

    /**
     * @param mostRows more are refused whole
     * @param portion so many rows are handed over at a time
     * @throws ProblemException when the whole cannot be read; then nothing was handed over
     */
    public <R> void read(Path file, Class<R> type, int mostRows, int portion, Consumer<List<Read<R>>> to) {
        try {
            check(file, mostRows);
            hand(file, Argument.of(type), portion, to);
        } catch (StreamConstraintsException _) {
            throw ProblemException.of(
                    ProblemType.MALFORMED_JSON,
                    "The JSON is nested too deeply, or a text or number in it is too long.");
        } catch (JsonProcessingException e) {
            throw JsonParsing.malformed(e);
        } catch (CharacterCodingException _) {
            throw ProblemException.of(ProblemType.MALFORMED_JSON, "The body is not UTF-8.");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(Path file, int mostRows) throws IOException {
        var faults = new ArrayList<InvalidField>();
        boolean met = false;
        try (var in = new BufferedInputStream(Files.newInputStream(file));
                var parser = JsonParsing.stream(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw ProblemException.invalid(InvalidField.body(
                        "", "a JSON object", parser.currentToken() == null ? "nothing" : "something else"));
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (name.equals(ROWS)) {
                    met = true;
                    rows(parser, mostRows, faults);
                } else {
                    String shown = name.length() <= 100 ? name : name.substring(0, 100) + "…";
                    faults.add(InvalidField.body(Pointer.member("", shown), "no such field; known are rows", null));
                    parser.skipChildren();
                }
                if (faults.size() > RecordReading.MAX_FAULTS) {
                    throw ProblemException.invalid(faults);
                }
            }
            if (parser.nextToken() != null) {
                throw JsonParsing.malformed(parser, "something follows the end of the JSON value");
            }
        }
        if (!met) {
            faults.add(InvalidField.body("/rows", "a list", "nothing"));
        }
        if (!faults.isEmpty()) {
            throw ProblemException.invalid(faults);
        }
    }

    private static void rows(JsonParser parser, int mostRows, List<InvalidField> faults) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            faults.add(InvalidField.body(
                    "/rows", "a list", JsonParsing.value(parser).kind()));
            return;
        }
        int rows = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            long from = parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            if (parser.currentLocation().getCharOffset() - from > MAX_ROW) {
                throw ProblemException.invalid(InvalidField.body(
                        "/rows/" + rows, "a row of at most " + MAX_ROW + " characters", "a longer one"));
            }
            if (++rows > mostRows) {
                throw ProblemException.invalid(
                        InvalidField.body("/rows", "at most " + mostRows + " rows in one call", "more"));
            }
        }
        if (rows == 0) {
            faults.add(InvalidField.body("/rows", "at least one row", "an empty list"));
        }
    }

    private <R> void hand(Path file, Argument<R> type, int portion, Consumer<List<Read<R>>> to) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file));
                var parser = JsonParsing.stream(in)) {
            parser.nextToken();
            parser.nextFieldName();
            parser.nextToken();
            List<Read<R>> read = new ArrayList<>(portion);
            for (int index = 0; parser.nextToken() != JsonToken.END_ARRAY; index++) {
                read.add(row(parser, type, index));
                if (read.size() == portion) {
                    to.accept(List.copyOf(read));
                    read.clear();
                }
            }
            if (!read.isEmpty()) {
                to.accept(List.copyOf(read));
            }
        }
    }

    private <R> Read<R> row(JsonParser parser, Argument<R> type, int index) throws IOException {
        var json = JsonParsing.value(parser);
        try {
            return new Read<>(index, records.read(json, type), null);
        } catch (ProblemException fault) {
            return new Read<>(index, null, fault.document());
        }
    }
}
