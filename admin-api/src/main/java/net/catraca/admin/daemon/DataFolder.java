package net.catraca.admin.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The data folder, held against a second daemon while this one lives: two would share ports and a PostgreSQL without
 * noticing. The kernel lets go of the lock when the process ends, however it ends.
 */
public final class DataFolder implements AutoCloseable {

    private static final String LOCK = "catraca.lock";

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Makes the folder when missing, and holds it. */
    public static DataFolder hold(Path path) throws StartFailure {
        try {
            makePassable(path);
            FileChannel channel = FileChannel.open(
                    path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!isLocked(channel)) {
                String holder = readHolder(channel);
                channel.close();
                throw new StartFailure(
                        ("The data folder %s is in use by another Catraca%s. Stop that one, or give this one a folder of"
                                        + " its own (CATRACA_DATA).")
                                .formatted(path, holder));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new DataFolder(path, channel);
        } catch (IOException unusable) {
            throw new StartFailure(
                    "The data folder %s (catraca.data) cannot be used: %s".formatted(path, unusable), unusable);
        }
    }

    public Path path() {
        return path;
    }

    /** Others may pass through, not look: the embedded PostgreSQL may have to run as another user. */
    private static void makePassable(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        @Nullable Path parent = folder.getParent();
        if (parent != null) {
            makePassable(parent);
        }
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException withinThisProcess) {
            return false;
        }
    }

    private static String readHolder(FileChannel channel) throws IOException {
        var buffer = ByteBuffer.allocate(20);
        int octets = channel.read(buffer, 0);
        String holder = octets < 1 ? "" : new String(buffer.array(), 0, octets, StandardCharsets.US_ASCII).strip();
        return holder.matches("[0-9]+") ? ", process " + holder : "";
    }

    @Override
    public void close() throws StartFailure {
        try {
            channel.close();
        } catch (IOException failed) {
            throw new StartFailure("The lock on " + path + " cannot be given back: " + failed, failed);
        }
    }
}
