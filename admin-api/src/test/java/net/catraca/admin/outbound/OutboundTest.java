package net.catraca.admin.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import net.catraca.admin.outbound.Outbound.Answer;
import net.catraca.admin.testing.Receiver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to others go nowhere but to others. */
class OutboundTest {

    private final Outbound careful = new Outbound(new OutboundSettings(false, Duration.ofSeconds(2)));
    private final Outbound open = new Outbound(new OutboundSettings(true, Duration.ofSeconds(2)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "http://127.0.0.1:5432/",
                "http://localhost/",
                "http://[::1]/",
                "http://[fe80::1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://0.0.0.0/",
                "http://224.0.0.1/",
                "http://no-such-host.invalid/"
            })
    void thisMachineAndLinkLocalAddressesAreNotCalled(String url) throws InterruptedException {
        assertThat(careful.call("POST", URI.create(url), Map.of(), new byte[0])).isInstanceOf(Answer.NotSent.class);
    }

    @Test
    void noRedirectIsFollowedAndTheStartOfAnAnswerKept() throws InterruptedException {
        try (var receiver = Receiver.start()) {
            receiver.answering((_, reply) -> reply.send(302, "y".repeat(100_000)));

            var answer = open.call("POST", URI.create(receiver.url("/a")), Map.of("X-One", "1"), new byte[] {65});

            assertThat(answer).isInstanceOfSatisfying(Answer.Answered.class, answered -> {
                assertThat(answered.status()).isEqualTo(302);
                assertThat(answered.start()).hasSize(Outbound.MOST_OCTETS);
            });
            assertThat(receiver.requests).singleElement().satisfies(request -> {
                assertThat(request.body()).isEqualTo("A");
                assertThat(request.headers()).containsEntry("x-one", "1");
            });
        }
    }

    @Test
    void nobodyThereIsNotSentAndAHangUpIsUnclear() throws InterruptedException {
        var receiver = Receiver.start();
        receiver.answering((_, _) -> {
            throw new IllegalStateException("hang up");
        });
        assertThat(open.call("POST", URI.create(receiver.url("/")), Map.of(), new byte[0]))
                .isInstanceOf(Answer.Unclear.class);
        int port = receiver.port();
        receiver.close();

        assertThat(open.call("POST", URI.create("http://127.0.0.1:" + port + "/"), Map.of(), new byte[0]))
                .isInstanceOf(Answer.NotSent.class);
    }
}
