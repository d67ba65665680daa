package net.catraca.radius.flow;

import static net.catraca.radius.nas.NasFixtures.nas;
import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestIsp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A NAS at 192.0.2.1 and subscribers that it asks for, without sockets. */
abstract class AccessFlowRig {

    final ManualTicker ticker = new ManualTicker();
    final TestIsp isp = new TestIsp(ticker, "192.0.2.1");
    final Conversation conversation = new Conversation(isp, ticker);
    private int lastIdentifier;

    @AfterEach
    void close() {
        isp.close();
    }

    /** An Access-Request of that login with a password, signed. */
    final RadiusPacket pap(String login, String password) {
        return papBuilder(login, password).signed(TestIsp.SECRET);
    }

    final RequestBuilder papBuilder(String login, String password) {
        return Proofs.pap(request().add(AttributeType.USER_NAME, login), password, TestIsp.SECRET);
    }

    final RequestBuilder request() {
        return accessRequest(++lastIdentifier % 256).add(AttributeType.NAS_IDENTIFIER, "bras-01");
    }

    final RadiusPacket login(String login) {
        return pap(login, login + "-pass");
    }

    static @Nullable String level(RadiusPacket accept) {
        assertThat(accept.code()).isEqualTo(PacketCode.ACCESS_ACCEPT);
        return accept.text(AttributeType.FILTER_ID);
    }

    final void serve(Nas nas) {
        isp.serve(nas);
    }

    static Nas accepting() {
        return NasFixtures.with(nas(1, "192.0.2.1"), MessageAuthenticatorPolicy.ACCEPT, false, 2);
    }

    static List<Integer> typesOf(RadiusPacket packet) {
        List<Integer> types = new ArrayList<>();
        byte[] octets = packet.octets();
        for (int at = 20; at < octets.length; at += octets[at + 1] & 0xFF) {
            types.add(octets[at] & 0xFF);
        }
        return types;
    }
}
