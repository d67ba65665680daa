package net.catraca.admin.simulator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.catraca.admin.simulator.PacketCheck.Finding;
import net.catraca.admin.simulator.RequestWriter.Written;
import net.catraca.admin.simulator.SimulationSettings.Network;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of a NAS towards one port of the server. Each has 256 identifiers; when all are taken another socket is
 * opened, as large routers do. Retransmissions are the same octets from the same socket (RFC 5080 §2.2.1). Used by one
 * thread.
 */
final class RequestPorts {

    /** 16,384 requests in flight; more wait here. A kernel has some 28,000 ephemeral ports for everything. */
    private static final int MOST_PORTS = 64;

    private static final int RECEIVE_BUFFER = 1 << 19;
    private static final long LONGEST_TIMEOUT = Duration.ofSeconds(16).toNanos();
    /** An identifier that was sent more than once rests so long: a late answer must not meet another request. */
    private static final long REST = Duration.ofSeconds(10).toNanos();

    private static final int MOST_DELAY_MILLIS = 400;
    private static final int AT_ONCE = 64;

    private final NasSettings nas;
    private final InetSocketAddress server;
    private final boolean signedAnswers;
    private final Network network;
    private final Agenda agenda;
    private final Selector selector;
    private final Tally tally;
    private final PacketCheck check;
    private final ArrayDeque<Slot> free = new ArrayDeque<>();
    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    private final List<Port> ports = new ArrayList<>();
    private long open;
    private final ByteBuffer buffer = ByteBuffer.allocate(65_536);

    /** An identifier of a socket, and the last request that bore it. */
    static final class Slot {
        final Port port;
        final int identifier;

        @Nullable
        Exchange exchange;

        @Nullable
        Written request;

        byte @Nullable [] answer;

        Slot(Port port, int identifier) {
            this.port = port;
            this.identifier = identifier;
        }
    }

    /** A socket; the selector hands itself back. */
    final class Port implements ReadySocket {
        private final DatagramChannel channel;
        private final Slot[] slots = new Slot[256];

        Port(DatagramChannel channel) {
            this.channel = channel;
            for (int identifier = 0; identifier < slots.length; identifier++) {
                slots[identifier] = new Slot(this, identifier);
            }
        }

        @Override
        public void read(long now) throws IOException {
            for (int i = 0; i < AT_ONCE; i++) {
                byte[] octets = next();
                if (octets == null) {
                    return;
                }
                received(this, octets, now);
            }
        }

        private byte @Nullable [] next() throws IOException {
            buffer.clear();
            try {
                if (channel.read(buffer) <= 0) {
                    return null;
                }
            } catch (PortUnreachableException _) {
                // Nobody listens: the request goes unanswered, as it would across a network.
                tally.unreachable++;
                return null;
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        }

        private void write(byte[] octets) {
            try {
                channel.write(ByteBuffer.wrap(octets));
            } catch (IOException _) {
                // A full socket or an unreachable port: lost, as any datagram may be; the retransmission follows.
                tally.unreachable++;
            }
        }
    }

    /** @param signedAnswers whether answers must hold a Message-Authenticator */
    RequestPorts(
            NasSettings nas,
            InetSocketAddress server,
            boolean signedAnswers,
            Network network,
            Agenda agenda,
            Selector selector,
            Tally tally) {
        this.nas = nas;
        this.server = server;
        this.signedAnswers = signedAnswers;
        this.network = network;
        this.agenda = agenda;
        this.selector = selector;
        this.tally = tally;
        this.check = new PacketCheck(nas.secret());
    }

    /** How many requests are without an answer and not given up. */
    long open() {
        return open;
    }

    /** A router that restarts knows nothing of what it had asked. */
    void forget() {
        long now = System.nanoTime();
        var forgotten = new ArrayList<>(waiting);
        waiting.clear();
        for (Port port : ports) {
            for (Slot slot : port.slots) {
                Exchange exchange = slot.exchange;
                if (exchange != null && !exchange.over && exchange.slot == slot) {
                    forgotten.add(exchange);
                    agenda.at(now + REST, () -> release(slot, System.nanoTime()));
                }
            }
        }
        for (Exchange exchange : forgotten) {
            finish(exchange);
            tally.forgotten++;
            exchange.outcome.unanswered();
        }
    }

    private void finish(Exchange exchange) {
        exchange.over = true;
        open--;
    }

    void submit(Exchange exchange, long now) {
        open++;
        Slot slot = freeSlot();
        if (slot == null) {
            waiting.add(exchange);
        } else {
            send(exchange, slot, now);
        }
    }

    private @Nullable Slot freeSlot() {
        if (free.isEmpty() && ports.size() < MOST_PORTS) {
            openPort();
        }
        return free.poll();
    }

    private void openPort() {
        try {
            var channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            channel.bind(new InetSocketAddress(nas.source(), 0));
            channel.connect(server);
            channel.configureBlocking(false);
            var port = new Port(channel);
            channel.register(selector, SelectionKey.OP_READ, port);
            ports.add(port);
            free.addAll(Arrays.asList(port.slots));
        } catch (IOException e) {
            throw new SimulationException(
                    "NAS " + nas.name() + " cannot send from " + nas.source().getHostAddress() + " to " + server, e);
        }
    }

    private void send(Exchange exchange, Slot slot, long now) {
        exchange.slot = slot;
        slot.exchange = exchange;
        slot.answer = null;
        Written request = exchange.writer.apply(slot.identifier);
        slot.request = request;
        if (exchange.sent == 0) {
            exchange.firstSentNanos = now;
        }
        transmit(exchange, slot, request, now);
    }

    private void transmit(Exchange exchange, Slot slot, Written request, long now) {
        exchange.sent++;
        tally.sent++;
        if (exchange.sent > 1) {
            tally.retransmitted++;
        }
        put(exchange, slot.port, request.octets(), now);
        agenda.at(now + timeout(exchange), () -> timedOut(exchange));
    }

    private void put(Exchange exchange, Port port, byte[] octets, long now) {
        if (network.isGood()) {
            port.write(octets);
            return;
        }
        SplittableRandom luck = exchange.luck;
        if (happens(luck, network.duplicated())) {
            tally.duplicated++;
            port.write(octets);
        }
        if (happens(luck, network.lostRequests())) {
            tally.lostRequests++;
        } else if (happens(luck, network.reordered())) {
            tally.reordered++;
            agenda.at(now + Duration.ofMillis(luck.nextLong(MOST_DELAY_MILLIS)).toNanos(), () -> port.write(octets));
        } else {
            port.write(octets);
        }
    }

    private static boolean happens(SplittableRandom luck, double ofHundred) {
        return ofHundred > 0 && luck.nextDouble() * 100 < ofHundred;
    }

    /** RFC 5080 §2.2.1: doubling, with a tenth of jitter, so that a city does not ask in step. */
    private long timeout(Exchange exchange) {
        long doubled = network.timeout().toNanos() << Math.min(exchange.sent - 1, 10);
        return (long) (Math.min(doubled, LONGEST_TIMEOUT) * exchange.luck.nextDouble(0.9, 1.1));
    }

    private void timedOut(Exchange exchange) {
        Slot slot = exchange.slot;
        if (exchange.over || slot == null || slot.request == null) {
            return;
        }
        long now = System.nanoTime();
        if (exchange.sent > exchange.retries) {
            finish(exchange);
            tally.unanswered++;
            free(slot, now);
            exchange.outcome.unanswered();
        } else if (exchange.newFormEachTime) {
            free(slot, now);
            Slot other = freeSlot();
            if (other == null) {
                exchange.slot = null;
                waiting.addFirst(exchange);
            } else {
                send(exchange, other, now);
            }
        } else {
            transmit(exchange, slot, slot.request, now);
        }
    }

    private void free(Slot slot, long now) {
        if (slot.exchange != null && slot.exchange.sent == 1 && network.duplicated() == 0) {
            release(slot, now);
        } else {
            agenda.at(now + REST, () -> release(slot, System.nanoTime()));
        }
    }

    private void release(Slot slot, long now) {
        Exchange next = waiting.poll();
        if (next == null) {
            free.add(slot);
        } else {
            send(next, slot, now);
        }
    }

    private void received(Port port, byte[] octets, long now) {
        tally.received++;
        Slot slot = octets.length < 2 ? null : port.slots[octets[1] & 0xff];
        if (slot == null || slot.exchange == null || slot.request == null) {
            tally.strayAnswers++;
            return;
        }
        Exchange exchange = slot.exchange;
        if (happens(exchange.luck, network.lostAnswers())) {
            tally.lostAnswers++;
            return;
        }
        Finding finding = check.answer(octets, slot.request.authenticator(), signedAnswers);
        tally.count(finding, nas, octets);
        if (isRefused(finding)) {
            return;
        }
        if (slot.answer == null) {
            slot.answer = octets;
            first(exchange, slot, slot.request, octets, now);
        } else if (Arrays.equals(slot.answer, octets)) {
            tally.repeatedAnswers++;
        } else {
            tally.differingAnswers++;
            tally.problem("NAS " + nas.name() + ": a retransmission of request " + slot.identifier + " from port "
                    + slot.port.channel.socket().getLocalPort() + " got another answer than the request before it");
        }
    }

    private static boolean isRefused(Finding finding) {
        return switch (finding) {
            case MALFORMED, BAD_AUTHENTICATOR, BAD_MESSAGE_AUTHENTICATOR, NO_MESSAGE_AUTHENTICATOR -> true;
            case GENUINE, LATE_MESSAGE_AUTHENTICATOR -> false;
        };
    }

    private void first(Exchange exchange, Slot slot, Written request, byte[] octets, long now) {
        boolean current = exchange.slot == slot && !exchange.over;
        if (!exchange.answered) {
            if (exchange.over) {
                tally.lateAnswers++;
            }
            exchange.answered = true;
            tally.answered(octets[0], now - exchange.firstSentNanos);
            exchange.outcome.answered(octets, request);
        }
        if (!exchange.over) {
            finish(exchange);
        }
        if (current) {
            free(slot, now);
        }
    }

    void close() {
        ports.forEach(port -> Closing.quietly(port.channel));
    }
}
