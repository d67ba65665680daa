package net.catraca.radius;

import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.function.Function;
import net.catraca.radius.accounting.Journal;
import net.catraca.radius.flow.AccessFlow;
import net.catraca.radius.flow.AccountingFlow;
import net.catraca.radius.flow.Answer;
import net.catraca.radius.flow.Datagram;
import net.catraca.radius.flow.RadiusMeters;
import net.catraca.radius.packet.Drop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries datagrams of one socket to a flow, and its answers back: now, later, after the worker, or never. */
final class PacketHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(PacketHandler.class);

    private final InetSocketAddress local;
    private final Function<Datagram, Answer> flow;
    private final AccessFlow accessFlow;
    private final DelayedReplies delayed;
    private final HashWorker worker;
    private final RadiusMeters meters;
    private final Ticker ticker;

    /**
     * @param flow of this socket's port
     * @param accessFlow of this loop, to which delayed and pending answers go back
     */
    PacketHandler(
            InetSocketAddress local,
            Function<Datagram, Answer> flow,
            AccessFlow accessFlow,
            DelayedReplies delayed,
            HashWorker worker,
            RadiusMeters meters,
            Ticker ticker) {
        this.local = local;
        this.flow = flow;
        this.accessFlow = accessFlow;
        this.delayed = delayed;
        this.worker = worker;
        this.meters = meters;
        this.ticker = ticker;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var packet = (DatagramPacket) message;
        long arrivedAt = ticker.read();
        meters.received();
        try {
            var answer =
                    flow.apply(new Datagram(packet.content(), new Datagram.Origin(packet.sender(), local, arrivedAt)));
            deliver(context, packet.sender(), answer, arrivedAt);
        } finally {
            packet.release();
        }
    }

    private void deliver(ChannelHandlerContext context, InetSocketAddress nas, Answer answer, long arrivedAt) {
        switch (answer) {
            case Answer.Reply(var octets) -> {
                send(context, nas, octets);
                meters.took(ticker.read() - arrivedAt);
            }
            case Answer.DelayedReply later -> {
                delayed.send(later.delayMillis(), () -> sendDue(context, nas, later));
                meters.took(ticker.read() - arrivedAt);
            }
            case Answer.Pending(var waiting) ->
                worker.submit(accessFlow, waiting, context.channel().eventLoop(), answered -> {
                    deliver(context, nas, answered, arrivedAt);
                    context.flush();
                });
            case Answer.Journaled(var waiting) ->
                waiting.keep(kept -> whenKept(context, nas, waiting, kept, arrivedAt));
            case Answer.Silence _ -> {}
        }
    }

    /** On the journal's thread. A loop that has stopped takes nothing more: the NAS asks the next server. */
    private void whenKept(
            ChannelHandlerContext context,
            InetSocketAddress nas,
            AccountingFlow.Waiting waiting,
            Journal.Kept kept,
            long arrivedAt) {
        var loop = context.channel().eventLoop();
        if (loop.isShuttingDown()) {
            return;
        }
        loop.execute(() -> {
            deliver(context, nas, waiting.answer(kept), arrivedAt);
            context.flush();
        });
    }

    private void sendDue(ChannelHandlerContext context, InetSocketAddress nas, Answer.DelayedReply later) {
        byte[] octets = accessFlow.due(later);
        if (octets != null) {
            send(context, nas, octets);
            context.flush();
        }
    }

    private void send(ChannelHandlerContext context, InetSocketAddress nas, byte[] octets) {
        if (!context.channel().isWritable()) {
            meters.dropped(Drop.SEND_QUEUE_FULL);
            return;
        }
        var content = context.alloc().directBuffer(octets.length).writeBytes(octets);
        // A failure comes to exceptionCaught: the promise is void.
        var _ = context.write(new DatagramPacket(content, nas), context.voidPromise());
    }

    /** Answers of one batch of datagrams leave in one batch, too (sendmmsg). */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    /** An unreachable NAS, a firewall's refusal: of one datagram, not of the socket, which stays open. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.debug("a datagram on {} was lost; the socket stays open", local, cause);
        meters.socketError();
    }
}
