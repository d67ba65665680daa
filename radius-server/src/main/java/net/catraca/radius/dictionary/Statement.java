package net.catraca.radius.dictionary;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A line of a dictionary that says something.
 *
 * @param words at least one
 * @param vendor of the block that the line stands in, or null
 */
record Statement(
        Path file, int line, List<String> words, @Nullable String vendor) {

    /** FreeRADIUS writes keywords in capitals and reads them in any case. */
    String keyword() {
        return words.getFirst().toUpperCase(Locale.ROOT);
    }

    String word(int index) {
        return words.get(index);
    }

    int size() {
        return words.size();
    }

    Problem problem(String what) {
        return new Problem(file, line, 0, what);
    }
}
