package net.catraca.radius.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a session ended.
 *
 * @param terminateCause Acct-Terminate-Cause (RFC 2866 §5.10) where a Stop gave one
 */
public record SessionEnd(Instant at, Cause cause, @Nullable Integer terminateCause) {

    public enum Cause {
        /** The NAS sent a Stop. */
        STOP,
        /** The NAS said that it started or shuts down: Accounting-On or Accounting-Off (RFC 2866 §5.1). */
        NAS_RESTARTED,
        /** Too many interim updates in a row did not come. */
        STALE,
        /** A later session of the same line, MAC or address shows that this one had ended. */
        REPLACED,
        /** The NAS does not know it: Error-Cause 503 (RFC 5176 §3.5). */
        UNKNOWN_TO_NAS
    }
}
