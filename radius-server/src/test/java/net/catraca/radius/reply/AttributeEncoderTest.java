package net.catraca.radius.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributeEncoderTest {

    private final AttributeEncoder encoder = new AttributeEncoder();

    @Test
    void aFixedAddressIsFourOctets() {
        assertThat(hex(encoder.framedIpAddress("203.0.113.7"))).isEqualTo("08 06 cb007107".replace(" ", ""));
    }

    @Test
    void anAddressThatIsNoneIsLeftOutAndNamed() {
        encoder.framedIpAddress("203.0.113")
                .framedIpAddress("203.0.113.256")
                .framedIpAddress("203.0.113.07")
                .framedIpAddress("localhost");

        assertThat(encoder.size()).isZero();
        assertThat(encoder.leftOut())
                .hasSize(4)
                .first()
                .isEqualTo("Framed-IP-Address: expected an address such as 192.0.2.7, was \"203.0.113\"");
    }

    // RFC 3162 §2.3 and RFC 4818 §3 (F4): bits behind the prefix are zero.
    @Test
    void bitsBehindAPrefixAreZero() {
        assertThat(hex(encoder.delegatedIpv6Prefix("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/57")))
                .isEqualTo("7b14 00 39 20010db8ffffff800000000000000000".replace(" ", ""));
    }

    @Test
    void aPrefixOfTheLinkIsWrittenWhole() {
        assertThat(hex(encoder.framedIpv6Prefix("2001:db8:1::/64")))
                .isEqualTo("6114 00 40 20010db8000100000000000000000000".replace(" ", ""));
    }

    @Test
    void theShortestAndTheLongestPrefixAreBothWritten() {
        assertThat(hex(encoder.framedIpv6Prefix("ffff::/0").delegatedIpv6Prefix("2001:db8::1/128")))
                .isEqualTo("6114000000000000000000000000000000000000" + "7b14008020010db8000000000000000000000001");
    }

    @Test
    void aPrefixThatIsNoneIsLeftOutAndNamed() {
        List.of(
                        "2001:db8::",
                        "2001:db8::/129",
                        "2001:db8::/-1",
                        "192.0.2.0/24",
                        "fe80::1%eth0/64",
                        "::ffff:192.0.2.1/96")
                .forEach(encoder::delegatedIpv6Prefix);

        assertThat(encoder.size()).isZero();
        assertThat(encoder.leftOut())
                .hasSize(6)
                .first()
                .isEqualTo("Delegated-IPv6-Prefix: expected a prefix such as 2001:db8:1::/56, was \"2001:db8::\"");
    }

    @Test
    void routesClassAndTimesFollowEachOther() {
        encoder.framedRoute("192.0.2.0/24 0.0.0.0 1")
                .accountingClass(new byte[] {1, 0, 2})
                .acctInterimInterval(900)
                .sessionTimeout(3600);

        assertThat(hex(encoder))
                .isEqualTo("1618" + HexFormat.of().formatHex("192.0.2.0/24 0.0.0.0 1".getBytes(StandardCharsets.UTF_8))
                        + "1905010002" + "550600000384" + "1b0600000e10");
    }

    // RFC 2869 §5.16 (B10): not below 60 seconds.
    @Test
    void anInterimIntervalIsNeverShorterThanAMinute() {
        assertThat(hex(encoder.acctInterimInterval(5))).isEqualTo("55060000003c");
    }

    @Test
    void aSessionTimeoutIsNeverZeroNorOverflows() {
        assertThat(hex(encoder.sessionTimeout(-3).sessionTimeout(Long.MAX_VALUE)))
                .isEqualTo("1b0600000001" + "1b06ffffffff");
    }

    @Test
    void aLongMessageIsSplitBetweenCharacters() {
        var text = "a".repeat(252) + "é" + "\uD83D\uDE80".repeat(70);

        var messages = messages(encoder.replyMessage(text));

        assertThat(messages).hasSize(3).allSatisfy(message -> {
            assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1, 253);
            assertThat(message).doesNotContain("\uFFFD");
        });
        assertThat(String.join("", messages)).isEqualTo(text);
    }

    @Test
    void aMessageThatJustFitsIsOneAttribute() {
        assertThat(messages(encoder.replyMessage("x".repeat(253)))).hasSize(1);
    }

    // RFC 2865 §5 (A10): text is never sent with length zero.
    @Test
    void nothingEmptyIsSent() {
        encoder.replyMessage("").framedRoute("").accountingClass(new byte[0]).attribute(11, new byte[0]);

        assertThat(encoder.size()).isZero();
        assertThat(encoder.leftOut()).hasSize(3);
    }

    @Test
    void aVendorAttributeStandsInItsOwnEnvelope() {
        assertThat(hex(encoder.vendorAttribute(14988, 8, "5M".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("1a0a00003a8c08" + "04354d");
    }

    @Test
    void aVendorAttributeOf247OctetsIsTheLongest() {
        encoder.vendorAttribute(14988, 8, new byte[247]).vendorAttribute(14988, 8, new byte[248]);

        assertThat(encoder.size()).isEqualTo(255);
        assertThat(encoder.leftOut()).containsExactly("attribute 8 of vendor 14988: expected 1 to 247 octets, was 248");
    }

    // RFC 2865 §5.26 leaves the inner format to the vendor; dictionaries say "format=2,2" and the like.
    @Test
    void aVendorMayHaveWiderHeaders() {
        encoder.vendorAttribute(99, 0x1234, 2, 2, new byte[] {7}).vendorAttribute(99, 0x12345678, 4, 0, new byte[] {7});

        assertThat(hex(encoder)).isEqualTo("1a0b00000063" + "12340005" + "07" + "1a0b00000063" + "12345678" + "07");
    }

    @Test
    void whatDoesNotFitInThePacketIsLeftOutWhole() {
        for (var i = 0; i < 17; i++) {
            encoder.attribute(22, new byte[253]);
        }

        assertThat(encoder.size()).isEqualTo(15 * 255).isLessThanOrEqualTo(AttributeEncoder.MAX_OCTETS);
        assertThat(encoder.leftOut())
                .hasSize(2)
                .first()
                .isEqualTo("attribute 22: no room left for 255 octets in a packet of 4096");
    }

    @Test
    void preRenderedAttributesAreTakenAsTheyAre() {
        var target = new byte[16];
        var end = encoder.encoded(new byte[] {1, 3, 65}).sessionTimeout(1).copyTo(target, 4);

        assertThat(end).isEqualTo(13);
        assertThat(HexFormat.of().formatHex(target)).isEqualTo("00000000" + "010341" + "1b0600000001" + "000000");
    }

    private static String hex(AttributeEncoder encoder) {
        assertThat(encoder.leftOut()).isEmpty();
        return HexFormat.of().formatHex(encoder.toByteArray());
    }

    private static List<String> messages(AttributeEncoder encoder) {
        var octets = encoder.toByteArray();
        var messages = new ArrayList<String>();
        for (var at = 0; at < octets.length; at += octets[at + 1] & 0xff) {
            assertThat(octets[at]).isEqualTo((byte) 18);
            messages.add(new String(
                    Arrays.copyOfRange(octets, at + 2, at + (octets[at + 1] & 0xff)), StandardCharsets.UTF_8));
        }
        return messages;
    }
}
