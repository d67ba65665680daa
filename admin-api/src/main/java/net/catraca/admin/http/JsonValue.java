package net.catraca.admin.http;

import java.util.List;
import java.util.Map;

/** A parsed JSON value that still knows what was written: a number in quotes stays a text. */
sealed interface JsonValue {

    record Members(Map<String, JsonValue> byName) implements JsonValue {}

    record Elements(List<JsonValue> values) implements JsonValue {}

    record Text(String text) implements JsonValue {
        @Override
        public String toString() {
            return "Text[hidden]"; // it may be a password
        }
    }

    record Whole(long number) implements JsonValue {}

    /** With a fraction or an exponent, or beyond 64 bits: nothing here reads one, so its digits are not kept. */
    record OtherNumber(String kind) implements JsonValue {}

    record Truth(boolean value) implements JsonValue {}

    record Null() implements JsonValue {}

    /** For messages; never the value itself. */
    default String kind() {
        return switch (this) {
            case Members _ -> "an object";
            case Elements _ -> "a list";
            case Text(var text) -> text.isEmpty() ? "an empty text" : "a text";
            case Whole _ -> "a whole number";
            case OtherNumber(var kind) -> kind;
            case Truth(var value) -> Boolean.toString(value);
            case Null _ -> "null";
        };
    }
}
