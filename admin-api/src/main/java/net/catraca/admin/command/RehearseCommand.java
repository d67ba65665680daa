package net.catraca.admin.command;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.catraca.admin.daemon.Rehearsal;
import net.catraca.admin.daemon.StartFailure;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the launcher lets the JVM watch once for each build. */
@Command(
        name = "rehearse",
        description = {
            "Teaches the JVM to start Catraca quickly: starts a demo on free ports in a folder of its own, asks it a few"
                    + " things and stops it. \"demo\" and \"serve\" do so themselves once after a build; in production"
                    + " it is good to have done it before.",
        },
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FOLDER", description = "Where its data go; the launcher names one and removes it again.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        CommandLine line = spec.commandLine();
        Optional<Settings> settings = Start.settings(Mode.DEMO, environment(), line.getErr());
        if (settings.isEmpty()) {
            return Start.REFUSED;
        }
        try {
            Rehearsal.run(settings.get(), Start.clock());
            return CommandLine.ExitCode.OK;
        } catch (StartFailure refused) {
            line.getErr().println("Catraca cannot rehearse. " + refused.getMessage());
            return Start.REFUSED;
        }
    }

    /** Nothing of this process's, so that an operator's ports, data and database are left alone. */
    private Map<String, String> environment() {
        var environment = new HashMap<String, String>();
        environment.put("CATRACA_HOME", System.getenv().getOrDefault("CATRACA_HOME", ""));
        environment.put(Schema.DATA.variable(), folder.toAbsolutePath().toString());
        for (var port : List.of(Schema.RADIUS_AUTH_PORT, Schema.RADIUS_ACCT_PORT, Schema.HTTP_PORT)) {
            environment.put(port.variable(), "0");
        }
        return environment;
    }
}
