package net.catraca.radius.accounting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import net.catraca.radius.accounting.Frames.Header;
import net.catraca.radius.accounting.JournalFiles.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a journal: which there are, the next one made ahead, those delivered taken away. Thread-safe. */
final class Segments {

    private static final Logger log = LoggerFactory.getLogger(Segments.class);

    private final JournalFiles files;
    private final JournalSettings settings;
    private final long journal;
    private final Executor maker;
    private final TreeMap<Long, Segment> all = new TreeMap<>();
    private long lastOrdinal;
    private @Nullable CompletableFuture<Made> ahead;

    /** Damaged files that are kept, 256 MiB; a disk that makes more of them is beyond help. */
    static final int MOST_KEPT_ASIDE = 16;

    /** A new file, full of zeros. */
    record Made(long ordinal, Handle file) {}

    /** All files together have reached their size. */
    static final class FullException extends IOException {
        private static final long serialVersionUID = 1;

        FullException(long mostOctets) {
            super("the journal has reached its size of " + (mostOctets >> 20) + " MiB");
        }
    }

    /** @param maker runs what makes the next file */
    Segments(JournalFiles files, JournalSettings settings, long journal, Executor maker) {
        this.files = files;
        this.settings = settings;
        this.journal = journal;
        this.maker = maker;
    }

    long journal() {
        return journal;
    }

    /** Takes in what an earlier life left. */
    synchronized void recover() throws IOException {
        List<String> names =
                files.list().stream().filter(Segment::isName).sorted().toList();
        var headers = new ArrayList<@Nullable Header>();
        for (String name : names) {
            headers.add(readHeader(name));
        }
        for (int i = 0; i < names.size(); i++) {
            recover(names.get(i), headers.get(i), successor(Segment.ordinal(names.get(i)), headers));
        }
    }

    /** The header that tells where that segment ends, or null. */
    private static @Nullable Header successor(long ordinal, List<@Nullable Header> headers) {
        for (var header : headers) {
            if (header != null && header.previousOrdinal() == ordinal) {
                return header;
            }
        }
        return null;
    }

    private @Nullable Header readHeader(String name) throws IOException {
        try (var file = new SalvagedFile(files.open(name))) {
            var octets = ByteBuffer.allocate(Frames.HEADER);
            while (octets.hasRemaining() && file.read(octets, octets.position()) >= 0) {
                // until it is full, or the file at its end
            }
            var header = new Frames(journal, Segment.ordinal(name)).header(octets.flip());
            if (header != null && header.journal() != journal) {
                throw new JournalException(name + " is of another journal than the files beside it; move one of them to"
                        + " a folder of its own");
            }
            return header;
        }
    }

    private void recover(String name, @Nullable Header header, @Nullable Header next) throws IOException {
        long ordinal = Segment.ordinal(name);
        lastOrdinal = ordinal;
        var segment = header != null && next != null ? sealedBy(next, name, header) : scanned(name, header);
        if (segment == null) {
            files.delete(name); // made ahead and never written, or nothing in it was ever acknowledged
        } else {
            all.put(ordinal, segment);
        }
    }

    private Segment sealedBy(Header next, String name, Header header) throws IOException {
        try (var file = files.open(name)) {
            int octets = Math.toIntExact(file.octets());
            int end = Math.min(octets, next.previousEnd());
            return Segment.found(Segment.ordinal(name), header, octets, next.previousNumber(), end, end);
        }
    }

    /** Null when it has no records. */
    private @Nullable Segment scanned(String name, @Nullable Header header) throws IOException {
        long first = 0;
        long last = 0;
        int end;
        int forced = 0;
        boolean lost;
        try (var file = new SalvagedFile(files.open(name))) {
            int octets = Math.toIntExact(file.octets());
            // The reader tells of damage when it comes by.
            var scan = new SegmentScan(file, new Frames(journal, Segment.ordinal(name)), (from, to) -> {});
            for (var frame = scan.next(octets, 0); frame != null; frame = scan.next(octets, 0)) {
                first = first == 0 ? frame.number() : first;
                last = Math.max(last, frame.number());
                forced = Math.max(forced, frame.forcedEnd());
            }
            end = scan.position();
            lost = file.hasLost();
        }
        if (lost) {
            return unreadable(name, header, first, last, forced);
        }
        if (last == 0) {
            return null;
        }
        if (header == null && forced > Frames.HEADER) { // else only the torn first write is there
            log.error("{} has lost its first octets; its records are read all the same", name);
        }
        files.truncate(name, end); // so that many starts in a row do not fill the disk with zeros
        var known = header == null ? new Header(journal, first, 0, first - 1, 0) : header;
        return Segment.found(Segment.ordinal(name), known, end, last, end, forced);
    }

    /** Nothing of such a file is cut off or deleted: behind what cannot be read there may be more. */
    private Segment unreadable(String name, @Nullable Header header, long first, long last, int forced)
            throws IOException {
        log.error(
                "sectors of {} cannot be read; the others are delivered, and the file is kept. Look at this disk",
                name);
        int octets;
        try (var file = files.open(name)) {
            octets = Math.toIntExact(file.octets());
        }
        var known = header == null ? new Header(journal, Math.max(1, first), 0, Math.max(0, first - 1), 0) : header;
        var segment = Segment.found(
                Segment.ordinal(name), known, octets, Math.max(last, known.firstNumber() - 1), octets, forced);
        segment.damaged();
        return segment;
    }

    /** Begins to make the next file, if it has not. */
    synchronized void makeAhead() {
        if (ahead == null) {
            ahead = start();
        }
    }

    private CompletableFuture<Made> start() {
        if (octets() + settings.segmentOctets() > settings.mostOctets()) {
            return CompletableFuture.failedFuture(new FullException(settings.mostOctets()));
        }
        long ordinal = ++lastOrdinal;
        return CompletableFuture.supplyAsync(() -> make(ordinal), maker);
    }

    private Made make(long ordinal) {
        try {
            return new Made(ordinal, files.create(Segment.name(ordinal), settings.segmentOctets()));
        } catch (IOException failed) {
            throw new CompletionException(failed);
        }
    }

    /** The next file; waits for it. What failed ahead is tried once more: there may be room by now. */
    Made take() throws IOException {
        var made = takeAhead();
        if (made != null) {
            try {
                return await(made);
            } catch (IOException failed) {
                log.debug("the next segment could not be made ahead; trying again", failed);
            }
        }
        CompletableFuture<Made> again;
        synchronized (this) {
            again = start();
        }
        return await(again);
    }

    private synchronized @Nullable CompletableFuture<Made> takeAhead() {
        var made = ahead;
        ahead = null;
        return made;
    }

    private static Made await(CompletableFuture<Made> made) throws IOException {
        try {
            return made.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    synchronized void add(Segment segment) {
        all.put(segment.ordinal(), segment);
    }

    /** Takes away a segment in which nothing was ever acknowledged; on a disk that fails it may stay, and be read. */
    synchronized void discard(Segment segment) {
        all.remove(segment.ordinal());
        delete(segment);
    }

    /**
     * Takes away the sealed segments whose records have all been delivered. The newest with records stays: it says how
     * far the journal had come.
     */
    synchronized void delivered(long number) {
        while (!all.isEmpty()) {
            var oldest = all.firstEntry().getValue();
            if (!oldest.isSealed() || oldest.lastNumber() > number || !areRecordsBehind(oldest)) {
                return;
            }
            all.pollFirstEntry();
            if (oldest.isDamaged()) {
                keepAside(oldest);
            } else {
                delete(oldest);
            }
        }
    }

    private boolean areRecordsBehind(Segment segment) {
        return all.tailMap(segment.ordinal(), false).values().stream().anyMatch(later -> !later.isEmpty());
    }

    /** Out of the journal, and not deleted: somebody may be able to read what we could not. */
    private void keepAside(Segment segment) {
        try {
            if (files.list().stream().filter(name -> name.endsWith(".damaged")).count() >= MOST_KEPT_ASIDE) {
                log.error(
                        "{} is deleted though it is damaged: {} such files are kept already",
                        segment.name(),
                        MOST_KEPT_ASIDE);
                delete(segment);
                return;
            }
            files.rename(segment.name(), segment.keptName());
            log.error(
                    "{} is damaged; what could be read of it is delivered, and it is kept as {}",
                    segment.name(),
                    segment.keptName());
        } catch (IOException failed) {
            log.warn("{} stays: it cannot be renamed ({})", segment.name(), failed.getMessage());
        }
    }

    private void delete(Segment segment) {
        try {
            files.delete(segment.name());
        } catch (IOException failed) {
            log.warn(
                    "{} stays: it cannot be deleted ({}); the next start tries again",
                    segment.name(),
                    failed.getMessage());
        }
    }

    /** The first one behind that ordinal, or null. */
    synchronized @Nullable Segment after(long ordinal) {
        var next = all.higherEntry(ordinal);
        return next == null ? null : next.getValue();
    }

    synchronized @Nullable Segment last() {
        return all.isEmpty() ? null : all.lastEntry().getValue();
    }

    /** Octets on the disk, the one made ahead included. */
    synchronized long octets() {
        long octets = ahead == null || ahead.isCompletedExceptionally() ? 0 : settings.segmentOctets();
        for (var segment : all.values()) {
            octets += segment.fileOctets();
        }
        return octets;
    }

    /** Records behind that number; a few more when some have been refused. */
    synchronized long recordsAfter(long number) {
        long records = 0;
        for (var segment : all.values()) {
            records += Math.max(0, segment.lastNumber() - Math.max(number, segment.firstNumber() - 1));
        }
        return records;
    }

    JournalFiles files() {
        return files;
    }

    /** Lets go of the file that was made ahead; the next start takes it away. */
    void close() throws IOException {
        var made = takeAhead();
        if (made != null) {
            try {
                await(made).file().close();
            } catch (FullException full) {
                log.debug("no file was made ahead", full);
            }
        }
    }
}
