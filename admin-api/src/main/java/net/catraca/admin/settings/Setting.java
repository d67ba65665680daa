package net.catraca.admin.settings;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One setting of the process.
 *
 * @param key its place in catraca.yml, such as catraca.radius.auth-port; also its name as a Micronaut property
 * @param byDefault the text that stands for it when nobody sets it; null when it then has no value
 * @param secret whether its value is hidden from messages
 * @param description what it does, for the operator: one or more sentences
 */
public record Setting<T>(
        String key, SettingType<T> type, @Nullable String byDefault, boolean secret, String description) {

    public Setting {
        if (byDefault != null && type.parse(byDefault) == null) {
            throw new IllegalArgumentException(key + ": its own default is not " + type.expected());
        }
    }

    /** The environment variable that overrides the file, such as CATRACA_RADIUS_AUTH_PORT. */
    public String variable() {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
