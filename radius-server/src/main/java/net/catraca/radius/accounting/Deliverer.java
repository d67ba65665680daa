package net.catraca.radius.accounting;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes journal records to PostgreSQL. Called by one thread, in the order of the records' numbers.
 */
public interface Deliverer {

    /**
     * Writes what the records say, within a transaction that is running already (READ COMMITTED) and in which the cursor
     * moves, too: it commits with all of it or with none. So it may be called again with the same records, or with some
     * of them, and never with one whose transaction has committed.
     *
     * @throws RuntimeException when it cannot. If that is not the database's being away, the batch is split until the
     *     record is found that fails; that one is set aside and the others are delivered
     */
    void deliver(List<JournalRecord> batch);

    /**
     * The transaction of these has committed. Not called for a transaction whose end was not heard before a restart.
     * Must not throw.
     */
    default void committed(List<JournalRecord> batch) {}

    /** When the record arrived, or null when that cannot be read. */
    default @Nullable Instant receivedAt(JournalRecord record) {
        return null;
    }
}
