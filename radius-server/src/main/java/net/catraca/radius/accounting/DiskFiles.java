package net.catraca.radius.accounting;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A folder of a real disk. */
final class DiskFiles implements JournalFiles {

    private static final String LOCK = "lock";
    private static final int ZEROS_AT_ONCE = 1 << 20;

    /** Left to others on the same disk, the embedded PostgreSQL first: it stops when it cannot write. */
    private static final long LEFT_FREE_OCTETS = 256L << 20;

    private final Path folder;

    DiskFiles(Path folder) throws IOException {
        this.folder = folder;
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            // What subscribers do online is nobody else's business.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            @Nullable Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                forceFolder(parent);
            }
        }
    }

    @Override
    public Closeable lock() throws IOException {
        var channel = FileChannel.open(folder.resolve(LOCK), CREATE, WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException withinThisProcess) {
            channel.close();
            throw inUse();
        }
        channel.close();
        throw inUse();
    }

    private JournalException inUse() {
        return new JournalException("the journal " + folder + " is in use by another Catraca; stop that one, or give"
                + " this one a folder of its own");
    }

    @Override
    public List<String> list() throws IOException {
        try (var paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Override
    public Handle create(String name, int octets) throws IOException {
        requireRoom(octets);
        var path = folder.resolve(name);
        var channel = FileChannel.open(path, CREATE_NEW, READ, WRITE);
        try {
            fill(channel, octets);
            channel.force(true);
            forceFolder(folder);
            return new Open(channel);
        } catch (IOException failed) {
            try (channel) {
                Files.deleteIfExists(path);
            } catch (IOException second) {
                failed.addSuppressed(second);
            }
            requireRoom(octets); // a full disk is the likely cause, and has a reason of its own
            throw failed;
        }
    }

    private void requireRoom(int octets) throws IOException {
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (usable < octets + LEFT_FREE_OCTETS) {
            throw new NoRoomException("the disk of " + folder + " has " + (usable >> 20) + " MiB left, of which "
                    + (LEFT_FREE_OCTETS >> 20) + " are not for the journal");
        }
    }

    /** Real zeros: blocks that are only reserved would be marked as written by each force. */
    private static void fill(FileChannel channel, int octets) throws IOException {
        var zeros = ByteBuffer.allocateDirect(Math.min(octets, ZEROS_AT_ONCE));
        for (int left = octets; left > 0; ) {
            zeros.clear().limit(Math.min(left, zeros.capacity()));
            left -= channel.write(zeros);
        }
    }

    @Override
    public Handle open(String name) throws IOException {
        return new Open(FileChannel.open(folder.resolve(name), READ));
    }

    @Override
    public void truncate(String name, long octets) throws IOException {
        try (var channel = FileChannel.open(folder.resolve(name), WRITE)) {
            channel.truncate(octets);
            channel.force(true);
        }
    }

    @Override
    public void rename(String name, String to) throws IOException {
        Files.move(folder.resolve(name), folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
        forceFolder(folder);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
        forceFolder(folder);
    }

    /** A name is an octet of its folder: it survives when the folder is forced. */
    private static void forceFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private record Open(FileChannel channel) implements Handle {

        @Override
        public long octets() throws IOException {
            return channel.size();
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            for (long at = position; from.hasRemaining(); ) {
                at += channel.write(from, at);
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
