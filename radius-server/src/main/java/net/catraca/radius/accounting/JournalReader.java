package net.catraca.radius.accounting;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.catraca.radius.accounting.Frames.Frame;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads durable records in the order of their numbers, each once, up to the journal's end, and waits there for more.
 * For one thread, which must not be interrupted meanwhile: that would close the file under it.
 */
public final class JournalReader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JournalReader.class);

    /** A cable or a controller comes back; a sector does not. Delivery tries every five seconds. */
    static final int ATTEMPTS = 3;

    private final FileJournal journal;
    private final Segments segments;
    private final boolean tells;
    private long last;
    private long ordinal;
    private @Nullable Open open;
    private @Nullable Frame held;

    private record Open(Segment segment, JournalFiles.Handle file, SegmentScan scan) {}

    /** @param tells whether damage is counted and logged */
    JournalReader(FileJournal journal, Segments segments, long after, boolean tells) {
        this.journal = journal;
        this.segments = segments;
        this.tells = tells;
        this.last = after;
    }

    /**
     * The next records, at least one if there is one within the time; none when not.
     *
     * @param mostOctets of payload together; a single record may have more
     * @throws IOException when the disk does not give them; asking again goes on where it failed
     */
    public List<JournalRecord> next(int mostRecords, long mostOctets, Duration wait) throws IOException {
        var found = read(mostRecords, mostOctets);
        if (found.isEmpty() && journal.awaitBeyond(last, wait)) {
            return read(mostRecords, mostOctets);
        }
        return found;
    }

    private List<JournalRecord> read(int mostRecords, long mostOctets) throws IOException {
        List<JournalRecord> found = new ArrayList<>();
        long octets = 0;
        while (found.size() < mostRecords) {
            var frame = held == null ? nextFrame() : held;
            held = null;
            if (frame == null) {
                break;
            }
            octets += frame.record().payload().length;
            if (octets > mostOctets && !found.isEmpty()) {
                held = frame;
                break;
            }
            found.add(frame.record());
            last = frame.number();
        }
        return found;
    }

    /** The next that has not been read yet: a record that was written twice has the same number both times. */
    private @Nullable Frame nextFrame() throws IOException {
        while (true) {
            if (open == null && !openNext()) {
                return null;
            }
            var frame = step();
            if (frame != null && frame.number() > last) {
                return frame;
            }
            if (frame == null && open != null) {
                return null;
            }
        }
    }

    private boolean openNext() throws IOException {
        for (var next = segments.after(ordinal); next != null; next = segments.after(ordinal)) {
            if (next.isSealed() && next.lastNumber() <= last) {
                ordinal = next.ordinal();
                continue;
            }
            var segment = next;
            var file = opened(segment);
            var scan = new SegmentScan(
                    file, new Frames(segments.journal(), segment.ordinal()), (from, to) -> damaged(segment, from, to));
            open = new Open(segment, file, scan);
            return true;
        }
        return false;
    }

    /** One that has failed again and again is read sector by sector: what it does not give is damage, and no reason to wait. */
    private JournalFiles.Handle opened(Segment segment) throws IOException {
        var file = segments.files().open(segment.name());
        if (segment.failedReads() < ATTEMPTS && !segment.isDamaged()) {
            return file;
        }
        if (segment.failedReads() == ATTEMPTS) {
            log.error(
                    "{} cannot be read at one place, tried {} times; reading what lies before and behind it",
                    segment.name(),
                    ATTEMPTS);
            segment.readFailed();
        }
        return new SalvagedFile(file);
    }

    /** A frame of the open segment; null when there is none now, and the segment closed when there never will be. */
    private @Nullable Frame step() throws IOException {
        var now = open;
        if (now == null) {
            return null;
        }
        boolean complete = now.segment.isSealed(); // before its end is looked at
        Frame frame;
        try {
            frame = now.scan.next(now.segment.end(), now.segment.forced());
        } catch (IOException failed) {
            if (tells) {
                now.segment.readFailed();
            }
            close(); // the next attempt opens it anew and skips what has been read
            throw failed;
        }
        if (frame == null && complete) {
            ordinal = now.segment.ordinal();
            close();
        }
        return frame;
    }

    private void damaged(Segment segment, int from, int to) {
        if (!tells) {
            return;
        }
        segment.damaged();
        journal.damaged(to - from);
        log.error(
                "the journal is damaged: octets {} to {} of {} were on the disk and cannot be read any more; accounting"
                        + " records in them are lost, those before and behind them are delivered. Look at this disk",
                from,
                to,
                segment.name());
    }

    @Override
    public void close() throws IOException {
        var now = open;
        open = null;
        if (now != null) {
            now.file.close();
        }
    }
}
