package net.catraca.billing.run;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** Payments that somebody showed a receipt (comprovante) of and that have not come yet: they hold for a short time. */
@FunctionalInterface
public interface ClaimedPayments {

    /** The end of each contract's hold that runs at the instant; one without is not in it. */
    Map<Long, Instant> heldUntil(Collection<Long> contractIds, Instant now);
}
