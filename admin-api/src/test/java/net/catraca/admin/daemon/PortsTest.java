package net.catraca.admin.daemon;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.testing.TestSettings;
import org.junit.jupiter.api.Test;

class PortsTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @Test
    void aTakenRadiusPortIsNamedWithTheVariableThatMovesOurs() throws Exception {
        try (var other = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            int port = other.getLocalPort();

            assertThatThrownBy(() -> Ports.requireFree(settings(Map.of("CATRACA_RADIUS_AUTH_PORT", "" + port))))
                    .isInstanceOf(StartFailure.class)
                    .hasMessage(
                            "UDP port " + port + " on 127.0.0.1 is in use, by another Catraca or another server. Stop"
                                    + " that one, or move this one with CATRACA_RADIUS_AUTH_PORT.");
        }
    }

    @Test
    void aTakenHttpPortIsNamedToo() throws Exception {
        try (var other = new ServerSocket(0, 1, LOOPBACK)) {
            int port = other.getLocalPort();

            assertThatThrownBy(() -> Ports.requireFree(settings(Map.of("CATRACA_HTTP_PORT", "" + port))))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageStartingWith("TCP port " + port + " on 127.0.0.1 is in use")
                    .hasMessageEndingWith("move this one with CATRACA_HTTP_PORT.");
        }
    }

    @Test
    void anAddressThatThisMachineDoesNotHaveIsNamed() {
        assertThatThrownBy(() -> Ports.requireFree(settings(
                        Map.of("CATRACA_RADIUS_ADDRESSES", "192.0.2.77", "CATRACA_RADIUS_AUTH_PORT", "21812"))))
                .isInstanceOf(StartFailure.class)
                .hasMessage("catraca.radius.addresses: expected addresses of this machine, which has no 192.0.2.77");
    }

    @Test
    void portsThatTheKernelMayChooseNeedNoAsking() {
        assertThatCode(() -> Ports.requireFree(settings(Map.of()))).doesNotThrowAnyException();
    }

    private static Settings settings(Map<String, String> environment) {
        return TestSettings.demo(environment);
    }
}
