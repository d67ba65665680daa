package net.catraca.admin.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.catraca.admin.command.SimulateOptions.Cast;
import net.catraca.admin.command.SimulateOptions.Play;
import net.catraca.admin.command.SimulateOptions.Result;
import net.catraca.admin.command.SimulateOptions.Target;
import net.catraca.admin.command.SimulateOptions.Weather;
import net.catraca.admin.simulator.Account;
import net.catraca.admin.simulator.AdminApi;
import net.catraca.admin.simulator.ApiRecords;
import net.catraca.admin.simulator.CastFiles;
import net.catraca.admin.simulator.Comparison;
import net.catraca.admin.simulator.LevelCheck;
import net.catraca.admin.simulator.NasSettings;
import net.catraca.admin.simulator.Provisioning;
import net.catraca.admin.simulator.ReportText;
import net.catraca.admin.simulator.SimulationException;
import net.catraca.admin.simulator.SimulationReport;
import net.catraca.admin.simulator.SimulationSettings;
import net.catraca.admin.simulator.SimulationSettings.Accounting;
import net.catraca.admin.simulator.SimulationSettings.Load;
import net.catraca.admin.simulator.SimulationSettings.Network;
import net.catraca.admin.simulator.Simulator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "simulate",
        description = {
            "Plays NASes with subscribers that dial in, count, hang up and obey or ignore CoA, against a running server,"
                    + " and compares what they know with what the server kept (docs/simulator.md).",
            "Exit code 0: all is in order; 1: something is not, or it could not begin."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {

    private static final Duration LONGEST = Duration.ofHours(24);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A level that is just being changed may differ for so long. */
    private static final Duration SETTLE = Duration.ofSeconds(3);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private final Target target = new Target();

    @Mixin
    private final Cast cast = new Cast();

    @Mixin
    private final Play play = new Play();

    @Mixin
    private final Weather weather = new Weather();

    @Mixin
    private final Result result = new Result();

    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Clock clock = Start.clock();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        var stopper = Thread.ofPlatform().name("stop").unstarted(this::interrupt);
        Runtime.getRuntime().addShutdownHook(stopper);
        try {
            return result.compare ? compare(out) : simulate(out);
        } catch (SimulationException told) {
            spec.commandLine().getErr().println("catraca simulate: " + told.getMessage());
            return Start.REFUSED;
        } finally {
            finished.countDown();
        }
    }

    /** Ctrl-C ends the run; the process waits for its report. */
    private void interrupt() {
        interrupted.countDown();
        try {
            finished.await(PATIENCE.toSeconds() + 30, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private int compare(PrintWriter out) {
        Path ledger = result.ledger;
        AdminApi api = api(token());
        if (ledger == null || api == null) {
            throw new ParameterException(spec.commandLine(), "--compare: expected --ledger, --api and --admin-token");
        }
        Comparison.Result compared = Comparison.compare(ledger, new ApiRecords(api, clock));
        out.print(ReportText.of(compared));
        out.flush();
        return compared.isEqual() ? CommandLine.ExitCode.OK : Start.REFUSED;
    }

    private int simulate(PrintWriter out) throws InterruptedException {
        AdminApi admin = api(token());
        @Nullable
        Provisioning provisioning =
                admin == null ? null : new Provisioning(admin, java.util.Objects.requireNonNull(api(billingToken())));
        List<Account> accounts = accounts(admin, provisioning);
        List<NasSettings> nases = nases(provisioning);
        try {
            var settings = settings(nases, accounts);
            out.printf(
                    "%d lines at %d NASes dial in to %s:%d%s. Ctrl-C ends it with a report.%n",
                    accounts.size(),
                    nases.size(),
                    target.server,
                    target.authPort,
                    settings.ledger() == null ? "" : "; their ledger is " + settings.ledger());
            out.flush();
            SimulationReport report = run(settings, admin, out);
            out.print(ReportText.of(report));
            out.flush();
            if (result.json != null) {
                report.write(result.json);
            }
            return report.isClean() ? CommandLine.ExitCode.OK : Start.REFUSED;
        } finally {
            if (provisioning != null) {
                provisioning.removeNases();
            }
        }
    }

    private SimulationReport run(SimulationSettings settings, @Nullable AdminApi admin, PrintWriter out)
            throws InterruptedException {
        var startedAt = clock.instant();
        try (var simulator = Simulator.start(settings, clock)) {
            var screen = new SimulationScreen(simulator, out, isTerminal());
            screen.showUntil(interrupted, play.duration);
            LevelCheck.@Nullable Result levels = null;
            if (admin != null && !result.noCheck && interrupted.getCount() > 0 && !simulator.isOver()) {
                levels = levels(simulator, admin);
            }
            var beforeEnd = simulator.progress().sessions();
            simulator.end(!play.leaveOnline, PATIENCE);
            var totals = simulator.await();
            screen.clear();
            Comparison.@Nullable Result comparison = null;
            Path ledger = settings.ledger();
            if (admin != null && ledger != null && !play.noAccounting && !result.noCheck) {
                comparison = compare(ledger, admin, out);
            }
            return new SimulationReport(
                    startedAt,
                    settings.seed(),
                    settings.nases().size(),
                    settings.accounts().size(),
                    beforeEnd,
                    totals,
                    levels,
                    comparison);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // its documentation still allows null
    private static boolean isTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    private Comparison.@Nullable Result compare(Path ledger, AdminApi admin, PrintWriter out)
            throws InterruptedException {
        var records = new ApiRecords(admin, clock);
        if (!records.isThere()) {
            out.println("This server's API has no sessions: the ledger is not compared.");
            return null;
        }
        // Records are delivered to the database in batches, shortly after they were acknowledged.
        TimeUnit.MILLISECONDS.sleep(SETTLE.toMillis());
        return Comparison.compare(ledger, records);
    }

    /** Asks again for those that differ: a change may have been on its way. */
    private static LevelCheck.Result levels(Simulator simulator, AdminApi admin) throws InterruptedException {
        var sessions = simulator.sessions();
        var first = LevelCheck.check(sessions, admin);
        if (first.mismatchCount() == 0) {
            return first;
        }
        TimeUnit.MILLISECONDS.sleep(SETTLE.toMillis());
        var again = LevelCheck.check(simulator.sessions(), admin);
        return again.mismatchCount() < first.mismatchCount() ? again : first;
    }

    private SimulationSettings settings(List<NasSettings> nases, List<Account> accounts) {
        if (play.duration.compareTo(LONGEST) > 0) {
            throw new ParameterException(spec.commandLine(), "--duration: expected at most 24h");
        }
        try {
            return new SimulationSettings(
                    server(),
                    target.authPort,
                    target.acctPort,
                    nases,
                    accounts,
                    cast.methods,
                    play.seed,
                    new Load(
                            play.pattern == Play.Pattern.STORM ? Duration.ZERO : play.over,
                            play.pattern == Play.Pattern.STEADY,
                            play.session,
                            play.redial,
                            !play.noAccounting,
                            play.lostStops),
                    new Network(
                            weather.loseRequests,
                            weather.loseAnswers,
                            weather.duplicate,
                            weather.reorder,
                            weather.timeout,
                            weather.retries,
                            weather.accountingRetries),
                    new Accounting(play.interim, play.utilisation),
                    play.reducedKbps,
                    ledger());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()));
        }
    }

    private InetAddress server() {
        try {
            InetAddress server = InetAddress.getByName(target.server);
            if (!server.isLoopbackAddress() && !target.beyondLoopback) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--server: " + target.server + " is not this machine; add --beyond-loopback if it is yours");
            }
            return server;
        } catch (UnknownHostException _) {
            throw new ParameterException(spec.commandLine(), "--server: there is no host \"" + target.server + '"');
        }
    }

    private @Nullable Path ledger() {
        if (result.ledger != null || play.noAccounting) {
            return result.ledger;
        }
        try {
            return Files.createTempFile("catraca-simulation-", ".jsonl");
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "--ledger: there is no room for it: " + e.getMessage());
        }
    }

    private List<Account> accounts(@Nullable AdminApi admin, @Nullable Provisioning provisioning) {
        if (cast.accounts != null) {
            return CastFiles.accounts(cast.accounts);
        }
        if (cast.subscribers > 0 && provisioning != null) {
            spec.commandLine().getOut().println("Making or finding " + cast.subscribers + " subscribers.");
            spec.commandLine().getOut().flush();
            var today = LocalDate.ofInstant(clock.instant(), ZoneId.of("America/Sao_Paulo"));
            return provisioning.subscribers(cast.subscribers, provisioning.plan(cast.plan), today);
        }
        if (target.demo && admin != null) {
            return Provisioning.known(admin, login -> login + "-pass");
        }
        throw new ParameterException(
                spec.commandLine(),
                "expected --demo, or --accounts FILE, or --subscribers with --api and --admin-token");
    }

    private List<NasSettings> nases(@Nullable Provisioning provisioning) {
        List<NasSettings> nases;
        if (cast.nasFile != null) {
            nases = CastFiles.nases(cast.nasFile);
        } else if (provisioning != null) {
            if (cast.nases < 1 || cast.nases > SimulationSettings.MOST_NASES) {
                throw new ParameterException(
                        spec.commandLine(), "--nases: expected 1 to " + SimulationSettings.MOST_NASES);
            }
            nases = provisioning.registerNases(cast.nases, cast.models, SimulateCommand::loopback, cast.firstCoaPort);
        } else {
            throw new ParameterException(
                    spec.commandLine(), "expected --nas-file, or --api and --admin-token to register NASes");
        }
        List<NasSettings> dressed = new ArrayList<>();
        for (int i = 0; i < nases.size(); i++) {
            dressed.add(dressed(i + 1, nases.get(i)));
        }
        return dressed;
    }

    /** 127.0.1.1 and up: all of 127.0.0.0/8 is this machine on Linux. */
    private static InetAddress loopback(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (number + 1)});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four octets are an address", e);
        }
    }

    private NasSettings dressed(int number, NasSettings plain) {
        NasSettings nas = plain;
        if (cast.withoutGigawords.contains(number)) {
            nas = nas.withoutGigawords();
        }
        if (cast.withoutMessageAuthenticator.contains(number)) {
            nas = nas.withoutMessageAuthenticator();
        }
        if (cast.delayTime.contains(number)) {
            nas = nas.withDelayTime();
        }
        if (cast.coa.get(number) != null) {
            nas = nas.withCoa(cast.coa.get(number));
        }
        return Optional.ofNullable(cast.reboots.get(number))
                .map(List::of)
                .map(nas::withReboots)
                .orElse(nas);
    }

    private @Nullable AdminApi api(@Nullable String token) {
        URI base = target.api;
        if (base == null && target.demo) {
            base = URI.create("http://127.0.0.1:" + System.getenv().getOrDefault("CATRACA_HTTP_PORT", "8080"));
        }
        return base == null || token == null ? null : new AdminApi(base, token);
    }

    private @Nullable String token() {
        return target.adminToken == null && target.demo ? "demo-admin" : target.adminToken;
    }

    private @Nullable String billingToken() {
        return target.billingToken == null ? token() : target.billingToken;
    }
}
