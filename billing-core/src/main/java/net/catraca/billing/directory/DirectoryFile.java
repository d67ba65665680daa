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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.secret.SecretVault;

/**
 * The directory on the disk, sealed: it serves at a start while the database is away. Written whole or not at all; a
 * file that cannot be read to its end is passed over.
 *
 * <p>A header in clear (mark, shape of the records, id), then the sealed frames: when it was written, up to when it was
 * true, the rows of each companion, and each login; a false stands for the end of rows.
 */
public final class DirectoryFile {

    private static final byte[] MARK = "catraca directory 2\n".getBytes(StandardCharsets.US_ASCII);

    /** An older one would serve too many who have left and refuse too many who have come. */
    private static final Duration MOST_AGE = Duration.ofDays(30);

    private static final Set<Class<?>> SHARED = Set.of(Plan.class, AccessPolicy.class, java.time.ZoneId.class);

    private final Path path;

    /** What became of loading. */
    public sealed interface Loading {

        /** @param asOf up to when what it holds was true */
        record Serving(int logins, Instant asOf) implements Loading {}

        /** @param why it cannot serve, in words that follow its path */
        record PassedOver(String why) implements Loading {}
    }

    /** @param path in a folder that exists */
    public DirectoryFile(Path path) {
        this.path = path;
    }

    public Path path() {
        return path;
    }

    public boolean exists() {
        return Files.exists(path);
    }

    /**
     * Writes what the directory and its companions hold.
     *
     * @param now for the file's age
     * @throws UncheckedIOException when it cannot be written; an older file is still there
     */
    public void save(LiveDirectory directory, List<DirectoryCompanion> companions, SecretVault vault, Instant now) {
        try {
            Path draft = Files.createTempFile(
                    path.toAbsolutePath().getParent(),
                    ".directory",
                    ".draft",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                    write(Channels.newOutputStream(channel), directory, companions, vault, now);
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

    private static void write(
            OutputStream file,
            LiveDirectory directory,
            List<DirectoryCompanion> companions,
            SecretVault vault,
            Instant now)
            throws IOException {
        var id = UUID.randomUUID().toString();
        var head = new DataOutputStream(file);
        head.write(MARK);
        head.write(shape(companions));
        head.writeUTF(id);
        head.flush();
        // What it is true up to is read before the logins are: those may be newer, never older.
        var freshUntil = directory.knownUntil();
        try (var out = new DataOutputStream(new SealedFrames.Output(file, vault, id))) {
            out.writeLong(now.toEpochMilli());
            out.writeLong(freshUntil.toEpochMilli());
            var codec = new RecordCodec(SHARED);
            for (var companion : companions) {
                for (var row : companion.rows()) {
                    codec.write(out, companion.type(), row);
                }
                out.writeBoolean(false);
            }
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
     * Fills a directory that has not been loaded yet, and its companions; it then is stale as of the file. A file that
     * is missing, too old, damaged, of another release or sealed with other keys is passed over.
     */
    public Loading load(LiveDirectory directory, List<DirectoryCompanion> companions, SecretVault vault, Instant now) {
        if (!exists()) {
            return new Loading.PassedOver("there is none");
        }
        try (var file = new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
            return read(file, directory, companions, vault, now);
        } catch (IOException | RuntimeException e) {
            return new Loading.PassedOver("it cannot be read (" + e.getMessage() + ")");
        }
    }

    private static Loading read(
            DataInputStream file,
            LiveDirectory directory,
            List<DirectoryCompanion> companions,
            SecretVault vault,
            Instant now)
            throws IOException {
        if (!Arrays.equals(file.readNBytes(MARK.length), MARK)) {
            throw new IOException("not a directory of this release");
        }
        byte[] shape = shape(companions);
        if (!Arrays.equals(file.readNBytes(shape.length), shape)) {
            throw new IOException("written by another release");
        }
        var in = new DataInputStream(new SealedFrames.Input(file, vault, file.readUTF()));
        var savedAt = Instant.ofEpochMilli(in.readLong());
        var freshUntil = Instant.ofEpochMilli(in.readLong());
        if (savedAt.plus(MOST_AGE).isBefore(now)) {
            throw new IOException("of " + savedAt + ", older than " + MOST_AGE.toDays() + " days");
        }
        var codec = new RecordCodec(SHARED);
        List<List<Record>> rows = new ArrayList<>();
        for (var companion : companions) {
            rows.add(rows(in, codec, companion.type()));
        }
        var loading = directory.load();
        while (codec.read(in, SubscriberSnapshot.class) instanceof SubscriberSnapshot subscriber) {
            loading.add(subscriber);
        }
        // Only now that all of it is known to be whole; the companions first, for a loaded directory means: answer.
        for (int i = 0; i < rows.size(); i++) {
            companions.get(i).serveStale(rows.get(i));
        }
        loading.finishStale(freshUntil);
        return new Loading.Serving(directory.size(), freshUntil);
    }

    private static List<Record> rows(DataInputStream in, RecordCodec codec, Class<? extends Record> type)
            throws IOException {
        List<Record> rows = new ArrayList<>();
        while (codec.read(in, type) instanceof Record row) {
            rows.add(row);
        }
        return rows;
    }

    private static byte[] shape(List<DirectoryCompanion> companions) {
        var text = new StringBuilder(RecordCodec.shape(SubscriberSnapshot.class));
        companions.forEach(companion -> text.append('\n').append(RecordCodec.shape(companion.type())));
        return sha256(text.toString());
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
        return "DirectoryFile[" + path + "]";
    }
}
