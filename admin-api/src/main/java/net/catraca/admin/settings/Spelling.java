package net.catraca.admin.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what a person meant to type. */
final class Spelling {

    /** Above three slips of the finger a guess is more annoying than helpful. */
    private static final int MOST_SLIPS = 3;

    private Spelling() {}

    static Optional<String> nearest(String typed, Collection<String> known) {
        return known.stream()
                .filter(word -> slips(typed, word) <= MOST_SLIPS)
                .min(Comparator.comparingInt(word -> slips(typed, word)));
    }

    /** Levenshtein's distance: insertions, deletions and replacements that turn one word into the other. */
    private static int slips(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            above[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            int[] current = new int[to.length() + 1];
            current[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int replaced = above[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, Math.min(above[column], current[column - 1]) + 1);
            }
            above = current;
        }
        return above[to.length()];
    }
}
