package net.catraca.radius.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static net.catraca.radius.packet.RequestBuilder.decoded;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import net.catraca.radius.nas.SharedSecret;
import org.junit.jupiter.api.Test;

class ReplyBuilderTest {

    private static final SharedSecret SECRET = SharedSecret.of("xyzzy5461");

    private final Digests digests = new Digests();
    private final ReplyBuilder replies = new ReplyBuilder(digests);

    @Test
    void answersTheStatusServerOfRfc5997AsPrinted() {
        var request = decoded(hex("0cda00268a54f4686fb394c52866e302185d062350125a665e2e1e8411f3e243822097c84fa3"));

        var answer = replies.begin(PacketCode.ACCESS_ACCEPT, request, false).finish(SECRET);

        assertThat(answer).isEqualTo(hex("02da0014ef0d552a4bf2d693ec2b6fe8b5411d66"));
    }

    @Test
    void putsTheMessageAuthenticatorBeforeEverythingElse() {
        var request = accessRequest(7).add(AttributeType.USER_NAME, "ana").signed(SECRET);

        replies.begin(PacketCode.ACCESS_ACCEPT, request, true);
        assertThat(replies.append(attribute(AttributeType.REPLY_MESSAGE, "bem-vinda")))
                .isTrue();
        var answer = decoded(requireNonNull(replies.finish(SECRET)));

        assertThat(answer.octets()[20]).isEqualTo((byte) AttributeType.MESSAGE_AUTHENTICATOR);
        assertThat(answer.text(AttributeType.REPLY_MESSAGE)).isEqualTo("bem-vinda");
        assertThat(digests.responseIsValid(answer, request, SECRET)).isTrue();
    }

    @Test
    void leavesTheMessageAuthenticatorOutWhereTheNasDropsSuchAnswers() {
        var request = accessRequest(7).signed(SECRET);

        var answer = decoded(requireNonNull(
                replies.begin(PacketCode.ACCESS_REJECT, request, false).finish(SECRET)));

        assertThat(answer.has(AttributeType.MESSAGE_AUTHENTICATOR)).isFalse();
        assertThat(digests.responseIsValid(answer, request, SECRET)).isTrue();
    }

    @Test
    void returnsEveryProxyStateInItsOrder() {
        var request = accessRequest(1)
                .add(AttributeType.PROXY_STATE, "first")
                .add(AttributeType.USER_NAME, "ana")
                .add(AttributeType.PROXY_STATE, "second")
                .unsigned();

        var answer = decoded(requireNonNull(
                replies.begin(PacketCode.ACCESS_REJECT, request, true).finish(SECRET)));

        int first = answer.find(AttributeType.PROXY_STATE);
        int second = answer.next(first);
        assertThat(answer.textAt(first)).isEqualTo("first");
        assertThat(answer.textAt(second)).isEqualTo("second");
        assertThat(answer.next(second)).isEqualTo(RadiusPacket.NONE);
        assertThat(answer.has(AttributeType.USER_NAME)).isFalse();
    }

    @Test
    void refusesWhatDoesNotFitAndKeepsTheRest() {
        var request = accessRequest(1).add(AttributeType.PROXY_STATE, "kept").unsigned();
        var large = attribute(AttributeType.REPLY_MESSAGE, "x".repeat(253));

        replies.begin(PacketCode.ACCESS_ACCEPT, request, true);
        int appended = 0;
        while (replies.append(large)) {
            appended++;
        }
        var answer = decoded(requireNonNull(replies.finish(SECRET)));

        assertThat(appended).isEqualTo((4096 - 20 - 18 - 6) / 255);
        assertThat(answer.text(AttributeType.PROXY_STATE)).isEqualTo("kept");
        assertThat(digests.responseIsValid(answer, request, SECRET)).isTrue();
    }

    @Test
    void givesNoAnswerWhenProxyStatesLeaveNoRoomForTheMessageAuthenticator() {
        var request = accessRequest(1);
        for (int i = 0; i < 16; i++) {
            request.add(AttributeType.PROXY_STATE, "p".repeat(253 - (i == 0 ? 4 : 0)));
        }
        var full = request.unsigned();
        assertThat(full.length()).isEqualTo(4096);

        replies.begin(PacketCode.ACCESS_REJECT, full, true);

        assertThat(replies.append(attribute(AttributeType.REPLY_MESSAGE, "x"))).isFalse();
        assertThat(replies.finish(SECRET)).isNull();
        assertThat(replies.begin(PacketCode.ACCESS_REJECT, full, false).finish(SECRET))
                .hasSize(4096);
    }

    private static byte[] attribute(int type, String value) {
        return new AttributeWriter().add(type, value.getBytes(UTF_8)).toByteArray();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
