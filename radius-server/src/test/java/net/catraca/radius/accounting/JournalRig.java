package net.catraca.radius.accounting;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.radius.accounting.Journal.Kept;
import net.catraca.radius.accounting.Journal.Why;

/** A journal on a fragile disk, written to by the test's own thread, and what has been promised of it. */
final class JournalRig {

    static final int NODE = 7;
    static final JournalSettings SMALL =
            new JournalSettings(Path.of("test"), NODE, 64 << 10, 512 << 10, 1_000, 1 << 20);

    final SettableClock clock = new SettableClock(Fixtures.NOW);
    final AtomicLong nanos = new AtomicLong();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final JournalSettings settings;

    /** What was acknowledged: number and the test's own count, which is what the record holds. */
    final Map<Long, Long> durable = new TreeMap<>();

    final List<Why> refused = new ArrayList<>();
    FragileDisk disk;
    private long appended;

    JournalRig(FragileDisk disk) {
        this(disk, SMALL);
    }

    JournalRig(FragileDisk disk, JournalSettings settings) {
        this.disk = disk;
        this.settings = settings;
    }

    FileJournal open() throws IOException {
        return FileJournal.open(settings, disk, clock, nanos::get, new JournalMeters(meters), direct());
    }

    /** Leaves so many records to the writer, each of so many octets. */
    void append(FileJournal journal, int records, int octets) {
        for (int i = 0; i < records; i++) {
            long count = ++appended;
            byte[] record = ByteBuffer.allocate(octets).putLong(count).array();
            record[octets - 1] = (byte) count;
            journal.append(record, kept -> {
                switch (kept) {
                    case Kept.Durable(long number) -> {
                        if (durable.put(number, count) != null) {
                            throw new AssertionError("number " + number + " was given twice");
                        }
                    }
                    case Kept.Refused(Why why) -> refused.add(why);
                }
            });
        }
    }

    void write(FileJournal journal, int records, int octets) {
        append(journal, records, octets);
        journal.writeWaiting();
    }

    long appended() {
        return appended;
    }

    /** All that can be read, in the order of reading. */
    static List<JournalRecord> readAll(FileJournal journal) throws IOException {
        List<JournalRecord> found = new ArrayList<>();
        try (var reader = journal.reader(0)) {
            for (var batch = reader.next(100, 10_000, Duration.ZERO);
                    !batch.isEmpty();
                    batch = reader.next(100, 10_000, Duration.ZERO)) {
                found.addAll(batch);
            }
        }
        return found;
    }

    /** Every promise is kept: each durable record once, in order, and nothing that nobody appended. */
    void requireKept(FileJournal journal, String situation) throws IOException {
        long before = 0;
        Map<Long, Long> found = new TreeMap<>();
        for (var record : readAll(journal)) {
            if (record.number() <= before) {
                throw new AssertionError(situation + ": " + record.number() + " follows " + before);
            }
            before = record.number();
            long count = ByteBuffer.wrap(record.payload()).getLong();
            if (count < 1 || count > appended || record.payload()[record.payload().length - 1] != (byte) count) {
                throw new AssertionError(situation + ": a record that nobody appended");
            }
            found.put(record.number(), count);
        }
        durable.forEach((number, count) -> {
            if (!count.equals(found.get(number))) {
                throw new AssertionError(situation + ": record " + count + " with number " + number
                        + " was acknowledged and reads as " + found.get(number) + "; disk " + disk);
            }
        });
    }

    private static ExecutorService direct() {
        return new AbstractExecutorService() {
            private boolean isShut;

            @Override
            public void execute(Runnable work) {
                work.run();
            }

            @Override
            public void shutdown() {
                isShut = true;
            }

            @Override
            public List<Runnable> shutdownNow() {
                isShut = true;
                return List.of();
            }

            @Override
            public boolean isShutdown() {
                return isShut;
            }

            @Override
            public boolean isTerminated() {
                return isShut;
            }

            @Override
            public boolean awaitTermination(long timeout, TimeUnit unit) {
                return true;
            }
        };
    }
}
