package net.catraca.admin.simulator;

import java.time.Instant;
import java.util.List;
import net.catraca.admin.simulator.RequestWriter.Caller;
import org.jspecify.annotations.Nullable;

/**
 * An accounting record: what happened, fixed when it happened, however often and late it is sent.
 *
 * @param caller null for Accounting-On and -Off, which are no session's
 * @param number counts the records of a session from 1
 * @param classes the Class attributes that its Access-Accept held
 * @param framedAddress of IPv4, as a number
 * @param inOctets from the subscriber, so that it is its upload
 * @param outOctets to the subscriber
 * @param terminateCause of a Stop (RFC 2866 §5.10)
 */
record RecordFacts(
        Status status,
        String sessionId,
        @Nullable Caller caller,
        int number,
        List<byte[]> classes,
        int framedAddress,
        Instant at,
        long startedAt,
        long seconds,
        long inOctets,
        long outOctets,
        int terminateCause,
        String level) {

    static final int OCTETS_A_PACKET = 900;

    static final int USER_REQUEST = 1;
    static final int LOST_CARRIER = 2;
    static final int SESSION_TIMEOUT = 5;
    static final int ADMIN_RESET = 6;

    enum Status {
        START(1),
        STOP(2),
        INTERIM(3),
        ON(7),
        OFF(8);

        private final int number;

        Status(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }
}
