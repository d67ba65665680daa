package net.catraca.admin.bank;

import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.ProblemType;
import net.catraca.billing.office.BankFiles;
import org.jspecify.annotations.Nullable;

/** Keeps a file that is sent on the disk while it is read, so that its size is no matter of memory. */
@Singleton
public class Spool {

    private final @Nullable Path data;

    /** @param data the data folder; without one the system's folder for such files */
    Spool(@Nullable @Property(name = "catraca.data") String data) {
        this.data = data == null ? null : Path.of(data);
    }

    /** Reads the content whole, then lets somebody work on the file, which is gone afterwards. */
    <T> T with(InputStream content, Function<Path, T> work) {
        return with(content, BankFiles.MOST_OCTETS, work);
    }

    /** The same with another bound. */
    public <T> T with(InputStream content, long mostOctets, Function<Path, T> work) {
        try {
            var file = newFile();
            try {
                copy(content, file, mostOctets);
                return work.apply(file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path newFile() throws IOException {
        if (data == null) {
            return Files.createTempFile("catraca-bank-file", "");
        }
        return Files.createTempFile(Files.createDirectories(data.resolve("spool")), "bank-file", "");
    }

    private static void copy(InputStream content, Path file, long mostOctets) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long octets = 0;
        try (content;
                OutputStream out = Files.newOutputStream(file)) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                octets += read;
                if (octets > mostOctets) {
                    throw ProblemException.of(ProblemType.TOO_LARGE, "It may have " + mostOctets + " octets.");
                }
                out.write(buffer, 0, read);
            }
        }
    }
}
