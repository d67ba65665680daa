package net.catraca.radius.flow;

import static java.util.Objects.requireNonNull;
import static net.catraca.radius.flow.Conversation.silence;
import static net.catraca.radius.flow.Conversation.verified;
import static net.catraca.radius.nas.NasFixtures.nas;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.flow.Answer.DelayedReply;
import net.catraca.radius.flow.Answer.Pending;
import net.catraca.radius.flow.Answer.Reply;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.Nas.BlockedAnswer;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestIsp;
import net.catraca.radius.testing.TestProfiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessFlowTest {

    private static final int MS_CHAP_ERROR = 2;
    private static final int MS_CHAP2_SUCCESS = 26;
    private static final int MICROSOFT = 311;
    private static final int ADSL_FORUM = 3561;

    private final ManualTicker ticker = new ManualTicker();
    private final TestIsp isp = new TestIsp(ticker, "192.0.2.1");
    private final Conversation conversation = new Conversation(isp, ticker);

    @AfterEach
    void close() {
        isp.close();
    }

    private int lastIdentifier;

    /** An Access-Request of that login with a password, signed. */
    private RadiusPacket pap(String login, String password) {
        return papBuilder(login, password).signed(TestIsp.SECRET);
    }

    private RequestBuilder papBuilder(String login, String password) {
        return Proofs.pap(request().add(AttributeType.USER_NAME, login), password, TestIsp.SECRET);
    }

    private RequestBuilder request() {
        return accessRequest(++lastIdentifier % 256).add(AttributeType.NAS_IDENTIFIER, "bras-01");
    }

    private RadiusPacket login(String login) {
        return pap(login, login + "-pass");
    }

    private static @Nullable String level(RadiusPacket accept) {
        assertThat(accept.code()).isEqualTo(PacketCode.ACCESS_ACCEPT);
        return accept.text(AttributeType.FILTER_ID);
    }

    private void serve(Nas nas) {
        isp.serve(nas);
    }

    private static Nas accepting() {
        return NasFixtures.with(nas(1, "192.0.2.1"), MessageAuthenticatorPolicy.ACCEPT, false, 2);
    }

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
            serve(omitting(nas(1, "192.0.2.1")));
            var request = login("active");

            var answer = RequestBuilder.decoded(conversation.octetsOf(conversation.ask(request)));

            assertThat(answer.has(AttributeType.MESSAGE_AUTHENTICATOR)).isFalse();
        }

        private static Nas omitting(Nas nas) {
            return new Nas(
                    nas.id(),
                    nas.version(),
                    nas.name(),
                    nas.prefix(),
                    nas.nasIdentifier(),
                    nas.secret(),
                    nas.vendor(),
                    nas.region(),
                    nas.coaPort(),
                    nas.messageAuthenticator(),
                    nas.messageAuthenticatorSeen(),
                    nas.blockedAnswer(),
                    nas.msChapV1Allowed(),
                    nas.statusServerAnswered(),
                    true,
                    nas.rejectDelayMillis());
        }
    }

    @Nested
    class Levels {

        @ParameterizedTest
        @CsvSource({"active,active", "reduced,reduced", "blocked,blocked", "paused,blocked", "awaiting,blocked"})
        void levelOfTheContractIsWhatTheNasGets(String login, String level) {
            assertThat(level(conversation.answered(login(login)))).isEqualTo(level);
        }

        @Test
        void cancelledContractIsRejected() {
            var answer = conversation.answered(login("cancelled"));

            assertThat(answer.code()).isEqualTo(PacketCode.ACCESS_REJECT);
            assertThat(answer.text(AttributeType.REPLY_MESSAGE)).isEqualTo("Contrato encerrado.");
        }

        @Test
        void policyMayRejectTheBlocked() {
            var rejecting = rejecting(Fixtures.RESIDENTIAL_V1);
            isp.directory.subscribe("outside", Fixtures.blockedContract().policy(rejecting));

            assertThat(conversation.answered(login("outside")).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        @Test
        void nasMayRejectTheBlockedThoughPolicyHasAGarden() {
            serve(answering(BlockedAnswer.REJECT));

            assertThat(conversation.answered(login("blocked")).code()).isEqualTo(PacketCode.ACCESS_REJECT);
            assertThat(level(conversation.answered(login("reduced")))).isEqualTo("reduced");
        }

        @Test
        void nasMayHaveAGardenThoughPolicyRejects() {
            isp.directory.subscribe("outside", Fixtures.blockedContract().policy(rejecting(Fixtures.RESIDENTIAL_V1)));
            serve(answering(BlockedAnswer.GARDEN));

            assertThat(level(conversation.answered(login("outside")))).isEqualTo("blocked");
        }

        @Test
        void vendorWithoutGardenRejectsTheBlockedWhateverIsAskedOfIt() {
            serve(NasFixtures.ofVendor(answering(BlockedAnswer.GARDEN), "gardenless"));

            assertThat(conversation.answered(login("blocked")).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        private static AccessPolicyVersion rejecting(AccessPolicyVersion version) {
            return new AccessPolicyVersion(
                    version.number(),
                    version.effectiveFrom(),
                    version.regular(),
                    version.renegotiated(),
                    version.prepaidTightening(),
                    BlockedAs.REJECT,
                    version.awaitingActiveDays(),
                    version.releaseLevel(),
                    version.limits());
        }

        private static Nas answering(BlockedAnswer blocked) {
            var nas = nas(1, "192.0.2.1");
            return new Nas(
                    nas.id(),
                    nas.version(),
                    nas.name(),
                    nas.prefix(),
                    nas.nasIdentifier(),
                    nas.secret(),
                    nas.vendor(),
                    nas.region(),
                    nas.coaPort(),
                    nas.messageAuthenticator(),
                    nas.messageAuthenticatorSeen(),
                    blocked,
                    nas.msChapV1Allowed(),
                    nas.statusServerAnswered(),
                    nas.messageAuthenticatorOmitted(),
                    nas.rejectDelayMillis());
        }

        @Test
        void staleDirectoryDoesNotTightenByTheClock() {
            var end = Fixtures.NOW.plus(Duration.ofHours(1));
            isp.directory.subscribe(
                    "unlocked", Fixtures.blockedContract().trustUnlock(Fixtures.NOW.minusSeconds(60), end));
            isp.directory.freshUntil(Fixtures.NOW);
            isp.clock.advance(Duration.ofHours(2));

            assertThat(level(conversation.answered(login("unlocked")))).isEqualTo("active");

            isp.directory.freshUntil(Fixtures.NOW.plus(Duration.ofHours(2)));
            assertThat(level(conversation.answered(login("unlocked")))).isEqualTo("blocked");
        }
    }

    @Nested
    class Proof {

        @Test
        void untilEverybodyIsKnownNobodyIsCalledUnknown() {
            isp.directory.loaded(false);
            var request = login("nobody");
            assertThat(silence(conversation.ask(request))).isEqualTo(Drop.DIRECTORY_NOT_LOADED);

            isp.directory.loaded(true);
            assertThat(conversation.answered(request).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        @Test
        void whileTheDatabaseIsAwayForLongAnUnknownLoginGetsSilenceAndAKnownOneItsAnswer() {
            isp.directory.knowsEveryone(false);

            assertThat(silence(conversation.ask(login("nobody")))).isEqualTo(Drop.DIRECTORY_STALE);
            assertThat(level(conversation.answered(login("reduced")))).isEqualTo("reduced");
            assertThat(conversation.answered(pap("active", "wrong")).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        @Test
        void papChapAndMsChapV2AllOpenTheGate() {
            var chap = Proofs.chap(request().add(AttributeType.USER_NAME, "active"), "active-pass");
            var msChap = Proofs.msChapV2(request().add(AttributeType.USER_NAME, "active"), "active", "active-pass");

            assertThat(level(conversation.answered(chap.signed(TestIsp.SECRET))))
                    .isEqualTo("active");
            var success = conversation.answered(msChap.signed(TestIsp.SECRET));
            assertThat(level(success)).isEqualTo("active");
            assertThat(success.findVendor(MICROSOFT, MS_CHAP2_SUCCESS)).isNotEqualTo(RadiusPacket.NONE);
        }

        @Test
        void loginIsFoundInAnyCase() {
            assertThat(level(conversation.answered(pap("ACTIVE", "active-pass"))))
                    .isEqualTo("active");
        }

        @Test
        void unknownUserIsAnsweredLikeAWrongPassword() {
            var unknown = conversation.ask(pap("nobody", "whatever"));
            var wrong = conversation.ask(pap("active", "whatever"));

            assertThat(unknown).isInstanceOf(DelayedReply.class);
            assertThat(wrong).isInstanceOf(DelayedReply.class);
            assertThat(((DelayedReply) unknown).packet()).hasSameSizeAs(((DelayedReply) wrong).packet());
            assertThat(textOf(unknown)).isEqualTo(textOf(wrong));
        }

        private @Nullable String textOf(Answer answer) {
            return RequestBuilder.decoded(conversation.octetsOf(answer)).text(AttributeType.REPLY_MESSAGE);
        }

        @Test
        void hashedPasswordThatChapCannotUseIsAnsweredLikeAWrongOne() {
            isp.directory.subscribe("hashed", Fixtures.contract(), new Credential.Peppered(new byte[16], new byte[32]));
            var chap = Proofs.chap(request().add(AttributeType.USER_NAME, "hashed"), "hashed-pass")
                    .signed(TestIsp.SECRET);

            assertThat(textOf(conversation.ask(chap))).isEqualTo(textOf(conversation.ask(pap("active", "wrong"))));
        }

        @Test
        void loginWhoseSecretDoesNotOpenGetsSilenceSinceThatIsOurFault() {
            isp.directory.subscribe("unreadable", Fixtures.contract(), new Credential.Unreadable());
            var request = login("unreadable");

            assertThat(silence(conversation.ask(request))).isEqualTo(Drop.CREDENTIAL_UNREADABLE);

            isp.directory.subscribe("unreadable", Fixtures.contract());
            assertThat(level(conversation.answered(request))).isEqualTo("active");
        }

        @Test
        void failedMsChapV2SaysSoInItsOwnWords() {
            var request = Proofs.msChapV2(request().add(AttributeType.USER_NAME, "active"), "active", "wrong")
                    .signed(TestIsp.SECRET);

            var answer = conversation.answered(request);

            assertThat(answer.code()).isEqualTo(PacketCode.ACCESS_REJECT);
            assertThat(answer.vendorText(MICROSOFT, MS_CHAP_ERROR)).contains("E=691");
        }

        @Test
        void eapIsRejectedSinceItIsNotSupported() {
            var eap = request()
                    .add(AttributeType.USER_NAME, "active")
                    .add(AttributeType.EAP_MESSAGE, new byte[] {2, 1, 0, 5, 1})
                    .signed(TestIsp.SECRET);

            assertThat(conversation.answered(eap).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        @Test
        void papAndChapAtOnceAreRejected() {
            var both = Proofs.chap(papBuilder("active", "active-pass"), "active-pass")
                    .signed(TestIsp.SECRET);

            assertThat(conversation.answered(both).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        @Test
        void requestWithoutAnyPasswordIsRejected() {
            var request = request().add(AttributeType.USER_NAME, "active").signed(TestIsp.SECRET);

            assertThat(conversation.answered(request).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 15, 17, 130, 250})
        void userPasswordOfImpossibleLengthIsRejected(int octets) {
            var request = request()
                    .add(AttributeType.USER_NAME, "active")
                    .add(AttributeType.USER_PASSWORD, new byte[octets])
                    .signed(TestIsp.SECRET);

            assertThat(conversation.answered(request).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        @Test
        void rejectAuthorisesNothing() {
            var reject = conversation.answered(papBuilder("active", "wrong")
                    .add(AttributeType.STATE, "state")
                    .add(AttributeType.PROXY_STATE, "one")
                    .signed(TestIsp.SECRET));

            assertThat(typesOf(reject))
                    .containsExactly(
                            AttributeType.MESSAGE_AUTHENTICATOR,
                            AttributeType.PROXY_STATE,
                            AttributeType.REPLY_MESSAGE);
        }
    }

    @Nested
    class Lines {

        @Test
        void callCheckIsAnsweredForTheMacOfItsLine() {
            isp.directory.subscribeMac("line", Fixtures.reducedContract(), "0011223344aa");

            assertThat(level(conversation.answered(callCheck("00-11-22-33-44-AA"))))
                    .isEqualTo("reduced");
            assertThat(conversation.answered(callCheck("00-11-22-33-44-AB")).code())
                    .isEqualTo(PacketCode.ACCESS_REJECT);
        }

        private RadiusPacket callCheck(String mac) {
            return request()
                    .add(AttributeType.SERVICE_TYPE, 10)
                    .add(AttributeType.USER_NAME, mac)
                    .add(AttributeType.CALLING_STATION_ID, mac)
                    .signed(TestIsp.SECRET);
        }

        @Test
        void circuitGoesBeforeTheMac() {
            isp.directory
                    .subscribeMac("by-mac", Fixtures.contract(), "0011223344aa")
                    .subscribeCircuit("by-circuit", Fixtures.reducedContract(), "olt-1 gpon 0/1/2:3");

            var request = request()
                    .add(AttributeType.SERVICE_TYPE, 10)
                    .add(AttributeType.CALLING_STATION_ID, "00:11:22:33:44:aa")
                    .addVendor(ADSL_FORUM, 1, octets("olt-1 gpon 0/1/2:3"))
                    .signed(TestIsp.SECRET);

            assertThat(level(conversation.answered(request))).isEqualTo("reduced");
        }

        @Test
        void lineThatIsNamedInUserNameIsFoundWhateverThePassword() {
            isp.directory.subscribeMac("line", Fixtures.reducedContract(), "0011223344aa");

            var request = Proofs.pap(
                            request()
                                    .add(AttributeType.USER_NAME, "0011.2233.44aa")
                                    .add(AttributeType.CALLING_STATION_ID, "00:11:22:33:44:aa"),
                            "constant",
                            TestIsp.SECRET)
                    .signed(TestIsp.SECRET);

            assertThat(level(conversation.answered(request))).isEqualTo("reduced");
        }

        @Test
        void unknownLoginOnALineThatSomebodyElseOwnsIsNotThatSomebody() {
            isp.directory.subscribeMac("line", Fixtures.contract(), "0011223344aa");

            var request = papBuilder("nobody", "whatever")
                    .add(AttributeType.CALLING_STATION_ID, "00:11:22:33:44:aa")
                    .signed(TestIsp.SECRET);

            assertThat(conversation.answered(request).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        @Test
        void loginOfALineIsWorthNothingOnAnotherLine() {
            isp.directory.subscribeMac("line", Fixtures.contract(), "0011223344aa");

            var request = papBuilder("line", "line-pass")
                    .add(AttributeType.CALLING_STATION_ID, "00:11:22:33:44:ff")
                    .signed(TestIsp.SECRET);

            assertThat(conversation.answered(request).code()).isEqualTo(PacketCode.ACCESS_REJECT);
        }

        private static byte[] octets(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    @Nested
    class ReplyAttributes {

        @Test
        void proxyStatesComeBackInTheirOrderAndNothingElseDoes() {
            var request = papBuilder("active", "active-pass")
                    .add(AttributeType.PROXY_STATE, "first")
                    .add(AttributeType.STATE, "mine")
                    .add(AttributeType.PROXY_STATE, "second")
                    .signed(TestIsp.SECRET);

            var answer = conversation.answered(request);

            int first = answer.find(AttributeType.PROXY_STATE);
            assertThat(answer.textAt(first)).isEqualTo("first");
            assertThat(answer.textAt(answer.next(first))).isEqualTo("second");
            assertThat(answer.has(AttributeType.STATE)).isFalse();
            assertThat(answer.has(AttributeType.USER_NAME)).isFalse();
        }

        @Test
        void fixedAddressesPrefixesAndRoutesAreGiven() {
            isp.directory.put(business(Fixtures.contract().build()));

            var answer = conversation.answered(login("business"));

            assertThat(answer.bytes(AttributeType.FRAMED_IP_ADDRESS)).isEqualTo(new byte[] {(byte) 203, 0, 113, 9});
            assertThat(answer.has(AttributeType.FRAMED_IPV6_PREFIX)).isTrue();
            assertThat(answer.has(AttributeType.DELEGATED_IPV6_PREFIX)).isTrue();
            int route = answer.find(AttributeType.FRAMED_ROUTE);
            assertThat(answer.textAt(route)).isEqualTo("198.51.100.0/29 0.0.0.0 1");
            assertThat(answer.textAt(answer.next(route))).isEqualTo("198.51.100.8/29 0.0.0.0 1");
        }

        @Test
        void fixedAddressIsKeptInAGardenThatIsAListAndNotInOneThatIsAPool() {
            isp.directory.put(business(Fixtures.blockedContract().build()));
            assertThat(conversation.answered(login("business")).has(AttributeType.FRAMED_IP_ADDRESS))
                    .isTrue();

            serve(NasFixtures.ofVendor(nas(1, "192.0.2.1"), "pooled"));
            var answer = conversation.answered(login("business"));

            assertThat(level(answer)).isEqualTo("blocked");
            assertThat(answer.has(AttributeType.FRAMED_IP_ADDRESS)).isFalse();
            assertThat(answer.has(AttributeType.FRAMED_ROUTE)).isFalse();
        }

        private SubscriberSnapshot business(ContractSnapshot contract) {
            return new SubscriberSnapshot(
                    900,
                    1,
                    "business",
                    contract,
                    AuthFixtures.recoverable("business-pass"),
                    null,
                    null,
                    null,
                    "203.0.113.9",
                    "2001:db8:1::/64",
                    "2001:db8:100::/56",
                    List.of("198.51.100.0/29 0.0.0.0 1", "198.51.100.8/29 0.0.0.0 1"));
        }

        @Test
        void addressThatCannotBeWrittenCostsOnlyItself() {
            var broken = business(Fixtures.contract().build());
            isp.directory.put(new SubscriberSnapshot(
                    1,
                    1,
                    "business",
                    broken.contract(),
                    broken.credential(),
                    null,
                    null,
                    null,
                    "not an address",
                    null,
                    "2001:db8:100::/56",
                    List.of()));

            var answer = conversation.answered(login("business"));

            assertThat(level(answer)).isEqualTo("active");
            assertThat(answer.has(AttributeType.FRAMED_IP_ADDRESS)).isFalse();
            assertThat(answer.has(AttributeType.DELEGATED_IPV6_PREFIX)).isTrue();
        }

        @Test
        void classTellsTwoSessionsOfOneSubscriberApart() {
            var first = conversation.answered(login("active")).bytes(AttributeType.CLASS);
            var second = conversation.answered(login("active")).bytes(AttributeType.CLASS);

            assertThat(first).isNotNull().isNotEqualTo(second);
            assertThat(decoded(first).subscriberId())
                    .isEqualTo(decoded(second).subscriberId())
                    .isEqualTo(1);
            assertThat(decoded(first).level()).isEqualTo(AccessLevel.ACTIVE);
        }

        private static SessionClass decoded(byte @Nullable [] accountingClass) {
            return requireNonNull(SessionClass.decode(requireNonNull(accountingClass)));
        }

        @Test
        void interimReportsAreSpreadByATenthAroundThePlansInterval() {
            Set<Long> seen = new HashSet<>();
            for (int i = 0; i < 200; i++) {
                seen.add(conversation
                        .answered(login("active"))
                        .integer(AttributeType.ACCT_INTERIM_INTERVAL)
                        .orElseThrow());
            }

            assertThat(seen).allSatisfy(seconds -> assertThat(seconds).isBetween(810L, 990L));
            assertThat(seen).hasSizeGreaterThan(50);
        }

        @Test
        void interimIntervalIsNeverBelowAMinute() {
            isp.directory.subscribe("hasty", Fixtures.contract().plan(reportingEvery(60)));
            for (int i = 0; i < 50; i++) {
                assertThat(conversation
                                .answered(login("hasty"))
                                .integer(AttributeType.ACCT_INTERIM_INTERVAL)
                                .orElseThrow())
                        .isBetween(60L, 66L);
            }
        }

        private static Plan reportingEvery(int seconds) {
            var plan = Fixtures.FIBER_500;
            return new Plan(
                    2,
                    1,
                    null,
                    "hasty",
                    plan.policyId(),
                    plan.monthlyCents(),
                    plan.active(),
                    null,
                    plan.reduced(),
                    null,
                    null,
                    null,
                    1,
                    seconds);
        }

        @Test
        void sessionEndsOnlyForACertainTighteningAndAfterIt() {
            var end = Fixtures.NOW.plus(Duration.ofHours(3));
            isp.directory.subscribe(
                    "unlocked", Fixtures.blockedContract().trustUnlock(Fixtures.NOW.minusSeconds(60), end));
            Set<Long> seen = new HashSet<>();

            for (int i = 0; i < 50; i++) {
                seen.add(conversation
                        .answered(login("unlocked"))
                        .integer(AttributeType.SESSION_TIMEOUT)
                        .orElseThrow());
            }

            assertThat(seen).allSatisfy(seconds -> assertThat(seconds).isBetween(3 * 3600L + 1, 3 * 3600L + 301));
            assertThat(seen).hasSizeGreaterThan(10);
            for (String login : List.of("active", "reduced", "blocked")) {
                assertThat(conversation.answered(login(login)).has(AttributeType.SESSION_TIMEOUT))
                        .as(login)
                        .isFalse();
            }
        }

        @Test
        void pausedSessionHasNoEndSinceItsEndIsRelief() {
            assertThat(conversation.answered(login("paused")).has(AttributeType.SESSION_TIMEOUT))
                    .isFalse();
        }

        @ParameterizedTest
        @CsvSource({
            "reduced, Velocidade reduzida: há fatura em atraso.",
            "blocked, Acesso bloqueado: há fatura em atraso.",
            "'paused', 'Acesso em pausa, a pedido.'",
            "awaiting, Contrato aguardando ativação."
        })
        void subscriberIsToldWhyWithoutAnAmount(String login, String message) {
            assertThat(conversation.answered(login(login)).text(AttributeType.REPLY_MESSAGE))
                    .isEqualTo(message);
        }

        @Test
        void activeSubscriberIsToldNothing() {
            assertThat(conversation.answered(login("active")).has(AttributeType.REPLY_MESSAGE))
                    .isFalse();
        }

        @Test
        void acceptThatDoesNotFitIsSilenceRatherThanAnAcceptWithoutItsProfile() {
            serve(NasFixtures.ofVendor(nas(1, "192.0.2.1"), "verbose"));

            assertThat(silence(conversation.ask(login("active")))).isEqualTo(Drop.REPLY_TOO_LONG);
        }
    }

    @Nested
    class Duplicates {

        @Test
        void retransmissionGetsTheSameOctetsWithoutBeingJudgedAgain() {
            var request = login("active");
            byte[] first = conversation.octetsOf(conversation.ask(request));
            isp.directory.subscribe("active", Fixtures.blockedContract());

            byte[] second = conversation.octetsOf(conversation.ask(request));

            assertThat(second).isEqualTo(first);
            assertThat(isp.counted("catraca.radius.duplicates.answered")).isEqualTo(1);
            assertThat(isp.counted("catraca.radius.requests", "nas", "nas-1", "outcome", "active"))
                    .isEqualTo(1);
        }

        @Test
        void retransmissionWhileARejectWaitsGetsSilenceAndThenTheSameReject() {
            var request = pap("active", "wrong");
            var waiting = conversation.ask(request);

            assertThat(silence(conversation.ask(request))).isEqualTo(Drop.DUPLICATE_IN_PROGRESS);

            byte[] reject = conversation.octetsOf(waiting);
            assertThat(conversation.ask(request)).isEqualTo(new Reply(reject));
        }

        @Test
        void sameIdentifierForANewRequestMakesTheOldOneMoot() {
            var old = accessRequestOf(9, "active", "wrong", 1);
            var young = accessRequestOf(9, "active", "active-pass", 2);
            var waiting = (DelayedReply) conversation.ask(old);

            assertThat(conversation.answered(young).code()).isEqualTo(PacketCode.ACCESS_ACCEPT);

            assertThat(conversation.access().due(waiting)).isNull();
            assertThat(isp.counted("catraca.radius.drops", "reason", "superseded"))
                    .isEqualTo(1);
        }

        private RadiusPacket accessRequestOf(int identifier, String login, String password, int seed) {
            byte[] authenticator = new byte[16];
            Arrays.fill(authenticator, (byte) seed);
            return Proofs.pap(
                            accessRequest(identifier)
                                    .authenticator(authenticator)
                                    .add(AttributeType.NAS_IDENTIFIER, "bras-01")
                                    .add(AttributeType.USER_NAME, login),
                            password,
                            TestIsp.SECRET)
                    .signed(TestIsp.SECRET);
        }

        @Test
        void forgedPacketDoesNotPushOutATrueAnswer() {
            var request = accessRequestOf(9, "active", "active-pass", 1);
            byte[] first = conversation.octetsOf(conversation.ask(request));
            byte[] forged =
                    accessRequestOf(9, "active", "active-pass", 2).octets().clone();
            forged[forged.length - 1] ^= 1;

            assertThat(silence(conversation.ask(forged))).isEqualTo(Drop.BAD_MESSAGE_AUTHENTICATOR);

            assertThat(conversation.octetsOf(conversation.ask(request))).isEqualTo(first);
        }

        @Test
        void forgottenAfterItsTimeItIsJudgedAnew() {
            var request = login("active");
            conversation.ask(request);
            isp.directory.subscribe("active", Fixtures.blockedContract());
            ticker.pass(Duration.ofSeconds(11));

            assertThat(level(conversation.answered(request))).isEqualTo("blocked");
        }

        @Test
        void sameRequestFromAnotherPortIsAnotherRequest() {
            var request = login("active");
            byte[] first = conversation.octetsOf(conversation.ask(request));

            byte[] other =
                    conversation.octetsOf(conversation.from("192.0.2.1", 40_001).ask(request));

            assertThat(other).isNotEqualTo(first);
        }
    }

    @Nested
    class WrongPasswords {

        @Test
        void rejectWaitsAboutASecondAndNotAlwaysTheSame() {
            Set<Integer> delays = new HashSet<>();
            for (int i = 0; i < 100; i++) {
                delays.add(((DelayedReply) conversation.ask(pap("user-" + i, "wrong"))).delayMillis());
            }

            assertThat(delays).allSatisfy(delay -> assertThat(delay)
                    .isBetween(
                            TestProfiles.REJECT_DELAY_MILLIS,
                            TestProfiles.REJECT_DELAY_MILLIS + TestProfiles.REJECT_DELAY_MILLIS / 10));
            assertThat(delays).hasSizeGreaterThan(20);
        }

        @Test
        void nasMayHaveItsOwnDelayOrNone() {
            var nas = nas(1, "192.0.2.1");
            serve(new Nas(
                    nas.id(),
                    nas.version(),
                    nas.name(),
                    nas.prefix(),
                    nas.nasIdentifier(),
                    nas.secret(),
                    nas.vendor(),
                    nas.region(),
                    nas.coaPort(),
                    nas.messageAuthenticator(),
                    nas.messageAuthenticatorSeen(),
                    nas.blockedAnswer(),
                    nas.msChapV1Allowed(),
                    nas.statusServerAnswered(),
                    nas.messageAuthenticatorOmitted(),
                    0));

            assertThat(((DelayedReply) conversation.ask(pap("active", "wrong"))).delayMillis())
                    .isZero();
        }

        private RadiusPacket fromLine(String password, String line) {
            return papBuilder("active", password)
                    .add(AttributeType.CALLING_STATION_ID, line)
                    .signed(TestIsp.SECRET);
        }

        private void guess(int times, String line) {
            for (int i = 0; i < times; i++) {
                conversation.answered(fromLine("guess " + i, line));
            }
        }

        @Test
        void lineThatGuessesIsNotListenedToForAWhile() {
            guess(WrongPasswordThrottle.FREE_ATTEMPTS + 1, "00:00:5e:00:53:01");

            var right = conversation.answered(fromLine("active-pass", "00:00:5e:00:53:01"));

            assertThat(right.code()).isEqualTo(PacketCode.ACCESS_REJECT);
            assertThat(isp.counted("catraca.radius.requests", "nas", "nas-1", "outcome", "slowed"))
                    .isEqualTo(1);
        }

        @Test
        void rightOwnerOnAnotherLineNoticesNothing() {
            guess(50, "00:00:5e:00:53:01");

            assertThat(level(conversation.answered(fromLine("active-pass", "00:00:5e:00:53:02"))))
                    .isEqualTo("active");
        }

        @Test
        void rightPasswordWorksAgainAsSoonAsTheShortWaitIsOver() {
            guess(200, "00:00:5e:00:53:01");

            ticker.pass(WrongPasswordThrottle.LONGEST_WAIT);

            assertThat(level(conversation.answered(fromLine("active-pass", "00:00:5e:00:53:01"))))
                    .isEqualTo("active");
        }

        @Test
        void afterARightPasswordAllIsForgotten() {
            guess(WrongPasswordThrottle.FREE_ATTEMPTS, "00:00:5e:00:53:01");
            conversation.answered(fromLine("active-pass", "00:00:5e:00:53:01"));

            guess(WrongPasswordThrottle.FREE_ATTEMPTS, "00:00:5e:00:53:01");

            assertThat(level(conversation.answered(fromLine("active-pass", "00:00:5e:00:53:01"))))
                    .isEqualTo("active");
        }

        @Test
        void tryingDuringTheWaitDoesNotProlongIt() {
            guess(WrongPasswordThrottle.FREE_ATTEMPTS + 1, "00:00:5e:00:53:01");
            for (int i = 0; i < 19; i++) {
                ticker.pass(Duration.ofMillis(100));
                guess(1, "00:00:5e:00:53:01");
            }
            ticker.pass(Duration.ofMillis(100));

            assertThat(level(conversation.answered(fromLine("active-pass", "00:00:5e:00:53:01"))))
                    .isEqualTo("active");
        }

        @Test
        void whereTheNasTellsNothingOfTheLineNobodyIsSlowed() {
            for (int i = 0; i < 50; i++) {
                conversation.answered(pap("active", "guess " + i));
            }

            assertThat(level(conversation.answered(login("active")))).isEqualTo("active");
        }

        @Test
        void unknownLoginIsSlowedLikeAKnownOne() {
            for (int i = 0; i <= WrongPasswordThrottle.FREE_ATTEMPTS; i++) {
                conversation.answered(papBuilder("nobody", "guess " + i)
                        .add(AttributeType.NAS_PORT, 7)
                        .signed(TestIsp.SECRET));
            }
            conversation.answered(
                    papBuilder("nobody", "again").add(AttributeType.NAS_PORT, 7).signed(TestIsp.SECRET));

            assertThat(isp.counted("catraca.radius.requests", "nas", "nas-1", "outcome", "slowed"))
                    .isEqualTo(1);
        }
    }

    @Nested
    class ImportedHashes {

        // crypt(3) of "imported-pass", as "openssl passwd -1 -salt saltsalt" prints it.
        private static final String HASH = "$1$saltsalt$e6Grroz2lEdSv7v30gFLw.";

        @Test
        void hashIsComparedOffTheLoopAndThenTheStoryGoesOn() {
            var pending = (Pending) conversation.ask(login("imported"));

            boolean matched = pending.waiting().check(HashUpgrade.NONE);
            var answer = conversation.access().resume(pending.waiting(), matched);

            assertThat(matched).isTrue();
            assertThat(level(RequestBuilder.decoded(conversation.octetsOf(answer))))
                    .isEqualTo("active");
        }

        @Test
        void wrongPasswordIsRejectedAsLateAsAnyOther() {
            var pending = (Pending) conversation.ask(pap("imported", "wrong"));
            boolean matched = pending.waiting().check(HashUpgrade.NONE);
            ticker.pass(Duration.ofMillis(300));

            var answer = (DelayedReply) conversation.access().resume(pending.waiting(), matched);

            assertThat(matched).isFalse();
            assertThat(answer.delayMillis()).isBetween(700, 800);
        }

        @Test
        void copyOfARequestThatWaitsForTheWorkerGetsSilence() {
            var request = login("imported");
            conversation.ask(request);

            assertThat(silence(conversation.ask(request))).isEqualTo(Drop.DUPLICATE_IN_PROGRESS);
        }

        @Test
        void requestThatFoundNoWorkerIsNewWhenItComesAgain() {
            var request = login("imported");
            var pending = (Pending) conversation.ask(request);

            assertThat(silence(conversation.access().abandon(pending.waiting(), Drop.WORKER_BUSY)))
                    .isEqualTo(Drop.WORKER_BUSY);

            assertThat(conversation.ask(request)).isInstanceOf(Pending.class);
        }

        @BeforeEach
        void subscribe() {
            isp.directory.subscribe("imported", Fixtures.contract(), new Credential.Imported(HASH));
        }
    }

    private static List<Integer> typesOf(RadiusPacket packet) {
        List<Integer> types = new ArrayList<>();
        byte[] octets = packet.octets();
        for (int at = 20; at < octets.length; at += octets[at + 1] & 0xFF) {
            types.add(octets[at] & 0xFF);
        }
        return types;
    }
}
