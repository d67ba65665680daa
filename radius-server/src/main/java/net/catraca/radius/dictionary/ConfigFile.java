package net.catraca.radius.dictionary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Files that an operator edits: UTF-8, small, read whole. */
public final class ConfigFile {

    /** Far above any profile or dictionary, far below what could hurt: a core dump put here by accident is refused. */
    public static final int MAX_OCTETS = 1 << 20;

    private ConfigFile() {}

    /** A fresh digest for {@link #read}. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The files of a folder whose names pass, in the order of their names. */
    public static List<Path> in(Path folder, Predicate<String> name) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name.test(file.getFileName().toString()) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * The text of a file, noted in the digest.
     *
     * @throws IOException in words fit for {@link Problem#what()}
     */
    public static String read(Path file, MessageDigest digest) throws IOException {
        if (Files.size(file) > MAX_OCTETS) {
            throw new IOException("expected at most " + MAX_OCTETS + " octets, has " + Files.size(file));
        }
        var octets = Files.readAllBytes(file);
        digest.update((file.getFileName() + ":" + octets.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(octets);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("expected UTF-8 text", e);
        }
    }
}
