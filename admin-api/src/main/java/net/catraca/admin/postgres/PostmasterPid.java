package net.catraca.admin.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a running PostgreSQL says of itself in postmaster.pid (src/include/utils/pidfile.h).
 *
 * @param port 0 while it has not said it yet
 */
record PostmasterPid(long pid, int port, boolean isReady) {

    private static final int PORT_LINE = 3;
    private static final int STATUS_LINE = 7;

    /** Empty when there is none, or it is just being written. */
    static Optional<PostmasterPid> in(Path cluster) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(fileIn(cluster));
        } catch (NoSuchFileException notRunning) {
            return Optional.empty();
        }
        if (lines.isEmpty() || !lines.getFirst().matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        boolean ready =
                lines.size() > STATUS_LINE && lines.get(STATUS_LINE).strip().equals("ready");
        return Optional.of(new PostmasterPid(Long.parseLong(lines.getFirst()), port(lines), ready));
    }

    static Path fileIn(Path cluster) {
        return cluster.resolve("postmaster.pid");
    }

    private static int port(List<String> lines) {
        return lines.size() > PORT_LINE && lines.get(PORT_LINE).matches("[0-9]{1,5}")
                ? Integer.parseInt(lines.get(PORT_LINE))
                : 0;
    }
}
