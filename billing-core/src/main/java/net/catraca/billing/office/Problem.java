package net.catraca.billing.office;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why the office declined a request, as facts; the API and the screens word it for themselves. */
public sealed interface Problem {

    /** The request itself cannot be accepted. */
    record Invalid(List<FieldError> fields) implements Problem {
        public Invalid {
            fields = List.copyOf(fields);
        }

        public Invalid(String field, String expected) {
            this(List.of(new FieldError(field, expected)));
        }
    }

    /**
     * There is no such thing.
     *
     * @param kind in the singular, as its table is named: {@code contract}
     * @param key the id, login or external id that was asked for
     */
    record Unknown(String kind, String key) implements Problem {
        public Unknown(String kind, long id) {
            this(kind, Long.toString(id));
        }
    }

    /**
     * Somebody has written it since the caller read it.
     *
     * @param version the one it has now
     */
    record Stale(long version) implements Problem {}

    /**
     * It stands in the way of something that exists already, or its state does not allow the request.
     *
     * @param code what is in the way, kebab-case and stable: {@code external-id-taken}, {@code already-reversed}
     * @param detail the fact behind it, such as the state or the id in the way
     */
    record Conflict(String code, String detail) implements Problem {}

    /**
     * A limit of the policy or of the operator; the request may be made again later, or never for this debt.
     *
     * @param limit which one, kebab-case and stable: {@code trust-unlock-interval}
     * @param detail in words: what the limit allows, what stands in the way after it, and whether waiting helps
     * @param possibleFrom when the same request would be granted if nothing else happens; null when not by waiting
     * @param decidingLimit the limit whose date that is, or which makes waiting useless, when it is another one
     */
    record LimitReached(
            String limit,
            String detail,
            @Nullable Instant possibleFrom,
            @Nullable String decidingLimit) implements Problem {}
}
