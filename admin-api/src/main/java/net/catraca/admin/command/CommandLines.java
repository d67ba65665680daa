package net.catraca.admin.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts the commands together. */
public final class CommandLines {

    private CommandLines() {}

    public static CommandLine catraca() {
        return new CommandLine(new Root())
                .addSubcommand(new ServeCommand())
                .addSubcommand(new DemoCommand())
                .addSubcommand(new CommandLine(new SimulateCommand()).setCaseInsensitiveEnumValuesAllowed(true))
                .addSubcommand(new CommandLine(new Config()).addSubcommand(new ConfigCheckCommand()))
                .addSubcommand(new CommandLine(new Token())
                        .addSubcommand(new TokenCommands.Create())
                        .addSubcommand(new TokenCommands.Show())
                        .addSubcommand(new TokenCommands.Revoke()))
                .addSubcommand(new CommandLine(new Import())
                        .addSubcommand(new ImportCommands.FromFiles())
                        .addSubcommand(new ImportCommands.Freeradius()))
                .addSubcommand(new RehearseCommand())
                .setParameterExceptionHandler(CommandLines::explain)
                .setExecutionExceptionHandler(CommandLines::apologise);
    }

    /** What a person typed that we do not understand. */
    private static int explain(ParameterException mistake, String... arguments) {
        PrintWriter err = mistake.getCommandLine().getErr();
        err.println("catraca: " + mistake.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(mistake, err);
        err.println("catraca --help tells what there is.");
        return CommandLine.ExitCode.USAGE;
    }

    /** A mistake of ours: a person cannot mend it, so whoever can gets the whole story. */
    private static int apologise(Exception failed, CommandLine line, CommandLine.ParseResult parsed) {
        failed.printStackTrace(line.getErr());
        line.getErr().println("catraca: this should not happen; please report it with the lines above.");
        return CommandLine.ExitCode.SOFTWARE;
    }

    @Command(name = "catraca", versionProvider = Version.class)
    @SuppressWarnings("UnusedVariable") // picocli writes the options; that they were typed is enough
    private static final class Root implements Runnable {

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Option(names = {"-h", "--help"})
        private boolean help;

        @Option(
                names = {"-V", "--version"},
                versionHelp = true)
        private boolean version;

        /** Also without "--help": who types no command wants to know which there are. */
        @Override
        public void run() {
            spec.commandLine().getOut().print(usage());
            spec.commandLine().getOut().flush();
        }
    }

    /** A command that does nothing without one after it. */
    @Command
    private abstract static class Group implements Runnable {

        private final String expected;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        /** @param expected what to say when nothing comes after it */
        Group(String expected) {
            this.expected = expected;
        }

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), expected);
        }
    }

    @Command(
            name = "config",
            description = "Settings, vendor profiles and dictionaries.",
            mixinStandardHelpOptions = true)
    private static final class Config extends Group {

        Config() {
            super("config: expected a command after it, such as check");
        }
    }

    @Command(
            name = "token",
            description = "Access tokens of the admin API, in the database that the settings name.",
            mixinStandardHelpOptions = true)
    private static final class Token extends Group {

        Token() {
            super("token: expected a command after it: create, list or revoke");
        }
    }

    @Command(
            name = "import",
            description = "Brings customers, contracts, logins, money and live sessions from the system of before.",
            mixinStandardHelpOptions = true)
    private static final class Import extends Group {

        Import() {
            super("import: expected a command after it: files or freeradius");
        }
    }

    /** The same text that the launcher shows without starting a JVM. */
    private static String usage() {
        try (InputStream text = Objects.requireNonNull(CommandLines.class.getResourceAsStream("usage.txt"))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
