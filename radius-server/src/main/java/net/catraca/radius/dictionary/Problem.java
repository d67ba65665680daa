package net.catraca.radius.dictionary;

import java.nio.file.Path;

/**
 * What is wrong with a file that an operator edits, and where.
 *
 * @param line counts from 1; 0 when the file as a whole is meant
 * @param column counts from 1; 0 when the line as a whole is meant
 * @param what was found and what was expected, in words
 */
public record Problem(Path file, int line, int column, String what) {

    /** As compilers and editors have it: {@code config/vendors/mikrotik.yaml:12:5: what}. */
    @Override
    public String toString() {
        var place = new StringBuilder(file.toString());
        if (line > 0) {
            place.append(':').append(line);
        }
        if (column > 0) {
            place.append(':').append(column);
        }
        return place.append(": ").append(what).toString();
    }
}
