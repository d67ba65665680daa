package net.catraca.admin.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.admin.settings.SettingsProblem;
import net.catraca.admin.settings.SettingsReader;
import net.catraca.admin.settings.SettingsReader.Outcome;

/** What every command that needs settings does first. */
final class Start {

    static final int REFUSED = 1;

    private Start() {}

    /** The settings of this process; nothing when they were refused, and the person was told why. */
    static Optional<Settings> settings(Mode mode, Map<String, String> environment, PrintWriter err) {
        return switch (SettingsReader.read(mode, home(environment), environment)) {
            case Outcome.Read(Settings settings) -> {
                prepareLog(settings);
                yield Optional.of(settings);
            }
            case Outcome.Refused(List<SettingsProblem> problems) -> {
                problems.forEach(err::println);
                err.println("Catraca does not start with such settings.");
                yield Optional.empty();
            }
        };
    }

    /** For a command whose standard output is its answer: what the parts log goes to standard error, if it matters. */
    static void logToStandardError() {
        System.setProperty("catraca.log.target", "System.err");
        System.setProperty("catraca.log.level", "warn");
    }

    /** In microseconds, as PostgreSQL keeps instants: what is written and what is read back are equal. */
    static Clock clock() {
        return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));
    }

    /** Where Catraca is installed; the launcher says it. */
    private static Path home(Map<String, String> environment) {
        return Path.of(environment.getOrDefault("CATRACA_HOME", ""))
                .toAbsolutePath()
                .normalize();
    }

    /** Logback reads these when the first event comes, so no event may come before. */
    private static void prepareLog(Settings settings) {
        System.setProperty("catraca.log.format", word(settings.get(Schema.LOG_FORMAT)));
        System.setProperty("catraca.log.level", word(settings.get(Schema.LOG_LEVEL)));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT);
    }
}
