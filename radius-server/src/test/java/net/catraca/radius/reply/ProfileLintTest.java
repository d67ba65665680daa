package net.catraca.radius.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.catraca.radius.dictionary.Dictionary;
import net.catraca.radius.dictionary.DictionaryReader;
import net.catraca.radius.dictionary.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A broken profile for each rule, whose first line says what is wrong with it and whose last ones, behind "#!", what an
 * operator reads: line, column and message of every problem.
 */
class ProfileLintTest {

    private static final String EXPECTED = "#! ";
    private static final Path BROKEN = Path.of("src/test/resources/net/catraca/radius/reply/broken");
    private static final Dictionary DICTIONARY =
            ((Dictionary.Reading.Loaded) DictionaryReader.read(Path.of("../config/dictionaries"))).dictionary();

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void aBrokenProfileIsRefusedWithTheLineAtFault(Path file) throws IOException {
        var text = Files.readString(BROKEN.resolve(file));
        var expected = text.lines()
                .filter(line -> line.startsWith(EXPECTED))
                .map(line -> file + ":" + line.substring(EXPECTED.length()))
                .toList();

        assertThat(expected).isNotEmpty();
        assertThat(problems(file, text)).extracting(Problem::toString).containsExactlyElementsOf(expected);
    }

    @Test
    void thereIsABrokenProfileForEveryRule() throws IOException {
        assertThat(broken()).hasSizeGreaterThanOrEqualTo(60);
    }

    private static List<Problem> problems(Path file, String text) {
        return switch (ProfileReader.read(file, text, DICTIONARY)) {
            case ProfileReader.Reading.Read(var profile) -> ProfileLint.problems(profile);
            case ProfileReader.Reading.Unreadable(var problems) -> problems;
        };
    }

    private static Stream<Path> broken() throws IOException {
        try (var files = Files.list(BROKEN)) {
            return files.map(Path::getFileName).sorted().toList().stream();
        }
    }
}
