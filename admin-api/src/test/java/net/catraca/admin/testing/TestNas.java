package net.catraca.admin.testing;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A router on loopback that asks with PAP, written by the RFCs and from nothing of ours. */
public final class TestNas implements AutoCloseable {

    public static final int ACCEPT = 2;
    public static final int REJECT = 3;

    private final DatagramSocket socket;
    private final InetSocketAddress server;
    private final byte[] secret;
    private final SecureRandom random = new SecureRandom();
    private int identifier;

    public TestNas(int port, String secret) throws IOException {
        this.server = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** The octets of an answer, or nothing when there was none in time. */
    public Optional<byte[]> send(byte[] request, Duration patience) throws IOException {
        socket.send(new DatagramPacket(request, request.length, server));
        socket.setSoTimeout((int) patience.toMillis());
        var answer = new DatagramPacket(new byte[4096], 4096);
        try {
            do {
                socket.receive(answer);
            } while (answer.getData()[1] != request[1]); // a late answer to an earlier one
            return Optional.of(Arrays.copyOf(answer.getData(), answer.getLength()));
        } catch (SocketTimeoutException _) {
            return Optional.empty();
        }
    }

    /** The code of the answer, 0 for silence. */
    public int ask(String login, String password) throws IOException {
        return ask(login, password, Duration.ofSeconds(3));
    }

    /** The same with less patience. */
    public int ask(String login, String password, Duration patience) throws IOException {
        return send(pap(login, password), patience)
                .map(answer -> (int) answer[0])
                .orElse(0);
    }

    /** RFC 2865 §5.2, RFC 3579 §3.2. */
    public byte[] pap(String login, String password) {
        byte[] authenticator = new byte[16];
        random.nextBytes(authenticator);
        var packet = ByteBuffer.allocate(1024)
                .put((byte) 1)
                .put((byte) identifier++)
                .putShort((short) 0)
                .put(authenticator);
        int signatureAt = packet.position() + 2;
        attribute(packet, 80, new byte[16]);
        attribute(packet, 1, login.getBytes(StandardCharsets.UTF_8));
        attribute(packet, 2, hidden(password, authenticator));
        attribute(packet, 32, "test".getBytes(StandardCharsets.UTF_8));
        packet.putShort(2, (short) packet.position());
        byte[] octets = Arrays.copyOf(packet.array(), packet.position());
        try {
            var mac = Mac.getInstance("HmacMD5");
            mac.init(new SecretKeySpec(secret, "HmacMD5"));
            System.arraycopy(mac.doFinal(octets), 0, octets, signatureAt, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return octets;
    }

    private static void attribute(ByteBuffer packet, int type, byte[] value) {
        packet.put((byte) type).put((byte) (value.length + 2)).put(value);
    }

    private byte[] hidden(String password, byte[] authenticator) {
        byte[] clear = password.getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(clear, Math.max(16, (clear.length + 15) / 16 * 16));
        byte[] before = authenticator;
        for (int at = 0; at < padded.length; at += 16) {
            try {
                var md5 = MessageDigest.getInstance("MD5");
                md5.update(secret);
                byte[] mask = md5.digest(before);
                for (int i = 0; i < 16; i++) {
                    padded[at + i] ^= mask[i];
                }
                before = Arrays.copyOfRange(padded, at, at + 16);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
        return padded;
    }

    @Override
    public void close() {
        socket.close();
    }
}
