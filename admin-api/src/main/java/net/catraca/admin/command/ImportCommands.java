package net.catraca.admin.command;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import net.catraca.admin.cutover.CutOverImport;
import net.catraca.admin.cutover.CutOverKind;
import net.catraca.admin.cutover.CutOverReport;
import net.catraca.admin.cutover.CutOverReport.Result;
import net.catraca.admin.cutover.FileTables;
import net.catraca.admin.cutover.FreeRadius;
import net.catraca.admin.cutover.Tables;
import net.catraca.admin.cutover.store.JdbcTables;
import net.catraca.admin.daemon.OpenDatabase;
import net.catraca.admin.daemon.StartFailure;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.billing.office.Actor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The cut-over from the system of before. Whoever can read the settings may do it; the audit log says that it was here. */
final class ImportCommands {

    private ImportCommands() {}

    /** What they have in common: the settings' database, a dry run, a report. */
    @Command
    abstract static class OnImport implements Callable<Integer> {

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Option(names = "--dry-run", description = "Tells row by row what would become of it, and changes nothing.")
        private boolean dryRun;

        @Option(
                names = "--update",
                description = "Writes anew what is known here already, with the loss of what was changed here since;"
                        + " else only what is new is written.")
        private boolean update;

        @Option(
                names = "--as-of",
                paramLabel = "INSTANT",
                description =
                        "How old the news is, as 2026-11-30T12:00:00Z; else as old as the files. Newer news that is"
                                + " known here stays.")
        private java.time.@Nullable Instant asOf;

        @Option(
                names = "--demo",
                description = "Into the database of \"catraca demo\"; else into that of \"catraca serve\".")
        private boolean demo;

        @Option(names = "--report", paramLabel = "FILE", description = "Where the report goes; else standard output.")
        private @Nullable Path report;

        /** What is imported; closed by whoever asked, if it can be. */
        interface Work {
            void on(Tables tables) throws IOException;
        }

        abstract void open(CutOverReport lines, java.time.Instant now, Work work) throws IOException;

        @Override
        public final Integer call() throws InterruptedException, IOException {
            Optional<Settings> settings = Start.settings(demo ? Mode.DEMO : Mode.SERVE, System.getenv(), err());
            if (settings.isEmpty()) {
                return Start.REFUSED;
            }
            Start.logToStandardError();
            try (Writer out =
                    report == null ? new StringWriter() : new BufferedWriter(Files.newBufferedWriter(report))) {
                return OpenDatabase.useWhole(settings.get(), Start.clock(), this::announce, context -> {
                    var lines = new CutOverReport(
                            report == null ? spec.commandLine().getOut() : out, dryRun);
                    var importer = context.getBean(CutOverImport.class);
                    try {
                        open(
                                lines,
                                Start.clock().instant(),
                                tables -> importer.run(
                                        Actor.system("import"),
                                        tables,
                                        dryRun,
                                        new CutOverImport.Terms(asOf, update),
                                        lines));
                    } catch (IOException unreadable) {
                        err().println("catraca: " + unreadable.getMessage());
                        return Start.REFUSED;
                    }
                    spec.commandLine().getOut().flush();
                    err().println((dryRun ? "Dry run, nothing was changed: " : "Imported: ")
                            + lines.summary()
                            + ". Row by row: "
                            + (report == null ? "above" : report)
                            + ".");
                    if (lines.count(Result.WAITING) > 0) {
                        err().println(lines.count(Result.WAITING) + " rows tighten nobody "
                                + (dryRun ? "in an import until" : "until")
                                + " a person approves them: see GET /api/v1/tightening-proposals.");
                    }
                    return lines.count(Result.REFUSED) == 0 ? CommandLine.ExitCode.OK : Start.REFUSED;
                });
            } catch (StartFailure failed) {
                err().println("catraca: " + failed.getMessage());
                return Start.REFUSED;
            }
        }

        /** Before anything is read: who has the wrong one can still stop it. */
        private void announce(String database) {
            err().println((dryRun ? "Trying it on " : "Importing into ") + database);
        }

        final PrintWriter err() {
            return spec.commandLine().getErr();
        }

        final ParameterException wrong(String what) {
            return new ParameterException(spec.commandLine(), what);
        }
    }

    @Command(
            name = "files",
            description = {
                "Imports nas.csv, customers.csv, contracts.csv, logins.csv, receivables.csv, standings.csv, quotas.csv,"
                        + " commitments.csv and sessions.csv, as far as they are there; docs/cut-over.md has the columns.",
                "Run it again after an interruption, or after mending the files: what is known is left as it is.",
                "Exit code 0 means that no row was refused."
            },
            mixinStandardHelpOptions = true)
    static final class FromFiles extends OnImport {

        @Parameters(paramLabel = "FOLDER", description = "Where the files lie.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path folder;

        @Override
        void open(CutOverReport lines, java.time.Instant now, Work work) throws IOException {
            if (!Files.isDirectory(folder)) {
                throw wrong("FOLDER: expected a folder, was " + folder);
            }
            var files = FileTables.in(folder);
            var others = files.namesBeside(CutOverKind.tables());
            if (!others.isEmpty()) {
                err().println("Passed over, for no table has such a name: " + String.join(", ", others));
            }
            work.on(files);
        }
    }

    @Command(
            name = "freeradius",
            description = {
                "Imports logins, plans by group, routers and live sessions from radcheck, radreply, radusergroup, nas and"
                        + " radacct, and customers from daloRADIUS's userinfo and userbillinfo.",
                "From PostgreSQL by --url, else from files of a folder as \"mysql --batch\" writes them."
            },
            mixinStandardHelpOptions = true)
    static final class Freeradius extends OnImport {

        @Option(names = "--url", description = "Such as jdbc:postgresql://host/radius.")
        private @Nullable String url;

        @Option(names = "--user", description = "Of that database; its password is read from CATRACA_IMPORT_PASSWORD.")
        private @Nullable String user;

        @Option(names = "--folder", description = "With radcheck.tsv and the others, instead of --url.")
        private @Nullable Path folder;

        @Option(
                names = "--map",
                description = "A CSV with the columns login and contract: logins whose contracts come from elsewhere.")
        private @Nullable Path map;

        @Option(
                names = "--tax-id-column",
                defaultValue = "notes",
                description = "Column of userinfo that has CPF or CNPJ; ${DEFAULT-VALUE} when not given.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String taxIdColumn;

        @Option(names = "--blocked-group", description = "Whose members are blocked for money; may be repeated.")
        private List<String> blockedGroups = List.of();

        @Option(names = "--reduced-group", description = "Whose members are reduced for money; may be repeated.")
        private List<String> reducedGroups = List.of();

        @Override
        void open(CutOverReport lines, java.time.Instant now, Work work) throws IOException {
            if ((url == null) == (folder == null)) {
                throw wrong("expected either --url or --folder");
            }
            if (url != null) {
                try (var database = JdbcTables.open(url, user, System.getenv(Schema.IMPORT_PASSWORD))) {
                    work.on(FreeRadius.read(database, options(), lines, now));
                }
            } else if (folder != null) {
                work.on(FreeRadius.read(FileTables.in(folder), options(), lines, now));
            }
        }

        private FreeRadius.Options options() throws IOException {
            Map<String, String> contracts = new HashMap<>();
            if (map != null) {
                FileTables.of("map", map).each("map", line -> {
                    var login = line.cell("login");
                    var contract = line.cell("contract");
                    if (login != null && contract != null) {
                        contracts.put(login.toLowerCase(Locale.ROOT), contract);
                    }
                });
            }
            return new FreeRadius.Options(
                    contracts, taxIdColumn.toLowerCase(Locale.ROOT), lower(blockedGroups), lower(reducedGroups));
        }

        private static Set<String> lower(List<String> names) {
            return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        }
    }
}
