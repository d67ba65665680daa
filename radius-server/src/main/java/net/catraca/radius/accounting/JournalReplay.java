package net.catraca.radius.accounting;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import net.catraca.radius.accounting.AccountingReader.Reading;
import net.catraca.radius.session.SessionTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds what an earlier life has left in the journal into the sessions in memory, once, on a thread of its own: with
 * PostgreSQL away at the start it is all that tells of them. What had been delivered already is folded once more, which
 * changes nothing; the rows are put over it when they can be read. What cannot be read is left to delivery, which says
 * so.
 */
public final class JournalReplay implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JournalReplay.class);

    private static final int AT_ONCE = 2_000;
    private static final long AT_ONCE_OCTETS = 1 << 20;

    private final FileJournal journal;
    private final SessionTable table;
    private volatile boolean closed;
    private @Nullable Thread thread;

    public JournalReplay(FileJournal journal, SessionTable table) {
        this.journal = journal;
        this.table = table;
    }

    /**
     * Begins, and waits for the end as long as it may take; what takes longer goes on meanwhile.
     *
     * @return false when it goes on
     */
    public synchronized boolean start(Duration most) throws InterruptedException {
        if (thread == null) {
            table.replaying(true);
            thread = Thread.ofPlatform().name("journal-replay").daemon().start(this::run);
        }
        return thread.join(most);
    }

    private void run() {
        long began = System.nanoTime();
        try {
            long records = replay();
            if (records > 0) {
                log.info(
                        "{} records of the journal tell of {} live sessions, in {} ms",
                        records,
                        table.size(),
                        (System.nanoTime() - began) / 1_000_000);
            }
        } catch (IOException | RuntimeException failed) {
            log.warn(
                    "the journal's records could not be read into memory ({}); sessions are known when they are delivered",
                    failed.getMessage(),
                    failed);
        } finally {
            table.replaying(false);
        }
    }

    /** How many were folded. */
    private long replay() throws IOException {
        long last = journal.recoveredLast();
        long folded = 0;
        try (var reader = journal.glance(journal.taken())) {
            for (var batch = next(reader); !closed && !batch.isEmpty(); batch = next(reader)) {
                for (var record : batch) {
                    if (record.number() > last) {
                        return folded; // these were folded when they came
                    }
                    folded += fold(record) ? 1 : 0;
                }
            }
        }
        return folded;
    }

    private static List<JournalRecord> next(JournalReader reader) throws IOException {
        return reader.next(AT_ONCE, AT_ONCE_OCTETS, Duration.ZERO);
    }

    private boolean fold(JournalRecord record) {
        try {
            if (AccountingReader.read(KeptRecord.decode(record.payload())) instanceof Reading.Understood(var event)) {
                table.fold(event.numbered(record.number()));
                return true;
            }
        } catch (RuntimeException unreadable) {
            log.debug("record {} is left to delivery", record.number(), unreadable);
        }
        return false;
    }

    @Override
    public void close() {
        closed = true;
    }
}
