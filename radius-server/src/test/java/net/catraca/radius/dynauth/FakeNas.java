package net.catraca.radius.dynauth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A NAS that listens for CoA and Disconnect on loopback and does as the test says. It reads and signs packets with code
 * of its own, so that a mistake of ours cannot hide in it. A request that is not signed right is an error of the test.
 */
public final class FakeNas implements AutoCloseable {

    private final DatagramSocket socket;
    private final InetSocketAddress address;
    private final byte[] secret;
    private final List<Request> received = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private volatile Function<Request, List<byte[]>> behaviour = Request::acknowledged;

    public FakeNas(String secret) throws IOException {
        this(secret, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public FakeNas(String secret, InetSocketAddress listen) throws IOException {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
        this.socket = new DatagramSocket(listen);
        this.address = (InetSocketAddress) socket.getLocalSocketAddress();
        this.socket.setReceiveBufferSize(4 << 20);
        Thread.ofPlatform().name("fake-nas").daemon().start(this::serve);
    }

    /** From now on; null as an answer, or an empty list, is silence. */
    public void behave(Function<Request, List<byte[]>> how) {
        behaviour = how;
    }

    public void acknowledge() {
        behave(Request::acknowledged);
    }

    public void ignore() {
        behave(_ -> List.of());
    }

    public void refuse(@Nullable Integer errorCause) {
        behave(request -> request.refused(errorCause));
    }

    public InetSocketAddress address() {
        return address;
    }

    /** All datagrams. */
    public List<Request> received() {
        return List.copyOf(received);
    }

    /** Without those that only repeat the octets of one before: on a busy machine an answer may come after its time. */
    public List<Request> requests() {
        var seen = new HashSet<ByteBuffer>();
        return received.stream()
                .filter(request -> seen.add(ByteBuffer.wrap(request.octets)))
                .toList();
    }

    /** As if nothing had been received. */
    public void forget() {
        received.clear();
    }

    /** Answers late, or once more. */
    public void send(Request request, List<byte[]> answers) {
        try {
            for (var answer : answers) {
                socket.send(new DatagramPacket(answer, answer.length, request.from));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was wrong with requests; empty when all were signed right. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    private void serve() {
        var buffer = new byte[4096];
        while (!socket.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                var request = new Request(
                        Arrays.copyOf(packet.getData(), packet.getLength()),
                        (InetSocketAddress) packet.getSocketAddress(),
                        System.nanoTime());
                check(request);
                received.add(request);
                for (var answer : behaviour.apply(request)) {
                    socket.send(new DatagramPacket(answer, answer.length, request.from));
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void check(Request request) {
        var copy = request.octets.clone();
        Arrays.fill(copy, 4, 20, (byte) 0);
        if (!Arrays.equals(md5(copy, secret), Arrays.copyOfRange(request.octets, 4, 20))) {
            complaints.add("wrong Request Authenticator");
        }
        if (copy[20] != 80 || copy[21] != 18) {
            complaints.add("Message-Authenticator is not first");
            return;
        }
        Arrays.fill(copy, 22, 38, (byte) 0);
        if (!Arrays.equals(hmac(copy), Arrays.copyOfRange(request.octets, 22, 38))) {
            complaints.add("wrong Message-Authenticator");
        }
    }

    private byte[] hmac(byte[] octets) {
        try {
            var mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(secret, "HmacMD5"));
            return mac.doFinal(octets);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] md5(byte[] octets, byte[] secret) {
        try {
            var digest = MessageDigest.getInstance("MD5");
            digest.update(octets);
            return digest.digest(secret);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** An attribute as it stands in a packet. */
    public record Attribute(int type, String hex) {}

    /** What arrived. */
    public final class Request {
        public final byte[] octets;
        public final InetSocketAddress from;
        public final long atNanos;

        private Request(byte[] octets, InetSocketAddress from, long atNanos) {
            this.octets = octets;
            this.from = from;
            this.atNanos = atNanos;
        }

        public int code() {
            return octets[0] & 0xff;
        }

        public int identifier() {
            return octets[1] & 0xff;
        }

        public List<Integer> types() {
            var types = new ArrayList<Integer>();
            for (int at = 20; at < octets.length; at += octets[at + 1] & 0xff) {
                types.add(octets[at] & 0xff);
            }
            return types;
        }

        /** The value of the first attribute of that type, or null. */
        public byte @Nullable [] value(int type) {
            for (int at = 20; at < octets.length; at += octets[at + 1] & 0xff) {
                if ((octets[at] & 0xff) == type) {
                    return Arrays.copyOfRange(octets, at + 2, at + (octets[at + 1] & 0xff));
                }
            }
            return null;
        }

        public String text(int type) {
            var value = value(type);
            return value == null ? "" : new String(value, StandardCharsets.UTF_8);
        }

        public List<byte[]> acknowledged() {
            return List.of(answer(code() + 1, new byte[0], secret));
        }

        public List<byte[]> refused(@Nullable Integer errorCause) {
            return List.of(answer(
                    code() + 2,
                    errorCause == null
                            ? new byte[0]
                            : ByteBuffer.allocate(6)
                                    .put((byte) 101)
                                    .put((byte) 6)
                                    .putInt(errorCause)
                                    .array(),
                    secret));
        }

        /** Signed with that secret, with a Message-Authenticator in front. */
        public byte[] answer(int code, byte[] attributes, byte[] key) {
            var answer = ByteBuffer.allocate(38 + attributes.length)
                    .put((byte) code)
                    .put(octets[1])
                    .putShort((short) (38 + attributes.length))
                    .put(octets, 4, 16)
                    .put((byte) 80)
                    .put((byte) 18)
                    .put(new byte[16])
                    .put(attributes)
                    .array();
            System.arraycopy(hmac(answer), 0, answer, 22, 16);
            System.arraycopy(md5(answer, key), 0, answer, 4, 16);
            return answer;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
