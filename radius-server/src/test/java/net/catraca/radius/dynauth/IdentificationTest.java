package net.catraca.radius.dynauth;

import static net.catraca.radius.reply.SessionAttribute.ACCT_SESSION_ID;
import static net.catraca.radius.reply.SessionAttribute.NAS_IDENTIFIER;
import static net.catraca.radius.reply.SessionAttribute.NAS_IP_ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.nas.NasIdentities.NasIdentity;
import net.catraca.radius.reply.SessionAttribute;
import net.catraca.radius.testing.TestProfiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentificationTest {

    private static final byte[] OWN_ADDRESS = {10, 1, 2, 3};
    private static final byte[] OWN_NAME = "bng1".getBytes(StandardCharsets.US_ASCII);
    private static final NasIdentity OWN = new NasIdentity(OWN_ADDRESS, null, OWN_NAME);
    private static final Nas NAS = NasFixtures.nas(1, "127.0.0.1/32", "by-operator", "secret-secret");

    private static String hex(List<SessionAttribute> attributes, @Nullable NasIdentity identity) {
        var session = TestSessions.session(7, 1, "ana", 7, 7, null, Fixtures.NOW);
        return HexFormat.of().formatHex(Identification.of(session, NAS, identity, attributes));
    }

    /** User-Name ana, Acct-Session-Id s-7, Framed-IP-Address 100.64.0.8, NAS-IP-Address 10.1.2.3, NAS-Identifier bng1. */
    @ParameterizedTest
    @CsvSource({
        "accel-ppp, 0105616e612c05732d3704060a010203 2006626e6731",
        "cisco,     0105616e612c05732d3704060a010203",
        "cisco-xr,  0105616e612c05732d3704060a010203",
        "generic,   0105616e612c05732d3704060a010203",
        "huawei,    0105616e612c05732d37080664400008 04060a010203",
        "juniper,   0105616e612c05732d3704060a010203",
        "mikrotik,  0105616e612c05732d37080664400008 04060a010203",
        "nokia,     2c05732d3704060a010203",
        "wispr,     0105616e612c05732d37080664400008 04060a010203",
        "zte,       0105616e612c05732d3704060a010203"
    })
    void eachVendorIsToldWhatItKnows(String vendor, String octets) {
        var profiles = TestProfiles.shipped();

        assertThat(hex(profiles.identify(vendor), OWN)).isEqualTo(octets.replace(" ", ""));
    }

    @Test
    void aNasOfWhichNothingWasHeardIsCalledByItsAddress() {
        assertThat(hex(List.of(ACCT_SESSION_ID, NAS_IP_ADDRESS, NAS_IDENTIFIER), null))
                .isEqualTo("2c05732d3704067f000001200d"
                        + HexFormat.of().formatHex("by-operator".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aNasThatCallsItselfByNameAloneIsCalledSoOnce() {
        var byName = new NasIdentity(null, null, OWN_NAME);

        assertThat(hex(List.of(NAS_IP_ADDRESS, NAS_IDENTIFIER), byName)).isEqualTo("2006626e6731");
        assertThat(hex(List.of(NAS_IP_ADDRESS), byName)).isEqualTo("2006626e6731");
        assertThat(hex(List.of(NAS_IDENTIFIER), byName)).isEqualTo("2006626e6731");
    }

    @Test
    void aNasWithoutANameIsNotGivenOne() {
        assertThat(hex(List.of(NAS_IP_ADDRESS, NAS_IDENTIFIER), new NasIdentity(OWN_ADDRESS, null, null)))
                .isEqualTo("04060a010203");
    }
}
