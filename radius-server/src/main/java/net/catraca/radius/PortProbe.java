package net.catraca.radius;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out whether a port is ours to take. Our loops share it by SO_REUSEPORT, and so would a second daemon without
 * anybody noticing, half of the packets going astray; a bind without that option tells.
 */
final class PortProbe {

    /** A port that the kernel chose for the first address may be taken on the next one; that happens rarely twice. */
    private static final int CHOICES = 16;

    private PortProbe() {}

    /**
     * @param port 0 to let the kernel choose one that is free on all addresses
     * @return the port
     * @throws ListenException when it is not free
     */
    static int freePort(List<InetAddress> addresses, int port, String purpose) {
        for (int choice = 1; port == 0 && choice < CHOICES; choice++) {
            try {
                return bindAll(addresses, 0, purpose);
            } catch (ListenException e) {
                if (!e.isPortTaken()) {
                    throw e;
                }
            }
        }
        return bindAll(addresses, port, purpose);
    }

    private static int bindAll(List<InetAddress> addresses, int port, String purpose) {
        List<DatagramChannel> probes = new ArrayList<>();
        int chosen = port;
        try {
            for (var address : addresses) {
                chosen = bind(address, chosen, purpose, probes);
            }
            return chosen;
        } finally {
            probes.forEach(PortProbe::close);
        }
    }

    private static int bind(InetAddress address, int port, String purpose, List<DatagramChannel> probes) {
        try {
            var probe = DatagramChannel.open(
                    address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
            probes.add(probe);
            probe.bind(new InetSocketAddress(address, port));
            return ((InetSocketAddress) probe.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw ListenException.of(new InetSocketAddress(address, port), purpose, e);
        }
    }

    private static void close(DatagramChannel probe) {
        try {
            probe.close();
        } catch (IOException e) {
            throw new IllegalStateException("could not close a probe socket", e);
        }
    }
}
