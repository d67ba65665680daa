package net.catraca.admin.settings;

import java.util.Objects;

/** Writes docs/configuration.md from the schema. */
final class SettingsDocument {

    private static final String HEAD = """
            # Configuration

            *This page is written from the schema in `net.catraca.admin.settings.Schema`; change it there. A test compares
            the two and, run with `-Dcatraca.docs.write=true`, writes this page.*

            Catraca starts without any setting. What you set, you set in `config/catraca.yml` (or in the `catraca.yml` of the
            folder that `CATRACA_CONFIG` names); an environment variable goes before the file. Customers, contracts, plans,
            policies and NASes are no settings: they are data, kept in PostgreSQL and changed through the admin API.

            `./catraca config check` reads everything and says what is wrong without starting anything: file, line, key and
            what was expected. A start does the same before it opens a port, and refuses keys that it does not know.

            `./catraca demo` takes nothing from `catraca.yml`: it is the same on every machine. Environment variables still
            move its ports and its data folder.
            """;

    private SettingsDocument() {}

    static String text() {
        var text = new StringBuilder(HEAD);
        for (Schema.Section section : Schema.SECTIONS) {
            text.append("\n## ").append(section.title()).append("\n\n");
            if (!section.introduction().isEmpty()) {
                text.append(section.introduction()).append("\n\n");
            }
            text.append("| key | environment | value | default | what it does |\n|---|---|---|---|---|\n");
            section.settings().forEach(setting -> text.append(row(setting)));
        }
        return text.append("""

                        ## The launcher

                        Read by `./catraca` itself or one of its commands, so from the environment only.

                        | environment | what it does |
                        |---|---|
                        | `CATRACA_CONFIG` | The folder with `catraca.yml`, `vendors/` and `dictionaries/`, instead of `config`. |
                        | `CATRACA_JAVA_OPTS` | More options for the JVM, such as `-Xmx4g`. |
                        | `CATRACA_IMPORT_PASSWORD` | The password of the database that `./catraca import freeradius` reads. |
                        | `JAVA_HOME` | The JDK to run on, if it is 25 or newer; else one is looked for in `PATH` and the usual folders. |
                        """).toString();
    }

    private static String row(Setting<?> setting) {
        return "| `%s` | `%s` | %s | %s | %s |\n"
                .formatted(
                        setting.key(),
                        setting.variable(),
                        setting.type().expected(),
                        setting.byDefault() == null ? "" : "`" + Objects.requireNonNull(setting.byDefault()) + "`",
                        setting.description());
    }
}
