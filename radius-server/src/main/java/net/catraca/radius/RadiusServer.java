package net.catraca.radius;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.catraca.radius.flow.Answer;
import net.catraca.radius.flow.Datagram;
import net.catraca.radius.flow.Flows;
import net.catraca.radius.flow.RadiusMeters;
import net.catraca.radius.packet.RadiusPacket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets and event loops of RADIUS over UDP, and their bounds. Each loop has a socket of its own for every address
 * and port; the kernel spreads senders over them by address and port, so that what one NAS port sends is handled by one
 * loop, which shares nothing with the others on the way.
 *
 * <p>What waits in a receive buffer cannot grow old: 4 MiB hold some thousand packets, which a loop reads in a fraction
 * of a second, far below any NAS's time-out; the rest the kernel drops and counts.
 */
public final class RadiusServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RadiusServer.class);

    /** Datagrams that one recvmmsg reads. */
    private static final int BATCH = 32;

    /** Answers that wait for the kernel; some ten thousand. Beyond, the next ones are left to retransmission. */
    private static final int SEND_QUEUE_OCTETS = 4 << 20;

    private static final int FLUSHES_AT_ONCE = 256;
    private static final int STOP_SECONDS = 2;

    private final RadiusSettings settings;
    private final Supplier<Flows> flowsOfLoop;
    private final HashWorker worker;
    private final RadiusMeters meters;
    private final MeterRegistry registry;
    private final Ticker ticker;

    private final List<Loop> loops = new ArrayList<>();
    private final List<InetSocketAddress> authAddresses = new ArrayList<>();
    private final List<InetSocketAddress> acctAddresses = new ArrayList<>();
    private volatile State state = State.NEW;

    private enum State {
        NEW,
        RUNNING,
        STOPPED
    }

    /** What belongs to one event loop. */
    private record Loop(EventLoop executor, Flows flows, DelayedReplies delayed, List<Channel> channels) {}

    /** @param flowsOfLoop makes the flows of one loop */
    public RadiusServer(
            RadiusSettings settings,
            Supplier<Flows> flowsOfLoop,
            HashWorker worker,
            RadiusMeters meters,
            MeterRegistry registry,
            Ticker ticker) {
        this.settings = settings;
        this.flowsOfLoop = flowsOfLoop;
        this.worker = worker;
        this.meters = meters;
        this.registry = registry;
        this.ticker = ticker;
    }

    /**
     * Binds all addresses and serves.
     *
     * @throws ListenException when one cannot be bound; nothing stays bound then
     * @throws IllegalArgumentException when an address is none
     */
    public synchronized void start() {
        if (state != State.NEW) {
            throw new IllegalStateException("RADIUS server: expected to be new, was " + state);
        }
        state = State.RUNNING;
        var addresses = LocalAddresses.of(settings.listen());
        int authPort = PortProbe.freePort(addresses, settings.authPort(), "authentication");
        int acctPort = PortProbe.freePort(addresses, settings.acctPort(), "accounting");
        addresses.forEach(address -> authAddresses.add(new InetSocketAddress(address, authPort)));
        addresses.forEach(address -> acctAddresses.add(new InetSocketAddress(address, acctPort)));
        makeLoops();
        try {
            loops.forEach(this::bind);
        } catch (ListenException e) {
            stop();
            throw e;
        }
        warnOfSmallBuffer();
        countKernelDrops(Set.of(authPort, acctPort));
        log.info(
                "RADIUS answers on {} (authentication) and {} (accounting); loops: {} on {}",
                words(authAddresses),
                words(acctAddresses),
                loops.size(),
                Epoll.isAvailable() ? "epoll" : "NIO");
    }

    private static String words(List<InetSocketAddress> addresses) {
        return addresses.stream().map(NetUtil::toSocketAddressString).collect(Collectors.joining(", "));
    }

    private void makeLoops() {
        // Without epoll (a developer's machine) one loop: NIO shares no port.
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        var group = new MultiThreadIoEventLoopGroup(
                epoll ? settings.loops() : 1,
                Thread.ofPlatform().name("radius-", 0).factory(),
                io);
        for (EventExecutor executor : group) {
            var loop = (EventLoop) executor;
            var delayed = new DelayedReplies(loop, settings.pendingRejects(), meters);
            loops.add(new Loop(loop, flowsOfLoop.get(), delayed, new ArrayList<>()));
        }
    }

    private void bind(Loop loop) {
        authAddresses.forEach(address -> bind(loop, address, loop.flows().access()::answer, "authentication"));
        acctAddresses.forEach(address -> bind(loop, address, loop.flows().accounting()::answer, "accounting"));
    }

    private void bind(Loop loop, InetSocketAddress address, Function<Datagram, Answer> flow, String purpose) {
        var bound = bootstrap(loop, address.getAddress())
                .handler(new SocketSetUp(address, flow, loop))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw ListenException.of(address, purpose, bound.cause());
        }
        loop.channels().add(bound.channel());
        bound.channel().closeFuture().addListener(_ -> closed(address));
    }

    private Bootstrap bootstrap(Loop loop, InetAddress address) {
        var family = address instanceof Inet4Address ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        var bootstrap = new Bootstrap()
                .group(loop.executor())
                .option(ChannelOption.SO_RCVBUF, settings.receiveBufferOctets())
                .option(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(SEND_QUEUE_OCTETS / 2, SEND_QUEUE_OCTETS));
        if (!Epoll.isAvailable()) {
            return bootstrap
                    .channelFactory(() -> new NioDatagramChannel(family))
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RadiusPacket.MAX_OCTETS));
        }
        // The payload size and a buffer of many of them turn recvmmsg on; the default would cut off at 2048 octets.
        return bootstrap
                .channelFactory(() -> new EpollDatagramChannel(family))
                .option(EpollChannelOption.SO_REUSEPORT, true)
                .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, RadiusPacket.MAX_OCTETS)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(RadiusPacket.MAX_OCTETS * BATCH));
    }

    private final class SocketSetUp extends ChannelInitializer<Channel> {
        private final InetSocketAddress address;
        private final Function<Datagram, Answer> flow;
        private final Loop loop;

        private SocketSetUp(InetSocketAddress address, Function<Datagram, Answer> flow, Loop loop) {
            this.address = address;
            this.flow = flow;
            this.loop = loop;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline()
                    .addLast(new FlushConsolidationHandler(FLUSHES_AT_ONCE, true))
                    .addLast(new PacketHandler(
                            address, flow, loop.flows().access(), loop.delayed(), worker, meters, ticker));
        }
    }

    private void closed(InetSocketAddress address) {
        if (state == State.RUNNING) {
            log.error("the socket on {} has closed by itself; NASes that ask there get no answer any more", address);
        }
    }

    private void warnOfSmallBuffer() {
        var channel = loops.getFirst().channels().getFirst();
        Integer granted = channel.config().getOption(ChannelOption.SO_RCVBUF);
        // Linux counts its own overhead in and so reports twice what it granted (socket(7)).
        int usable = granted == null ? 0 : Epoll.isAvailable() ? granted / 2 : granted;
        if (usable < settings.receiveBufferOctets()) {
            log.warn(
                    "The kernel grants {} octets of receive buffer instead of {}: when a whole city dials in at once,"
                            + " packets will be lost. Set net.core.rmem_max={} by sysctl and start again",
                    usable,
                    settings.receiveBufferOctets(),
                    settings.receiveBufferOctets());
        }
    }

    private void countKernelDrops(Set<Integer> ports) {
        FunctionCounter.builder("catraca.radius.kernel.drops", new KernelDrops(ports), KernelDrops::count)
                .description("Datagrams that the kernel dropped because a receive buffer was full")
                .register(registry);
    }

    /** Where Access-Requests are answered; the ports are the real ones. Empty before the start. */
    public synchronized List<InetSocketAddress> authAddresses() {
        return List.copyOf(authAddresses);
    }

    public synchronized List<InetSocketAddress> acctAddresses() {
        return List.copyOf(acctAddresses);
    }

    /** The port for authentication, the same on all addresses. */
    public synchronized int authPort() {
        return authAddresses.getFirst().getPort();
    }

    /** The port for accounting, the same on all addresses. */
    public synchronized int acctPort() {
        return acctAddresses.getFirst().getPort();
    }

    public synchronized boolean isRunning() {
        return state == State.RUNNING;
    }

    /** Reads no more, sends the rejects that wait, lets the worker finish, closes; in a few seconds at most. */
    public synchronized void stop() {
        if (state != State.RUNNING) {
            return;
        }
        state = State.STOPPED;
        loops.forEach(
                loop -> loop.channels().forEach(channel -> channel.config().setAutoRead(false)));
        worker.close();
        loops.forEach(loop -> await(loop.executor().submit(loop.delayed()::sendAll)));
        loops.forEach(loop -> loop.channels().forEach(channel -> await(channel.close())));
        loops.stream()
                .map(loop -> loop.executor().shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS))
                .toList()
                .forEach(RadiusServer::await);
        log.info("RADIUS has stopped; NASes turn to their next server");
    }

    private static void await(Future<?> step) {
        if (!step.awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS)) {
            log.warn("stopping RADIUS: a loop does not answer; going on without it");
        }
    }

    @Override
    public void close() {
        stop();
    }
}
