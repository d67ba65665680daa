package net.catraca.admin.command;

import java.util.Optional;
import net.catraca.admin.daemon.Daemon;
import net.catraca.admin.daemon.StartFailure;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Runs the daemon until the process is told to end. */
final class Serving {

    private Serving() {}

    static int serve(Mode mode, CommandSpec command) throws InterruptedException {
        CommandLine line = command.commandLine();
        Optional<Settings> settings = Start.settings(mode, System.getenv(), line.getErr());
        if (settings.isEmpty()) {
            return Start.REFUSED;
        }
        var daemon = new Daemon(settings.get(), Start.clock());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(daemon::stop));
        try {
            if (daemon.start()) {
                line.getOut().print(daemon.announcement());
                line.getOut().flush();
            }
            daemon.awaitStop();
            return CommandLine.ExitCode.OK;
        } catch (StartFailure refused) {
            line.getErr().println("Catraca does not start. " + refused.getMessage());
            return Start.REFUSED;
        }
    }
}
