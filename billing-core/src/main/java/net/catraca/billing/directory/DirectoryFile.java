package net.catraca.billing.directory;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.secret.SecretVault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory on the disk, sealed: it serves at a start while the database is away. Written whole or not at all; a
 * file that cannot be read to its end is passed over.
 *
 * <p>A header in clear (mark, shape of the records, id), then the sealed frames: when it was written, up to when it was
 * true, and each login until a false stands for the end.
 */
public final class DirectoryFile {

    private static final Logger log = LoggerFactory.getLogger(DirectoryFile.class);

    private static final byte[] MARK = "catraca directory 1\n".getBytes(StandardCharsets.US_ASCII);

    /** An older one would serve too many who have left and refuse too many who have come. */
    private static final Duration MOST_AGE = Duration.ofDays(30);

    private static final Set<Class<?>> SHARED = Set.of(Plan.class, AccessPolicy.class, java.time.ZoneId.class);
    private static final byte[] SHAPE = sha256(RecordCodec.shape(SubscriberSnapshot.class));

    private final Path path;

    /** @param path in a folder that exists */
    public DirectoryFile(Path path) {
        this.path = path;
    }

    public Path path() {
        return path;
    }

    /**
     * Writes what the directory holds.
     *
     * @param now for the file's age
     * @throws UncheckedIOException when it cannot be written; an older file is still there
     */
    public void save(LiveDirectory directory, SecretVault vault, Instant now) {
        try {
            Path draft = Files.createTempFile(
                    path.toAbsolutePath().getParent(),
                    ".directory",
                    ".draft",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                    write(Channels.newOutputStream(channel), directory, vault, now);
                    channel.force(true);
                }
                Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": expected to be able to write it", e);
        }
    }

    private static void write(OutputStream file, LiveDirectory directory, SecretVault vault, Instant now)
            throws IOException {
        var id = UUID.randomUUID().toString();
        var head = new DataOutputStream(file);
        head.write(MARK);
        head.write(SHAPE);
        head.writeUTF(id);
        head.flush();
        // What it is true up to is read before the logins are: those may be newer, never older.
        var freshUntil = directory.freshUntil();
        try (var out = new DataOutputStream(new SealedFrames.Output(file, vault, id))) {
            out.writeLong(now.toEpochMilli());
            out.writeLong(freshUntil.toEpochMilli());
            var codec = new RecordCodec(SHARED);
            try {
                directory.forEach(subscriber -> writeLogin(out, codec, subscriber));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            out.writeBoolean(false);
        }
    }

    private static void writeLogin(DataOutputStream out, RecordCodec codec, SubscriberSnapshot subscriber) {
        try {
            codec.write(out, SubscriberSnapshot.class, subscriber);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Fills a directory that has not been loaded yet; it then is stale as of the file. A file that is missing, too old,
     * damaged, of another release or sealed with other keys is told in the log and passed over.
     *
     * @return whether it serves now
     */
    public boolean load(LiveDirectory directory, SecretVault vault, Instant now) {
        if (Files.notExists(path)) {
            log.warn("there is no {} to serve from; no answers until the database is back", path);
            return false;
        }
        try (var file = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
            return load(file, directory, vault, now);
        } catch (IOException | RuntimeException e) {
            log.error("{} cannot be read ({}); no answers until the database is back", path, e.getMessage());
            return false;
        }
    }

    private boolean load(DataInputStream file, LiveDirectory directory, SecretVault vault, Instant now)
            throws IOException {
        if (!Arrays.equals(file.readNBytes(MARK.length), MARK)) {
            throw new IOException("not a directory of ours");
        }
        if (!Arrays.equals(file.readNBytes(SHAPE.length), SHAPE)) {
            throw new IOException("written by another release");
        }
        var in = new DataInputStream(new SealedFrames.Input(file, vault, file.readUTF()));
        var savedAt = Instant.ofEpochMilli(in.readLong());
        var freshUntil = Instant.ofEpochMilli(in.readLong());
        if (savedAt.plus(MOST_AGE).isBefore(now)) {
            throw new IOException("of " + savedAt + ", older than " + MOST_AGE.toDays() + " days");
        }
        var loading = directory.load();
        var codec = new RecordCodec(SHARED);
        while (codec.read(in, SubscriberSnapshot.class) instanceof SubscriberSnapshot subscriber) {
            loading.add(subscriber);
        }
        loading.finishStale(freshUntil);
        log.warn(
                "serving {} logins from {} as they were at {}; nothing tightens until the database is back",
                directory.size(),
                path,
                freshUntil);
        return true;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: expected from every JDK", e);
        }
    }

    @Override
    public String toString() {
        return "DirectoryFile[" + path + ", " + HexFormat.of().formatHex(SHAPE, 0, 4) + "]";
    }
}
