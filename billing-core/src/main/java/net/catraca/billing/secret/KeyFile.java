package net.catraca.billing.secret;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Secret keys in a file that only its owner may read. */
public final class KeyFile {

    private static final Logger log = LoggerFactory.getLogger(KeyFile.class);

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private KeyFile() {}

    /**
     * Reads the keys.
     *
     * @throws MalformedKeysException naming the file
     * @throws UncheckedIOException when it cannot be read
     */
    public static SecretKeys read(Path file) {
        try {
            warnIfOthersMayRead(file);
            return SecretKeys.parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("secret keys: expected a readable file " + file, e);
        }
    }

    /** Reads the keys, made and written first if there is no such file. Its folder must exist. */
    public static SecretKeys readOrCreate(Path file) {
        if (Files.notExists(file)) {
            create(file);
        }
        return read(file);
    }

    private static void create(Path file) {
        try {
            write(file, SecretKeys.generate());
            log.info("new secret keys in {}; keep a copy of it apart from the database's backups", file);
        } catch (FileAlreadyExistsException e) {
            log.debug("{} was just made by another process; its keys hold", file);
        } catch (IOException e) {
            throw new UncheckedIOException("secret keys: expected to be able to create " + file, e);
        }
    }

    /** Whole or not at all: half a key file after a power cut would lose every password. */
    private static void write(Path file, String text) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path draft = Files.createTempFile(folder, ".keys", ".draft", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                var octets = StandardCharsets.UTF_8.encode(text);
                while (octets.hasRemaining()) {
                    channel.write(octets);
                }
                channel.force(true);
            }
            Files.move(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void warnIfOthersMayRead(Path file) throws IOException {
        var permissions = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(permissions)) {
            log.warn(
                    "{} may be read by others ({}); the keys are used all the same: chmod 600 it",
                    file,
                    PosixFilePermissions.toString(permissions));
        }
    }
}
