package net.catraca.radius.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.catraca.radius.dictionary.Dictionary;
import net.catraca.radius.dictionary.DictionaryReader;
import net.catraca.radius.dictionary.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever an editor leaves behind is read or refused with a place in the file, never met with an exception. */
class ClumsyEditTest {

    private static final Path CONFIG = Path.of("../config");
    private static final String LETTERS = "{}[]:\"'-#&*!|>%@`,\n \tä\u0000x1";

    private final Random random = new Random(20261123);

    @Test
    void profilesAreReadOrRefusedWithTheirPlace() throws IOException {
        var dictionary =
                ((Dictionary.Reading.Loaded) DictionaryReader.read(CONFIG.resolve("dictionaries"))).dictionary();
        var refused = 0;
        for (var vendor : List.of("mikrotik", "cisco", "juniper", "nokia", "generic")) {
            var file = Path.of(vendor + ".yaml");
            var text = Files.readString(CONFIG.resolve("vendors").resolve(file));
            for (var i = 0; i < 150; i++) {
                var problems = problems(file, edited(text), dictionary);
                refused += problems.isEmpty() ? 0 : 1;
                assertThat(problems)
                        .allSatisfy(problem -> assertThat(problem.line()).isPositive());
            }
        }
        assertThat(refused).isBetween(200, 749);
    }

    private static List<Problem> problems(Path file, String text, Dictionary dictionary) {
        return switch (ProfileReader.read(file, text, dictionary)) {
            case ProfileReader.Reading.Read(var profile) -> ProfileLint.problems(profile);
            case ProfileReader.Reading.Unreadable(var problems) -> problems;
        };
    }

    @Test
    void dictionariesAreReadOrRefusedWithTheirPlace(@TempDir Path folder) throws IOException {
        var text = Files.readString(CONFIG.resolve("dictionaries/dictionary.erx"));
        var file = folder.resolve("dictionary.erx");
        for (var i = 0; i < 100; i++) {
            Files.writeString(file, edited(text));
            if (DictionaryReader.read(folder) instanceof Dictionary.Reading.Broken(var problems)) {
                assertThat(problems).isNotEmpty().allSatisfy(problem -> assertThat(problem.toString())
                        .startsWith(folder.toString()));
            }
        }
    }

    private String edited(String text) {
        var edited = new StringBuilder(text);
        for (var edits = 1 + random.nextInt(3); edits > 0; edits--) {
            var at = random.nextInt(edited.length());
            switch (random.nextInt(4)) {
                case 0 -> edited.insert(at, LETTERS.charAt(random.nextInt(LETTERS.length())));
                case 1 -> edited.deleteCharAt(at);
                case 2 -> edited.setCharAt(at, LETTERS.charAt(random.nextInt(LETTERS.length())));
                default -> edited.delete(at, Math.min(edited.length() - 1, at + random.nextInt(200)));
            }
        }
        return edited.toString();
    }
}
