package net.catraca.admin.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.admin.settings.SettingsReader.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsReaderTest {

    @TempDir
    Path home;

    @BeforeEach
    void aConfigFolder() throws IOException {
        Files.createDirectory(home.resolve("config"));
    }

    @Test
    void withoutAnySettingThereIsADefaultForWhatIsNeeded() {
        Settings settings = settings(Mode.SERVE, Map.of());

        assertThat(settings.get(Schema.RADIUS_AUTH_PORT)).isEqualTo(1812);
        assertThat(settings.get(Schema.RADIUS_ACCT_PORT)).isEqualTo(1813);
        assertThat(settings.get(Schema.HTTP_PORT)).isEqualTo(8080);
        assertThat(settings.get(Schema.RADIUS_ADDRESSES)).hasToString("all");
        assertThat(settings.path(Schema.DATA)).isEqualTo(home.resolve("data"));
        assertThat(settings.find(Schema.DB_URL)).isEmpty();
    }

    @Test
    void theFileGoesBeforeTheDefaultAndTheEnvironmentBeforeTheFile() throws IOException {
        write("""
                catraca:
                  radius:
                    auth-port: 11812
                    addresses: [192.0.2.1, "2001:db8::1"]
                  http: {port: 18080}
                """);

        Settings settings = settings(Mode.SERVE, Map.of("CATRACA_HTTP_PORT", "28080", "PATH", "/bin"));

        assertThat(settings.get(Schema.RADIUS_AUTH_PORT)).isEqualTo(11812);
        assertThat(settings.get(Schema.RADIUS_ADDRESSES).addresses())
                .containsExactly(InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("2001:db8::1"));
        assertThat(settings.get(Schema.HTTP_PORT)).isEqualTo(28080);
        assertThat(settings.isExplicit(Schema.HTTP_PORT)).isTrue();
        assertThat(settings.isExplicit(Schema.RADIUS_ACCT_PORT)).isFalse();
    }

    @Test
    void coaLeavesFromOneAddressOrFromWhereTheRouteSays() throws IOException {
        assertThat(settings(Mode.SERVE, Map.of()).find(Schema.COA_SOURCE)).isEmpty();

        write("catraca:\n  radius:\n    coa-source: 2001:db8::1\n");

        assertThat(settings(Mode.SERVE, Map.of()).get(Schema.COA_SOURCE))
                .isEqualTo(InetAddress.ofLiteral("2001:db8::1"));
    }

    @Test
    void anotherFolderMayHoldTheFile() throws IOException {
        Path elsewhere = Files.createDirectories(home.resolve("etc/catraca"));
        Files.writeString(elsewhere.resolve("catraca.yml"), "catraca:\n  http:\n    port: 99\n");

        Settings settings = settings(Mode.SERVE, Map.of("CATRACA_CONFIG", elsewhere.toString()));

        assertThat(settings.get(Schema.HTTP_PORT)).isEqualTo(99);
        assertThat(settings.configFolder()).isEqualTo(elsewhere);
    }

    @Test
    void theDemoListensOnLoopbackAndTakesNothingFromTheFile() throws IOException {
        write("catraca:\n  db:\n    url: jdbc:postgresql://production/catraca\n  http: {port: 80}\n");

        Settings settings = settings(Mode.DEMO, Map.of("CATRACA_RADIUS_AUTH_PORT", "0"));

        assertThat(settings.find(Schema.DB_URL)).isEmpty();
        assertThat(settings.get(Schema.HTTP_PORT)).isEqualTo(8080);
        assertThat(settings.get(Schema.HTTP_ADDRESSES)).hasToString("127.0.0.1");
        assertThat(settings.get(Schema.RADIUS_ADDRESSES).addresses())
                .allMatch(InetAddress::isLoopbackAddress)
                .hasSize(2);
        assertThat(settings.path(Schema.DATA)).isEqualTo(home.resolve("data/demo"));
        assertThat(settings.get(Schema.RADIUS_AUTH_PORT)).isZero();
    }

    @Test
    void theDemoRefusesAForeignDatabase() {
        assertThat(problems(
                        Mode.DEMO,
                        Map.of("CATRACA_DB_URL", "jdbc:postgresql://production/catraca", "CATRACA_DB_USER", "catraca")))
                .containsExactly("environment variable CATRACA_DB_URL: the demo brings its own database and would write"
                        + " over this one; use serve");
    }

    @Test
    void everyMistakeIsToldAtOnce() throws IOException {
        write("""
                catraca:
                  radius:
                    auth-port: eighteen-twelve
                    acct_port: 1813
                  log:
                    format: xml
                """);

        assertThat(problems(Mode.SERVE, Map.of("CATRACA_HTTP_PORT", "-1")))
                .containsExactly(
                        "config/catraca.yml, line 3: catraca.radius.auth-port: expected a whole number from 0 to 65535,"
                                + " was \"eighteen-twelve\"",
                        "config/catraca.yml, line 4: catraca.radius.acct_port: there is no such setting; did you mean"
                                + " catraca.radius.acct-port?",
                        "config/catraca.yml, line 6: catraca.log.format: expected one of text, json, was \"xml\"",
                        "environment variable CATRACA_HTTP_PORT: expected a whole number from 0 to 65535, was \"-1\"");
    }

    static List<Arguments> badFiles() {
        return List.of(
                bad(
                        "catraca:\n  radius:\n    auth-port: 65536\n",
                        "config/catraca.yml, line 3: catraca.radius.auth-port: expected a whole number from 0 to 65535, was"
                                + " \"65536\""),
                bad(
                        "catraca:\n  radius:\n    auth-port:\n",
                        "config/catraca.yml, line 3: catraca.radius.auth-port: expected a whole number from 0 to 65535, was"
                                + " nothing"),
                bad(
                        "catraca:\n  radius:\n    auth-port: [1812, 1645]\n",
                        "config/catraca.yml, line 3: catraca.radius.auth-port: expected a whole number from 0 to 65535"),
                bad(
                        "catraca:\n  radius:\n    auth-port: 1900\n    acct-port: 1900\n",
                        "config/catraca.yml, line 4: catraca.radius.acct-port: expected another port than"
                                + " catraca.radius.auth-port, was 1900 too"),
                bad(
                        "catraca:\n  radius:\n    addresses: [radius.example.net]\n",
                        "config/catraca.yml, line 3: catraca.radius.addresses: expected \"all\", or a list of IP addresses"
                                + " of this machine, was \"radius.example.net\""),
                bad(
                        "catraca:\n  radius:\n    coa-source: all\n",
                        "config/catraca.yml, line 3: catraca.radius.coa-source: expected one IP address of this machine,"
                                + " was \"all\""),
                bad(
                        "catraca:\n  radius:\n    coa-source: [192.0.2.1, 192.0.2.2]\n",
                        "config/catraca.yml, line 3: catraca.radius.coa-source: expected one IP address of this"
                                + " machine"),
                bad(
                        "catraca:\n  http:\n    addresses: [127.0.0.1, 192.0.2.1]\n",
                        "config/catraca.yml, line 3: catraca.http.addresses: expected \"all\" or one address, was"
                                + " \"127.0.0.1, 192.0.2.1\""),
                bad(
                        "catraca:\n  db:\n    url: postgres://db/catraca\n",
                        "config/catraca.yml, line 3: catraca.db.url: expected a JDBC URL such as"
                                + " jdbc:postgresql://db1,db2:5432/catraca?targetServerType=primary, was"
                                + " \"postgres://db/catraca\""),
                bad(
                        "catraca:\n  db:\n    url: jdbc:postgresql://db/catraca\n",
                        "config/catraca.yml, line 3: catraca.db.user: expected the user of that database, was nothing"),
                bad(
                        "catraca:\n  db:\n    password: \"\"\n",
                        "config/catraca.yml, line 3: catraca.db.password: expected a text of 1 to 1000 characters"),
                bad(
                        "catraca:\n  zone: Brasilia\n",
                        "config/catraca.yml, line 2: catraca.zone: expected a time zone such as America/Sao_Paulo, was"
                                + " \"Brasilia\""),
                bad(
                        "catraca:\n  billing:\n    grace: 3\n",
                        "config/catraca.yml, line 2: catraca.billing: there is no such setting; docs/configuration.md"
                                + " lists them"),
                bad(
                        "radius:\n  auth-port: 1812\n",
                        "config/catraca.yml, line 1: radius: there is no such setting; docs/configuration.md lists them"),
                bad(
                        "catraca:\n  http:\n    port: 1\n    port: 2\n",
                        "config/catraca.yml, line 4: catraca.http.port: already set in line 3"),
                bad(
                        "catraca: 1812\n",
                        "config/catraca.yml, line 1: catraca: expected keys below it, such as catraca.data"),
                bad("- catraca\n", "config/catraca.yml, line 1: expected keys below it, such as catraca.data"),
                bad(
                        "catraca:\n  http: {port: 80\n",
                        "config/catraca.yml, line 3: not YAML: expected ',' or '}', but got <stream end>"));
    }

    private static Arguments bad(String file, String told) {
        return Arguments.of(file, told);
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void aBadFileIsRefusedWithFileLineKeyAndWhatWasExpected(String file, String told) throws IOException {
        write(file);

        assertThat(problems(Mode.SERVE, Map.of())).containsExactly(told);
    }

    @Test
    void aMistypedEnvironmentVariableIsRefused() {
        assertThat(problems(Mode.SERVE, Map.of("CATRACA_RADIUS_PORT", "1812", "CATRACA_HTTP_PROT", "80")))
                .containsExactly(
                        "environment variable CATRACA_HTTP_PROT: there is no such setting; did you mean"
                                + " CATRACA_HTTP_PORT?",
                        "environment variable CATRACA_RADIUS_PORT: there is no such setting; docs/configuration.md lists"
                                + " them");
    }

    @Test
    void thePasswordThatAnImportReadsIsNoSetting() {
        assertThat(settings(Mode.DEMO, Map.of("CATRACA_IMPORT_PASSWORD", "secret")))
                .isNotNull();
    }

    @Test
    void whatKubernetesPutsIntoTheEnvironmentIsNoSetting() {
        assertThat(settings(
                                Mode.SERVE,
                                Map.of("CATRACA_PORT", "tcp://10.0.0.1:8080", "CATRACA_SERVICE_HOST", "10.0.0.1"))
                        .get(Schema.HTTP_PORT))
                .isEqualTo(8080);
    }

    @Test
    void aPasswordIsNeverRepeatedInAMessage() {
        assertThat(problems(Mode.SERVE, Map.of("CATRACA_DB_PASSWORD", "hunter2".repeat(1000))))
                .singleElement()
                .asString()
                .doesNotContain("hunter2");
    }

    @Test
    void aMissingConfigFolderIsRefused() {
        assertThat(problems(Mode.SERVE, Map.of("CATRACA_CONFIG", "/nowhere")))
                .containsExactly("environment variable CATRACA_CONFIG: expected a folder with catraca.yml, vendor"
                        + " profiles and dictionaries, was \"/nowhere\"");
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws IOException {
        Files.write(home.resolve("config/catraca.yml"), "catraca: \u00e7".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(problems(Mode.SERVE, Map.of())).containsExactly("config/catraca.yml: expected UTF-8 text");
    }

    @Test
    void otherModulesReadTheSameValuesAsProperties() {
        Settings settings = settings(Mode.SERVE, Map.of("CATRACA_RADIUS_AUTH_PORT", "0"));

        assertThat(settings.properties())
                .containsEntry("catraca.radius.auth-port", 0)
                .containsEntry("catraca.data", home.resolve("data").toString())
                .containsEntry("catraca.zone", "America/Sao_Paulo")
                .doesNotContainKey("catraca.db.password");
    }

    private void write(String file) throws IOException {
        Files.writeString(home.resolve("config/catraca.yml"), file);
    }

    private Settings settings(Mode mode, Map<String, String> environment) {
        return switch (SettingsReader.read(mode, home, environment)) {
            case Outcome.Read(Settings settings) -> settings;
            case Outcome.Refused(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private List<String> problems(Mode mode, Map<String, String> environment) {
        return switch (SettingsReader.read(mode, home, environment)) {
            case Outcome.Read(Settings settings) -> throw new AssertionError("accepted");
            case Outcome.Refused(var problems) ->
                problems.stream().map(SettingsProblem::toString).toList();
        };
    }
}
