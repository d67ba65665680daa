package net.catraca.admin.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLinesTest {

    @TempDir
    Path folder;

    private final CommandLine catraca = CommandLines.catraca();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return catraca.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", ""})
    void helpListsWhatThereIs(String argument) {
        int exitCode = argument.isEmpty() ? run() : run(argument);

        assertThat(exitCode).isZero();
        assertThat(out.toString()).contains("Usage: catraca COMMAND").contains("demo ", "serve ", "config check ");
    }

    @Test
    void everyCommandStandsInTheHelpAndEveryLineOfTheHelpIsACommand() {
        run("--help");
        List<String> lines = Pattern.compile("(?m)^  ([a-z]+(?: [a-z]+)?)  ")
                .matcher(out.toString())
                .results()
                .map(line -> line.group(1))
                .toList();

        List<String> commands = catraca.getSubcommands().values().stream()
                .filter(command -> !command.getCommandSpec().usageMessage().hidden())
                .flatMap(command -> command.getSubcommands().isEmpty()
                        ? List.of(command.getCommandName()).stream()
                        : command.getSubcommands().keySet().stream()
                                .map(below -> command.getCommandName() + " " + below))
                .toList();
        assertThat(lines).containsExactlyInAnyOrderElementsOf(commands);
    }

    @Test
    void aCommandExplainsItself() {
        assertThat(run("demo", "--help")).isZero();
        assertThat(out.toString()).contains("Usage: catraca demo").contains("CATRACA_RADIUS_AUTH_PORT");
    }

    @Test
    void theSimulatorSendsNothingBeyondThisMachineUnlessToldSo() {
        assertThat(run("simulate", "--server", "192.0.2.1", "--nas-file", nases(), "--accounts", accounts()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("192.0.2.1 is not this machine", "--beyond-loopback");
    }

    @Test
    void theSimulatorSaysWhichLineOfAFileIsWrong() {
        assertThat(run("simulate", "--nas-file", nases(), "--accounts", written("a,b\nonly-a-login\n")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("accounts.csv:2: expected login,password");
    }

    private String nases() {
        return write("nases.csv", "nas-1,127.0.0.1,secret,mikrotik,0\n");
    }

    private String accounts() {
        return written("ana,ana-pass,pap\n# and one who left\nbia,bia-pass,chap,reject\n");
    }

    private String written(String accounts) {
        return write("accounts.csv", accounts);
    }

    private String write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text).toString();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aMistypedCommandGetsASuggestion() {
        assertThat(run("serv")).isEqualTo(2);
        assertThat(err.toString())
                .contains("catraca: Unmatched argument")
                .contains("serve")
                .contains("catraca --help");
    }

    @Test
    void aCommandThatIsOnlyBegunIsExplained() {
        assertThat(run("config")).isEqualTo(2);
        assertThat(err.toString()).contains("config: expected a command after it, such as check");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create --role admin",
                "create --name maria",
                "create --name maria --role boss",
                "create --name= --role admin",
                "create --name maria --role admin --days 0",
                "create --name maria --role admin --days 731",
                "create --name maria --role admin --days ten",
                "revoke",
                "revoke maria",
                "list everything"
            })
    void aTokenCommandThatIsWronglyTypedIsRefusedBeforeAnythingStarts(String arguments) {
        assertThat(run(("token " + arguments).split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("catraca: ").contains("catraca --help");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aRoleThatDoesNotExistIsAnsweredWithThoseThatDo() {
        run("token", "create", "--name", "maria", "--role", "boss");

        assertThat(err.toString())
                .contains("expected one of viewer, noc, noc-supervisor, billing, admin")
                .contains("\"boss\"");
    }

    @Test
    void theVersionIsOneLineAndTheJdkAnother() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString().lines()).hasSize(2).first().asString().startsWith("catraca ");
    }

    @Test
    void theLauncherShowsTheSameHelpWithoutAJvm() throws Exception {
        assertThat(Files.readString(Path.of("../catraca")))
                .contains("src/main/resources/net/catraca/admin/command/usage.txt");
        assertThat(Path.of("src/main/resources/net/catraca/admin/command/usage.txt"))
                .exists();
    }
}
