package net.catraca.admin.simulator;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the server kept. */
public interface ServerRecords {

    /** All sessions of a login that the server knows, live and ended. */
    List<ServerSession> sessions(String login);

    /** Octets that the server counted for a login, over all days; null if unknown. */
    @Nullable
    Octets usage(String login);

    /** @param end null while it lives, else the server's word for its cause, such as stop or nas-restarted */
    record ServerSession(
            String nas,
            String session,
            String login,
            Instant startedAt,
            @Nullable String end,
            long inOctets,
            long outOctets,
            long seconds) {}

    /** @param in upload, as {@code out} is download */
    record Octets(long in, long out) {}
}
