package net.catraca.radius.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HexFormat;
import net.catraca.radius.dictionary.AttributeDefinition.Encoding.Encoded;
import net.catraca.radius.dictionary.AttributeDefinition.Encoding.Malformed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributeDefinitionTest {

    private static final Dictionary DICTIONARY =
            ((Dictionary.Reading.Loaded) DictionaryReader.read(Path.of("../config/dictionaries"))).dictionary();

    @ParameterizedTest(name = "{0} = {2}")
    @CsvSource(delimiter = '|', textBlock = """
            Filter-Id                | 0 | catraca          | 63617472616361
            Idle-Timeout             | 0 | 4294967295       | ffffffff
            Service-Type             | 0 | Framed-User      | 00000002
            Service-Type             | 0 | 2                | 00000002
            Framed-IP-Address        | 0 | 255.255.255.254  | fffffffe
            NAS-IPv6-Address         | 0 | 2001:db8::7      | 20010db8000000000000000000000007
            Delegated-IPv6-Prefix    | 0 | 2001:db8:1::/48  | 003020010db8000100000000000000000000
            Class                    | 0 | 0x00ff           | 00ff
            Event-Timestamp          | 0 | 1                | 00000001
            Tunnel-Type              | 1 | VLAN             | 0100000d
            Tunnel-Preference        | 31| 16777215         | 1fffffff
            Tunnel-Private-Group-Id  | 0 | 42               | 003432
            ERX-Service-Activate     | 2 | garden           | 0267617264656e
            """)
    void valuesAreWrittenByType(String attribute, int tag, String text, String hex) {
        assertThat(attribute(attribute).encode(tag, text)).isInstanceOfSatisfying(Encoded.class, encoded -> assertThat(
                        HexFormat.of().formatHex(encoded.octets()))
                .isEqualTo(hex));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @CsvSource(delimiter = '|', textBlock = """
            Filter-Id                | ''           | 1 to 253 octets; this has 0
            Idle-Timeout             | -1           | a whole number from 0 to 4294967295, or a VALUE name of it
            Idle-Timeout             | 4294967296   | a whole number from 0 to 4294967295, or a VALUE name of it
            Idle-Timeout             | 10M          | a whole number from 0 to 4294967295, or a VALUE name of it
            Tunnel-Preference        | 16777216     | a whole number from 0 to 16777215, or a VALUE name of it
            Framed-IP-Address        | 10.0.0       | an IPv4 address such as 192.0.2.7
            Framed-IP-Address        | localhost    | an IPv4 address such as 192.0.2.7
            NAS-IPv6-Address         | 192.0.2.1    | an IPv6 address such as 2001:db8::7
            NAS-IPv6-Address         | ::ffff:1.2.3.4 | an IPv6 address such as 2001:db8::7
            Framed-IPv6-Prefix       | 2001:db8::   | an IPv6 prefix such as 2001:db8:1::/56
            Class                    | catraca      | octets as 0x and pairs of hex digits
            Ascend-Data-Filter       | ip in drop   | another attribute: values of type abinary cannot be written here
            """)
    void aValueThatDoesNotFitIsMetWithWhatWould(String attribute, String text, String expected) {
        assertThat(attribute(attribute).encode(0, text)).isEqualTo(new Malformed(expected));
    }

    @Test
    void textMayFillTheAttributeButNotMore() {
        assertThat(attribute("Filter-Id").encode(0, "x".repeat(253))).isInstanceOf(Encoded.class);
        assertThat(attribute("Filter-Id").encode(0, "x".repeat(254)))
                .isEqualTo(new Malformed("1 to 253 octets; this has 254"));
        assertThat(attribute("Mikrotik-Group").encode(0, "é".repeat(124)))
                .isEqualTo(new Malformed("1 to 247 octets; this has 248"));
        assertThat(attribute("ERX-Service-Activate").encode(1, "x".repeat(247)))
                .isEqualTo(new Malformed("1 to 246 octets; this has 247"));
    }

    @Test
    void aMisspeltNameIsAnsweredWithTheNearestOne() {
        assertThat(DICTIONARY.closestTo("MikroTik-Ratelimit")).contains("Mikrotik-Rate-Limit");
        assertThat(DICTIONARY.closestTo("Nonsense-Entirely")).isEmpty();
    }

    private static AttributeDefinition attribute(String name) {
        return DICTIONARY.named(name).orElseThrow();
    }
}
