package net.catraca.admin.http;

import io.micronaut.core.beans.BeanIntrospection;
import io.micronaut.core.type.Argument;
import io.micronaut.validation.validator.Validator;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns a JSON value into a record of a request, strictly: what the record does not have is refused, nothing is
 * converted from one type to another, a component that is not {@code @Nullable} must be there. All faults are told at
 * once, each with its JSON pointer. Thread-safe.
 */
final class RecordReading {

    /** Faults told for one request: enough to mend a form, and an answer that stays small. */
    static final int MAX_FAULTS = 50;

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd").withResolverStyle(ResolverStyle.STRICT);
    private static final LocalDate FIRST_DATE = LocalDate.of(1900, 1, 1);
    private static final LocalDate LAST_DATE = LocalDate.of(2999, 12, 31);
    private static final Instant FIRST_INSTANT = Instant.parse("1900-01-01T00:00:00Z");
    private static final Instant LAST_INSTANT = Instant.parse("2999-12-31T00:00:00Z");

    private final Validator validator;

    RecordReading(Validator validator) {
        this.validator = validator;
    }

    /** @throws ProblemException naming every field at fault */
    <T> T read(JsonValue json, Argument<T> type) {
        var faults = new Faults();
        var value = value(json, type, "", faults);
        faults.throwIfAny();
        if (value.isEmpty()) {
            throw new IllegalStateException(type + ": neither read nor at fault");
        }
        @SuppressWarnings("unchecked") // value() returns what the argument says
        var read = (T) value.get();
        return read;
    }

    /** The value, or nothing after a fault was noted. */
    private Optional<?> value(JsonValue json, Argument<?> argument, String at, Faults faults) {
        Class<?> type = argument.getType();
        if (type == String.class) {
            return text(json, at, faults);
        } else if (type == SecretText.class) {
            return text(json, at, faults).map(SecretText::new);
        } else if (type == long.class || type == Long.class) {
            return whole(json, at, faults, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (type == int.class || type == Integer.class) {
            return whole(json, at, faults, Integer.MIN_VALUE, Integer.MAX_VALUE).map(Math::toIntExact);
        } else if (type == boolean.class || type == Boolean.class) {
            return truth(json, at, faults);
        } else if (type == LocalDate.class) {
            return date(json, at, faults);
        } else if (type == Instant.class) {
            return instant(json, at, faults);
        } else if (type.isEnum()) {
            return constant(json, type, at, faults);
        } else if (type == List.class) {
            return list(json, argument.getTypeParameters()[0], at, faults);
        } else if (type.isRecord()) {
            return object(json, type, at, faults);
        }
        throw new IllegalStateException(at + ": requests have no values of type " + type.getName());
    }

    private Optional<String> text(JsonValue json, String at, Faults faults) {
        if (json instanceof JsonValue.Text(var text)) {
            if (text.length() > HttpDefaults.MAX_TEXT) {
                return faults.note(at, "a text of at most " + HttpDefaults.MAX_TEXT + " characters", "a longer text");
            }
            if (!isOneLine(text)) {
                // PostgreSQL cannot hold U+0000 or half a surrogate pair, and a log line must stay one.
                return faults.note(at, TEXT_EXPECTED, "a text with such a character");
            }
            return Optional.of(text);
        }
        return faults.note(at, "a text", json.kind());
    }

    static final String TEXT_EXPECTED = "a text of one line without control characters";

    static boolean isOneLine(String text) {
        return text.codePoints()
                .noneMatch(c -> Character.isISOControl(c)
                        || Character.getType(c) == Character.SURROGATE
                        || Character.getType(c) == Character.LINE_SEPARATOR
                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
    }

    private static Optional<Long> whole(JsonValue json, String at, Faults faults, long least, long most) {
        if (json instanceof JsonValue.Whole(var number)) {
            if (number >= least && number <= most) {
                return Optional.of(number);
            }
            return faults.note(at, "a whole number from " + least + " to " + most, "one outside");
        }
        return faults.note(at, "a whole number", json.kind());
    }

    private static Optional<Boolean> truth(JsonValue json, String at, Faults faults) {
        return json instanceof JsonValue.Truth(var value)
                ? Optional.of(value)
                : faults.note(at, "true or false", json.kind());
    }

    private static Optional<LocalDate> date(JsonValue json, String at, Faults faults) {
        if (json instanceof JsonValue.Text(var text)) {
            var date = parseDate(text);
            return date.isPresent() ? date : faults.note(at, DATE_EXPECTED, "another text");
        }
        return faults.note(at, DATE_EXPECTED, json.kind());
    }

    static final String DATE_EXPECTED = "a date such as 2026-11-23, from 1900 to 2999";

    static Optional<LocalDate> parseDate(String text) {
        try {
            var date = LocalDate.parse(text, DATE);
            return date.isBefore(FIRST_DATE) || date.isAfter(LAST_DATE) ? Optional.empty() : Optional.of(date);
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(JsonValue json, String at, Faults faults) {
        if (json instanceof JsonValue.Text(var text)) {
            var instant = parseInstant(text);
            return instant.isPresent() ? instant : faults.note(at, INSTANT_EXPECTED, "another text");
        }
        return faults.note(at, INSTANT_EXPECTED, json.kind());
    }

    static final String INSTANT_EXPECTED = "an instant such as 2026-11-23T13:00:00Z, from 1900 to 2999";

    static Optional<Instant> parseInstant(String text) {
        try {
            var instant = Instant.parse(text);
            return instant.isBefore(FIRST_INSTANT) || instant.isAfter(LAST_INSTANT)
                    ? Optional.empty()
                    : Optional.of(instant);
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    private static Optional<?> constant(JsonValue json, Class<?> type, String at, Faults faults) {
        var choices = type.getEnumConstants();
        if (json instanceof JsonValue.Text(var text)) {
            for (Object choice : choices) {
                if (choice instanceof Enum<?> constant && Kebab.of(constant).equals(text)) {
                    return Optional.of(choice);
                }
            }
        }
        String names =
                Arrays.stream(choices).map(choice -> Kebab.of((Enum<?>) choice)).collect(Collectors.joining(", "));
        return faults.note(at, "one of " + names, json instanceof JsonValue.Text ? "another text" : json.kind());
    }

    private Optional<List<Object>> list(JsonValue json, Argument<?> element, String at, Faults faults) {
        if (!(json instanceof JsonValue.Elements(var values))) {
            return faults.note(at, "a list", json.kind());
        }
        var read = new ArrayList<Object>(values.size());
        for (int i = 0; i < values.size(); i++) {
            value(values.get(i), element, Pointer.element(at, i), faults).ifPresent(read::add);
        }
        return Optional.of(List.copyOf(read));
    }

    private <R> Optional<R> object(JsonValue json, Class<R> type, String at, Faults faults) {
        if (!(json instanceof JsonValue.Members(var members))) {
            return faults.note(at, at.isEmpty() ? "a JSON object" : "an object", json.kind());
        }
        var introspection = BeanIntrospection.getIntrospection(type);
        var components = introspection.getConstructorArguments();
        int before = faults.count();
        refuseUnknown(members.keySet(), components, at, faults);
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = component(members.get(components[i].getName()), components[i], at, faults);
        }
        if (faults.count() > before) {
            return Optional.empty();
        }
        return instantiate(introspection, values, at, faults);
    }

    private static void refuseUnknown(Set<String> names, Argument<?>[] components, String at, Faults faults) {
        var known = new LinkedHashSet<String>();
        for (var component : components) {
            known.add(component.getName());
        }
        for (String name : names) {
            if (!known.contains(name)) {
                faults.note(
                        Pointer.member(at, abbreviated(name)),
                        "no such field; known are " + String.join(", ", known),
                        null);
            }
        }
    }

    /** A client's name for a field, short enough to be repeated to it. */
    private static String abbreviated(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100) + "…";
    }

    private @Nullable Object component(@Nullable JsonValue json, Argument<?> component, String at, Faults faults) {
        String pointer = Pointer.member(at, component.getName());
        if (json == null || json instanceof JsonValue.Null) {
            if (!component.isNullable()) {
                faults.note(pointer, wanted(component.getType()), json == null ? "nothing" : "null");
            }
            return null;
        }
        return value(json, component, pointer, faults).orElse(null);
    }

    private static String wanted(Class<?> type) {
        if (type == String.class || type == SecretText.class) {
            return "a text";
        } else if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
            return "a whole number";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == LocalDate.class) {
            return DATE_EXPECTED;
        } else if (type == Instant.class) {
            return INSTANT_EXPECTED;
        } else if (type == List.class) {
            return "a list";
        }
        return type.isEnum() ? "a text" : "an object";
    }

    private <R> Optional<R> instantiate(
            BeanIntrospection<R> introspection, @Nullable Object[] values, String at, Faults faults) {
        R record = introspection.instantiate(values);
        var violations = validator.validate(introspection, record);
        for (var violation : violations) {
            faults.note(at + Pointer.ofPath(violation.getPropertyPath().toString()), violation.getMessage(), null);
        }
        return violations.isEmpty() ? Optional.of(record) : Optional.empty();
    }

    /** The faults of one request, in the order in which they were met. */
    private static final class Faults {

        private final List<InvalidField> noted = new ArrayList<>();
        private int count;

        /** @return nothing, for the caller to return in its turn */
        <T> Optional<T> note(String pointer, String expected, @Nullable String was) {
            count++;
            if (noted.size() < MAX_FAULTS) {
                noted.add(InvalidField.body(pointer, expected, was));
            }
            return Optional.empty();
        }

        int count() {
            return count;
        }

        void throwIfAny() {
            if (!noted.isEmpty()) {
                throw ProblemException.invalid(noted);
            }
        }
    }
}
