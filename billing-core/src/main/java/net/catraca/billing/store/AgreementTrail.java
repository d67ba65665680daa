package net.catraca.billing.store;

import java.time.Instant;
import net.catraca.billing.receivable.Agreement.State;

/** Is told, within the write's transaction, how the write has taken agreements along with what was paid or reversed. */
public interface AgreementTrail {

    void followed(Moved moved, Instant now);

    /** An agreement that is elsewhere than it was. */
    record Moved(long agreementId, Progress before, Progress after) {}

    /**
     * Where an agreement is. Its old debt is owed while it is pending, and replaced afterwards.
     *
     * @param debtCents more than before where a payment of before the agreement was reversed: one instalment more
     */
    record Progress(State state, long debtCents) {}
}
