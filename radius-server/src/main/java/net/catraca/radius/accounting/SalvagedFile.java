package net.catraca.radius.accounting;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A file of a disk that does not give all of it: what is asked for is read sector by sector, and sectors that cannot be
 * read look like zeros, which are no frame. Only while other sectors of the same file can be read, or else it is the disk
 * that is away, and nothing is proved of a sector.
 */
final class SalvagedFile implements JournalFiles.Handle {

    /** What a disk gives or does not give as one. */
    static final int SECTOR = 4_096;

    private final JournalFiles.Handle file;
    private boolean lost;

    SalvagedFile(JournalFiles.Handle file) {
        this.file = file;
    }

    /** Whether any sector could not be read. */
    boolean hasLost() {
        return lost;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        int at = into.position();
        try {
            return file.read(into, position);
        } catch (IOException failed) {
            into.position(at);
            return bySectors(into, position, failed);
        }
    }

    private int bySectors(ByteBuffer into, long position, IOException failed) throws IOException {
        long end = Math.min(file.octets(), position + into.remaining());
        if (end <= position) {
            return -1;
        }
        boolean provesTheDisk = false;
        int unread = 0;
        for (long at = position; at < end; ) {
            long next = Math.min(end, (at / SECTOR + 1) * SECTOR);
            var octets = sector(at, (int) (next - at));
            provesTheDisk |= octets != null;
            unread += octets == null ? 1 : 0;
            into.put(octets == null ? ByteBuffer.allocate((int) (next - at)) : octets);
            at = next;
        }
        if (unread > 0 && !provesTheDisk && !anyOtherSectorIsThere()) {
            throw failed;
        }
        lost |= unread > 0;
        return (int) (end - position);
    }

    /** Null when it cannot be read. */
    private @Nullable ByteBuffer sector(long at, int octets) {
        var found = ByteBuffer.allocate(octets);
        try {
            while (found.hasRemaining() && file.read(found, at + found.position()) >= 0) {
                // until it is full
            }
            return found.rewind();
        } catch (IOException unreadable) {
            return null;
        }
    }

    private boolean anyOtherSectorIsThere() throws IOException {
        long octets = file.octets();
        for (long at = 0; at < octets; at += Math.max(SECTOR, octets / 16 / SECTOR * SECTOR)) {
            if (sector(at, (int) Math.min(SECTOR, octets - at)) != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long octets() throws IOException {
        return file.octets();
    }

    @Override
    public void write(ByteBuffer from, long position) throws IOException {
        file.write(from, position);
    }

    @Override
    public void force() throws IOException {
        file.force();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
