package net.catraca.admin.testing;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.admin.settings.SettingsReader;
import net.catraca.admin.settings.SettingsReader.Outcome;

/** Settings on ports that the kernel chooses, with the configuration that we ship. */
public final class TestSettings {

    /** Maven runs the tests of a module in its folder. */
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    private TestSettings() {}

    /** @param environment goes before the free ports */
    public static Settings demo(Map<String, String> environment) {
        return settings(Mode.DEMO, environment);
    }

    /** On loopback. */
    public static Settings serve(Map<String, String> environment) {
        var all = new HashMap<>(Map.of("CATRACA_RADIUS_ADDRESSES", "127.0.0.1", "CATRACA_HTTP_ADDRESSES", "127.0.0.1"));
        all.putAll(environment);
        return settings(Mode.SERVE, all);
    }

    private static Settings settings(Mode mode, Map<String, String> environment) {
        var all = new HashMap<>(
                Map.of("CATRACA_RADIUS_AUTH_PORT", "0", "CATRACA_RADIUS_ACCT_PORT", "0", "CATRACA_HTTP_PORT", "0"));
        all.putAll(environment);
        return switch (SettingsReader.read(mode, HOME, all)) {
            case Outcome.Read(Settings settings) -> settings;
            case Outcome.Refused(var problems) -> throw new AssertionError(problems.toString());
        };
    }
}
