package net.catraca.radius.accounting;

import java.nio.file.Path;

/**
 * Where the journal is and what bounds it.
 *
 * @param folder its own, made when missing; on a disk that survives the machine's end
 * @param node 1 to 32,767, another for each node that shares the database
 * @param segmentOctets of each file, written ahead with zeros so that forcing need not write the file's size; 64 KiB to
 *     1 GiB
 * @param mostOctets of all files together: with that much undelivered the journal is full; at least 4 segments
 * @param queueRecords that wait to be written; more are refused
 * @param queueOctets the same in octets
 */
public record JournalSettings(
        Path folder, int node, int segmentOctets, long mostOctets, int queueRecords, long queueOctets) {

    public JournalSettings {
        requireBetween("node", node, 1, Short.MAX_VALUE);
        requireBetween("segmentOctets", segmentOctets, 64 << 10, 1 << 30);
        requireBetween("mostOctets", mostOctets, 4L * segmentOctets, 1L << 44);
        requireBetween("queueRecords", queueRecords, 1, 1_000_000);
        requireBetween("queueOctets", queueOctets, Journal.MAX_RECORD_OCTETS, 1L << 32);
    }

    /**
     * Segments of 16 MiB: about 50,000 records, and written ahead within a tenth of a second. A queue of 8,192 records
     * or 8 MiB: what a disk that forces once in 100 ms takes in when 20,000 sessions report within five seconds.
     */
    public static JournalSettings of(Path folder, int node, long mostOctets) {
        return new JournalSettings(folder, node, 16 << 20, mostOctets, 8_192, 8 << 20);
    }

    private static void requireBetween(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + ": expected " + least + " to " + most + ", was " + value);
        }
    }
}
