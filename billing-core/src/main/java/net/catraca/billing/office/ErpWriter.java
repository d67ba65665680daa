package net.catraca.billing.office;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.Older;
import net.catraca.billing.erp.ErpRow;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.store.ErpNewsBook;
import net.catraca.billing.store.ErpNewsBook.Last;
import org.jspecify.annotations.Nullable;

/** Writes an ERP's rows of one kind, some hundred in one transaction; each row stands for itself. */
interface ErpWriter<R extends ErpRow> {

    /** An ERP's clock may run ahead so far; news from further ahead would keep true ones out. */
    Duration CLOCK_AHEAD = Duration.ofMinutes(5);

    /** Whether the news is of an instant that its sender cannot know yet. */
    static boolean isAhead(Instant asOf, Instant now) {
        return asOf.isAfter(now.plus(CLOCK_AHEAD));
    }

    /** How many it takes in one transaction, so that no more contracts are locked than one may lock. */
    int most();

    /** Within a transaction. @return one result a row, in their order */
    List<ErpResult> write(Actor actor, List<R> rows, Instant now);

    /** What is known of the rows' news, and what they add to it. */
    final class News {

        private final ErpNewsBook book;
        private final ErpNewsBook.Kind kind;
        private final Map<String, Last> known;
        private final Map<String, Last> taken = new HashMap<>();
        private final Set<String> seen = new HashSet<>();
        private final Instant now;

        News(ErpNewsBook book, ErpNewsBook.Kind kind, List<? extends ErpRow> rows, Instant now) {
            this.book = book;
            this.kind = kind;
            this.known = book.lock(kind, rows.stream().map(ErpRow::externalId).collect(Collectors.toSet()));
            this.now = now;
        }

        /** Why the row is passed over before anybody looks at it, or null. */
        @Nullable
        ErpResult passes(ErpRow row) {
            if (row.externalId().isBlank() || row.externalId().length() > 253) {
                return new Declined(new Invalid("externalId", "1 to 253 characters"));
            }
            if (isAhead(row.asOf(), now)) {
                return new Declined(new Invalid("asOf", "an instant no later than now"));
            }
            if (last(row).isOlderThan(known.get(row.externalId()))) {
                return new Older();
            }
            return seen.add(row.externalId())
                    ? null
                    : new Declined(new Conflict("external-id-repeated", row.externalId()));
        }

        ErpResult note(ErpRow row, ErpResult result) {
            if (!(result instanceof Declined)) {
                taken.put(row.externalId(), last(row));
            }
            return result;
        }

        private static Last last(ErpRow row) {
            return Last.of(row.asOf(), row.relieves(), false);
        }

        void finish() {
            taken.entrySet().removeIf(one -> one.getValue().equals(known.get(one.getKey())));
            book.note(kind, taken);
        }
    }
}
