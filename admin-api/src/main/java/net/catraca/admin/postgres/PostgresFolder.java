package net.catraca.admin.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.OptionalInt;

/**
 * Where the embedded PostgreSQL keeps its things: {@code binaries/} may be deleted at any time, {@code cluster/} is
 * the data.
 */
record PostgresFolder(Path root) {

    /** 192 bits: nobody guesses it, and it fits a line. */
    private static final int PASSWORD_OCTETS = 24;

    Path binaries() {
        return root.resolve("binaries");
    }

    /** PostgreSQL's own data folder. */
    Path cluster() {
        return root.resolve("cluster");
    }

    /** A cluster that initdb has not finished. */
    Path unfinishedCluster() {
        return root.resolve("cluster.unfinished");
    }

    /** What PostgreSQL logs: a file a weekday, so that a week is kept. */
    Path log() {
        return root.resolve("log");
    }

    /** What it says before it has opened its log. */
    Path startLog() {
        return root.resolve("start.log");
    }

    Path portFile() {
        return root.resolve("port");
    }

    /** Password of the superuser "postgres", which makes databases and is not used otherwise. */
    Path superuserPassword() {
        return root.resolve("superuser-password");
    }

    /** Password of the user "catraca", who owns the database. */
    Path password() {
        return root.resolve("password");
    }

    /** Makes the folder; others may pass through it, because PostgreSQL may have to run as another user. */
    void create() throws IOException {
        createPassable(root);
    }

    private static void createPassable(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            createPassable(parent);
        }
        Files.createDirectory(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    /** The password in a file that only we can read; made at the first call. */
    String passwordIn(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] octets = new byte[PASSWORD_OCTETS];
            new SecureRandom().nextBytes(octets);
            writeSecret(file, Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
        }
        return Files.readString(file).strip();
    }

    private static void writeSecret(Path file, String secret) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(unfinished, secret.getBytes(StandardCharsets.UTF_8));
        Files.move(unfinished, file); // so that a kill leaves a whole secret or none
    }

    /** The port of the last start. */
    OptionalInt port() throws IOException {
        if (!Files.exists(portFile())) {
            return OptionalInt.empty();
        }
        String text = Files.readString(portFile()).strip();
        return text.matches("[1-9][0-9]{0,4}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }

    void keepPort(int port) throws IOException {
        Files.writeString(portFile(), port + "\n");
    }
}
