package net.catraca.radius.flow;

import static net.catraca.radius.flow.Conversation.silence;
import static net.catraca.radius.nas.NasFixtures.nas;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.flow.Answer.DelayedReply;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.Nas.BlockedAnswer;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.testing.TestIsp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may in, and at which level. */
class AccessFlowTest extends AccessFlowRig {

    private static final int MS_CHAP_ERROR = 2;
    private static final int MS_CHAP2_SUCCESS = 26;
    private static final int MICROSOFT = 311;
    private static final int ADSL_FORUM = 3561;

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
            return NasFixtures.answeringTheBlocked(nas(1, "192.0.2.1"), blocked);
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
}
