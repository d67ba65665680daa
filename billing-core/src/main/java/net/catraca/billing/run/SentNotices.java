package net.catraca.billing.run;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;

/** Which debts somebody was told of; a notice that bounced or failed is none. */
public interface SentNotices {

    /** When each receivable's first notice was sent; one without is not in it. */
    Map<Long, Instant> firstOf(Collection<Long> receivableIds);

    /** @param dueOn of a debt that an ERP keeps */
    record ErpDebt(long contractId, LocalDate dueOn) {}

    /** The same for debts that an ERP keeps. */
    Map<ErpDebt, Instant> firstOfErp(Collection<Long> contractIds);
}
