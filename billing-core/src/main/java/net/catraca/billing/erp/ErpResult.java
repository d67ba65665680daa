package net.catraca.billing.erp;

import net.catraca.billing.office.Problem;

/** What became of a row. */
public sealed interface ErpResult {

    /** @param id of what it speaks of */
    record Written(How how, long id) implements ErpResult {}

    enum How {
        CREATED,
        UPDATED,
        /** It says what is known already. */
        UNCHANGED,
        DELETED
    }

    /** Newer news is known; passed over. */
    record Older() implements ErpResult {}

    /**
     * It would tighten, beyond what may be tightened in an hour without a second person.
     *
     * @param id of what it speaks of
     * @param proposalId where it waits
     */
    record Waiting(long id, long proposalId) implements ErpResult {}

    /** Nothing of it was written. */
    record Declined(Problem problem) implements ErpResult {}
}
