package net.catraca.admin.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.radius.dictionary.Problem;
import net.catraca.radius.reply.LoadedProfiles;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description = {
            "Reads catraca.yml, the environment, vendor profiles and dictionaries as \"serve\" would, and says what is"
                    + " wrong: file, line, and what was expected. Opens no port, starts nothing.",
            "Exit code 0 means that all is in order."
        },
        mixinStandardHelpOptions = true)
final class ConfigCheckCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        Optional<Settings> settings = Start.settings(Mode.SERVE, System.getenv(), line.getErr());
        return settings.isPresent() && profilesAreInOrder(settings.get().configFolder(), line)
                ? CommandLine.ExitCode.OK
                : Start.REFUSED;
    }

    private static boolean profilesAreInOrder(Path folder, CommandLine line) {
        return switch (LoadedProfiles.open(folder)) {
            case LoadedProfiles.Opening.Opened(LoadedProfiles profiles) -> {
                line.getOut()
                        .printf(
                                "%s is in order: settings, dictionaries, and vendor profiles for %s.%n",
                                folder,
                                String.join(
                                        ", ",
                                        profiles.vendors().stream().sorted().toList()));
                yield true;
            }
            case LoadedProfiles.Opening.Refused(List<Problem> problems) -> {
                PrintWriter err = line.getErr();
                problems.forEach(err::println);
                err.println("Catraca does not start with such vendor profiles or dictionaries.");
                yield false;
            }
        };
    }
}
