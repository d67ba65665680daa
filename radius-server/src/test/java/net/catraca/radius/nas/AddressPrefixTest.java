package net.catraca.radius.nas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPrefixTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1/32",
        "192.0.2.0/24, 192.0.2.0/24",
        "0.0.0.0/0, 0.0.0.0/0",
        "255.255.255.255/32, 255.255.255.255/32",
        "2001:db8::1, 2001:db8::1/128",
        "2001:DB8:0:0::/64, 2001:db8::/64",
        "2001:db8:0:1::/65, 2001:db8:0:1::/65",
        "::/0, ::/0",
        "::1, ::1/128",
        "::ffff:192.0.2.1, 192.0.2.1/32",
        "::ffff:192.0.2.0/120, 192.0.2.0/24",
    })
    void prefixIsWrittenInOneWayHoweverItWasRead(String text, String canonical) {
        assertThat(AddressPrefix.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/24",
                "192.0.2",
                "192.0.2.256",
                "192.0.2.0/33",
                "192.0.2.0/-1",
                "192.0.2.0/",
                "192.0.2.0/2 4",
                "192.0.2.0/0x8",
                "2001:db8::/129",
                "fe80::1%eth0",
                "[::1]",
                "router.example.net",
                "1",
                "2001:db8:::1"
            })
    void anythingElseIsRefusedWithItsName(String text) {
        assertThatThrownBy(() -> AddressPrefix.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prefix")
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1/24, 192.0.2.0/24",
        "2001:db8::1/64, 2001:db8::/64",
        "128.0.0.0/0, 0.0.0.0/0",
        "2001:db8:0:1:8000::/64, 2001:db8:0:1::/64",
    })
    void bitsBehindTheLengthAreRefusedWithWhatWasProbablyMeant(String text, String meant) {
        assertThatThrownBy(() -> AddressPrefix.parse(text)).hasMessageContaining(meant);
    }
}
