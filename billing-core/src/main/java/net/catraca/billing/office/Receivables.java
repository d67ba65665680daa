package net.catraca.billing.office;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import org.jspecify.annotations.Nullable;

/** What contracts owe: written by people one at a time, by billing jobs in bulk. */
public interface Receivables {

    /** Most rows of one upsert: a transaction locks no more than 500 contracts. */
    int MAX_ROWS = 500;

    Outcome<Receivable> create(Actor actor, ReceivableDraft draft);

    Optional<Receivable> find(long id);

    Optional<Receivable> findByExternalId(String externalId);

    /**
     * @param contractId null for all contracts
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    List<Receivable> list(@Nullable Long contractId, long afterId, int limit);

    /**
     * An open receivable is owed no longer, and a commitment no longer rests on it.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    Outcome<Receivable> cancel(Actor actor, long id, @Nullable Long expectedVersion, String reason);

    /**
     * Moves the due date of an open receivable to a later day; a commitment no longer rests on it, for good. Its
     * original due date is kept.
     */
    Outcome<Receivable> postpone(Actor actor, long id, @Nullable Long expectedVersion, LocalDate dueOn, String reason);

    /**
     * Creates or updates by external id, in one transaction. A row that cannot be accepted is declined for itself; the
     * others are written. An update of a receivable that is no longer open is declined unless it says the same.
     *
     * @param drafts at most {@link #MAX_ROWS}
     * @return one result a draft, in their order
     */
    Outcome<List<Row>> upsert(Actor actor, List<ReceivableDraft> drafts);

    /** What became of a row of an upsert. */
    record Row(int index, @Nullable String externalId, Written written, Outcome<Receivable> outcome) {}

    enum Written {
        CREATED,
        UPDATED,
        UNCHANGED,
        DECLINED
    }
}
