package net.catraca.admin.simulator;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import net.catraca.admin.simulator.Account.Method;
import org.jspecify.annotations.Nullable;

/**
 * What is simulated.
 *
 * @param accounts one line each, spread over the NASes in turn
 * @param methods for lines that name none
 * @param seed with the same one, lines choose the same methods, traffic, moments and losses; what the server's timing
 *     decides is not repeated
 * @param reducedKbps a download rate up to this one counts as reduced, in what is shown
 * @param ledger where the NASes write what they know; null for nowhere
 */
public record SimulationSettings(
        InetAddress server,
        int authPort,
        int acctPort,
        List<NasSettings> nases,
        List<Account> accounts,
        Set<Method> methods,
        long seed,
        Load load,
        Network network,
        Accounting accounting,
        int reducedKbps,
        @Nullable Path ledger) {

    /** Bounds the memory, about 1 KB a line, and what one machine can ask of another. */
    public static final int MOST_ACCOUNTS = 200_000;

    public static final int MOST_NASES = 250;

    public SimulationSettings {
        nases = List.copyOf(nases);
        accounts = List.copyOf(accounts);
        methods = Set.copyOf(methods);
        if (nases.isEmpty() || nases.size() > MOST_NASES) {
            throw new IllegalArgumentException("nases: expected 1 to " + MOST_NASES + ", were " + nases.size());
        }
        if (accounts.isEmpty() || accounts.size() > MOST_ACCOUNTS) {
            throw new IllegalArgumentException(
                    "accounts: expected 1 to " + MOST_ACCOUNTS + ", were " + accounts.size());
        }
        if (methods.isEmpty()) {
            throw new IllegalArgumentException("methods: expected at least one");
        }
    }

    /**
     * When lines dial in and hang up.
     *
     * @param over all lines dial in once within this time; zero: all at the same instant, as after a power failure
     * @param steady whether they come evenly, rather than ever faster
     * @param meanSession how long a session lasts on average; zero: until the end
     * @param redial how long a line waits on average before it dials again
     * @param accounting whether records are sent at all
     * @param lostStops how many of a hundred sessions end without any Stop
     */
    public record Load(
            Duration over,
            boolean steady,
            Duration meanSession,
            Duration redial,
            boolean accounting,
            double lostStops) {}

    /**
     * How bad the network is; shares are of a hundred.
     *
     * @param lostRequests lost on their way to the server
     * @param lostAnswers lost on their way back
     * @param duplicated requests that arrive twice
     * @param reordered requests that arrive up to 400 ms late
     * @param timeout how long the first answer is waited for; doubles with each retransmission, up to 16 s
     * @param retries retransmissions of an Access-Request
     * @param accountingRetries retransmissions of a record
     */
    public record Network(
            double lostRequests,
            double lostAnswers,
            double duplicated,
            double reordered,
            Duration timeout,
            int retries,
            int accountingRetries) {

        public static final Network GOOD = new Network(0, 0, 0, 0, Duration.ofSeconds(3), 4, 8);

        boolean isGood() {
            return lostRequests == 0 && lostAnswers == 0 && duplicated == 0 && reordered == 0;
        }
    }

    /**
     * @param interim between interim updates; zero: as the server says in Acct-Interim-Interval, none if it does not
     * @param utilisation how much of its rate a line uses on average, 0 to 1
     * @param quiet from an Accounting-On to the first line that dials in; below a second both may be told of the same
     *     second
     */
    public record Accounting(Duration interim, double utilisation, Duration quiet) {

        /** With a pause after which the Accounting-On surely is the earlier. */
        public Accounting(Duration interim, double utilisation) {
            this(interim, utilisation, Duration.ofSeconds(2));
        }
    }
}
