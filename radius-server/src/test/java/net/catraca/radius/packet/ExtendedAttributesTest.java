package net.catraca.radius.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static net.catraca.radius.packet.ExtendedAttributes.find;
import static net.catraca.radius.packet.ExtendedAttributes.findTlv;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** RFC 6929 §2. */
class ExtendedAttributesTest {

    private static final byte MORE = (byte) 0x80;

    @Test
    void readsTheValueBehindTheSecondType() {
        var request = accessRequest(1)
                .add(241, hex("02 61"))
                .add(241, hex("01 62 63"))
                .unsigned();

        assertThat(find(request, 241, 1)).isEqualTo(hex("62 63"));
        assertThat(find(request, 241, 2)).isEqualTo(hex("61"));
        assertThat(find(request, 241, 3)).isNull();
        assertThat(find(request, 242, 1)).isNull();
    }

    @Test
    void passesOverOnesThatAreTooShort() {
        var request = accessRequest(1)
                .add(241, hex("01"))
                .add(245, hex("01 00"))
                .add(241, hex("01 61"))
                .add(245, hex("01 00 62"))
                .unsigned();

        assertThat(find(request, 241, 1)).isEqualTo(hex("61"));
        assertThat(find(request, 245, 1)).isEqualTo(hex("62"));
    }

    @Test
    void putsFragmentsTogetherAcrossAttributesOfOtherTypes() {
        var request = accessRequest(1)
                .add(245, fragment(7, MORE, 'a', 251))
                .add(AttributeType.USER_NAME, "between")
                .add(245, fragment(7, MORE, 'b', 251))
                .add(245, fragment(7, (byte) 0x7f, 'c', 3))
                .add(245, fragment(8, (byte) 0, 'd', 1))
                .unsigned();

        assertThat(find(request, 245, 7)).isEqualTo(("a".repeat(251) + "b".repeat(251) + "ccc").getBytes(UTF_8));
        assertThat(find(request, 245, 8)).isEqualTo(hex("64"));
    }

    @Test
    void passesOverAValueWhoseContinuationIsMissingOrOfAnotherType() {
        var lastHasMore = accessRequest(1).add(245, fragment(7, MORE, 'a', 251)).unsigned();
        var notFull = accessRequest(1)
                .add(245, fragment(7, MORE, 'a', 250))
                .add(245, fragment(7, (byte) 0, 'b', 1))
                .unsigned();
        var otherType = accessRequest(1)
                .add(246, fragment(7, MORE, 'a', 251))
                .add(246, fragment(8, (byte) 0, 'b', 1))
                .unsigned();

        assertThat(find(lastHasMore, 245, 7)).isNull();
        assertThat(find(notFull, 245, 7)).isEqualTo(hex("62"));
        assertThat(find(otherType, 246, 7)).isNull();
        assertThat(find(otherType, 246, 8)).isEqualTo(hex("62"));
    }

    @Test
    void readsNestedTlvsDownToTheFourthLevel() {
        var fourDeep = hex("01 09 02 07 03 05 04 03 2a");

        assertThat(findTlv(fourDeep, 1)).isEqualTo(hex("02 07 03 05 04 03 2a"));
        assertThat(findTlv(fourDeep, 1, 2, 3, 4)).isEqualTo(hex("2a"));
        assertThat(findTlv(fourDeep, 1, 2, 3, 4, 5)).isNull();
        assertThat(findTlv(fourDeep)).isNull();
    }

    @Test
    void takesTlvsForInvalidUnlessTheyFillTheirValueExactly() {
        assertThat(findTlv(hex("01 03 61 02 03 62"), 2)).isEqualTo(hex("62"));
        assertThat(findTlv(hex("01 03 61 02 04 62"), 1)).isNull();
        assertThat(findTlv(hex("01 03 61 02"), 1)).isNull();
        assertThat(findTlv(hex("01 02 01 03 61"), 1)).isNull();
        assertThat(findTlv(hex("01 00 61"), 1)).isNull();
        assertThat(findTlv(new byte[0], 1)).isNull();
    }

    private static byte[] fragment(int extendedType, byte flags, char filler, int octets) {
        var value = new byte[2 + octets];
        Arrays.fill(value, (byte) filler);
        value[0] = (byte) extendedType;
        value[1] = flags;
        return value;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
