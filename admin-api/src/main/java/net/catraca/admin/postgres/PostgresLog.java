package net.catraca.admin.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What PostgreSQL said last, for a person who must find out why it does not start. */
final class PostgresLog {

    private static final int LINES = 12;

    /** Far more than the last lines take. */
    private static final int MOST_OCTETS = 64 * 1024;

    private PostgresLog() {}

    static String lastLines(PostgresFolder folder) throws IOException {
        var files = new ArrayList<Path>();
        if (Files.isRegularFile(folder.startLog())) {
            files.add(folder.startLog());
        }
        if (Files.isDirectory(folder.log())) {
            try (Stream<Path> logs = Files.list(folder.log())) {
                logs.max(Comparator.comparingLong(log -> log.toFile().lastModified()))
                        .ifPresent(files::add);
            }
        }
        var lines = new ArrayList<String>();
        for (Path file : files) {
            lines.addAll(lastLines(file));
        }
        return lines.stream().map(line -> "  " + line).collect(Collectors.joining("\n"));
    }

    private static List<String> lastLines(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            channel.position(Math.max(0, channel.size() - MOST_OCTETS));
            var buffer = java.nio.ByteBuffer.allocate(MOST_OCTETS);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // a file that grows meanwhile fills the buffer, and that is enough
            }
            List<String> lines = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
        }
    }
}
