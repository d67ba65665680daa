package net.catraca.radius.dynauth;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * How CoA and Disconnect are sent.
 *
 * @param source the address to send from, or null for the one that the route to the NAS gives
 * @param timing when a request is sent again
 * @param budget of a NAS of which nothing else is said
 */
public record DynauthSettings(@Nullable InetAddress source, Retransmission timing, NasBudget budget) {

    public static final DynauthSettings USUAL = new DynauthSettings(null, Retransmission.USUAL, NasBudget.USUAL);
}
