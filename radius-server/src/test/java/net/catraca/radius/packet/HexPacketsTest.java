package net.catraca.radius.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.auth.CredentialCheck;
import net.catraca.radius.auth.CredentialResult;
import net.catraca.radius.auth.LineIdentity;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.packet.Decoding.Decoded;
import net.catraca.radius.packet.Decoding.Malformed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads every packet of {@code packets.txt} and compares what it means with what stands beside it. */
class HexPacketsTest {

    private static final Pattern ATTRIBUTE = Pattern.compile("(\\d+)(?:([/.])(\\d+))?=(.*)");
    private static final Pattern CHECK =
            Pattern.compile("(allowed: )?(?:password (?:\"(.*)\"|0x([0-9a-f]*))|(nobody)|hash) -> (\\w+)");

    private final Digests digests = new Digests();
    private final CredentialCheck credentialCheck = new CredentialCheck(AuthFixtures.PEPPER, new Random(1));
    private String secret = "xyzzy5461";

    @Test
    void holdsEnoughPacketsAndEachNameOnce() {
        assertThat(HexPacket.all()).hasSizeGreaterThan(100).doesNotHaveDuplicates();
        assertThat(HexPacket.all().stream().map(HexPacket::name)).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("net.catraca.radius.packet.HexPacket#all")
    void meansWhatStandsBesideIt(HexPacket line) {
        var meaning = line.meaning().split("; ", -1);
        switch (PacketCodec.decode(line.octets())) {
            case Malformed(var reason) -> assertThat("drop " + reason).isEqualTo(line.meaning());
            case Decoded(var packet) -> {
                assertThat(packet.code().toString()).isEqualTo(meaning[0]);
                for (int i = 1; i < meaning.length; i++) {
                    confirm(packet, meaning[i]);
                }
            }
        }
    }

    private void confirm(RadiusPacket packet, String fact) {
        var attribute = ATTRIBUTE.matcher(fact);
        var check = CHECK.matcher(fact);
        if (attribute.matches()) {
            assertThat(attribute(packet, attribute)).as(fact).isEqualTo(attribute.group(4));
        } else if (check.matches()) {
            assertThat(check(packet, check)).as(fact).isEqualTo(check.group(5));
        } else {
            int space = fact.indexOf(' ');
            confirm(packet, fact.substring(0, space), fact.substring(space + 1));
        }
    }

    private void confirm(RadiusPacket packet, String what, String expected) {
        switch (what) {
            case "id" -> assertThat(packet.identifier()).hasToString(expected);
            case "length" -> assertThat(packet.length()).hasToString(expected);
            case "secret" -> secret = expected.substring(1, expected.length() - 1);
            case "MA" ->
                assertThat(digests.messageAuthenticator(packet, secret())).hasToString(expected);
            case "authenticator" ->
                assertThat(digests.requestAuthenticatorIsValid(packet, secret()))
                        .isEqualTo(expected.equals("VALID"));
            case "answers" ->
                assertThat(digests.responseIsValid(
                                packet,
                                RequestBuilder.decoded(HexPacket.named(expected).octets()),
                                secret()))
                        .isTrue();
            case "mac" -> assertThat(orDash(LineIdentity.of(packet).mac())).isEqualTo(expected);
            case "circuit" ->
                assertThat(orDash(LineIdentity.of(packet).circuitId())).isEqualTo(expected);
            case "remote" ->
                assertThat(orDash(LineIdentity.of(packet).remoteId())).isEqualTo(expected);
            default -> throw new AssertionError("what is " + what + "?");
        }
    }

    private SharedSecret secret() {
        return SharedSecret.of(secret);
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    private String check(RadiusPacket packet, MatchResult check) {
        Nas nas = AuthFixtures.nas(secret);
        return outcome(credentialCheck.check(
                packet, check.group(1) == null ? nas : NasFixtures.allowingMsChapV1(nas), subscriber(check)));
    }

    private static @Nullable SubscriberSnapshot subscriber(MatchResult check) {
        if (check.group(4) != null) {
            return null;
        }
        if (check.group(3) != null) {
            return AuthFixtures.withPassword(new String(HexFormat.of().parseHex(check.group(3)), UTF_8));
        }
        return check.group(2) != null
                ? AuthFixtures.withPassword(check.group(2))
                : AuthFixtures.subscriber(new Credential.Peppered(new byte[16], new byte[32]));
    }

    private static String outcome(CredentialResult result) {
        return switch (result) {
            case CredentialResult.Authenticated accepted -> accepted.method().name();
            case CredentialResult.Rejected rejected -> rejected.why().name();
            case CredentialResult.Unusable unusable -> unusable.why().name();
            case CredentialResult.NeedsWorker _ -> "NEEDS_WORKER";
            case CredentialResult.Unjudged unjudged -> unjudged.reason().name();
        };
    }

    private static String attribute(RadiusPacket packet, MatchResult fact) {
        int first = Integer.parseInt(fact.group(1));
        int second = fact.group(3) == null ? 0 : Integer.parseInt(fact.group(3));
        var form = fact.group(4);
        if (".".equals(fact.group(2))) {
            var value = ExtendedAttributes.find(packet, first, second);
            return value == null ? "-" : shown(List.of(value), form);
        }
        if (form.startsWith("#")) {
            var number = packet.integer(first);
            return number.isPresent() ? "#" + number.getAsLong() : "#-";
        }
        return shown(fact.group(2) == null ? plain(packet, first) : vendor(packet, first, second), form);
    }

    private static List<byte[]> plain(RadiusPacket packet, int type) {
        var values = new ArrayList<byte[]>();
        for (int at = packet.find(type); at != RadiusPacket.NONE; at = packet.next(at)) {
            values.add(packet.bytesAt(at));
        }
        return values;
    }

    private static List<byte[]> vendor(RadiusPacket packet, int vendorId, int vendorType) {
        var values = new ArrayList<byte[]>();
        int at = packet.findVendor(vendorId, vendorType);
        while (at != RadiusPacket.NONE) {
            values.add(packet.bytesAt(at));
            at = packet.nextVendor(vendorId, vendorType, at);
        }
        return values;
    }

    /** In the form that the line uses. Empty values are passed over, as by our own readers. */
    private static String shown(List<byte[]> values, String form) {
        var notEmpty = values.stream().filter(value -> value.length > 0).toList();
        if (notEmpty.isEmpty()) {
            return "-";
        }
        if (form.startsWith("0x")) {
            return "0x" + HexFormat.of().formatHex(notEmpty.getFirst());
        }
        return String.join(
                ",",
                notEmpty.stream()
                        .map(value -> '"' + new String(value, UTF_8) + '"')
                        .toList());
    }
}
