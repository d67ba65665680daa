package net.catraca.billing.office;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a request, field by field. */
final class Checks {

    /** R$ 1 billion: above it an amount is a slip of the keyboard, and sums stay far from the ends of a long. */
    static final long MOST_CENTS = 100_000_000_000L;

    private static final LocalDate FIRST_DAY = LocalDate.of(1990, 1, 1);
    private static final LocalDate LAST_DAY = LocalDate.of(2199, 12, 31);

    private final List<FieldError> errors = new ArrayList<>();

    Checks expect(boolean holds, String field, String expected) {
        if (!holds) {
            errors.add(new FieldError(field, expected));
        }
        return this;
    }

    Checks text(@Nullable String value, int most, String field) {
        return expect(
                value != null && !value.isBlank() && value.length() <= most, field, "1 to " + most + " characters");
    }

    Checks textOrNone(@Nullable String value, int most, String field) {
        return value == null ? this : text(value, most, field);
    }

    Checks cents(long value, String field) {
        return expect(value >= 1 && value <= MOST_CENTS, field, "1 to " + MOST_CENTS + " cents");
    }

    Checks day(@Nullable LocalDate value, String field) {
        return expect(
                value == null || !(value.isBefore(FIRST_DAY) || value.isAfter(LAST_DAY)),
                field,
                "a day from " + FIRST_DAY + " to " + LAST_DAY);
    }

    boolean failed() {
        return !errors.isEmpty();
    }

    Problem.Invalid problem() {
        return new Problem.Invalid(errors);
    }

    <T> Outcome<T> declined() {
        return Outcome.declined(problem());
    }
}
