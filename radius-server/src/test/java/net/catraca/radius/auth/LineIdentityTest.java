package net.catraca.radius.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.billing.directory.Credential;
import net.catraca.radius.packet.AttributeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineIdentityTest {

    private static final int ADSL_FORUM = 3561;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-1B-22-0A-BB-0C",
                "00:1b:22:0a:bb:0c",
                "001b.220a.bb0c",
                "001B-220A-BB0C",
                "001b22-0abb0c",
                "001b220abb0c",
                "00 1B 22 0A BB 0C",
                "00_1b_22_0a_bb_0c",
                "0:1b:22:a:bb:c",
                "1:0:1b:22:a:bb:c",
                "01:00:1b:22:0a:bb:0c",
                " 00-1B-22-0A-BB-0C "
            })
    void readsAMacInEverySpelling(String spelling) {
        assertThat(LineIdentity.normaliseMac(spelling)).isEqualTo("001b220abb0c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5511987654321",
                "192.0.2.17",
                "2001:db8::1:2:3",
                "00-1B-22-0A-BB",
                "00-1B-22-0A-BB-0C-0D",
                "2:0:1b:22:a:bb:c",
                "00-1B-22-0A-BB-0G",
                "00-1B-22-0A-BB-",
                "001b.220a.bb0",
                "1b.220a.bb0c",
                "eth 0/1/2:100",
                "00-00-00-00-00-00",
                "ff:ff:ff:ff:ff:ff",
                "٠٠-١١-٢٢-٣٣-٤٤-٥٥"
            })
    void takesNothingElseForAMac(String text) {
        assertThat(LineIdentity.normaliseMac(text)).isNull();
    }

    @Test
    void readsCircuitAndRemoteIdFromTheAdslForumsAttributes() {
        var request = accessRequest(1)
                .add(AttributeType.CALLING_STATION_ID, "00-1B-22-0A-BB-0C")
                .addVendor(ADSL_FORUM, 1, "olt-3 pon 1/2:17".getBytes(UTF_8))
                .addVendor(ADSL_FORUM, 2, "casa 12 — João".getBytes(UTF_8))
                .unsigned();

        assertThat(LineIdentity.of(request))
                .isEqualTo(new LineIdentity("001b220abb0c", "olt-3 pon 1/2:17", "casa 12 — João"));
    }

    @Test
    void showsACircuitIdThatIsNoTextAsHexDigits() {
        var request = accessRequest(1)
                .addVendor(ADSL_FORUM, 1, new byte[] {0, 4, 0, 17})
                .addVendor(ADSL_FORUM, 2, new byte[] {(byte) 0xff, 'a'})
                .unsigned();

        assertThat(LineIdentity.of(request)).isEqualTo(new LineIdentity(null, "0x00040011", "0xff61"));
    }

    @Test
    void tellsLinesApartByCircuitFirstThenByRemoteIdWhereOneIsSet() {
        var circuitOnly = AuthFixtures.subscriber(new Credential.Line(), "001b220abb0c", "pon 1", null);
        var circuitAndRemote = AuthFixtures.subscriber(new Credential.Line(), null, "pon 1", "casa 12");

        assertThat(new LineIdentity(null, "pon 1", "casa 13").isOf(circuitOnly)).isTrue();
        assertThat(new LineIdentity("001b220abb0c", null, null).isOf(circuitOnly))
                .isFalse();
        assertThat(new LineIdentity("001b220abb0c", "pon 2", null).isOf(circuitOnly))
                .isFalse();
        assertThat(new LineIdentity(null, "pon 1", "casa 12").isOf(circuitAndRemote))
                .isTrue();
        assertThat(new LineIdentity(null, "pon 1", "casa 13").isOf(circuitAndRemote))
                .isFalse();
        assertThat(new LineIdentity(null, "pon 1", null).isOf(circuitAndRemote)).isFalse();
    }

    @Test
    void neverTakesTwoLinesWithoutAnyMarkForTheSame() {
        var nothing = AuthFixtures.subscriber(new Credential.Line(), null, null, null);

        assertThat(new LineIdentity(null, null, null).isOf(nothing)).isFalse();
    }
}
