package net.catraca.billing.directory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The replica in memory that the packet path reads: every login with its contract's facts. It is written only by the
 * follower of the change feed; what it hands out is immutable.
 */
public interface SubscriberDirectory {

    /** Whether it was loaded whole; until then nobody may be called unknown. */
    boolean isLoaded();

    /** Up to when it is known to be true: nothing may tighten by the clock after that instant. */
    Instant freshUntil();

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
