package net.catraca.admin.settings;

/**
 * Something in the settings that Catraca will not start with.
 *
 * @param where file and line, or environment variable
 * @param what which key, and what was expected
 */
public record SettingsProblem(String where, String what) {
    @Override
    public String toString() {
        return where + ": " + what;
    }
}
