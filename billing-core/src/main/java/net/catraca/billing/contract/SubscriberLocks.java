package net.catraca.billing.contract;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From where, and with which equipment, a login with a password may be used. A line (without a password) is its own
 * lock, and none of these concern it.
 *
 * @param mac the one that is let in, twelve lower-case hex digits; null while it is to be learnt, and when off
 * @param nasIds ids of the NASes that it may come from; empty for any
 * @param region of the NASes that it may come from; null for any. With {@code nasIds}: one of them, or of the region
 * @param port the NAS-Port-Id that it must come from, as the NAS writes it; null for any
 * @param circuit whether it must come from the subscriber's circuit id and, where there is one, remote id
 */
public record SubscriberLocks(
        MacLock macLock,
        @Nullable String mac,
        List<Long> nasIds,
        @Nullable String region,
        @Nullable String port,
        boolean circuit) {

    public static final SubscriberLocks NONE = new SubscriberLocks(MacLock.OFF, null, List.of(), null, null, false);

    public SubscriberLocks {
        nasIds = List.copyOf(nasIds);
    }

    public enum MacLock {
        OFF,
        /** The MAC of the first connect is kept, and only it is let in from then on. */
        LEARN,
        /** An operator has written it. */
        FIXED
    }

    /** Whether the MAC of the next connect is to be kept. */
    public boolean learnsMac() {
        return macLock == MacLock.LEARN && mac == null;
    }

    public SubscriberLocks withMac(@Nullable String newMac) {
        return new SubscriberLocks(macLock, newMac, nasIds, region, port, circuit);
    }
}
