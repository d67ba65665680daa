package net.catraca.admin.simulator;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.tinyradius.core.RadiusPacketException;
import org.tinyradius.core.attribute.type.RadiusAttribute;
import org.tinyradius.core.packet.request.AccessRequestPap;
import org.tinyradius.core.packet.request.RadiusRequest;

/** A RADIUS server of a page, that does what a test tells it. It answers on one port for both. */
final class FakeServer implements AutoCloseable {

    static final String SECRET = "a secret of some length";

    /** What came, in order. */
    final List<Received> received = new CopyOnWriteArrayList<>();

    /** Logins that are rejected. */
    volatile List<String> rejected = List.of();

    /** Attributes of an Access-Accept, encoded. */
    volatile byte[] profile = new byte[0];

    /** What an answer becomes on its way, null for nothing. */
    volatile UnaryOperator<byte[]> tampering = answer -> answer;

    /** When set, answers are not remembered, and this runs before each. */
    volatile @Nullable Runnable forgetful;

    /** How often the first transmissions of a request go unanswered. */
    volatile int deafFor;

    private final Map<ByteBuffer, Integer> heard = new ConcurrentHashMap<>();
    private final Map<ByteBuffer, byte[]> answers = new ConcurrentHashMap<>();
    private final DatagramSocket socket;

    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    record Received(byte[] octets, int port, RadiusRequest request) {

        int code() {
            return octets[0];
        }

        byte[] first(int type) {
            return request.getAttributes().stream()
                    .filter(attribute -> attribute.getType() == type)
                    .map(RadiusAttribute::getValue)
                    .findFirst()
                    .orElse(new byte[0]);
        }

        String text(int type) {
            return new String(first(type), StandardCharsets.UTF_8);
        }

        long number(int type) {
            byte[] value = first(type);
            return value.length == 4 ? ByteBuffer.wrap(value).getInt() & 0xffff_ffffL : -1;
        }

        /** Acct-Status-Type. */
        long status() {
            return number(40);
        }
    }

    FakeServer() throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofPlatform().name("fake-server").daemon().start(this::serve);
    }

    int port() {
        return socket.getLocalPort();
    }

    List<Received> records(long status) {
        return received.stream()
                .filter(one -> one.code() == 4 && one.status() == status)
                .toList();
    }

    private void serve() {
        byte[] buffer = new byte[4096];
        while (!socket.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] octets = Arrays.copyOf(buffer, packet.getLength());
                byte[] answer = answer(octets, packet.getPort());
                if (answer != null) {
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (SocketException closed) {
                return;
            } catch (IOException | RadiusPacketException | GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }

    private byte @Nullable [] answer(byte[] octets, int port) throws RadiusPacketException, GeneralSecurityException {
        var request = RadiusRequest.fromByteBuf(RequestWriter.DICTIONARY, Unpooled.wrappedBuffer(octets))
                .decodeRequest(SECRET);
        received.add(new Received(octets, port, request));
        var key = ByteBuffer.wrap(octets);
        if (heard.merge(key, 1, Integer::sum) <= deafFor) {
            return null;
        }
        Runnable beforeEach = forgetful;
        if (beforeEach != null) {
            answers.remove(key);
            beforeEach.run();
        }
        byte[] known = answers.get(key);
        byte[] answer = known == null ? fresh(octets, request) : known;
        answers.put(key, answer);
        return tampering.apply(answer.clone());
    }

    private byte[] fresh(byte[] octets, RadiusRequest request) throws GeneralSecurityException {
        if (octets[0] == 4) {
            return signed((byte) 5, octets, new byte[0], false);
        }
        String login = new Received(octets, 0, request).text(1);
        boolean right = !(request instanceof AccessRequestPap pap)
                || pap.getPassword().orElse("").equals(login + "-pass");
        boolean accepted = right && !rejected.contains(login);
        return signed((byte) (accepted ? 2 : 3), octets, accepted ? profile : new byte[0], true);
    }

    /** With a Message-Authenticator first where wanted. */
    private static byte[] signed(byte code, byte[] request, byte[] attributes, boolean messageAuthenticator)
            throws GeneralSecurityException {
        int own = messageAuthenticator ? 18 : 0;
        var out = ByteBuffer.allocate(20 + own + attributes.length)
                .put(code)
                .put(request[1])
                .putShort((short) (20 + own + attributes.length))
                .put(request, 4, 16);
        if (messageAuthenticator) {
            out.put((byte) 80).put((byte) 18).put(new byte[16]);
        }
        out.put(attributes);
        if (messageAuthenticator) {
            var mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacMD5"));
            out.put(22, mac.doFinal(out.array()));
        }
        var md5 = MessageDigest.getInstance("MD5");
        md5.update(out.array());
        out.put(4, md5.digest(SECRET.getBytes(StandardCharsets.UTF_8)));
        return out.array();
    }

    /** A CoA-Request (43) or Disconnect-Request (40), as octets. */
    static byte[] dynamicAuthorization(int code, int identifier, String sessionId, byte[]... attributes)
            throws GeneralSecurityException {
        var all = new ArrayList<byte[]>();
        all.add(attribute(44, sessionId.getBytes(StandardCharsets.UTF_8)));
        all.addAll(Arrays.asList(attributes));
        int length = 20 + all.stream().mapToInt(one -> one.length).sum();
        var out = ByteBuffer.allocate(length)
                .put((byte) code)
                .put((byte) identifier)
                .putShort((short) length)
                .put(new byte[16]);
        all.forEach(out::put);
        var md5 = MessageDigest.getInstance("MD5");
        md5.update(out.array());
        out.put(4, md5.digest(SECRET.getBytes(StandardCharsets.UTF_8)));
        return out.array();
    }

    static byte[] attribute(int type, byte[] value) {
        return ByteBuffer.allocate(2 + value.length)
                .put((byte) type)
                .put((byte) (2 + value.length))
                .put(value)
                .array();
    }

    static byte[] mikrotik(int type, String value) {
        byte[] inner = attribute(type, value.getBytes(StandardCharsets.UTF_8));
        return attribute(
                26,
                ByteBuffer.allocate(4 + inner.length).putInt(14988).put(inner).array());
    }

    static byte[] together(byte[]... attributes) {
        var out = ByteBuffer.allocate(
                Arrays.stream(attributes).mapToInt(one -> one.length).sum());
        for (byte[] attribute : attributes) {
            out.put(attribute);
        }
        return out.array();
    }

    @Override
    public void close() {
        socket.close();
    }
}
