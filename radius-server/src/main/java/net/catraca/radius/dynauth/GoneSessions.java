package net.catraca.radius.dynauth;

import java.time.Instant;

/** Closes a session that its NAS does not know any more. Must not wait. */
@FunctionalInterface
public interface GoneSessions {

    /** Error-Cause 503: the session has ended without a record of it. */
    void unknownToNas(long sessionId, Instant at);
}
