package net.catraca.billing.directory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The replica in memory that the packet path reads: every login with its contract's facts. It is written only by the
 * follower of the change feed; what it hands out is immutable.
 */
public interface SubscriberDirectory {

    /** Whether it has been loaded, from the database or (stale) from the disk; until then silence is the answer. */
    boolean isLoaded();

    /**
     * Whether a login that is not here is unknown, and may be refused. Not so before the first load from the database,
     * nor when the database has been away for a while: a login could have been created meanwhile, and silence lets the
     * NAS ask another server.
     */
    default boolean knowsEveryone(Instant now) {
        return isLoaded();
    }

    /**
     * Up to when it is known to be true: nothing may tighten by the clock after that instant. It is the instant at
     * which the last successful poll of the change feed began (nothing is added, so a tightening by the clock waits
     * for the first poll that begins after it, about a fifth of a second), and it stands still while the database is
     * away or its clock disagrees with ours. During a freeze it is the instant at which the freeze was declared.
     */
    Instant freshUntil();

    /**
     * The same for one contract, and what its answer goes by: after a freeze what waited is spread, so that not all are
     * cut off at once.
     */
    default Instant freshUntil(long contractId) {
        return freshUntil();
    }

    /** Up to when it is known to be true, whatever freezes say. */
    default Instant knownUntil() {
        return freshUntil();
    }

    /** How many logins it holds. */
    int size();

    /** The login without regard to case, or null. */
    @Nullable
    SubscriberSnapshot byLogin(String login);

    /** The line whose identity is a MAC alone, twelve lower-case hex digits, or null. */
    @Nullable
    SubscriberSnapshot byMac(String mac);

    /** The line whose identity is an ADSL-Forum circuit id, with the remote id where it has one; or null. */
    @Nullable
    SubscriberSnapshot byLine(String circuitId, @Nullable String remoteId);
}
