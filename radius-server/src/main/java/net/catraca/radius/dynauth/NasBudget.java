package net.catraca.radius.dynauth;

/**
 * What a NAS bears, and how it is dealt with when it does not obey.
 *
 * @param ratePerSecond requests a second; 1 to 10,000
 * @param window requests in flight at once; 2 to 1,024
 * @param canary of many restrictions so many go first, and the others only when they were acknowledged; 0 for none
 * @param coaAttempts CoAs that may fail before a Disconnect is tried; 1 to 20
 * @param disconnectAttempts Disconnects that may fail before people are told; 0 never disconnects on failure
 */
public record NasBudget(int ratePerSecond, int window, int canary, int coaAttempts, int disconnectAttempts) {

    /** A router's control plane bears a hundred a second; 20,000 sessions on 20 NASes take ten seconds each. */
    public static final NasBudget USUAL = new NasBudget(100, 32, 5, 3, 2);

    public NasBudget {
        requireBetween("ratePerSecond", ratePerSecond, 1, 10_000);
        requireBetween("window", window, 2, 1_024);
        requireBetween("canary", canary, 0, 1_000);
        requireBetween("coaAttempts", coaAttempts, 1, 20);
        requireBetween("disconnectAttempts", disconnectAttempts, 0, 20);
    }

    /** Places in the window that restrictions never take: a restore does not wait for their answers. */
    int windowForRestores() {
        return Math.max(1, window / 4);
    }

    /** The same for the rate. */
    double rateForRestores() {
        return Math.max(0.5, ratePerSecond / 4.0);
    }

    private static void requireBetween(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + ": expected " + least + " to " + most + ", was " + value);
        }
    }
}
