package net.catraca.admin.command;

import java.util.concurrent.Callable;
import net.catraca.admin.settings.Settings.Mode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = {
            "Starts a made-up ISP with some hundred subscribers, on loopback, with a PostgreSQL of its own.",
            "What you change stays until tomorrow: a demo that is started on a later day seeds itself anew, because its"
                    + " dates are relative to the day.",
            "Environment: CATRACA_RADIUS_AUTH_PORT, CATRACA_RADIUS_ACCT_PORT, CATRACA_HTTP_PORT, CATRACA_DATA."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        return Serving.serve(Mode.DEMO, spec);
    }
}
