package net.catraca.radius.accounting;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import net.catraca.radius.accounting.Frames.Header;
import net.catraca.radius.accounting.JournalFiles.NoRoomException;
import net.catraca.radius.accounting.Segments.FullException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in a folder of files.
 *
 * <pre>{@code
 * var journal = FileJournal.open(JournalSettings.of(folder, node, 4L << 30), clock, meters);
 * journal.append(octets, kept -> ...);                     // any thread; told on the writer thread
 * var reader = journal.reader(0);                          // another thread: Delivery
 * var batch = reader.next(2_000, 1 << 20, Duration.ofSeconds(1));
 * journal.delivered(batch.getLast().number());             // its files may go
 * journal.close();                                         // what was taken is written and forced first
 * }</pre>
 *
 * <p>One thread writes: it takes what has gathered, writes it at the end of the current segment, forces once, and tells
 * each caller in order. When a write or force fails, that file is left for good, the same records are written with the
 * same numbers to a new one, and only when that fails too are they refused; after that the disk gets a rest of a second.
 *
 * <p>Numbers only rise. Each opening begins at the clock's milliseconds times 64, or behind the last number found where
 * that is more: a folder that was lost or put back to an earlier state gives no number twice even while PostgreSQL, which
 * knows better, is away. It holds as long as a node takes in less than 64,000 records a second on average, and until the
 * year 2109.
 */
public final class FileJournal implements Journal {

    private static final Logger log = LoggerFactory.getLogger(FileJournal.class);

    private static final int NODE_SHIFT = 48;
    private static final long COUNTER_MASK = (1L << NODE_SHIFT) - 1;
    private static final int NUMBERS_A_MILLISECOND = 64;

    /** Some three thousand records: more in one force would gain nothing and make the first of them wait. */
    private static final int BATCH_OCTETS = 1 << 20;

    /** A NAS sends again after some seconds; a disk that fails must not be asked for each record meanwhile. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long SAY_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What a stop can wait for; a disk that takes longer has not said that the rest is safe, nor have we. */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final JournalSettings settings;
    private final Segments segments;
    private final Closeable folderLock;
    private final LongSupplier nanoTime;
    private final JournalMeters meters;
    private final ExecutorService maker;
    private final long recoveredLast;
    private final long openedAt;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition taken = lock.newCondition();
    private final Condition moved = lock.newCondition();
    private final Deque<Pending> queue = new ArrayDeque<>();
    private int waiting;
    private long waitingOctets;
    private boolean closed;
    private long lastDurable;
    private volatile long deliveredNumber;
    private volatile long floor;
    private @Nullable Thread thread;

    // Of the writer thread only.
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BATCH_OCTETS + Frames.HEADER);
    private @Nullable Current current;
    private long next;
    private int failures;
    private @Nullable IOException restingFor;
    private long restUntil;
    private boolean refusing;
    private long saidRefusingAt;

    private static final class Pending {
        private final byte[] record;
        private final Consumer<Kept> whenKnown;
        private final long since;
        private long number;

        private Pending(byte[] record, Consumer<Kept> whenKnown, long since) {
            this.record = record;
            this.whenKnown = whenKnown;
            this.since = since;
        }
    }

    /** The segment being written. */
    private record Current(Segment segment, JournalFiles.Handle file, Frames frames, Header header) {
        private int room() {
            return segment.fileOctets() - segment.end();
        }

        private boolean isNew() {
            return segment.isEmpty();
        }
    }

    /**
     * Opens the folder, making it when missing, reads what an earlier life left there, and begins to take records.
     *
     * @throws JournalException when the folder cannot be used, is in use, or belongs to another node
     */
    public static FileJournal open(JournalSettings settings, Clock clock, MeterRegistry registry)
            throws JournalException {
        var maker = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("journal-files").daemon().factory());
        try {
            var journal = open(
                    settings,
                    new DiskFiles(settings.folder()),
                    clock,
                    System::nanoTime,
                    new JournalMeters(registry),
                    maker);
            journal.start();
            return journal;
        } catch (JournalException explained) {
            maker.shutdown();
            throw explained;
        } catch (IOException failed) {
            maker.shutdown();
            throw new JournalException(
                    "the journal in " + settings.folder() + " cannot be opened: " + failed.getMessage(), failed);
        }
    }

    /** Without a thread: {@link #start} makes one, or {@link #writeWaiting} is called instead. */
    static FileJournal open(
            JournalSettings settings,
            JournalFiles files,
            Clock clock,
            LongSupplier nanoTime,
            JournalMeters meters,
            ExecutorService maker)
            throws IOException {
        var folderLock = files.lock();
        try {
            var identity = JournalIdentity.of(files, settings.node());
            var segments = new Segments(files, settings, identity.journal(), maker);
            segments.recover();
            return new FileJournal(settings, segments, folderLock, clock, nanoTime, meters, maker);
        } catch (IOException | RuntimeException failed) {
            folderLock.close();
            throw failed;
        }
    }

    private FileJournal(
            JournalSettings settings,
            Segments segments,
            Closeable folderLock,
            Clock clock,
            LongSupplier nanoTime,
            JournalMeters meters,
            ExecutorService maker)
            throws JournalException {
        this.settings = settings;
        this.segments = segments;
        this.folderLock = folderLock;
        this.nanoTime = nanoTime;
        this.meters = meters;
        this.maker = maker;
        var last = segments.last();
        this.recoveredLast = last == null ? 0 : last.lastNumber();
        this.lastDurable = recoveredLast;
        this.deliveredNumber = taken();
        this.openedAt = Math.max(recoveredLast + 1, byClock(settings.node(), clock.millis()));
        this.next = openedAt;
        if (next >>> NODE_SHIFT != settings.node()) {
            throw new JournalException("the journal's numbers are used up; give this node another number");
        }
        segments.makeAhead();
        meters.show(this);
        log.info(
                "journal {} of node {}: {} records from before, the next is {}",
                settings.folder(),
                settings.node(),
                undelivered(),
                openedAt);
    }

    private static long byClock(int node, long millis) {
        return ((long) node << NODE_SHIFT) | (Math.max(0, millis) * NUMBERS_A_MILLISECOND & COUNTER_MASK);
    }

    void start() {
        thread = Thread.ofPlatform().name("journal-writer").daemon().start(this::writeForEver);
    }

    /** Also tells at once, on the caller's thread, what is refused before the writer has seen it. */
    @Override
    public void append(byte[] octets, Consumer<Kept> whenKnown) {
        if (octets.length < 1 || octets.length > MAX_RECORD_OCTETS) {
            throw new IllegalArgumentException(
                    "record: expected 1 to " + MAX_RECORD_OCTETS + " octets, was " + octets.length);
        }
        var refused = take(new Pending(octets.clone(), whenKnown, nanoTime.getAsLong()));
        if (refused != null) {
            meters.refused(refused);
            whenKnown.accept(new Kept.Refused(refused));
        }
    }

    private @Nullable Why take(Pending pending) {
        lock.lock();
        try {
            if (closed) {
                return Why.CLOSED;
            }
            if (waiting >= settings.queueRecords() || waitingOctets + pending.record.length > settings.queueOctets()) {
                return Why.QUEUE_FULL;
            }
            queue.add(pending);
            waiting++;
            waitingOctets += pending.record.length;
            taken.signal();
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void writeForEver() {
        while (awaitWork()) {
            writeWaiting();
        }
    }

    /** False when closed and nothing is left. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closed) {
                taken.awaitUninterruptibly();
            }
            return !queue.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits now, and tells the callers. */
    void writeWaiting() {
        var work = drain();
        for (int from = 0; from < work.size(); ) {
            int to = from;
            try {
                to = writeSome(work, from);
            } catch (RuntimeException | Error defect) {
                log.error("the journal's writer failed; these records are refused and it goes on", defect);
                leave();
                to = refuse(work, from, work.size(), Why.DISK_FAILED);
            }
            from = to;
        }
    }

    private List<Pending> drain() {
        lock.lock();
        try {
            var work = new ArrayList<>(queue);
            queue.clear();
            return work;
        } finally {
            lock.unlock();
        }
    }

    /** Writes and forces as many as one batch takes; returns the index of the first not done with. */
    private int writeSome(List<Pending> work, int from) {
        Current into;
        try {
            into = current == null ? begin(work.get(from)) : current;
        } catch (FullException full) {
            return refuse(work, from, work.size(), Why.JOURNAL_FULL, full);
        } catch (NoRoomException full) {
            rest(full);
            return refuse(work, from, work.size(), Why.JOURNAL_FULL, full);
        } catch (IOException failed) {
            rest(failed);
            return refuse(work, from, work.size(), Why.DISK_FAILED, failed);
        }
        int to = encode(work, from, into);
        if (to == from) {
            leave(); // no room for even one: the next segment
            return from;
        }
        long began = nanoTime.getAsLong();
        int end = into.segment.end() - (into.isNew() ? Frames.HEADER : 0) + buffer.remaining();
        try {
            into.file.write(buffer, end - buffer.remaining());
            into.file.force();
        } catch (IOException failed) {
            return failed(work, from, to, failed);
        }
        durable(work, from, to, into, end, began);
        return to;
    }

    private Current begin(Pending first) throws IOException {
        if (restingFor != null && nanoTime.getAsLong() - restUntil < 0) {
            throw restingFor;
        }
        restingFor = null;
        var made = segments.take();
        var last = segments.last();
        var header = new Header(
                segments.journal(),
                first.number == 0 ? nextNumber() : first.number,
                last == null ? 0 : last.ordinal(),
                last == null ? lastDurable() : last.lastNumber(),
                last == null ? 0 : last.end());
        var segment = new Segment(made.ordinal(), header, settings.segmentOctets());
        var begun = new Current(segment, made.file(), new Frames(segments.journal(), made.ordinal()), header);
        segments.add(segment);
        current = begun;
        return begun;
    }

    private long nextNumber() {
        next = Math.max(next, floor + 1);
        return next;
    }

    /** Fills the buffer; returns the index of the first that does not fit. */
    private int encode(List<Pending> work, int from, Current into) {
        buffer.clear();
        int room = into.room();
        if (into.isNew()) {
            into.frames.put(buffer, into.header);
            room += Frames.HEADER; // which the segment counts as written
        }
        int to = from;
        for (; to < work.size(); to++) {
            var pending = work.get(to);
            int octets = Frames.octets(pending.record.length);
            if (octets > buffer.remaining() || buffer.position() + octets > room) {
                break;
            }
            if (pending.number == 0) {
                pending.number = nextNumber();
                next++;
            }
            into.frames.put(buffer, pending.number, into.segment.forced(), pending.record);
        }
        buffer.flip();
        return to;
    }

    private void durable(List<Pending> work, int from, int to, Current into, int end, long began) {
        long now = nanoTime.getAsLong();
        long number = work.get(to - 1).number;
        into.segment.forcedUpTo(end, number);
        failures = 0;
        advance(number);
        meters.forced(now - began, to - from);
        if (end > settings.segmentOctets() / 2) {
            segments.makeAhead();
        }
        if (refusing) {
            refusing = false;
            log.info("the journal takes accounting records again");
        }
        for (var pending : work.subList(from, to)) {
            meters.appended(now - pending.since);
            tell(pending, new Kept.Durable(pending.number));
        }
        done(work.subList(from, to));
    }

    private void advance(long number) {
        lock.lock();
        try {
            lastDurable = number;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void tell(Pending pending, Kept kept) {
        try {
            pending.whenKnown.accept(kept);
        } catch (RuntimeException defect) {
            log.error("whoever was told of record {} failed; the record is as it was told", pending.number, defect);
        }
    }

    private void done(List<Pending> pendings) {
        lock.lock();
        try {
            for (var pending : pendings) {
                waiting--;
                waitingOctets -= pending.record.length;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Once, the same records go to a new segment; then they are refused. */
    private int failed(List<Pending> work, int from, int to, IOException why) {
        // After a failed fsync the kernel may hold the pages for clean: a second one would succeed and prove nothing.
        meters.failed();
        leave();
        failures++;
        if (failures < 2) {
            log.error("writing the journal failed; writing the same records to a new file", why);
            return from;
        }
        failures = 0;
        rest(why);
        return refuse(work, from, to, Why.DISK_FAILED, why);
    }

    private void rest(IOException why) {
        if (restingFor == null) {
            meters.failed();
            log.debug("the journal's disk gets a rest", why);
            restingFor = why;
            restUntil = nanoTime.getAsLong() + REST_NANOS;
        }
    }

    /** Never writes to the current segment again. */
    private void leave() {
        var left = current;
        current = null;
        if (left == null) {
            return;
        }
        left.segment.seal();
        if (left.segment.isEmpty()) {
            segments.discard(left.segment);
        }
        try {
            left.file.close();
        } catch (IOException failed) {
            log.warn("a segment of the journal was not closed cleanly; what was forced is safe", failed);
        }
    }

    private int refuse(List<Pending> work, int from, int to, Why why, IOException cause) {
        long now = nanoTime.getAsLong();
        if (!refusing || now - saidRefusingAt >= SAY_AGAIN_NANOS) {
            refusing = true;
            saidRefusingAt = now;
            log.error(
                    "accounting records are refused: {}; NASes get no answer and send them again, and they are taken as"
                            + " soon as that is over",
                    cause.getMessage());
        }
        return refuse(work, from, to, why);
    }

    private int refuse(List<Pending> work, int from, int to, Why why) {
        for (var pending : work.subList(from, to)) {
            meters.refused(why);
            tell(pending, new Kept.Refused(why));
        }
        done(work.subList(from, to));
        return to;
    }

    /** Reads records with greater numbers, from the oldest that is there. */
    public JournalReader reader(long after) {
        return new JournalReader(this, segments, after, true);
    }

    /** The same for who only looks: what is damaged is told by the one who delivers. */
    JournalReader glance(long after) {
        return new JournalReader(this, segments, after, false);
    }

    /** Waits until a record with a greater number is durable; false when none was within the time, or none will be. */
    boolean awaitBeyond(long number, Duration wait) {
        long left = wait.toNanos();
        lock.lock();
        try {
            while (lastDurable <= number && left > 0 && !closed) {
                left = moved.awaitNanos(left);
            }
            return lastDurable > number;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** All records up to that number rest elsewhere: what holds nothing else is deleted. */
    public void delivered(long number) {
        deliveredNumber = Math.max(deliveredNumber, number);
        segments.delivered(number);
    }

    /** Numbers from now on are greater than that one: it has been used elsewhere. */
    public void numberAbove(long number) {
        if (number >>> NODE_SHIFT != settings.node()) {
            throw new IllegalArgumentException("number: expected one of node " + settings.node() + ", was " + number);
        }
        floor = Math.max(floor, number);
    }

    /** Drawn when the folder was made: tells it from one that took its place. */
    public long identity() {
        return segments.journal();
    }

    public int node() {
        return settings.node();
    }

    /** Where it rests, for messages. */
    public String place() {
        return settings.folder().toString();
    }

    /** The last record that has been taken away as delivered, in this life or an earlier one; 0 when none has. */
    public long taken() {
        var oldest = segments.after(0);
        return oldest == null ? 0 : oldest.previousNumber();
    }

    /** The last record that is durable, 0 when none has ever been. */
    public long lastDurable() {
        lock.lock();
        try {
            return lastDurable;
        } finally {
            lock.unlock();
        }
    }

    /** The last record found at the opening, 0 when there was none. */
    public long recoveredLast() {
        return recoveredLast;
    }

    /** The least number that this opening gives. */
    public long openedAt() {
        return openedAt;
    }

    /** Durable records that {@link #delivered} has not been told of. */
    public long undelivered() {
        return segments.recordsAfter(deliveredNumber);
    }

    /** On the disk. */
    public long octets() {
        return segments.octets();
    }

    long mostOctets() {
        return settings.mostOctets();
    }

    /** Records taken, of which it is not yet known whether they are durable. */
    public int queued() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    void damaged(int octets) {
        meters.damaged(octets);
    }

    /** Writes and forces what was taken, for two seconds at most, then closes. Readers may still read. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            taken.signalAll();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        if (awaitWriter()) {
            leave();
            release();
        } else {
            log.error("the journal's disk does not answer; what it has not confirmed was not acknowledged");
        }
    }

    private boolean awaitWriter() {
        var running = thread;
        if (running == null) {
            writeWaiting();
            return true;
        }
        try {
            return running.join(CLOSE_LIMIT);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void release() {
        maker.shutdown();
        try (folderLock) {
            segments.close();
        } catch (IOException failed) {
            log.warn("the journal was not closed cleanly; what was acknowledged is safe", failed);
        }
    }
}
