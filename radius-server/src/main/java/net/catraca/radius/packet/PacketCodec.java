package net.catraca.radius.packet;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import net.catraca.radius.packet.Decoding.Decoded;
import net.catraca.radius.packet.Decoding.Malformed;
import org.jspecify.annotations.Nullable;

/** From octets to a well-framed packet. Throws for no input whatsoever. */
public final class PacketCodec {

    private PacketCodec() {}

    public static Decoding decode(byte[] datagram) {
        if (datagram.length < RadiusPacket.HEADER_OCTETS) {
            return new Malformed(Drop.TOO_SHORT);
        }
        int length = ((datagram[2] & 0xff) << 8) | (datagram[3] & 0xff);
        var misfit = misfit(length, datagram.length);
        // RFC 2865 §3: octets beyond Length are padding; ignore them rather than reject.
        return misfit != null ? misfit : framed(Arrays.copyOf(datagram, length));
    }

    /** The readable octets, which are copied: the buffer is neither moved nor released. */
    public static Decoding decode(ByteBuf datagram) {
        int available = datagram.readableBytes();
        if (available < RadiusPacket.HEADER_OCTETS) {
            return new Malformed(Drop.TOO_SHORT);
        }
        int length = datagram.getUnsignedShort(datagram.readerIndex() + 2);
        var misfit = misfit(length, available);
        if (misfit != null) {
            return misfit;
        }
        var octets = new byte[length];
        datagram.getBytes(datagram.readerIndex(), octets);
        return framed(octets);
    }

    private static @Nullable Malformed misfit(int length, int available) {
        if (length < RadiusPacket.HEADER_OCTETS || length > RadiusPacket.MAX_OCTETS) {
            return new Malformed(Drop.BAD_LENGTH);
        }
        return available < length ? new Malformed(Drop.TRUNCATED) : null;
    }

    private static Decoding framed(byte[] octets) {
        if (!attributesFill(octets)) {
            return new Malformed(Drop.MALFORMED_ATTRIBUTE);
        }
        var code = PacketCode.of(octets[0] & 0xff);
        return code == null ? new Malformed(Drop.UNKNOWN_CODE) : new Decoded(new RadiusPacket(code, octets));
    }

    private static boolean attributesFill(byte[] octets) {
        int end = octets.length;
        int at = RadiusPacket.HEADER_OCTETS;
        while (at + 2 <= end) {
            int length = octets[at + 1] & 0xff;
            if (length < 2) {
                return false;
            }
            at += length;
        }
        return at == end;
    }
}
