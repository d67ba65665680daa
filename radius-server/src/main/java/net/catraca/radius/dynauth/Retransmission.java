package net.catraca.radius.dynauth;

import java.util.random.RandomGenerator;

/**
 * When a request is sent again, RFC 5080 §2.2.1: after twice the time each time, a tenth more or less, so that a NAS
 * that was away is not met by everybody at once.
 *
 * @param initialMillis IRT, time to the first retransmission; 100 to 10,000
 * @param mostMillis MRT, the longest time between two; at least the initial one
 * @param mostCount MRC, retransmissions at most; 0 to 20, where 0 means one transmission alone
 * @param mostDurationMillis MRD, after which nobody waits any longer; RFC 5080 §2.2.2 wants 5 to 30 seconds
 */
public record Retransmission(int initialMillis, int mostMillis, int mostCount, int mostDurationMillis) {

    /** A lost packet costs a payer a second; a NAS that is away is given up on after fifteen. */
    public static final Retransmission USUAL = new Retransmission(1_000, 8_000, 4, 15_000);

    private static final double JITTER = 0.1;

    public Retransmission {
        requireBetween("initialMillis", initialMillis, 100, 10_000);
        requireBetween("mostMillis", mostMillis, initialMillis, 60_000);
        requireBetween("mostCount", mostCount, 0, 20);
        requireBetween("mostDurationMillis", mostDurationMillis, initialMillis, 30_000);
    }

    /** Milliseconds from the first transmission to the next. */
    long first(RandomGenerator random) {
        return jittered(initialMillis, random);
    }

    /** Milliseconds to wait after that many. */
    long after(long before, RandomGenerator random) {
        long next = 2 * before + Math.round(before * rand(random));
        return next > mostMillis ? jittered(mostMillis, random) : next;
    }

    private static long jittered(int millis, RandomGenerator random) {
        return millis + Math.round(millis * rand(random));
    }

    private static double rand(RandomGenerator random) {
        return random.nextDouble(-JITTER, JITTER);
    }

    private static void requireBetween(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + ": expected " + least + " to " + most + ", was " + value);
        }
    }
}
