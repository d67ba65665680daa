package net.catraca.radius.accounting;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How a segment looks. A header of {@value #HEADER} octets, then frames, each at a multiple of {@value #ALIGNMENT}:
 *
 * <pre>
 * header  crc:4  magic:4  journal:8  ordinal:8  firstNumber:8  previousOrdinal:8  previousNumber:8  previousEnd:4
 * frame   crc:4  length:4  number:8  forcedEnd:4  payload:length
 * </pre>
 *
 * A checksum is CRC32C over the segment's salt and all that follows the checksum. The salt is drawn from the journal's
 * identity, so that nothing that somebody sends in a packet can pass for a frame. {@code forcedEnd} is how far the
 * segment was forced when the frame was written: octets before it that cannot be read are damage, those behind it are
 * what a power cut leaves of a write that nobody was told of.
 */
final class Frames {

    static final int HEADER = 64;
    static final int OVERHEAD = 20;
    static final int ALIGNMENT = 8;
    static final int MOST_OCTETS = octets(Journal.MAX_RECORD_OCTETS);

    private static final int MAGIC = 0x434A_3031; // CJ01
    private static final long ODD = 0x9E37_79B9_7F4A_7C15L;

    private final long journal;
    private final long ordinal;
    private final CRC32C crc = new CRC32C();
    private final byte[] salt;

    /** Not thread-safe. */
    Frames(long journal, long ordinal) {
        this.journal = journal;
        this.ordinal = ordinal;
        this.salt = ByteBuffer.allocate(Long.BYTES)
                .putLong(journal ^ (ordinal * ODD))
                .array();
    }

    /**
     * @param firstNumber the least that the segment may hold
     * @param previousOrdinal of the segment before that has records; 0 when there has been none
     * @param previousNumber the last record in it; 0 when there has been none
     * @param previousEnd where its last record ends: all before was forced, and what follows was acknowledged to nobody
     */
    record Header(long journal, long firstNumber, long previousOrdinal, long previousNumber, int previousEnd) {}

    /** @param octets in the file, padding included */
    record Frame(JournalRecord record, int forcedEnd, int octets) {

        long number() {
            return record.number();
        }
    }

    static int octets(int length) {
        return (OVERHEAD + length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    void put(ByteBuffer out, Header header) {
        int at = out.position();
        out.putInt(0)
                .putInt(MAGIC)
                .putLong(header.journal)
                .putLong(ordinal)
                .putLong(header.firstNumber)
                .putLong(header.previousOrdinal)
                .putLong(header.previousNumber)
                .putInt(header.previousEnd);
        pad(out, at + HEADER);
        out.putInt(at, checksum(out.slice(at + Integer.BYTES, HEADER - Integer.BYTES)));
    }

    void put(ByteBuffer out, long number, int forcedEnd, byte[] payload) {
        int at = out.position();
        out.putInt(0).putInt(payload.length).putLong(number).putInt(forcedEnd).put(payload);
        out.putInt(at, checksum(out.slice(at + Integer.BYTES, OVERHEAD - Integer.BYTES + payload.length)));
        pad(out, at + octets(payload.length));
    }

    private static void pad(ByteBuffer out, int end) {
        while (out.position() < end) {
            out.put((byte) 0);
        }
    }

    /** The header that those octets are, or null when they are none of this journal's segment of that ordinal. */
    @Nullable
    Header header(ByteBuffer in) {
        if (in.remaining() < HEADER || in.getInt(in.position() + Integer.BYTES) != MAGIC) {
            return null;
        }
        int at = in.position();
        var header = new Header(
                in.getLong(at + 8), in.getLong(at + 24), in.getLong(at + 32), in.getLong(at + 40), in.getInt(at + 48));
        int expected =
                new Frames(header.journal, ordinal).checksum(in.slice(at + Integer.BYTES, HEADER - Integer.BYTES));
        return in.getInt(at) == expected && in.getLong(at + 16) == ordinal ? header : null;
    }

    /** How many octets the frame at the buffer's position says it has, or 0 when there is none. */
    static int claimed(ByteBuffer in) {
        int length = in.getInt(in.position() + Integer.BYTES);
        return length < 1 || length > Journal.MAX_RECORD_OCTETS ? 0 : octets(length);
    }

    /** The frame at the buffer's position, or null; the buffer holds as much as it claims. */
    @Nullable
    Frame frame(ByteBuffer in) {
        int at = in.position();
        int length = in.getInt(at + 4);
        int covered = OVERHEAD - Integer.BYTES + length;
        if (in.getInt(at) != checksum(in.slice(at + Integer.BYTES, covered))) {
            return null;
        }
        byte[] payload = new byte[length];
        in.get(at + OVERHEAD, payload);
        return new Frame(new JournalRecord(in.getLong(at + 8), payload), in.getInt(at + 16), octets(length));
    }

    private int checksum(ByteBuffer covered) {
        crc.reset();
        crc.update(salt);
        crc.update(covered);
        return (int) crc.getValue();
    }

    long journal() {
        return journal;
    }
}
