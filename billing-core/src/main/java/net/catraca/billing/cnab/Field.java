package net.catraca.billing.cnab;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Year;
import org.jspecify.annotations.Nullable;

/**
 * A field of a record.
 *
 * @param from its first position, counted from 1 as the banks' manuals do
 * @param expected the only text that it may hold, or null when any will do
 * @param meaning what the bank's manual calls it, for people
 */
public record Field(
        String name,
        int from,
        int length,
        Type type,
        @Nullable String expected,
        String meaning) {

    /** How the octets are read. Amounts are cents: the last two digits of a number. */
    public enum Type {
        TEXT("text"),
        DIGITS("digits"),
        NUMBER("a whole number"),
        CENTS("an amount in cents"),
        DATE6("a day as DDMMYY"),
        DATE8("a day as DDMMYYYY");

        private final String expected;

        Type(String expected) {
            this.expected = expected;
        }
    }

    /** A longer one than the longest that banks write would not fit a long. */
    private static final int MOST_DIGITS = 17;

    private static final int CENTURY = 2000;

    public Field {
        if (from < 1 || length < 1) {
            throw new IllegalArgumentException(name + ": expected a position and a length from 1");
        }
        if ((type == Type.NUMBER || type == Type.CENTS) && length > MOST_DIGITS) {
            throw new IllegalArgumentException(name + ": expected at most " + MOST_DIGITS + " digits");
        }
        if ((type == Type.DATE6 && length != 6) || (type == Type.DATE8 && length != 8)) {
            throw new IllegalArgumentException(name + ": expected the length of a " + type);
        }
    }

    /** The last position. */
    int to() {
        return from + length - 1;
    }

    /** As it stands in the record, in Latin-1 and without the blanks around it. */
    String text(byte[] record) {
        return new String(record, from - 1, length, StandardCharsets.ISO_8859_1).strip();
    }

    /** What people are told that it should have been. */
    String expectation() {
        return expected == null ? type.expected : '"' + expected + '"';
    }

    /** Whether it holds what it should; blanks are nothing, and may stand in every field without an expected text. */
    boolean isSound(byte[] record) {
        String text = text(record);
        if (expected != null) {
            return expected.equals(text);
        }
        return text.isEmpty()
                || switch (type) {
                    case TEXT -> true;
                    case DIGITS, NUMBER, CENTS -> allDigits(text);
                    case DATE6, DATE8 -> isZero(text) || date(record) != null;
                };
    }

    /** A number or an amount; 0 when it is blank or none. */
    long number(byte[] record) {
        String text = text(record);
        return allDigits(text) ? Long.parseLong(text) : 0;
    }

    /** A day; null when it is blank, zeros or none. */
    @Nullable
    LocalDate date(byte[] record) {
        String text = text(record);
        if (text.length() != length || !allDigits(text) || isZero(text)) {
            return null;
        }
        int day = Integer.parseInt(text, 0, 2, 10);
        int month = Integer.parseInt(text, 2, 4, 10);
        int year = Integer.parseInt(text, 4, length, 10);
        try {
            return Year.of(type == Type.DATE6 ? CENTURY + year : year)
                    .atMonth(month)
                    .atDay(day);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static boolean isZero(String text) {
        return text.chars().allMatch(c -> c == '0');
    }

    private static boolean allDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
