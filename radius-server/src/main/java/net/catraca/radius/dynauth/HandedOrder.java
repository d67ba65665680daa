package net.catraca.radius.dynauth;

import java.time.Instant;
import java.util.UUID;
import net.catraca.radius.dynauth.DynauthRequest.Method;

/**
 * A person's order on its way to the node that sends to the session's NAS.
 *
 * @param method DISCONNECT; or COA to push the profile, which may come to a Disconnect where the vendor needs that
 * @param by who wants it, for the history
 * @param alone whether it is this session alone, ahead of everything else
 * @param at when it was asked for
 */
public record HandedOrder(UUID id, long sessionId, long nasId, Method method, String by, boolean alone, Instant at) {

    /** What became of it at the node that took it. */
    public record Answer(UUID orderId, OrderResult result) {}
}
