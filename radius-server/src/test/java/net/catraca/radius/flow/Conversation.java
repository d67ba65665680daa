package net.catraca.radius.flow;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReference;
import net.catraca.radius.flow.Answer.DelayedReply;
import net.catraca.radius.flow.Answer.Journaled;
import net.catraca.radius.flow.Answer.Pending;
import net.catraca.radius.flow.Answer.Reply;
import net.catraca.radius.flow.Answer.Silence;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestIsp;
import org.jspecify.annotations.Nullable;

/** A NAS at 192.0.2.1 that talks with the flows of one loop, without sockets. */
final class Conversation {

    static final InetSocketAddress NAS = new InetSocketAddress("192.0.2.1", 40_000);
    private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.254", 1812);

    private final Flows flows;
    private final ManualTicker ticker;
    private InetSocketAddress source = NAS;

    Conversation(TestIsp isp, ManualTicker ticker) {
        this.flows = isp.flows.get();
        this.ticker = ticker;
    }

    Conversation from(String address, int port) {
        source = new InetSocketAddress(address, port);
        return this;
    }

    AccessFlow access() {
        return flows.access();
    }

    Answer ask(RadiusPacket request) {
        return ask(request.octets());
    }

    Answer ask(byte[] octets) {
        return flows.access().answer(datagram(octets));
    }

    Answer account(RadiusPacket request) {
        return flows.accounting().answer(datagram(request.octets()));
    }

    /** As {@link #account}, and what comes of it once the journal knows; null while it does not. */
    AtomicReference<@Nullable Answer> accountedLater(RadiusPacket request) {
        var later = new AtomicReference<@Nullable Answer>();
        switch (account(request)) {
            case Journaled(var waiting) -> waiting.keep(kept -> later.set(waiting.answer(kept)));
            case Answer other -> later.set(other);
        }
        return later;
    }

    /** The answer of a journal that is quick. */
    Answer accounted(RadiusPacket request) {
        return requireNonNull(accountedLater(request).get());
    }

    private Datagram datagram(byte[] octets) {
        return new Datagram(Unpooled.wrappedBuffer(octets), new Datagram.Origin(source, LOCAL, ticker.read()));
    }

    /** The answer, at once or after its delay, verified as a NAS does. */
    RadiusPacket answered(RadiusPacket request) {
        return verified(octetsOf(ask(request)), request);
    }

    byte[] octetsOf(Answer answer) {
        return switch (answer) {
            case Reply(var octets) -> octets;
            case DelayedReply later -> {
                byte[] octets = flows.access().due(later);
                assertThat(octets).as("a delayed reply that nobody waits for").isNotNull();
                yield octets;
            }
            case Silence(var why) -> throw new AssertionError("silence: " + why);
            case Pending _ -> throw new AssertionError("pending");
            case Journaled _ -> throw new AssertionError("waits for the journal");
        };
    }

    static RadiusPacket verified(byte[] octets, RadiusPacket request) {
        var answer = RequestBuilder.decoded(octets);
        assertThat(new Digests().responseIsValid(answer, request, TestIsp.SECRET))
                .as("authenticators of %s", HexFormat.of().formatHex(octets))
                .isTrue();
        assertThat(Arrays.copyOfRange(octets, 20, 22))
                .as("first attribute: Message-Authenticator")
                .isEqualTo(new byte[] {80, 18});
        return answer;
    }

    static Drop silence(Answer answer) {
        assertThat(answer).isInstanceOf(Silence.class);
        return ((Silence) answer).why();
    }
}
