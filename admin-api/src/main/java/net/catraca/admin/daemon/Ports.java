package net.catraca.admin.daemon;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Locale;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Setting;
import net.catraca.admin.settings.Settings;

/**
 * Asks for every port once before anything starts, so that a port that is taken costs a person a second and not a
 * database's start. The servers ask again when they bind.
 */
final class Ports {

    private Ports() {}

    static void requireFree(Settings settings) throws StartFailure {
        for (Setting<Integer> port : List.of(Schema.RADIUS_AUTH_PORT, Schema.RADIUS_ACCT_PORT)) {
            for (InetAddress address : orWildcard(radiusAddresses(settings))) {
                requireFree("UDP", address, settings.get(port), port, Schema.RADIUS_ADDRESSES);
            }
        }
        for (InetAddress address :
                orWildcard(settings.get(Schema.HTTP_ADDRESSES).addresses())) {
            requireFree("TCP", address, settings.get(Schema.HTTP_PORT), Schema.HTTP_PORT, Schema.HTTP_ADDRESSES);
        }
    }

    /** Where RADIUS is to listen; empty for everywhere. The demo does without ::1, which a container often lacks. */
    static List<InetAddress> radiusAddresses(Settings settings) {
        List<InetAddress> wanted = settings.get(Schema.RADIUS_ADDRESSES).addresses();
        return settings.isExplicit(Schema.RADIUS_ADDRESSES)
                ? wanted
                : wanted.stream().filter(Ports::isOurs).toList();
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return false;
        }
    }

    private static List<InetAddress> orWildcard(List<InetAddress> addresses) {
        return addresses.isEmpty() ? List.of(InetAddress.ofLiteral("0.0.0.0")) : addresses;
    }

    private static void requireFree(
            String protocol, InetAddress address, int port, Setting<Integer> portSetting, Setting<?> addresses)
            throws StartFailure {
        if (port == 0) {
            return;
        }
        try {
            bind(protocol, new InetSocketAddress(address, port));
        } catch (IOException taken) {
            String why = String.valueOf(taken.getMessage()).toLowerCase(Locale.ROOT);
            if (taken instanceof BindException && why.contains("assign")) {
                throw new StartFailure("%s: expected addresses of this machine, which has no %s"
                        .formatted(addresses.key(), address.getHostAddress()));
            }
            if (why.contains("denied") || why.contains("permitted")) {
                throw new StartFailure(("%s port %d needs a right that this user does not have: ports below 1024 are"
                                + " for root, or for a service with CAP_NET_BIND_SERVICE.")
                        .formatted(protocol, port));
            }
            throw new StartFailure(
                    ("%s port %d on %s is in use, by another Catraca or another server. Stop that one, or move this one"
                                    + " with %s.")
                            .formatted(protocol, port, address.getHostAddress(), portSetting.variable()));
        }
    }

    private static void bind(String protocol, InetSocketAddress address) throws IOException {
        if (protocol.equals("UDP")) {
            try (DatagramChannel socket = DatagramChannel.open()) {
                socket.bind(address);
            }
        } else {
            try (var socket = new ServerSocket()) {
                socket.bind(address);
            }
        }
    }
}
