package net.catraca.radius;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Locale;

/** A port or address that could not be bound; the message is for the operator. */
public final class ListenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean portTaken;

    private ListenException(String message, boolean portTaken, Throwable cause) {
        super(message, cause);
        this.portTaken = portTaken;
    }

    static ListenException of(InetSocketAddress address, String purpose, Throwable cause) {
        String what = "RADIUS " + purpose + " on " + NetUtil.toSocketAddressString(address) + ": ";
        String why = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (why.contains("in use")) {
            return new ListenException(
                    what + "the port is taken, perhaps by another Catraca or another RADIUS server; stop that one, or"
                            + " choose another port",
                    true,
                    cause);
        }
        if (why.contains("permission")) {
            return new ListenException(
                    what + "not permitted; ports below 1024 need the capability CAP_NET_BIND_SERVICE", false, cause);
        }
        if (why.contains("assign")) {
            return new ListenException(what + "this machine has no such address", false, cause);
        }
        return new ListenException(what + cause.getMessage(), false, cause);
    }

    boolean isPortTaken() {
        return portTaken;
    }
}
