package net.catraca.radius.flow;

import static net.catraca.radius.flow.Conversation.silence;
import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestIsp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccountingFlowTest {

    private final ManualTicker ticker = new ManualTicker();
    private final TestIsp isp = new TestIsp(ticker, "192.0.2.1");
    private final Conversation conversation = new Conversation(isp, ticker);

    @AfterEach
    void close() {
        isp.close();
    }

    @Test
    void recordThatNobodyKeepsIsNotAcknowledged() {
        var start = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                .add(AttributeType.ACCT_STATUS_TYPE, 1)
                .signed(TestIsp.SECRET);

        assertThat(silence(conversation.account(start))).isEqualTo(Drop.ACCOUNTING_NOT_KEPT);
        assertThat(isp.counted("catraca.radius.drops", "reason", "accounting-not-kept"))
                .isEqualTo(1);
    }

    @Test
    void recordWithAWrongAuthenticatorIsCountedAsThat() {
        byte[] forged = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                .add(AttributeType.ACCT_STATUS_TYPE, 1)
                .unsigned()
                .octets();

        assertThat(silence(conversation.account(RequestBuilder.decoded(forged))))
                .isEqualTo(Drop.BAD_AUTHENTICATOR);
    }

    @Test
    void accessRequestOnTheAccountingPortGetsSilence() {
        assertThat(silence(conversation.account(RequestBuilder.accessRequest(1).signed(TestIsp.SECRET))))
                .isEqualTo(Drop.UNEXPECTED_CODE);
    }
}
