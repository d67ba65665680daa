package net.catraca.admin.simulator;

import java.util.List;
import java.util.Map;
import net.catraca.billing.access.AccessLevel;

/**
 * A session that is online, as its NAS sees it.
 *
 * @param nasObeys whether its NAS does whatever it is asked by CoA or Disconnect, as of now
 * @param attributes what the NAS was told, by name
 */
public record HeldSession(
        String nas,
        RouterModel model,
        boolean nasObeys,
        String sessionId,
        String login,
        AccessLevel level,
        Map<String, List<String>> attributes,
        long inOctets,
        long outOctets) {}
