package net.catraca.admin.settings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.ScheduleText;
import org.jspecify.annotations.Nullable;

/**
 * The settings that a process runs with: valid, complete, immutable.
 *
 * @see SettingsReader
 */
public final class Settings {

    /** How the process was started. */
    public enum Mode {
        SERVE,
        DEMO
    }

    /**
     * @param value as its type parsed it
     * @param origin the file with its line, the environment variable, "demo" or "default"
     */
    record Value(Object value, String origin) {}

    private final Mode mode;
    private final Path home;
    private final Path configFolder;
    private final Map<Setting<?>, Value> values;

    Settings(Mode mode, Path home, Path configFolder, Map<Setting<?>, Value> values) {
        this.mode = mode;
        this.home = home;
        this.configFolder = configFolder;
        this.values = Map.copyOf(values);
    }

    public Mode mode() {
        return mode;
    }

    /** Where Catraca is installed; relative paths lie below it. */
    public Path home() {
        return home;
    }

    /** The folder with catraca.yml, vendor profiles and dictionaries. */
    public Path configFolder() {
        return configFolder;
    }

    @SuppressWarnings("unchecked") // a value got here through its own setting's type
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable(values.get(setting)).map(value -> (T) value.value());
    }

    /** The value of a setting that has a default. */
    public <T> T get(Setting<T> setting) {
        return find(setting).orElseThrow(() -> new IllegalArgumentException(setting.key() + " has no value"));
    }

    /** A path setting, made absolute. */
    public Path path(Setting<Path> setting) {
        return home.resolve(get(setting)).normalize();
    }

    /** Whether a person set it, rather than its default or the demo. */
    public boolean isExplicit(Setting<?> setting) {
        @Nullable Value value = values.get(setting);
        return value != null
                && !value.origin().equals(SettingsReader.DEFAULT)
                && !value.origin().equals(SettingsReader.DEMO);
    }

    /** All that are no secrets, by key, as Micronaut properties. */
    public Map<String, Object> properties() {
        var properties = new LinkedHashMap<String, Object>();
        for (Setting<?> setting : Schema.ALL) {
            @Nullable Value value = values.get(setting);
            if (value != null && !setting.secret()) {
                properties.put(setting.key(), property(value.value()));
            }
        }
        properties.put("catraca.config", configFolder.toString());
        return properties;
    }

    private Object property(Object value) {
        return switch (value) {
            case Integer number -> number;
            case JobSchedule schedule -> ScheduleText.of(schedule);
            case Path path -> home.resolve(path).normalize().toString();
            default -> value.toString();
        };
    }
}
