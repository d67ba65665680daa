package net.catraca.radius.accounting;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file that says which journal a folder holds, and whose.
 *
 * @param journal drawn at random when the folder was made; greater than 0
 */
record JournalIdentity(long journal, int node) {

    private static final String NAME = "identity";
    private static final int OCTETS = 4 + 4 + 8 + 4;
    private static final int MAGIC = 0x434A_4944; // CJID

    /** Reads it, or makes it in an empty folder. */
    static JournalIdentity of(JournalFiles files, int node) throws IOException {
        var names = files.list();
        var found = names.contains(NAME) ? read(files) : null;
        if (found == null && names.stream().anyMatch(Segment::isName)) {
            throw new JournalException("the journal has segments but its file \"" + NAME
                    + "\" is missing or damaged; put it back from a copy of the folder");
        }
        if (found == null) {
            return create(files, node, names.contains(NAME));
        }
        if (found.node != node) {
            throw new JournalException(
                    ("the journal belongs to node %d and this is node %d (catraca.node); deliver it as"
                                    + " node %d until catraca_journal_records is 0, then move its folder away")
                            .formatted(found.node, node, found.node));
        }
        return found;
    }

    private static @Nullable JournalIdentity read(JournalFiles files) throws IOException {
        var octets = ByteBuffer.allocate(OCTETS);
        try (var file = files.open(NAME)) {
            while (octets.hasRemaining() && file.read(octets, octets.position()) >= 0) {
                // until it is full, or the file at its end
            }
        }
        octets.clear();
        return octets.getInt(0) == checksum(octets) && octets.getInt(4) == MAGIC
                ? new JournalIdentity(octets.getLong(8), octets.getInt(16))
                : null;
    }

    private static JournalIdentity create(JournalFiles files, int node, boolean torn) throws IOException {
        if (torn) {
            files.delete(NAME); // a power cut while the folder was made
        }
        var identity = new JournalIdentity(new SecureRandom().nextLong() >>> 1 | 1, node);
        var octets = ByteBuffer.allocate(OCTETS);
        octets.putInt(4, MAGIC).putLong(8, identity.journal).putInt(16, node).putInt(0, checksum(octets));
        try (var file = files.create(NAME, OCTETS)) {
            file.write(octets, 0);
            file.force();
        }
        return identity;
    }

    private static int checksum(ByteBuffer octets) {
        var crc = new CRC32C();
        crc.update(octets.slice(4, OCTETS - 4));
        return (int) crc.getValue();
    }
}
