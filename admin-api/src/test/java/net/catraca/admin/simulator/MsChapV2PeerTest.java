package net.catraca.admin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MsChapV2PeerTest {

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** RFC 2759 §9.2. */
    @Test
    void theExampleOfTheRfcComesOut() {
        byte[] authenticator = hex("5b5d7c7d7b3f2f3e3c2c602132262628");
        byte[] peer = hex("21402324255e262a28295f2b3a337c7e");
        byte[] response = MsChapV2Peer.response(authenticator, peer, "User", "clientPass");

        assertThat(response).isEqualTo(hex("82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df"));
        assertThat(MsChapV2Peer.expected(authenticator, peer, response, "User", "clientPass"))
                .isEqualTo("S=407A5589115FD0D6209F510FE9C04566932CDA56");
    }
}
