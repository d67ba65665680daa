package net.catraca.radius;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The addresses to bind, one by one. */
final class LocalAddresses {

    private LocalAddresses() {}

    /**
     * @param listen as in {@link RadiusSettings#listen}
     * @throws IllegalArgumentException naming what is no address
     */
    static List<InetAddress> of(List<String> listen) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (String text : listen) {
            switch (text) {
                case "*" -> addresses.addAll(all(_ -> true));
                case "0.0.0.0" -> addresses.addAll(all(Inet4Address.class::isInstance));
                case "::" -> addresses.addAll(all(address -> !(address instanceof Inet4Address)));
                default -> addresses.add(literal(text));
            }
        }
        return List.copyOf(addresses);
    }

    private static InetAddress literal(String text) {
        // Never a look-up of a name: what is bound must not depend on a name server.
        if (NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text)) {
            try {
                return InetAddress.getByName(text);
            } catch (UnknownHostException e) {
                throw notAnAddress(text, e);
            }
        }
        throw notAnAddress(text, null);
    }

    private static IllegalArgumentException notAnAddress(String text, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "listen: expected an address such as 192.0.2.1 or 2001:db8::1, or 0.0.0.0, :: or *, was \"" + text
                        + "\"",
                cause);
    }

    private static List<InetAddress> all(Predicate<InetAddress> wanted) {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(LocalAddresses::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    // A link-local address means something on its link only; who needs one names it with its scope.
                    .filter(address -> !address.isLinkLocalAddress() && wanted.test(address))
                    .toList();
        } catch (SocketException e) {
            throw new IllegalStateException("could not list the addresses of this machine; name them in listen", e);
        }
    }

    private static boolean isUp(NetworkInterface card) {
        try {
            return card.isUp();
        } catch (SocketException e) {
            throw new IllegalStateException("could not ask whether " + card.getName() + " is up", e);
        }
    }
}
