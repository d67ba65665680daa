package net.catraca.radius.flow;

import static net.catraca.radius.flow.Conversation.silence;
import static net.catraca.radius.flow.Conversation.verified;
import static net.catraca.radius.nas.NasFixtures.nas;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestIsp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusServerTest {

    private final ManualTicker ticker = new ManualTicker();
    private final TestIsp isp = new TestIsp(ticker, "192.0.2.1");
    private final Conversation conversation = new Conversation(isp, ticker);

    @AfterEach
    void close() {
        isp.close();
    }

    private static RadiusPacket status(int identifier) {
        return RequestBuilder.request(PacketCode.STATUS_SERVER, identifier).signed(TestIsp.SECRET);
    }

    @Test
    void authenticationPortSaysAccessAccept() {
        var request = status(1);

        var answer = verified(conversation.octetsOf(conversation.ask(request)), request);

        assertThat(answer.code()).isEqualTo(PacketCode.ACCESS_ACCEPT);
        assertThat(answer.length()).isEqualTo(38);
    }

    @Test
    void accountingPortSaysAccountingResponse() {
        var request = status(1);

        var answer = verified(conversation.octetsOf(conversation.account(request)), request);

        assertThat(answer.code()).isEqualTo(PacketCode.ACCOUNTING_RESPONSE);
    }

    @Test
    void withoutMessageAuthenticatorItGetsSilence() {
        var unsigned = RequestBuilder.request(PacketCode.STATUS_SERVER, 1)
                .add(AttributeType.NAS_IDENTIFIER, "bras-01")
                .unsigned();

        assertThat(silence(conversation.ask(unsigned))).isEqualTo(Drop.MISSING_MESSAGE_AUTHENTICATOR);
        assertThat(silence(conversation.account(unsigned))).isEqualTo(Drop.MISSING_MESSAGE_AUTHENTICATOR);
    }

    @Test
    void itsOtherAttributesHaveNoEffect() {
        var request = RequestBuilder.request(PacketCode.STATUS_SERVER, 1)
                .add(AttributeType.USER_NAME, "cancelled")
                .add(AttributeType.PROXY_STATE, "p")
                .signed(TestIsp.SECRET);

        var answer = verified(conversation.octetsOf(conversation.ask(request)), request);

        assertThat(answer.code()).isEqualTo(PacketCode.ACCESS_ACCEPT);
        assertThat(answer.text(AttributeType.PROXY_STATE)).isEqualTo("p");
    }

    @Test
    void untilTheDirectoryIsLoadedWeCannotDoOurWork() {
        isp.directory.loaded(false);

        assertThat(silence(conversation.ask(status(1)))).isEqualTo(Drop.DIRECTORY_NOT_LOADED);
    }

    @Test
    void moreThanAWatchdogSendsGetSilenceUntilTheNextSecond() {
        for (int i = 0; i < StatusServer.MOST_PER_SECOND; i++) {
            conversation.octetsOf(conversation.ask(status(i)));
        }
        assertThat(silence(conversation.ask(status(100)))).isEqualTo(Drop.STATUS_SERVER_TOO_OFTEN);

        ticker.pass(Duration.ofSeconds(1));

        conversation.octetsOf(conversation.ask(status(101)));
    }

    @Test
    void nasForWhichItIsSwitchedOffGetsSilence() {
        isp.serve(NasFixtures.withoutStatusServer(nas(1, "192.0.2.1")));

        assertThat(silence(conversation.ask(status(1)))).isEqualTo(Drop.STATUS_SERVER_OFF);
    }

    @Test
    void itIsNotCountedAmongTheAccessRequests() {
        conversation.ask(status(1));

        assertThat(isp.counted("catraca.radius.requests", "nas", "nas-1", "kind", "status"))
                .isEqualTo(1);
        assertThat(isp.counted("catraca.radius.requests", "nas", "nas-1", "outcome", "active"))
                .isZero();
    }
}
