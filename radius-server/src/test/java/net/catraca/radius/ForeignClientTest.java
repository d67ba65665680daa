package net.catraca.radius;

import static net.catraca.radius.nas.NasFixtures.SECRET;
import static net.catraca.radius.nas.NasFixtures.nas;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.HashedWheelTimer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.catraca.radius.flow.HashUpgrade;
import net.catraca.radius.testing.TestIsp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tinyradius.core.RadiusPacketException;
import org.tinyradius.core.dictionary.DefaultDictionary;
import org.tinyradius.core.packet.request.AccessRequest;
import org.tinyradius.core.packet.request.RadiusRequest;
import org.tinyradius.core.packet.response.RadiusResponse;
import org.tinyradius.io.RadiusEndpoint;
import org.tinyradius.io.client.RadiusClient;
import org.tinyradius.io.client.handler.ClientDatagramCodec;
import org.tinyradius.io.client.handler.PromiseAdapter;
import org.tinyradius.io.client.timeout.FixedTimeoutHandler;

/** TinyRadius as the NAS: it shares no line with our packet path, and verifies the answers in its own way. */
class ForeignClientTest {

    private static final byte ACCESS_REQUEST = 1;
    private static final byte ACCESS_ACCEPT = 2;
    private static final byte ACCESS_REJECT = 3;
    private static final int PATIENCE_MILLIS = 10_000;

    private static final RadiusSettings SETTINGS =
            RadiusSettings.defaults().listeningOn(List.of("127.0.0.1", "::1"), 0, 0);

    private final Ticker ticker = Ticker.systemTicker();
    private final TestIsp isp = new TestIsp(ticker, SETTINGS, "127.0.0.0/8");
    private final RadiusServer server = new RadiusServer(
            SETTINGS,
            isp.flows,
            new HashWorker(ticker, Duration.ofSeconds(5), HashUpgrade.NONE),
            isp.meters,
            isp.registry,
            ticker);

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final HashedWheelTimer timer = new HashedWheelTimer();

    @BeforeEach
    void start() {
        isp.serve(nas(1, "127.0.0.0/8"), nas(2, "::1"));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
        isp.close();
        timer.stop();
        assertThat(group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS))
                .isTrue();
    }

    private RadiusResponse ask(int address, RadiusRequest request) {
        var pipeline = new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new ClientDatagramCodec(DefaultDictionary.INSTANCE), new PromiseAdapter());
            }
        };
        var bootstrap = new Bootstrap().group(group).channel(NioDatagramChannel.class);
        try (var client = new RadiusClient(
                bootstrap, new InetSocketAddress(0), new FixedTimeoutHandler(timer, 1, PATIENCE_MILLIS), pipeline)) {
            var answer = client.communicate(
                    request, new RadiusEndpoint(server.authAddresses().get(address), SECRET));
            assertThat(answer.awaitUninterruptibly(PATIENCE_MILLIS)).isTrue();
            assertThat(answer.cause()).isNull();
            return answer.getNow();
        }
    }

    private static AccessRequest request(String login) throws RadiusPacketException {
        return (AccessRequest)
                RadiusRequest.create(DefaultDictionary.INSTANCE, ACCESS_REQUEST, (byte) 1, null, List.of())
                        .addAttribute("User-Name", login)
                        .addAttribute("NAS-Identifier", "bras-01");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void foreignNasGetsTheLevelByPapAndByChap(int address) throws RadiusPacketException {
        var pap = ask(address, request("reduced").withPapPassword("reduced-pass"));
        var chap = ask(address, request("blocked").withChapPassword("blocked-pass"));

        assertThat(pap.getType()).isEqualTo(ACCESS_ACCEPT);
        assertThat(pap.getAttribute("Filter-Id").orElseThrow().getValueString()).isEqualTo("reduced");
        assertThat(chap.getType()).isEqualTo(ACCESS_ACCEPT);
        assertThat(chap.getAttribute("Filter-Id").orElseThrow().getValueString())
                .isEqualTo("blocked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"active", "nobody", "cancelled"})
    void foreignNasUnderstandsAReject(String login) throws RadiusPacketException {
        var answer = ask(0, request(login).withPapPassword("wrong"));

        assertThat(answer.getType()).isEqualTo(ACCESS_REJECT);
    }
}
