package net.catraca.billing.office;

import java.util.function.Function;

/** What became of a request: done, or declined with the reason as facts. Nothing was written when it was declined. */
public sealed interface Outcome<T> {

    record Done<T>(T value) implements Outcome<T> {}

    record Declined<T>(Problem problem) implements Outcome<T> {}

    static <T> Outcome<T> done(T value) {
        return new Done<>(value);
    }

    static <T> Outcome<T> declined(Problem problem) {
        return new Declined<>(problem);
    }

    /** The value of a request that cannot have been declined, as in seeds and tests. */
    default T orThrow() {
        return switch (this) {
            case Done(var value) -> value;
            case Declined(var problem) -> throw new IllegalStateException("declined: " + problem);
        };
    }

    default <U> Outcome<U> map(Function<? super T, ? extends U> change) {
        return switch (this) {
            case Done(var value) -> new Done<>(change.apply(value));
            case Declined(var problem) -> new Declined<>(problem);
        };
    }
}
