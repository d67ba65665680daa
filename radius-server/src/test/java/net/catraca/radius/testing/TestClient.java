package net.catraca.radius.testing;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.packet.RequestBuilder;

/** A NAS with one UDP socket on loopback. */
public final class TestClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;

    private final DatagramSocket socket;
    private final InetSocketAddress server;

    public TestClient(InetSocketAddress server) throws IOException {
        this.server = server;
        this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(loopback(server)), 0));
        this.socket.setReceiveBufferSize(4 << 20);
    }

    private static String loopback(InetSocketAddress server) {
        return server.getAddress().getAddress().length == 4 ? "127.0.0.1" : "::1";
    }

    public void send(byte[] octets) throws IOException {
        socket.send(new DatagramPacket(octets, octets.length, server));
    }

    /** The next datagram, and from where it came. */
    public DatagramPacket receive() throws IOException {
        return receive(Duration.ofMillis(PATIENCE_MILLIS))
                .orElseThrow(() -> new AssertionError("no answer within " + PATIENCE_MILLIS + " ms"));
    }

    public Optional<DatagramPacket> receive(Duration patience) throws IOException {
        socket.setSoTimeout((int) patience.toMillis());
        var packet = new DatagramPacket(new byte[4096], 4096);
        try {
            socket.receive(packet);
            return Optional.of(packet);
        } catch (SocketTimeoutException _) {
            return Optional.empty();
        }
    }

    public byte[] exchange(byte[] octets) throws IOException {
        send(octets);
        var packet = receive();
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    public RadiusPacket exchange(RadiusPacket request) throws IOException {
        return RequestBuilder.decoded(exchange(request.octets()));
    }

    @Override
    public void close() {
        socket.close();
    }
}
