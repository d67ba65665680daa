package net.catraca.admin.command;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.admin.simulator.Account.Method;
import net.catraca.admin.simulator.CoaBehaviour;
import net.catraca.admin.simulator.RouterModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of "simulate", in groups. Durations are written 500ms, 30s, 10m or 2h. */
final class SimulateOptions {

    private SimulateOptions() {}

    @SuppressWarnings("NullAway.Init") // picocli sets them
    static final class Target {

        @Option(names = "--server", defaultValue = "127.0.0.1", description = "The RADIUS server (${DEFAULT-VALUE}).")
        String server;

        @Option(
                names = "--beyond-loopback",
                description = "Allows a --server that is not this machine. It will get all the traffic that you ask"
                        + " for: be sure that it is yours.")
        boolean beyondLoopback;

        @Option(names = "--auth-port", defaultValue = "${env:CATRACA_RADIUS_AUTH_PORT:-1812}")
        int authPort;

        @Option(names = "--acct-port", defaultValue = "${env:CATRACA_RADIUS_ACCT_PORT:-1813}")
        int acctPort;

        @Option(
                names = "--api",
                description = "The admin API, such as http://127.0.0.1:8080; needed to register NASes, to make"
                        + " subscribers, and to compare.")
        @Nullable
        URI api;

        @Option(names = "--admin-token", description = "For the API; may write NASes.")
        @Nullable
        String adminToken;

        @Option(names = "--billing-token", description = "For the API; may write contracts. The admin token if absent.")
        @Nullable
        String billingToken;

        @Option(
                names = "--demo",
                description = "Asks ./catraca demo: its API and tokens, and its logins unless --subscribers or"
                        + " --accounts says otherwise.")
        boolean demo;
    }

    static final class Cast {

        @Option(
                names = "--nases",
                defaultValue = "5",
                description = "So many NASes are registered for the time of the run, from 127.0.1.1 up"
                        + " (${DEFAULT-VALUE}).")
        int nases;

        @Option(
                names = "--vendors",
                split = ",",
                converter = ModelConverter.class,
                defaultValue = "mikrotik",
                description = "What they are, in turn: vendor profiles (${DEFAULT-VALUE}).")
        List<RouterModel> models = List.of();

        @Option(
                names = "--first-coa-port",
                defaultValue = "3799",
                description = "The first NAS listens here for CoA, each next one at the next port; 0: none listens.")
        int firstCoaPort;

        @Option(
                names = "--nas-file",
                description = "NASes that the server knows already, one a line: name,address,secret,vendor,CoA port.")
        @Nullable
        Path nasFile;

        @Option(
                names = "--subscribers",
                description = "Makes so many subscribers with contracts of their own (sim-1 and up), or uses those of"
                        + " an earlier run.")
        int subscribers;

        @Option(names = "--plan", defaultValue = "", description = "Of those subscribers; the first one if absent.")
        String plan = "";

        @Option(
                names = "--accounts",
                description = "Subscribers that the server knows, one a line: login,password[,pap|chap|mschapv2]"
                        + "[,reject].")
        @Nullable
        Path accounts;

        @Option(
                names = "--methods",
                split = ",",
                defaultValue = "PAP,CHAP,MSCHAPV2",
                description = "How lines prove their passwords, by chance (${DEFAULT-VALUE}).")
        Set<Method> methods = Set.of();

        @Option(
                names = "--coa",
                converter = {NasNumberConverter.class, CoaConverter.class},
                description = "What a NAS does with CoA: NUMBER=obey|ignore|silent|nak:ERROR-CAUSE|nak-coa:ERROR-CAUSE|"
                        + "slow:MILLISECONDS."
                        + " May be repeated; others obey.")
        Map<Integer, CoaBehaviour> coa = Map.of();

        @Option(
                names = "--reboot",
                converter = {NasNumberConverter.class, DurationConverter.class},
                description = "Restarts a NAS: NUMBER=AFTER, such as 2=90s. May be repeated for other NASes.")
        Map<Integer, Duration> reboots = Map.of();

        @Option(
                names = "--without-gigawords",
                split = ",",
                description = "Numbers of NASes whose counters begin anew at 2^32.")
        Set<Integer> withoutGigawords = Set.of();

        @Option(
                names = "--without-message-authenticator",
                split = ",",
                description = "Numbers of NASes that send none.")
        Set<Integer> withoutMessageAuthenticator = Set.of();

        @Option(
                names = "--delay-time",
                split = ",",
                description = "Numbers of NASes that send an unanswered record anew, with another Acct-Delay-Time,"
                        + " instead of the same octets.")
        Set<Integer> delayTime = Set.of();
    }

    @SuppressWarnings("NullAway.Init") // picocli sets them
    static final class Play {

        enum Pattern {
            STORM,
            RAMP,
            STEADY
        }

        @Option(
                names = "--pattern",
                defaultValue = "RAMP",
                description = "How lines dial in first: storm (all at once), ramp (ever faster), steady"
                        + " (${DEFAULT-VALUE}).")
        Pattern pattern;

        @Option(
                names = "--over",
                converter = DurationConverter.class,
                defaultValue = "10s",
                description = "Within so long, for ramp and steady (${DEFAULT-VALUE}).")
        Duration over;

        @Option(
                names = "--duration",
                converter = DurationConverter.class,
                defaultValue = "60s",
                description = "How long it runs, at most 24h (${DEFAULT-VALUE}).")
        Duration duration;

        @Option(
                names = "--session",
                converter = DurationConverter.class,
                defaultValue = "0s",
                description = "Mean length of a session; 0s: until the end.")
        Duration session;

        @Option(
                names = "--redial",
                converter = DurationConverter.class,
                defaultValue = "5s",
                description = "Mean wait before a line dials again (${DEFAULT-VALUE}).")
        Duration redial;

        @Option(
                names = "--interim",
                converter = DurationConverter.class,
                defaultValue = "0s",
                description = "Between interim updates; 0s: as the server says.")
        Duration interim;

        @Option(
                names = "--utilisation",
                defaultValue = "0.3",
                description = "How much of its rate a line uses on average (${DEFAULT-VALUE}).")
        double utilisation;

        @Option(names = "--no-accounting", description = "Only dials in.")
        boolean noAccounting;

        @Option(names = "--lost-stops", description = "So many of a hundred sessions end without a Stop.")
        double lostStops;

        @Option(names = "--leave-online", description = "Sessions do not hang up at the end.")
        boolean leaveOnline;

        @Option(names = "--seed", defaultValue = "1", description = "The same one, the same behaviour.")
        long seed;

        @Option(
                names = "--reduced-up-to",
                defaultValue = "2048",
                description = "A download rate up to so many kbit/s is shown as reduced (${DEFAULT-VALUE}).")
        int reducedKbps;
    }

    @SuppressWarnings("NullAway.Init") // picocli sets them
    static final class Weather {

        @Option(names = "--lose-requests", description = "So many of a hundred requests are lost.")
        double loseRequests;

        @Option(names = "--lose-answers", description = "So many of a hundred answers are lost.")
        double loseAnswers;

        @Option(names = "--duplicate", description = "So many of a hundred requests arrive twice.")
        double duplicate;

        @Option(names = "--reorder", description = "So many of a hundred requests arrive up to 400 ms late.")
        double reorder;

        @Option(
                names = "--timeout",
                converter = DurationConverter.class,
                defaultValue = "3s",
                description = "Before the first retransmission; doubles each time (${DEFAULT-VALUE}).")
        Duration timeout;

        @Option(names = "--retries", defaultValue = "4", description = "Of an Access-Request (${DEFAULT-VALUE}).")
        int retries;

        @Option(names = "--accounting-retries", defaultValue = "8", description = "Of a record (${DEFAULT-VALUE}).")
        int accountingRetries;
    }

    static final class Result {

        @Option(
                names = "--ledger",
                description = "Where the NASes write what they know of each session (a file in the system's folder for"
                        + " temporary files).")
        @Nullable
        Path ledger;

        @Option(
                names = "--compare",
                description = "Simulates nothing: compares --ledger, of an earlier run, with the server.")
        boolean compare;

        @Option(names = "--no-check", description = "Does not ask the API for levels and sessions at the end.")
        boolean noCheck;

        @Option(names = "--json", description = "Writes the report here, too.")
        @Nullable
        Path json;
    }

    static final class DurationConverter implements ITypeConverter<Duration> {

        private static final java.util.regex.Pattern FORM = java.util.regex.Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

        @Override
        public Duration convert(String text) {
            var match = FORM.matcher(text);
            if (!match.matches()) {
                throw new TypeConversionException("expected a duration such as 500ms, 30s, 10m or 2h, was " + text);
            }
            long number = Long.parseLong(match.group(1));
            return switch (match.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
        }
    }

    static final class NasNumberConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return Integer.valueOf(text);
        }
    }

    static final class ModelConverter implements ITypeConverter<RouterModel> {
        @Override
        public RouterModel convert(String text) {
            try {
                return RouterModel.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class CoaConverter implements ITypeConverter<CoaBehaviour> {
        @Override
        public CoaBehaviour convert(String text) {
            try {
                return CoaBehaviour.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
