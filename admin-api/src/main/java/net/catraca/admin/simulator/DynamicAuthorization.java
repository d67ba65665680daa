package net.catraca.admin.simulator;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.catraca.admin.simulator.PacketCheck.Finding;
import org.jspecify.annotations.Nullable;
import org.tinyradius.core.RadiusPacketException;
import org.tinyradius.core.packet.request.RadiusRequest;
import org.tinyradius.core.packet.response.RadiusResponse;

/** The side of RFC 5176 that is a router. Used by one thread. */
final class DynamicAuthorization implements ReadySocket {

    private static final byte DISCONNECT_REQUEST = 40;
    private static final byte COA_REQUEST = 43;
    /** From a request's code to that of its acknowledgement, and of its refusal. */
    private static final int TO_ACK = 1;

    private static final int TO_NAK = 2;

    private static final int ERROR_CAUSE = 101;
    private static final int UNSUPPORTED_ATTRIBUTE = 401;
    private static final int MISSING_ATTRIBUTE = 402;
    private static final int NO_SESSION = 503;
    /** RFC 5176 §6.3: older and newer ones are dropped. */
    private static final int MOST_SECONDS_OFF = 300;

    /** Answers kept for retransmissions: more than a server may have in flight to one NAS. */
    private static final int MOST_KEPT = 4096;

    private static final int AT_ONCE = 64;

    private final SimulatedNas nas;
    private final DatagramChannel channel;
    private final PacketCheck check;
    private final ByteBuffer buffer = ByteBuffer.allocate(65_536);

    /** The answer to a request; an empty one while it is worked on. */
    private final Map<Key, byte[]> answers = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, byte[]> eldest) {
            return size() > MOST_KEPT;
        }
    };

    private record Key(SocketAddress from, ByteBuffer octets) {}

    private DynamicAuthorization(SimulatedNas nas, DatagramChannel channel) {
        this.nas = nas;
        this.channel = channel;
        this.check = new PacketCheck(nas.settings.secret());
    }

    static DynamicAuthorization listen(SimulatedNas nas, Selector selector) {
        var address = new InetSocketAddress(nas.settings.source(), nas.settings.coaPort());
        try {
            var channel = DatagramChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
            channel.bind(address);
            channel.configureBlocking(false);
            var listening = new DynamicAuthorization(nas, channel);
            channel.register(selector, SelectionKey.OP_READ, listening);
            return listening;
        } catch (IOException e) {
            throw new SimulationException(
                    "NAS " + nas.settings.name() + " cannot listen for CoA on " + address + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void read(long now) throws IOException {
        for (int i = 0; i < AT_ONCE; i++) {
            buffer.clear();
            SocketAddress from = channel.receive(buffer);
            if (from == null) {
                return;
            }
            received(Arrays.copyOf(buffer.array(), buffer.position()), from, now);
        }
    }

    private void received(byte[] octets, SocketAddress from, long now) {
        var tally = nas.world.tally();
        if (nas.isDown()) {
            return;
        }
        if (check.request(octets) != Finding.GENUINE || (octets[0] != COA_REQUEST && octets[0] != DISCONNECT_REQUEST)) {
            tally.coaForged++;
            tally.problem("NAS " + nas.settings.name() + " got a CoA or Disconnect that is not in order");
            return;
        }
        var key = new Key(from, ByteBuffer.wrap(octets));
        byte[] known = answers.get(key);
        if (known != null) {
            tally.coaRetransmitted++;
            send(known, from);
            return;
        }
        tally.coaReceived++;
        switch (nas.coa()) {
            case CoaBehaviour.Silent() -> tally.coaSilent++;
            case CoaBehaviour.Slow(var after) -> {
                answers.put(key, new byte[0]);
                nas.world.agenda().at(now + after.toNanos(), () -> answer(key, octets, from));
            }
            case CoaBehaviour.Obey() -> answer(key, octets, from);
            case CoaBehaviour.Ignore() -> answer(key, octets, from);
            case CoaBehaviour.Nak(int _) -> answer(key, octets, from);
            case CoaBehaviour.NakCoa(int _) -> answer(key, octets, from);
        }
    }

    private void answer(Key key, byte[] octets, SocketAddress from) {
        try {
            var request = RadiusRequest.fromByteBuf(RequestWriter.DICTIONARY, RequestWriter.wrapped(octets));
            var told = Told.read(nas.settings.model(), request.getAttributes());
            if (told.eventTime != null && isFarOff(told.eventTime)) {
                nas.world.tally().problem("NAS " + nas.settings.name() + " got a CoA with a far-off Event-Timestamp");
                answers.remove(key);
                return;
            }
            int refusal = refusal(octets[0], told);
            byte[] answer = refusal == 0 ? obey(octets, told) : nak(octets, refusal);
            answers.put(key, answer);
            send(answer, from);
        } catch (RadiusPacketException | RuntimeException e) {
            answers.remove(key);
            nas.world.tally().problem("NAS " + nas.settings.name() + " cannot read a CoA: " + e);
        }
    }

    private boolean isFarOff(long eventTime) {
        return Math.abs(nas.world.clock().instant().getEpochSecond() - eventTime) > MOST_SECONDS_OFF;
    }

    /** The Error-Cause with which it is refused, 0 when it is not. */
    private int refusal(byte code, Told told) {
        if (told.proxyState) {
            nas.world.tally().proxyStates++;
        }
        if (nas.coa() instanceof CoaBehaviour.Nak(int errorCause)) {
            return errorCause;
        }
        if (nas.coa() instanceof CoaBehaviour.NakCoa(int errorCause) && code == COA_REQUEST) {
            return errorCause;
        }
        // RFC 5176 §3: all of it is mandatory to the NAS, and a Disconnect only says which session.
        if (!told.unknown.isEmpty() || (code == DISCONNECT_REQUEST && !told.policy.isEmpty())) {
            nas.world
                    .tally()
                    .problem("NAS " + nas.settings.name() + " was sent what it does not understand: " + told.unknown
                            + (code == DISCONNECT_REQUEST ? told.policy.keySet() : ""));
            return UNSUPPORTED_ATTRIBUTE;
        }
        if (told.sessionId == null) {
            return MISSING_ATTRIBUTE;
        }
        return target(told) == null ? NO_SESSION : 0;
    }

    private @Nullable Line target(Told told) {
        Line line = told.sessionId == null ? null : nas.find(told.sessionId);
        boolean other = line != null && told.login != null && !told.login.equals(line.account.login());
        return other ? null : line;
    }

    private byte[] obey(byte[] octets, Told told) throws RadiusPacketException {
        var tally = nas.world.tally();
        byte[] answer = response(octets, TO_ACK, List.of());
        if (nas.coa() instanceof CoaBehaviour.Ignore) {
            tally.coaIgnored++;
            return answer;
        }
        tally.coaObeyed++;
        Line line = target(told);
        if (line != null && octets[0] == DISCONNECT_REQUEST) {
            tally.disconnects++;
            line.end(RecordFacts.ADMIN_RESET);
        } else if (line != null) {
            line.change(told, System.nanoTime());
        }
        return answer;
    }

    private byte[] nak(byte[] octets, int errorCause) throws RadiusPacketException {
        nas.world.tally().nak(errorCause);
        return response(
                octets,
                TO_NAK,
                List.of(ByteBuffer.allocate(4).putInt(errorCause).array()));
    }

    private byte[] response(byte[] request, int step, List<byte[]> errorCauses) throws RadiusPacketException {
        var attributes = errorCauses.stream()
                .map(value -> RequestWriter.DICTIONARY.createAttribute(-1, ERROR_CAUSE, value))
                .toList();
        return RadiusResponse.create(RequestWriter.DICTIONARY, (byte) (request[0] + step), request[1], null, attributes)
                .encodeResponse(nas.settings.secret(), Arrays.copyOfRange(request, 4, 20))
                .toBytes();
    }

    private void send(byte[] answer, SocketAddress to) {
        if (answer.length == 0) {
            return;
        }
        try {
            channel.send(ByteBuffer.wrap(answer), to);
        } catch (IOException _) {
            // Lost, as any datagram may be.
            nas.world.tally().unreachable++;
        }
    }

    void close() {
        Closing.quietly(channel);
    }
}
