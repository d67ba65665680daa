package net.catraca.radius.flow;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/**
 * What arrived.
 *
 * @param octets readable for as long as it takes to answer; whoever read them releases them
 */
public record Datagram(ByteBuf octets, Origin origin) {

    /**
     * @param local the socket of ours that it came to
     * @param arrivedAt when it was read, in nanoseconds of the loop's ticker
     */
    public record Origin(InetSocketAddress source, InetSocketAddress local, long arrivedAt) {}
}
