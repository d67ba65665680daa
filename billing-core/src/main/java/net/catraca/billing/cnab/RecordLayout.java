package net.catraca.billing.cnab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One kind of record.
 *
 * @param when all of them hold for a record of this kind
 */
record RecordLayout(Kind kind, List<Mark> when, Map<String, Field> fields) {

    enum Kind {
        HEADER("header"),
        BATCH_HEADER("batch-header"),
        /** A movement, whole: CNAB 400. */
        DETAIL("detail"),
        /** A movement's bill: segment T of CNAB 240, followed by its {@link #VALUE}. */
        TITLE("title"),
        /** A movement's money: segment U. */
        VALUE("value"),
        BATCH_TRAILER("batch-trailer"),
        TRAILER("trailer");

        final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    /** A text at a position, counted from 1. */
    record Mark(int at, String is) {

        boolean isIn(byte[] record) {
            for (int i = 0; i < is.length(); i++) {
                if (record[at - 1 + i] != (byte) is.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    RecordLayout {
        when = List.copyOf(when);
        fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    boolean matches(byte[] record) {
        return when.stream().allMatch(mark -> mark.isIn(record));
    }

    /** The first field that does not hold what it should. */
    @Nullable
    Field unsound(byte[] record) {
        for (var field : fields.values()) {
            if (!field.isSound(record)) {
                return field;
            }
        }
        return null;
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    Field field(String name) {
        return Objects.requireNonNull(fields.get(name), name);
    }

    /** The text of a field; null when there is no such field, or nothing in it. */
    @Nullable
    String text(byte[] record, String name) {
        var field = fields.get(name);
        String text = field == null ? "" : field.text(record);
        return text.isEmpty() ? null : text;
    }

    /** 0 when there is no such field. */
    long number(byte[] record, String name) {
        var field = fields.get(name);
        return field == null ? 0 : field.number(record);
    }
}
