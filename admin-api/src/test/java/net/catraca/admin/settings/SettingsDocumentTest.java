package net.catraca.admin.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.admin.settings.SettingsReader.Outcome;
import org.junit.jupiter.api.Test;

class SettingsDocumentTest {

    /** Maven runs the tests of a module in its folder. */
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    @Test
    void theDocumentationSaysWhatTheSchemaSays() throws IOException {
        Path page = HOME.resolve("docs/configuration.md");
        if (Boolean.getBoolean("catraca.docs.write")) {
            Files.writeString(page, SettingsDocument.text());
        }

        assertThat(page)
                .as("docs/configuration.md; write it anew with -Dtest=SettingsDocumentTest -Dcatraca.docs.write=true")
                .hasContent(SettingsDocument.text());
    }

    @Test
    void theFileThatWeShipIsAcceptedAndTeachesEverySettingWithItsDefault() throws IOException {
        String file = Files.readString(HOME.resolve("config/catraca.yml"));

        assertThat(SettingsReader.read(Mode.SERVE, HOME, Map.of())).isInstanceOf(Outcome.Read.class);
        for (Setting<?> setting : Schema.ALL) {
            String name = setting.key().substring(setting.key().lastIndexOf('.') + 1);
            String byDefault = setting.byDefault();
            assertThat(file).contains("#" + name + ": " + (byDefault == null ? "" : byDefault + "\n"));
        }
    }

    @Test
    void theFileThatWeShipIsStillAcceptedWithEverythingSwitchedOn() throws IOException {
        Path everything = Files.createTempDirectory("catraca-config");
        String file = Files.readString(HOME.resolve("config/catraca.yml"));
        Files.writeString(everything.resolve("catraca.yml"), file.replaceAll("(?m)^( +)#([a-z-]+:)", "$1$2"));

        assertThat(SettingsReader.read(Mode.SERVE, HOME, Map.of("CATRACA_CONFIG", everything.toString())))
                .isInstanceOf(Outcome.Read.class);
    }
}
