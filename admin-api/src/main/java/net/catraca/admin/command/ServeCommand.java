package net.catraca.admin.command;

import java.util.concurrent.Callable;
import net.catraca.admin.settings.Settings.Mode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        description = {
            "Runs your ISP until it is told to stop (SIGTERM or Ctrl-C).",
            "Settings come from config/catraca.yml, or from the folder that CATRACA_CONFIG names; environment variables"
                    + " go before them (docs/configuration.md)."
        },
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        return Serving.serve(Mode.SERVE, spec);
    }
}
