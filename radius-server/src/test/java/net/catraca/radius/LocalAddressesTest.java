package net.catraca.radius;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalAddressesTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @Test
    void addressesAreTakenAsTheyAreOnceEach() {
        assertThat(LocalAddresses.of(List.of("127.0.0.1", "::1", "127.0.0.1")))
                .containsExactly(LOOPBACK, InetAddress.ofLiteral("::1"));
    }

    @Test
    void zeroMeansTheAddressesOfItsFamily() {
        assertThat(LocalAddresses.of(List.of("0.0.0.0")))
                .contains(LOOPBACK)
                .allMatch(Inet4Address.class::isInstance)
                .noneMatch(InetAddress::isAnyLocalAddress);
        assertThat(LocalAddresses.of(List.of("::")))
                .allMatch(Inet6Address.class::isInstance)
                .noneMatch(InetAddress::isAnyLocalAddress);
    }

    @Test
    void starMeansBothFamiliesWithoutLinkLocalOnes() {
        assertThat(LocalAddresses.of(List.of("*")))
                .containsAll(LocalAddresses.of(List.of("0.0.0.0")))
                .containsAll(LocalAddresses.of(List.of("::")))
                .noneMatch(InetAddress::isLinkLocalAddress);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "radius.example.net", "127.0.0", "", "127.0.0.1:1812"})
    void namesAreRefusedRatherThanLookedUp(String text) {
        assertThatThrownBy(() -> LocalAddresses.of(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("listen: expected an address")
                .hasMessageContaining("\"" + text + "\"");
    }
}
