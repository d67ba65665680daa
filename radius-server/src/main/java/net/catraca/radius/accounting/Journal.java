package net.catraca.radius.accounting;

import java.util.function.Consumer;

/**
 * Where accounting records rest between their arrival and PostgreSQL. What was acknowledged is on the disk: a power cut
 * right afterwards loses none of it (RFC 2866 §2). Thread-safe.
 */
public interface Journal extends AutoCloseable {

    /**
     * Takes a record; returns at once. The record is copied. What cannot even wait ({@link Why#QUEUE_FULL},
     * {@link Why#CLOSED}) is told on the caller's own thread before this returns.
     *
     * @param record 1 to {@value #MAX_RECORD_OCTETS} octets
     * @param whenKnown told once, on the journal's writer thread, whether it is durable: must not wait
     */
    void append(byte[] record, Consumer<Kept> whenKnown);

    /** The largest RADIUS packet, and what we note beside it. */
    int MAX_RECORD_OCTETS = 4096 + 256;

    /** What became of a record. */
    sealed interface Kept {

        /** @param number unique for ever, and rising in the order in which records are delivered */
        record Durable(long number) implements Kept {}

        /** It is not safe, so there may be no answer: the NAS keeps it and asks again. */
        record Refused(Why why) implements Kept {}
    }

    enum Why {
        /** Too many records wait to be written. */
        QUEUE_FULL,
        /** Too many records wait for PostgreSQL: the journal has reached its size. */
        JOURNAL_FULL,
        /** Writing or forcing failed; the journal goes on in a new file. */
        DISK_FAILED,
        CLOSED
    }

    /** Writes and forces what was taken, then closes. */
    @Override
    void close();
}
