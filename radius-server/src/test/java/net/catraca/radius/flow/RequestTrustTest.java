package net.catraca.radius.flow;

import static net.catraca.radius.flow.Conversation.silence;
import static net.catraca.radius.flow.Conversation.verified;
import static net.catraca.radius.nas.NasFixtures.nas;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.testing.TestIsp;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is listened to at all: who asks, in which shape, and how it is signed. */
class RequestTrustTest extends AccessFlowRig {

    @Nested
    class WhoAsks {

        @Test
        void unknownSourceGetsSilenceWhateverItSays() {
            var stranger = conversation.from("198.51.100.7", 40_000);

            assertThat(silence(stranger.ask(login("active")))).isEqualTo(Drop.UNKNOWN_CLIENT);
            assertThat(silence(stranger.ask(new byte[] {1}))).isEqualTo(Drop.UNKNOWN_CLIENT);
            assertThat(isp.counted("catraca.radius.drops", "reason", "unknown-client"))
                    .isEqualTo(2);
        }

        @Test
        void anotherNasesNameDoesNotChooseItsSecret() {
            isp.serve(nas(1, "192.0.2.1"), nas(2, "192.0.2.2", "bras-02", "the secret of the other one"));
            var forged = Proofs.pap(
                            accessRequest(1)
                                    .add(AttributeType.USER_NAME, "active")
                                    .add(AttributeType.NAS_IDENTIFIER, "bras-02")
                                    .add(AttributeType.NAS_IP_ADDRESS, new byte[] {(byte) 192, 0, 2, 2}),
                            "active-pass",
                            SharedSecret.of("the secret of the other one"))
                    .signed(SharedSecret.of("the secret of the other one"));

            assertThat(silence(conversation.ask(forged))).isEqualTo(Drop.BAD_MESSAGE_AUTHENTICATOR);
        }

        @Test
        void nasIdentifierChoosesTheVendorAmongThoseBehindOneAddress() {
            isp.serve(
                    nas(1, "192.0.2.1", "bras-01", NasFixtures.SECRET),
                    NasFixtures.ofVendor(nas(2, "192.0.2.1", "bras-02", NasFixtures.SECRET), "gardenless"));

            assertThat(level(conversation.answered(login("blocked")))).isEqualTo("blocked");
            var other = Proofs.pap(
                            accessRequest(77)
                                    .add(AttributeType.USER_NAME, "blocked")
                                    .add(AttributeType.NAS_IDENTIFIER, "bras-02"),
                            "blocked-pass",
                            TestIsp.SECRET)
                    .signed(TestIsp.SECRET);
            assertThat(conversation.answered(other).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        @Test
        void nasIdentifierThatIsNotAmongThemGetsSilence() {
            isp.serve(nas(2, "192.0.2.1", "bras-02", NasFixtures.SECRET));

            assertThat(silence(conversation.ask(login("active")))).isEqualTo(Drop.UNKNOWN_NAS_IDENTIFIER);
        }

        @Test
        void requestThatNamesNoNasIsJudgedByItsSourceAddressAndCounted() {
            var unnamed = Proofs.pap(
                            accessRequest(1).add(AttributeType.USER_NAME, "active"), "active-pass", TestIsp.SECRET)
                    .signed(TestIsp.SECRET);

            assertThat(level(conversation.answered(unnamed))).isEqualTo("active");
            assertThat(isp.counted("catraca.radius.nas.unnamed", "nas", "nas-1"))
                    .isEqualTo(1);
        }

        @Test
        void linkLocalAddressDoesNotNameANas() {
            byte[] linkLocal = {(byte) 0xFE, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
            byte[] global = {0x20, 1, 0x0D, (byte) 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

            conversation.answered(namedBy(1, linkLocal));
            conversation.answered(namedBy(2, global));

            assertThat(isp.counted("catraca.radius.nas.unnamed", "nas", "nas-1"))
                    .isEqualTo(1);
        }

        private RadiusPacket namedBy(int identifier, byte[] nasIpv6Address) {
            return Proofs.pap(
                            accessRequest(identifier)
                                    .add(AttributeType.USER_NAME, "active")
                                    .add(AttributeType.NAS_IPV6_ADDRESS, nasIpv6Address),
                            "active-pass",
                            TestIsp.SECRET)
                    .signed(TestIsp.SECRET);
        }

        @Test
        void nasWhoseVendorProfileHasGoneGetsSilenceRatherThanFreeInternet() {
            isp.nases.replace(List.of(nas(1, "192.0.2.1")), List.of());
            var withoutProfiles = new Conversation(isp, ticker);
            isp.profiles.unload("mikrotik");

            assertThat(silence(withoutProfiles.ask(login("active")))).isEqualTo(Drop.NO_VENDOR_PROFILE);
        }
    }

    @Nested
    class Shape {

        @Test
        void octetsBehindLengthAreIgnored() {
            var request = login("active");
            byte[] padded = Arrays.copyOf(request.octets(), request.length() + 50);

            var answer = verified(conversation.octetsOf(conversation.ask(padded)), request);

            assertThat(level(answer)).isEqualTo("active");
        }

        @Test
        void datagramShorterThanItsLengthGetsSilence() {
            var request = login("active");

            assertThat(silence(conversation.ask(Arrays.copyOf(request.octets(), request.length() - 1))))
                    .isEqualTo(Drop.TRUNCATED);
        }

        @Test
        void answerOrAccountingOnTheAuthenticationPortGetsSilence() {
            for (var code : List.of(PacketCode.ACCESS_ACCEPT, PacketCode.ACCOUNTING_REQUEST, PacketCode.COA_REQUEST)) {
                var packet = RequestBuilder.request(code, 5).signed(TestIsp.SECRET);

                assertThat(silence(conversation.ask(packet))).as("%s", code).isEqualTo(Drop.UNEXPECTED_CODE);
            }
        }

        @Test
        void unknownAttributesAndVendorsAreIgnored() {
            var request = papBuilder("active", "active-pass")
                    .add(240, "nobody knows this one")
                    .addVendor(4_242_424, 1, new byte[] {1, 2, 3})
                    .add(AttributeType.VENDOR_SPECIFIC, new byte[] {0, 0, 1})
                    .signed(TestIsp.SECRET);

            assertThat(level(conversation.answered(request))).isEqualTo("active");
        }
    }

    @Nested
    class MessageAuthenticator {

        @Test
        void wrongOneGetsSilenceAndNeverAReject() {
            var request = login("active");
            byte[] octets = request.octets().clone();
            octets[octets.length - 1] ^= 1;

            assertThat(silence(conversation.ask(octets))).isEqualTo(Drop.BAD_MESSAGE_AUTHENTICATOR);
        }

        @Test
        void autoAcceptsRequestsWithoutOneUntilTheFirstThatHasOne() {
            assertThat(level(conversation.answered(
                            papBuilder("active", "active-pass").unsigned())))
                    .isEqualTo("active");

            conversation.answered(login("active"));

            assertThat(silence(
                            conversation.ask(papBuilder("active", "active-pass").unsigned())))
                    .isEqualTo(Drop.MISSING_MESSAGE_AUTHENTICATOR);
            assertThat(isp.counted("catraca.radius.message.authenticator.missing", "nas", "nas-1"))
                    .isEqualTo(2);
        }

        @Test
        void statusServerDoesNotTeachAutoSinceItAlwaysHasOne() {
            conversation.ask(RequestBuilder.request(PacketCode.STATUS_SERVER, 1).signed(TestIsp.SECRET));

            assertThat(level(conversation.answered(
                            papBuilder("active", "active-pass").unsigned())))
                    .isEqualTo("active");
        }

        @Test
        void eapDoesNotTeachAutoSinceItAlwaysHasOne() {
            conversation.ask(request()
                    .add(AttributeType.EAP_MESSAGE, new byte[] {2, 1, 0, 5, 1})
                    .signed(TestIsp.SECRET));

            assertThat(level(conversation.answered(
                            papBuilder("active", "active-pass").unsigned())))
                    .isEqualTo("active");
        }

        @Test
        void acceptGoesOnAcceptingAndCountsThoseWithoutOne() {
            serve(accepting());
            conversation.answered(login("active"));

            assertThat(level(conversation.answered(
                            papBuilder("active", "active-pass").unsigned())))
                    .isEqualTo("active");
            assertThat(isp.counted("catraca.radius.message.authenticator.missing", "nas", "nas-1"))
                    .isEqualTo(1);
        }

        @Test
        void requireDropsTheVeryFirstWithoutOne() {
            serve(NasFixtures.with(nas(1, "192.0.2.1"), MessageAuthenticatorPolicy.REQUIRE, false, 2));

            assertThat(silence(
                            conversation.ask(papBuilder("active", "active-pass").unsigned())))
                    .isEqualTo(Drop.MISSING_MESSAGE_AUTHENTICATOR);
        }

        @Test
        void proxyStateWithoutOneIsDroppedUnlessTheNasIsAccepted() {
            var suspicious = papBuilder("active", "active-pass")
                    .add(AttributeType.PROXY_STATE, "p")
                    .unsigned();
            assertThat(silence(conversation.ask(suspicious))).isEqualTo(Drop.PROXY_STATE_WITHOUT_MESSAGE_AUTHENTICATOR);

            serve(accepting());
            assertThat(level(conversation.answered(suspicious))).isEqualTo("active");
        }

        @Test
        void eapWithoutOneGetsSilenceEvenWhereItIsNotRequired() {
            serve(accepting());
            var eap = request()
                    .add(AttributeType.USER_NAME, "active")
                    .add(AttributeType.EAP_MESSAGE, new byte[] {2, 1, 0, 5, 1})
                    .unsigned();

            assertThat(silence(conversation.ask(eap))).isEqualTo(Drop.EAP_WITHOUT_MESSAGE_AUTHENTICATOR);
        }

        @Test
        void requestWithoutAnyCredentialNeedsOneUnlessTheNasIsAccepted() {
            isp.directory.subscribeMac("line", Fixtures.contract(), "0011223344aa");
            var check = request()
                    .add(AttributeType.SERVICE_TYPE, 10)
                    .add(AttributeType.CALLING_STATION_ID, "00:11:22:33:44:AA")
                    .unsigned();
            assertThat(silence(conversation.ask(check))).isEqualTo(Drop.AUTHORIZATION_WITHOUT_MESSAGE_AUTHENTICATOR);

            serve(accepting());
            assertThat(level(conversation.answered(check))).isEqualTo("active");
        }

        @Test
        void itsPlaceInTheRequestDoesNotMatter() {
            // RequestBuilder puts it last; here User-Name follows it.
            var last = papBuilder("active", "active-pass").signed(TestIsp.SECRET);

            assertThat(level(conversation.answered(last))).isEqualTo("active");
            assertThat(last.find(AttributeType.MESSAGE_AUTHENTICATOR)).isGreaterThan(20);
        }

        @Test
        void itIsLeftOutOnlyForANasThatDropsAnswersWithOne() {
            serve(NasFixtures.withoutMessageAuthenticator(nas(1, "192.0.2.1")));
            var request = login("active");

            var answer = RequestBuilder.decoded(conversation.octetsOf(conversation.ask(request)));

            assertThat(answer.has(AttributeType.MESSAGE_AUTHENTICATOR)).isFalse();
        }
    }
}
