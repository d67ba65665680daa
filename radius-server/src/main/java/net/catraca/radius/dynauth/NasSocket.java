package net.catraca.radius.dynauth;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.PortUnreachableException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import net.catraca.radius.dynauth.DynauthMeters.Discard;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.AttributeWriter;
import net.catraca.radius.packet.Decoding.Decoded;
import net.catraca.radius.packet.Decoding.Malformed;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.PacketCodec;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.SignedRequest;
import org.jspecify.annotations.Nullable;

/**
 * One socket towards one NAS: its 256 identifiers and what waits for an answer. It is connected, so that the kernel
 * keeps other senders out and tells when nobody listens there. Belongs to the client's event loop.
 */
final class NasSocket extends SimpleChannelInboundHandler<DatagramPacket> {

    /** RFC 5176 §6.3: how far an Event-Timestamp may be from now. */
    private static final long TIMESTAMP_WINDOW_SECONDS = 300;

    private final Retransmission timing;
    private final DynauthMeters meters;
    private final Digests digests;
    private final RandomGenerator random;
    private final Clock clock;
    private final Identifiers identifiers;
    private final @Nullable InFlight[] inFlight = new @Nullable InFlight[Identifiers.ALL];
    private @Nullable ChannelFuture connected;
    private long usedAtNanos;

    NasSocket(Retransmission timing, DynauthMeters meters, Digests digests, RandomGenerator random, Clock clock) {
        this.timing = timing;
        this.meters = meters;
        this.digests = digests;
        this.random = random;
        this.clock = clock;
        this.identifiers = new Identifiers(random.nextInt(Identifiers.ALL));
    }

    /** A request that waits for its answer. */
    private static final class InFlight {
        private final Destination destination;
        private final DynauthRequest.Method method;
        private final RadiusPacket packet;
        private final Sending sending;
        private final Consumer<DynauthResult> whenKnown;
        private final long sentAtNanos = System.nanoTime();
        private int transmissions;
        private long waitMillis;
        private @Nullable ScheduledFuture<?> timer;

        private InFlight(
                Destination destination,
                DynauthRequest.Method method,
                RadiusPacket packet,
                Sending sending,
                Consumer<DynauthResult> whenKnown) {
            this.destination = destination;
            this.method = method;
            this.packet = packet;
            this.sending = sending;
            this.whenKnown = whenKnown;
        }

        private Duration age() {
            return Duration.ofNanos(System.nanoTime() - sentAtNanos);
        }
    }

    /** @param connecting ends when datagrams can be sent */
    void open(ChannelFuture connecting) {
        connected = connecting;
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                giveUpAll("no socket towards the NAS: " + done.cause().getMessage());
            }
        });
    }

    /** Takes the request unless all identifiers are in use. */
    boolean send(Destination destination, DynauthRequest request, Sending sending, Consumer<DynauthResult> whenKnown) {
        int identifier = identifiers.take();
        if (identifier == Identifiers.NONE) {
            return false;
        }
        usedAtNanos = System.nanoTime();
        var packet = SignedRequest.of(
                request.method().request,
                identifier,
                timestamped(request.attributes()),
                destination.messageAuthenticator(),
                destination.secret(),
                digests);
        var waiting = new InFlight(destination, request.method(), packet, sending, whenKnown);
        inFlight[identifier] = waiting;
        waiting.waitMillis = timing.first(random);
        connected().addListener(done -> {
            if (done.isSuccess()) {
                transmit(waiting);
            }
        });
        return true;
    }

    /** RFC 5176 §6.3. It is part of the octets, so a retransmission says the same. */
    private byte[] timestamped(byte[] attributes) {
        return new AttributeWriter()
                .addEncoded(attributes)
                .add(AttributeType.EVENT_TIMESTAMP, clock.instant().getEpochSecond())
                .toByteArray();
    }

    private void transmit(InFlight waiting) {
        if (inFlight[waiting.packet.identifier()] != waiting) {
            return;
        }
        if (waiting.sending.isOvertaken() && waiting.transmissions == 0) {
            finish(waiting, new DynauthResult.TimedOut(0));
            return;
        }
        meters.sent(waiting.transmissions > 0);
        waiting.transmissions++;
        var channel = channel();
        channel.writeAndFlush(Unpooled.wrappedBuffer(waiting.packet.octets())).addListener(sent -> {
            if (!sent.isSuccess()) {
                finish(waiting, new DynauthResult.Unreachable(words(sent.cause())));
            }
        });
        waitFor(waiting, waiting.waitMillis);
    }

    private void waitFor(InFlight waiting, long millis) {
        long left = timing.mostDurationMillis() - waiting.age().toMillis();
        waiting.timer = channel()
                .eventLoop()
                .schedule(() -> timeUp(waiting), Math.clamp(millis, 0, Math.max(0, left)), TimeUnit.MILLISECONDS);
    }

    private Channel channel() {
        return connected().channel();
    }

    private ChannelFuture connected() {
        if (connected == null) {
            throw new IllegalStateException("a socket that was never opened");
        }
        return connected;
    }

    private void timeUp(InFlight waiting) {
        boolean isTooLate = waiting.age().toMillis() >= timing.mostDurationMillis();
        if (waiting.sending.isOvertaken() && !isTooLate) {
            // What was sent may still arrive, and be answered; a retransmission would come after the newer request.
            waitFor(waiting, timing.mostDurationMillis());
        } else if (isTooLate || waiting.transmissions > timing.mostCount()) {
            finish(waiting, new DynauthResult.TimedOut(waiting.transmissions));
        } else {
            waiting.waitMillis = timing.after(waiting.waitMillis, random);
            transmit(waiting);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
        received(datagram.content());
    }

    private void received(ByteBuf octets) {
        switch (PacketCodec.decode(octets)) {
            case Malformed _ -> meters.discarded(Discard.MALFORMED);
            case Decoded(var answer) -> answered(answer);
        }
    }

    private void answered(RadiusPacket answer) {
        var waiting = inFlight[answer.identifier()];
        if (waiting == null) {
            meters.discarded(Discard.NOBODY_WAITS);
            return;
        }
        boolean acknowledged = answer.code() == waiting.method.acknowledgement;
        if (!acknowledged && answer.code() != waiting.method.refusal) {
            meters.discarded(Discard.WRONG_CODE);
        } else if (!digests.responseIsValid(answer, waiting.packet, waiting.destination.secret())) {
            // RFC 5176 §3.4: whoever answers so does not know the secret; the true answer may still come.
            meters.discarded(Discard.BAD_AUTHENTICATOR);
        } else if (isStale(answer)) {
            meters.discarded(Discard.STALE);
        } else {
            var took = waiting.age();
            meters.answered(took);
            finish(
                    waiting,
                    acknowledged
                            ? new DynauthResult.Acknowledged(took)
                            : new DynauthResult.Refused(errorCause(answer), took));
        }
    }

    private boolean isStale(RadiusPacket answer) {
        var timestamp = answer.integer(AttributeType.EVENT_TIMESTAMP);
        return timestamp.isPresent()
                && Math.abs(timestamp.getAsLong() - clock.instant().getEpochSecond()) > TIMESTAMP_WINDOW_SECONDS;
    }

    private static @Nullable Integer errorCause(RadiusPacket refusal) {
        var cause = refusal.integer(AttributeType.ERROR_CAUSE);
        // Beyond 16 bits nothing was ever assigned; a number out of range says as much as none.
        return cause.isPresent() && cause.getAsLong() <= 0xffff ? Integer.valueOf((int) cause.getAsLong()) : null;
    }

    private void finish(InFlight waiting, DynauthResult result) {
        int identifier = waiting.packet.identifier();
        if (inFlight[identifier] != waiting) {
            return;
        }
        inFlight[identifier] = null;
        identifiers.giveBack(identifier);
        if (waiting.timer != null) {
            waiting.timer.cancel(false);
        }
        waiting.whenKnown.accept(result);
    }

    /** What waits here is given up: nobody can answer any more. */
    void giveUpAll(String why) {
        for (var waiting : inFlight) {
            if (waiting != null) {
                finish(waiting, new DynauthResult.Unreachable(why));
            }
        }
    }

    /** An ICMP error names no request; it concerns all that are on their way to this port. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        giveUpAll(words(cause));
    }

    private static String words(Throwable cause) {
        var message = cause.getMessage();
        return cause instanceof PortUnreachableException || (message != null && message.contains("refused"))
                ? "nobody listens on the NAS's CoA port"
                : "the network refuses: " + message;
    }

    /** Whether nothing waits here and nothing was sent for that long. */
    boolean isIdle(Duration time) {
        return identifiers.allResting() && System.nanoTime() - usedAtNanos > time.toNanos();
    }

    /** Whether it can no longer send. */
    boolean isBroken() {
        return connected == null
                || (connected.isDone() && !(connected.isSuccess() && channel().isOpen()));
    }

    void close(String why) {
        giveUpAll(why);
        if (connected != null) {
            var _ = connected.channel().close();
        }
    }
}
