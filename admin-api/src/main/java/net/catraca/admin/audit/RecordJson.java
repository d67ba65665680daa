package net.catraca.admin.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import net.catraca.admin.http.Kebab;
import org.jspecify.annotations.Nullable;

/**
 * Writes any record of the domain as JSON for the audit log, without annotations on it. Secrets stay hidden: arrays of
 * octets, and whatever hides itself by answering {@code [hidden]} or
 * {@code Name[hidden]} to {@code toString}.
 */
public final class RecordJson {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String HIDDEN = "[hidden]";

    private RecordJson() {}

    public static String write(Record record) {
        var text = new StringWriter();
        try (var json = FACTORY.createGenerator(text)) {
            value(json, record);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        return text.toString();
    }

    private static void value(JsonGenerator json, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case byte[] _ -> json.writeString(HIDDEN);
            case Boolean truth -> json.writeBoolean(truth);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case BigDecimal number -> json.writeNumber(number);
            case Enum<?> constant -> json.writeString(Kebab.of(constant));
            case Optional<?> optional -> value(json, optional.orElse(null));
            case Iterable<?> values -> array(json, values);
            case Map<?, ?> map -> object(json, map);
            case Object other when hidesItself(other) -> json.writeString(HIDDEN);
            case Record record -> object(json, record);
            case Object other -> json.writeString(other.toString());
        }
    }

    private static boolean hidesItself(Object value) {
        String text = value.toString();
        return text.equals(HIDDEN) || text.equals(value.getClass().getSimpleName() + HIDDEN);
    }

    private static void array(JsonGenerator json, Iterable<?> values) throws IOException {
        json.writeStartArray();
        for (Object value : values) {
            value(json, value);
        }
        json.writeEndArray();
    }

    private static void object(JsonGenerator json, Map<?, ?> map) throws IOException {
        json.writeStartObject();
        for (var entry : map.entrySet()) {
            json.writeFieldName(String.valueOf(entry.getKey()));
            value(json, entry.getValue());
        }
        json.writeEndObject();
    }

    private static void object(JsonGenerator json, Record record) throws IOException {
        json.writeStartObject();
        for (var component : record.getClass().getRecordComponents()) {
            json.writeFieldName(component.getName());
            value(json, read(component, record));
        }
        json.writeEndObject();
    }

    private static @Nullable Object read(RecordComponent component, Record record) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true); // a public accessor of a record that is package-private
            return accessor.invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}
