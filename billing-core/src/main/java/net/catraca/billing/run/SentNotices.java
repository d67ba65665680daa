package net.catraca.billing.run;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;

/** Which debts somebody was told of; a notice that bounced or failed is none. */
public interface SentNotices {

    /**
     * When each receivable's first notice was sent; one without is not in it. What was sent of one in whose place it was
     * written was sent of the same debt.
     *
     * @param notBefore by receivable: what was sent earlier is none
     */
    Map<Long, Instant> firstOf(Map<Long, Instant> notBefore);

    /** @param dueOn of a debt that an ERP keeps: as the bill says, on a banking day or not */
    record ErpDebt(long contractId, LocalDate dueOn) {}

    /**
     * The same for debts that an ERP keeps.
     *
     * @param notBefore by contract
     */
    Map<ErpDebt, Instant> firstOfErp(Map<Long, Instant> notBefore);
}
