package net.catraca.admin.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL programs of this machine's kind, unpacked from their jar into a folder that bears its checksum. */
record PostgresBinaries(Path folder) {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresBinaries.class);

    Path initdb() {
        return folder.resolve("bin/initdb");
    }

    Path postgres() {
        return folder.resolve("bin/postgres");
    }

    /** Unpacks them unless an earlier start has. */
    static PostgresBinaries unpackedIn(Path binaries) throws IOException, PostgresFailure {
        URL archive = archive();
        Path folder = binaries.resolve(nameOf(archive));
        if (!Files.isDirectory(folder)) {
            unpack(archive, folder);
        }
        return new PostgresBinaries(folder);
    }

    /** Removes what earlier releases have left; only call it when no PostgreSQL runs from there. */
    void removeOthers() throws IOException {
        Path all = folder.getParent();
        if (all == null) {
            return;
        }
        try (Stream<Path> others = Files.list(all)) {
            for (Path other : others.filter(other -> !other.equals(folder)).toList()) {
                deleteWhole(other);
            }
        }
    }

    private static URL archive() throws PostgresFailure {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch", "");
        @Nullable
        String name = !system.equals("linux")
                ? null
                : switch (processor) {
                    case "amd64" -> "postgres-linux-x86_64.txz";
                    case "aarch64" -> "postgres-linux-arm_64.txz";
                    default -> null;
                };
        @Nullable URL archive = name == null ? null : PostgresBinaries.class.getResource("/" + name);
        if (archive == null) {
            throw new PostgresFailure(
                    ("The embedded PostgreSQL runs on Linux on amd64 and arm64 only; this is %s on %s."
                                    + " Give Catraca a PostgreSQL of your own: catraca.db.url, catraca.db.user,"
                                    + " catraca.db.password.")
                            .formatted(system, processor));
        }
        return archive;
    }

    /** Another release of PostgreSQL has another checksum, hence another folder. */
    private static String nameOf(URL archive) throws IOException {
        String name = archive.getPath().replaceFirst(".*/", "").replace(".txz", "");
        if (archive.openConnection() instanceof JarURLConnection jar) {
            return name + "-" + Long.toHexString(jar.getJarEntry().getCrc());
        }
        return name;
    }

    private static void unpack(URL archive, Path folder) throws IOException {
        LOG.info("unpacking PostgreSQL to {}", folder);
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
        deleteWhole(unfinished);
        Files.createDirectories(unfinished);
        try (InputStream packed = archive.openStream();
                var tar = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (@Nullable TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (isNeeded(entry.getName())) {
                    unpack(tar, entry, unfinished);
                }
            }
        }
        makePassable(unfinished);
        Files.move(unfinished, folder);
    }

    /** Not what is only there to compile against. */
    private static boolean isNeeded(String name) {
        return !name.endsWith(".a") && !name.contains("/pkgconfig") && !name.startsWith("include/");
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder) throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("archive entry outside of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(parentOf(target));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        boolean isProgram = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(isProgram ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /** Whatever our umask: PostgreSQL may run as another user. */
    private static void makePassable(Path folder) throws IOException {
        Path above = parentOf(folder);
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : Stream.concat(Stream.of(above), paths.filter(Files::isDirectory))
                    .toList()) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    private static Path parentOf(Path path) throws IOException {
        @Nullable Path parent = path.getParent();
        if (parent == null) {
            throw new IOException(path + " has no parent");
        }
        return parent;
    }

    static void deleteWhole(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }
}
