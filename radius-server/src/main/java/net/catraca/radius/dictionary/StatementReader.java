package net.catraca.radius.dictionary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Splits dictionary files into statements, follows $INCLUDE and checks that vendor blocks open and close. */
final class StatementReader {

    /** FreeRADIUS's own dictionaries nest once; this only stops a chain that nobody could follow. */
    private static final int MAX_INCLUDE_DEPTH = 8;

    private static final Set<String> DEFINITIONS = Set.of("VENDOR", "ATTRIBUTE", "VALUE");

    private static final Pattern SPACES = Pattern.compile("\\s+");

    private final MessageDigest digest;
    private final List<Statement> statements = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();

    StatementReader(MessageDigest digest) {
        this.digest = digest;
    }

    List<Statement> statements() {
        return statements;
    }

    List<Problem> problems() {
        return problems;
    }

    /** Takes in a file; one that was included before is not read twice. */
    void read(Path file) {
        read(file, 0);
    }

    private void read(Path file, int depth) {
        if (!seen.add(file.toAbsolutePath().normalize())) {
            return;
        }
        try {
            readLines(file, ConfigFile.read(file, digest).split("\r?\n", -1), depth);
        } catch (IOException e) {
            problems.add(new Problem(file, 0, 0, "cannot be read: " + e.getMessage()));
        }
    }

    private void readLines(Path file, String[] lines, int depth) {
        @Nullable Statement block = null;
        for (var i = 0; i < lines.length; i++) {
            var hash = lines[i].indexOf('#');
            var text = (hash < 0 ? lines[i] : lines[i].substring(0, hash)).strip();
            if (!text.isEmpty()) {
                var vendor = block == null ? null : block.word(1);
                block = take(new Statement(file, i + 1, List.of(SPACES.split(text)), vendor), block, depth);
            }
        }
        if (block != null) {
            problems.add(block.problem("BEGIN-VENDOR " + block.word(1) + " has no END-VENDOR"));
        }
    }

    /** Returns the block that the next line stands in. */
    private @Nullable Statement take(Statement statement, @Nullable Statement block, int depth) {
        switch (statement.keyword()) {
            case "BEGIN-VENDOR" -> {
                return begin(statement, block);
            }
            case "END-VENDOR" -> {
                return end(statement, block);
            }
            case "$INCLUDE" -> include(statement, depth);
            case String keyword when DEFINITIONS.contains(keyword) -> statements.add(statement);
            default ->
                problem(
                        statement,
                        "\"" + statement.word(0)
                                + "\" is not supported; expected VENDOR, BEGIN-VENDOR, END-VENDOR, ATTRIBUTE,"
                                + " VALUE or $INCLUDE");
        }
        return block;
    }

    private @Nullable Statement begin(Statement statement, @Nullable Statement block) {
        if (statement.size() != 2) {
            problem(statement, "expected BEGIN-VENDOR and a vendor's name, nothing else");
            return block;
        }
        if (block != null) {
            problem(statement, "expected END-VENDOR " + block.word(1) + " first");
        }
        statements.add(statement);
        return statement;
    }

    private @Nullable Statement end(Statement statement, @Nullable Statement block) {
        if (block == null) {
            problem(statement, "END-VENDOR without BEGIN-VENDOR");
        } else if (statement.size() != 2 || !statement.word(1).equals(block.word(1))) {
            problem(statement, "expected END-VENDOR " + block.word(1));
        }
        return null;
    }

    private void include(Statement statement, int depth) {
        if (statement.size() != 2) {
            problem(statement, "expected $INCLUDE and a file's name");
            return;
        }
        var included = statement.file().resolveSibling(statement.word(1));
        if (!Files.isRegularFile(included)) {
            problem(statement, "there is no file " + included);
        } else if (depth == MAX_INCLUDE_DEPTH) {
            problem(statement, "more than " + MAX_INCLUDE_DEPTH + " files include each other");
        } else {
            read(included, depth + 1);
        }
    }

    private void problem(Statement statement, String what) {
        problems.add(statement.problem(what));
    }
}
