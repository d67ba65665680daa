package net.catraca.radius.dynauth;

import net.catraca.radius.nas.CoaRules;
import org.jspecify.annotations.Nullable;

/**
 * What a NAS bears, and how it is dealt with when it does not obey.
 *
 * @param ratePerSecond requests a second; 1 to 10,000
 * @param window requests in flight at once; 2 to 1,024
 * @param canary of many restrictions so many go first, and the others only when they were acknowledged; 0 for none
 * @param backoffSeconds from a failure to the next attempt, doubling each time; 1 to 300
 * @param breakerAfter unanswered requests in a row after which the NAS is left alone for a while; 1 to 100
 * @param breakerPauseSeconds for at most so long; 2 to 600
 * @param disconnectAttempts Disconnects that may fail before people are told; 0 never disconnects on failure
 * @param nak what follows a NAK
 * @param timeout what follows a request that nobody answered
 * @param contradiction what follows an ACK that later records contradict
 */
public record NasBudget(
        int ratePerSecond,
        int window,
        int canary,
        int backoffSeconds,
        int breakerAfter,
        int breakerPauseSeconds,
        int disconnectAttempts,
        Repair nak,
        Repair timeout,
        Repair contradiction) {

    /** A router's control plane bears a hundred a second; 20,000 sessions on 20 NASes take ten seconds each. */
    public static final NasBudget USUAL = new NasBudget(100, 32, 5, 3, 2);

    /**
     * What follows a failure.
     *
     * @param retries CoAs that are sent again; 0 to 19
     * @param disconnect whether the session is ended when they have failed, too
     * @param alert whether people are told when nothing has helped
     */
    public record Repair(int retries, boolean disconnect, boolean alert) {

        public Repair {
            requireBetween("retries", retries, 0, 19);
        }

        private Repair with(CoaRules.After said) {
            return new Repair(or(said.retries(), retries), or(said.disconnect(), disconnect), or(said.alert(), alert));
        }
    }

    public NasBudget {
        requireBetween("rate", ratePerSecond, 1, 10_000);
        requireBetween("window", window, 2, 1_024);
        requireBetween("canary", canary, 0, 1_000);
        requireBetween("backoffSeconds", backoffSeconds, 1, 300);
        requireBetween("breakerAfter", breakerAfter, 1, 100);
        requireBetween("breakerPauseSeconds", breakerPauseSeconds, 2, 600);
        requireBetween("disconnectAttempts", disconnectAttempts, 0, 20);
    }

    /**
     * With the usual back-off and breaker, and one rule for all failures.
     *
     * @param coaAttempts CoAs that may fail before a Disconnect is tried; 1 to 20
     */
    public NasBudget(int ratePerSecond, int window, int canary, int coaAttempts, int disconnectAttempts) {
        this(
                ratePerSecond,
                window,
                canary,
                2,
                5,
                60,
                disconnectAttempts,
                new Repair(coaAttempts - 1, true, true),
                new Repair(coaAttempts - 1, true, true),
                // A NAS that acknowledges and does nothing is not asked the same again and again.
                new Repair(1, true, true));
    }

    /** This, but for what is said. */
    public NasBudget with(CoaRules said) {
        return new NasBudget(
                or(said.rate(), ratePerSecond),
                or(said.window(), window),
                or(said.canary(), canary),
                or(said.backoffSeconds(), backoffSeconds),
                or(said.breakerAfter(), breakerAfter),
                or(said.breakerPauseSeconds(), breakerPauseSeconds),
                or(said.disconnectAttempts(), disconnectAttempts),
                nak.with(said.nak()),
                timeout.with(said.timeout()),
                contradiction.with(said.contradiction()));
    }

    private static int or(@Nullable Integer said, int usual) {
        return said == null ? usual : said;
    }

    private static boolean or(@Nullable Boolean said, boolean usual) {
        return said == null ? usual : said;
    }

    /** With so many failures a session is no longer tried by CoA: as many as the most patient rule allows. */
    public int coaAttempts() {
        return 1 + Math.max(nak.retries, timeout.retries);
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
