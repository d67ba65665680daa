package net.catraca.radius;

import java.util.List;

/**
 * How the RADIUS server listens and what bounds it.
 *
 * @param listen addresses of this machine, IPv4 or IPv6; {@code 0.0.0.0} stands for all its IPv4 addresses, {@code ::}
 *     for all its IPv6 ones, {@code *} for both. Each is bound for itself: a wildcard socket may answer from another
 *     address than the one that was asked, and a NAS drops such an answer.
 * @param authPort 0 to 65535; 0 lets the kernel choose one, the same for all addresses
 * @param acctPort the same for accounting
 * @param loops event loops, each with a socket of its own for every address and port; 1 to 64
 * @param receiveBufferOctets of each socket; 20,000 subscribers who dial in at once need 4 MiB
 * @param requestTimeoutMillis after which a NAS has given up on a request; work that waited longer is not done
 * @param duplicateSeconds how long answers are kept for retransmissions, 5 to 30 (RFC 5080 §2.2.2)
 * @param duplicateEntries of each loop
 * @param duplicateOctets of each loop, for the answers
 * @param pendingRejects of each loop: more delayed rejects than these are sent at once
 * @param sessionSpreadSeconds over how long sessions are spread that end at the same instant
 */
public record RadiusSettings(
        List<String> listen,
        int authPort,
        int acctPort,
        int loops,
        int receiveBufferOctets,
        int requestTimeoutMillis,
        int duplicateSeconds,
        int duplicateEntries,
        long duplicateOctets,
        int pendingRejects,
        int sessionSpreadSeconds) {

    public RadiusSettings {
        listen = List.copyOf(listen);
        if (listen.isEmpty()) {
            throw new IllegalArgumentException("listen: expected at least one address");
        }
        requireBetween("authPort", authPort, 0, 65_535);
        requireBetween("acctPort", acctPort, 0, 65_535);
        if (authPort != 0 && authPort == acctPort) {
            throw new IllegalArgumentException(
                    "acctPort: expected another port than authPort, was " + acctPort + " as well");
        }
        requireBetween("loops", loops, 1, 64);
        requireBetween("receiveBufferOctets", receiveBufferOctets, 65_536, 1 << 30);
        requireBetween("requestTimeoutMillis", requestTimeoutMillis, 100, 60_000);
        requireBetween("duplicateSeconds", duplicateSeconds, 5, 30);
        requireBetween("duplicateEntries", duplicateEntries, 256, 10_000_000);
        requireBetween("duplicateOctets", duplicateOctets, 1 << 20, 1L << 32);
        requireBetween("pendingRejects", pendingRejects, 0, 1_000_000);
        requireBetween("sessionSpreadSeconds", sessionSpreadSeconds, 0, 3_600);
    }

    /** All addresses, ports 1812 and 1813, and bounds that a small machine bears and a large ISP does not reach. */
    public static RadiusSettings defaults() {
        return new RadiusSettings(
                List.of("*"),
                1812,
                1813,
                Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 16),
                4 << 20,
                5_000,
                10,
                65_536,
                16L << 20,
                20_000,
                300);
    }

    public RadiusSettings listeningOn(List<String> addresses, int newAuthPort, int newAcctPort) {
        return new RadiusSettings(
                addresses,
                newAuthPort,
                newAcctPort,
                loops,
                receiveBufferOctets,
                requestTimeoutMillis,
                duplicateSeconds,
                duplicateEntries,
                duplicateOctets,
                pendingRejects,
                sessionSpreadSeconds);
    }

    public RadiusSettings withLoops(int newLoops) {
        return new RadiusSettings(
                listen,
                authPort,
                acctPort,
                newLoops,
                receiveBufferOctets,
                requestTimeoutMillis,
                duplicateSeconds,
                duplicateEntries,
                duplicateOctets,
                pendingRejects,
                sessionSpreadSeconds);
    }

    private static void requireBetween(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + ": expected " + least + " to " + most + ", was " + value);
        }
    }
}
