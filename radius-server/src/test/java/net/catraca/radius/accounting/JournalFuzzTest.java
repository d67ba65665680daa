package net.catraca.radius.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.SessionRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever octets lie where a record or a segment of the journal should: nothing throws but what delivery expects, and
 * nothing that was not written is read, up to what a checksum of 32 bits can tell. Look for more as {@code PacketFuzzTest}
 * says.
 */
class JournalFuzzTest {

    private static final long JOURNAL = 0x1234_5678_9ABC_DEF0L;
    private static final long ORDINAL = 3;
    private static final int ROUNDS = 3_000;

    static Stream<byte[]> records() {
        return Stream.of(
                record(1, "81a", Accounted.NOBODY), record(3, "", new Accounted(7L, 70L, 660)), new byte[] {1});
    }

    static Stream<byte[]> segments() {
        return Stream.of(segment(new ArrayList<>(), new Random(1)), new byte[Frames.HEADER]);
    }

    private static byte[] record(int statusType, String sessionId, Accounted whom) {
        var request = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                .add(AttributeType.ACCT_STATUS_TYPE, statusType)
                .add(AttributeType.ACCT_SESSION_ID, sessionId.isEmpty() ? "-" : sessionId)
                .add(AttributeType.USER_NAME, "maria")
                .add(AttributeType.ACCT_SESSION_TIME, 600)
                .add(AttributeType.ACCT_INPUT_OCTETS, 1_000);
        return KeptRecord.of(
                        5,
                        "bras-1",
                        InetAddress.ofLiteral("192.0.2.1"),
                        Instant.parse("2026-09-10T15:00:00Z"),
                        whom,
                        request.unsigned())
                .encoded();
    }

    private static byte[] segment(List<JournalRecord> written, Random random) {
        var frames = new Frames(JOURNAL, ORDINAL);
        var out = ByteBuffer.allocate(16 << 10);
        frames.put(out, new Frames.Header(JOURNAL, 1, 2, 0, Frames.HEADER));
        int forced = Frames.HEADER;
        for (long number = 1; out.remaining() > 2_000; number++) {
            var payload = new byte[random.nextInt(1, 900)];
            random.nextBytes(payload);
            frames.put(out, number, forced, payload);
            written.add(new JournalRecord(number, payload));
            forced = random.nextBoolean() ? out.position() : forced;
        }
        return out.array();
    }

    @MethodSource("records")
    @FuzzTest(maxDuration = "5m") // must be the last annotation
    void aRecordIsReadOrRefused(byte[] octets) {
        readRecord(octets);
    }

    private static void readRecord(byte[] octets) {
        KeptRecord kept;
        try {
            kept = KeptRecord.decode(octets);
        } catch (IllegalArgumentException expected) {
            return;
        }
        // What is read can be kept again, and then reads as the same.
        assertThat(KeptRecord.decode(kept.encoded()).encoded()).isEqualTo(kept.encoded());
        if (AccountingReader.read(kept) instanceof AccountingReader.Reading.Understood(var event)
                && event.what() instanceof AccountingEvent.OfSession session) {
            var change = SessionRules.fold(event.numbered(1), session, List.of(), List.of());
            assertThat(change.now().id()).isEqualTo(1);
        }
    }

    @MethodSource("segments")
    @FuzzTest(maxDuration = "5m") // must be the last annotation
    void aSegmentIsReadToItsEnd(byte[] octets) throws IOException {
        readSegment(octets);
    }

    private static List<JournalRecord> readSegment(byte[] octets) throws IOException {
        var frames = new Frames(JOURNAL, ORDINAL);
        var header = frames.header(ByteBuffer.wrap(octets));
        assertThat(header == null || header.journal() != JOURNAL || octets.length >= Frames.HEADER)
                .isTrue();
        var scan = new SegmentScan(
                new Octets(octets), frames, (from, to) -> assertThat(from).isLessThan(to));
        var found = new ArrayList<JournalRecord>();
        for (var frame = scan.next(octets.length, 0); frame != null; frame = scan.next(octets.length, 0)) {
            found.add(frame.record());
            assertThat(found.size()).isLessThanOrEqualTo(octets.length / Frames.OVERHEAD + 1);
        }
        return found;
    }

    /** Seeded: bits are flipped, octets overwritten, parts cut out, swapped and repeated. */
    @Test
    void noDamageMakesAnotherRecord() throws IOException {
        var random = new Random(20_261_129);
        for (int round = 0; round < ROUNDS; round++) {
            var written = new ArrayList<JournalRecord>();
            byte[] octets = segment(written, random);
            byte[] broken = broken(octets, random);
            for (var record : readSegment(broken)) {
                assertThat(written)
                        .as("round %d", round)
                        .anyMatch(known ->
                                known.number() == record.number() && Arrays.equals(known.payload(), record.payload()));
            }
        }
    }

    @Test
    void aSegmentThatIsWholeIsReadWhole() throws IOException {
        var random = new Random(5);
        for (int round = 0; round < 50; round++) {
            var written = new ArrayList<JournalRecord>();
            byte[] octets = segment(written, random);
            assertThat(readSegment(octets).stream().map(JournalRecord::number))
                    .containsExactlyElementsOf(
                            written.stream().map(JournalRecord::number).toList());
        }
    }

    @Test
    void aBrokenRecordIsReadOrRefused() {
        var random = new Random(42);
        var whole = records().toList();
        for (int round = 0; round < 20 * ROUNDS; round++) {
            readRecord(broken(whole.get(round % whole.size()), random));
        }
    }

    /** A frame of another journal or segment, though its checksum is right there, is none here. */
    @Test
    void aFrameOfElsewhereIsNone() throws IOException {
        var out = ByteBuffer.allocate(4_096);
        new Frames(JOURNAL, ORDINAL).put(out, new Frames.Header(JOURNAL, 1, 2, 0, Frames.HEADER));
        new Frames(JOURNAL, ORDINAL + 1).put(out, 1, Frames.HEADER, new byte[] {1, 2, 3});
        new Frames(JOURNAL + 1, ORDINAL).put(out, 2, Frames.HEADER, new byte[] {1, 2, 3});
        assertThat(readSegment(out.array())).isEmpty();
    }

    private static byte[] broken(byte[] octets, Random random) {
        byte[] broken = octets.clone();
        for (int times = random.nextInt(1, 6); times > 0 && broken.length > 0; times--) {
            int at = random.nextInt(broken.length);
            int length = Math.min(broken.length - at, random.nextInt(1, 64));
            switch (random.nextInt(5)) {
                case 0 -> broken[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> {
                    var noise = new byte[length];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, broken, at, length);
                }
                case 2 -> Arrays.fill(broken, at, at + length, (byte) 0);
                case 3 -> broken = Arrays.copyOf(broken, at);
                default -> System.arraycopy(broken, random.nextInt(broken.length - length + 1), broken, at, length);
            }
        }
        return broken;
    }

    private record Octets(ByteBuffer all) implements JournalFiles.Handle {

        private Octets(byte[] octets) {
            this(ByteBuffer.wrap(octets));
        }

        @Override
        public long octets() {
            return all.capacity();
        }

        @Override
        public void write(ByteBuffer from, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int length = (int) Math.min(into.remaining(), all.capacity() - position);
            if (length <= 0) {
                return -1;
            }
            into.put(into.position(), all, (int) position, length).position(into.position() + length);
            return length;
        }

        @Override
        public void force() {}

        @Override
        public void close() {}
    }
}
