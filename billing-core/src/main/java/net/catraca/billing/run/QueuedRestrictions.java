package net.catraca.billing.run;

import java.time.Instant;
import java.util.Collection;

/** Restrictions on their way to routers. */
@FunctionalInterface
public interface QueuedRestrictions {

    /** Takes back what is queued for the sessions of these contracts, within the caller's transaction. */
    void drop(Collection<Long> contractIds, Instant now);
}
