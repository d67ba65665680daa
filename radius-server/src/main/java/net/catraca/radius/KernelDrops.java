package net.catraca.radius;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many datagrams the kernel dropped because a receive buffer of ours was full: they were never seen here, and no
 * other counter has them. Read from /proc when asked for, so only at a scrape.
 */
final class KernelDrops {

    private static final Logger log = LoggerFactory.getLogger(KernelDrops.class);
    private static final int LOCAL_ADDRESS = 1;
    private static final int HEXADECIMAL = 16;

    private final List<Path> tables;
    private final Set<Integer> ports;

    /** @param ports of our sockets */
    KernelDrops(Set<Integer> ports) {
        this(List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6")), ports);
    }

    KernelDrops(List<Path> tables, Set<Integer> ports) {
        this.tables = tables;
        this.ports = ports;
    }

    /** Of all sockets on our ports together; 0 where there is no /proc. */
    double count() {
        long sum = 0;
        for (var table : tables) {
            sum += countIn(table);
        }
        return sum;
    }

    private long countIn(Path table) {
        try (var lines = Files.lines(table)) {
            return lines.skip(1).mapToLong(this::dropsOf).sum();
        } catch (NoSuchFileException e) {
            return 0; // not Linux
        } catch (IOException | RuntimeException e) {
            log.warn("could not read the kernel's drop counters from {}; they count as 0 this time", table, e);
            return 0;
        }
    }

    /** The last column of a line such as "  42: 0100007F:0714 00000000:0000 07 … 2 0000000000000000 17". */
    private long dropsOf(String line) {
        String[] columns = line.strip().split("\\s+", -1);
        String local = columns[LOCAL_ADDRESS];
        int port = Integer.parseInt(local.substring(local.indexOf(':') + 1), HEXADECIMAL);
        return ports.contains(port) ? Long.parseLong(columns[columns.length - 1]) : 0;
    }
}
