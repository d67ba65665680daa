package net.catraca.admin.outbound;

import java.time.Duration;

/**
 * How requests to others are made.
 *
 * @param toThisMachine whether they may go to this machine itself and to link-local addresses, where clouds keep their
 *     metadata
 * @param patience for the whole of an exchange
 */
public record OutboundSettings(boolean toThisMachine, Duration patience) {

    public static final OutboundSettings USUAL = new OutboundSettings(false, Duration.ofSeconds(10));
}
