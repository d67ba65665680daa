package net.catraca.radius.flow;

import static net.catraca.radius.flow.Conversation.silence;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.flow.Answer.DelayedReply;
import net.catraca.radius.flow.Answer.Reply;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.testing.TestIsp;
import org.junit.jupiter.api.Test;

/** A request that comes again. */
class DuplicateRequestsTest extends AccessFlowRig {

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
        assertThat(isp.counted("catraca.radius.drops", "reason", "superseded")).isEqualTo(1);
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
        byte[] forged = accessRequestOf(9, "active", "active-pass", 2).octets().clone();
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
