package net.catraca.radius.dynauth;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/**
 * Sends CoA- and Disconnect-Requests (RFC 5176) and waits for their answers. How much is sent to a NAS at once is not
 * decided here. Thread-safe; one event loop of its own.
 */
public final class DynauthClient implements AutoCloseable {

    /** Requests on their way, to all NASes: some octets each, and far above what their budgets allow. */
    static final int MOST_IN_FLIGHT = 16_384;

    /** Sockets towards one NAS, of 256 requests each. */
    static final int MOST_SOCKETS_OF_ONE = 8;

    static final int EVENT_TIMESTAMP_OCTETS = 6;

    /** After which an unused socket is closed; its identifiers are forgotten with its port. */
    private static final Duration IDLE = Duration.ofSeconds(60);

    private static final int STOP_SECONDS = 2;

    private final Retransmission timing;
    private final @Nullable InetAddress source;
    private final DynauthMeters meters;
    private final RandomGenerator random;
    private final Clock clock;
    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean closed;

    // Of the loop only.
    private final Digests digests = new Digests();
    private final Map<InetSocketAddress, List<NasSocket>> sockets = new HashMap<>();

    /**
     * @param source the address to send from, or null for the one that the route to the NAS gives; for NASes of the
     *     other family it is not used
     * @param random for jitter
     * @param clock what Event-Timestamp says
     */
    public DynauthClient(
            Retransmission timing,
            @Nullable InetAddress source,
            MeterRegistry registry,
            RandomGenerator random,
            Clock clock) {
        this.timing = timing;
        this.source = source;
        this.meters = new DynauthMeters(registry);
        this.random = random;
        this.clock = clock;
        this.group = new MultiThreadIoEventLoopGroup(
                1, Thread.ofPlatform().name("coa-", 0).daemon().factory(), NioIoHandler.newFactory());
        this.loop = group.next();
        var _ = loop.scheduleWithFixedDelay(this::closeIdle, IDLE.toSeconds(), IDLE.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * Sends a request, again where no answer comes; returns at once.
     *
     * @param whenKnown told exactly once what became of it, on the client's event loop: must not wait
     */
    Sending send(Destination destination, DynauthRequest request, Consumer<DynauthResult> whenKnown) {
        var sending = new Sending();
        if (closed) {
            whenKnown.accept(new DynauthResult.Unreachable("Catraca is stopping"));
        } else if (inFlight.incrementAndGet() > MOST_IN_FLIGHT) {
            inFlight.decrementAndGet();
            whenKnown.accept(new DynauthResult.Unreachable(MOST_IN_FLIGHT + " requests are on their way already"));
        } else {
            loop.execute(() -> sendOnLoop(destination, request, sending, result -> {
                inFlight.decrementAndGet();
                whenKnown.accept(result);
            }));
        }
        return sending;
    }

    private void sendOnLoop(
            Destination destination, DynauthRequest request, Sending sending, Consumer<DynauthResult> whenKnown) {
        var towards = sockets.computeIfAbsent(destination.address(), _ -> new ArrayList<>(1));
        towards.removeIf(NasSocket::isBroken);
        for (var socket : towards) {
            if (socket.send(destination, request, sending, whenKnown)) {
                return;
            }
        }
        if (towards.size() == MOST_SOCKETS_OF_ONE) {
            whenKnown.accept(new DynauthResult.Unreachable(
                    MOST_SOCKETS_OF_ONE * Identifiers.ALL + " requests to this NAS wait for their answers already"));
            return;
        }
        // RFC 5080 §2.2.2: an identifier in use is not used again; another source port has identifiers of its own.
        var fresh = open(destination.address());
        towards.add(fresh);
        fresh.send(destination, request, sending, whenKnown);
    }

    private NasSocket open(InetSocketAddress nas) {
        boolean ipv4 = nas.getAddress() instanceof Inet4Address;
        var socket = new NasSocket(timing, meters, digests, random, clock);
        var bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(
                        () -> new NioDatagramChannel(ipv4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6))
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RadiusPacket.MAX_OCTETS))
                .handler(socket);
        boolean fromSource = source != null && source instanceof Inet4Address == ipv4;
        socket.open(fromSource ? bootstrap.connect(nas, new InetSocketAddress(source, 0)) : bootstrap.connect(nas));
        return socket;
    }

    private void closeIdle() {
        sockets.values().removeIf(towards -> {
            towards.removeIf(socket -> {
                boolean idle = socket.isIdle(IDLE);
                if (idle) {
                    socket.close("idle");
                }
                return idle;
            });
            return towards.isEmpty();
        });
    }

    /** Requests that wait for an answer. */
    public int inFlight() {
        return inFlight.get();
    }

    /** Gives up on what waits, which is told so, and closes the sockets. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.submit(() -> sockets.values()
                        .forEach(towards -> towards.forEach(socket -> socket.close("Catraca is stopping"))))
                .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
    }
}
