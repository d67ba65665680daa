package net.catraca.admin.cutover;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.bank.CsvRows;
import org.jspecify.annotations.Nullable;

/**
 * Tables as files of a folder: {@code customers.csv}, or {@code radcheck.tsv} as {@code mysql --batch} writes it. The first
 * line names the columns. Delimiter (semicolon, comma or tab), byte order mark and encoding (UTF-8, else Windows-1252) are
 * seen from the file.
 */
public final class FileTables implements Tables {

    private static final Charset WINDOWS = Charset.forName("windows-1252");
    private static final List<String> ENDINGS = List.of(".csv", ".tsv", ".txt");

    private final Map<String, Path> files;

    private FileTables(Map<String, Path> files) {
        this.files = Map.copyOf(files);
    }

    /** All tables of a folder. */
    public static FileTables in(Path folder) throws IOException {
        Map<String, Path> files = new HashMap<>();
        try (var entries = Files.list(folder)) {
            for (var file : entries.toList()) {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                ENDINGS.stream()
                        .filter(name::endsWith)
                        .findFirst()
                        .ifPresent(ending -> files.put(name.substring(0, name.length() - ending.length()), file));
            }
        }
        return new FileTables(files);
    }

    /** One table, whatever its file is called. */
    public static FileTables of(String table, Path file) {
        return new FileTables(Map.of(table, file));
    }

    /**
     * What its tables are called that are none of these, by name.
     *
     * @throws IOException when it has none of these: it is the wrong folder
     */
    public List<String> namesBeside(List<String> known) throws IOException {
        if (known.stream().noneMatch(files::containsKey)) {
            throw new IOException("expected some of " + String.join(".csv, ", known) + ".csv, and there is none");
        }
        return files.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .toList();
    }

    @Override
    public boolean has(String table) {
        return files.containsKey(table);
    }

    @Override
    public Instant asOf(String table) throws IOException {
        return Files.getLastModifiedTime(Optional.ofNullable(files.get(table)).orElseThrow())
                .toInstant();
    }

    @Override
    public void each(String table, Visitor visitor) throws IOException {
        var file = Optional.ofNullable(files.get(table)).orElseThrow();
        try (var in = new BufferedReader(
                new InputStreamReader(new BufferedInputStream(Files.newInputStream(file)), charset(file)))) {
            in.mark(1);
            if (in.read() != '\ufeff') {
                in.reset();
            }
            char delimiter = delimiter(file);
            var rows = delimiter == '\t' ? tabbed(in) : csv(in, delimiter);
            var header = rows.next();
            if (header == null) {
                return;
            }
            var columns = header.stream()
                    .map(name -> name.strip().toLowerCase(Locale.ROOT))
                    .toList();
            long number = 1;
            for (var cells = rows.next(); cells != null; cells = rows.next()) {
                number++;
                if (cells.size() > 1 || !cells.getFirst().isBlank()) {
                    visitor.visit(new Line(number, byColumn(columns, cells)));
                }
            }
        }
    }

    private interface Rows {
        @Nullable
        List<@Nullable String> next() throws IOException;
    }

    private static Rows csv(BufferedReader in, char delimiter) {
        var rows = new CsvRows(in, delimiter);
        return () -> {
            var row = rows.next();
            if (row == null) {
                return null;
            }
            // A row whose quotes do not match says nothing, and is refused for that.
            return new ArrayList<@Nullable String>(row.isBroken() ? List.of("", "") : row.cells());
        };
    }

    /** As MySQL writes: no quotes, but backslashes; NULL or \N for nothing. */
    private static Rows tabbed(BufferedReader in) {
        return () -> {
            var line = in.readLine();
            if (line == null) {
                return null;
            }
            List<@Nullable String> cells = new ArrayList<>();
            for (String cell : line.split("\t", -1)) {
                cells.add(cell.equals("\\N") || cell.equals("NULL") ? null : unescaped(cell));
            }
            return cells;
        };
    }

    private static String unescaped(String cell) {
        if (cell.indexOf('\\') < 0) {
            return cell;
        }
        var text = new StringBuilder();
        for (int i = 0; i < cell.length(); i++) {
            char c = cell.charAt(i);
            if (c == '\\' && i + 1 < cell.length()) {
                char next = cell.charAt(++i);
                text.append(
                        switch (next) {
                            case 't' -> '\t';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> next;
                        });
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static Map<String, @Nullable String> byColumn(
            List<@Nullable String> columns, List<@Nullable String> cells) {
        Map<String, @Nullable String> row = new HashMap<>();
        for (int i = 0; i < columns.size() && i < cells.size(); i++) {
            var cell = cells.get(i);
            var column = columns.get(i);
            if (column != null && cell != null && !cell.isBlank()) {
                row.put(column, cell.strip());
            }
        }
        return row;
    }

    private static Charset charset(Path file) throws IOException {
        char[] some = new char[1 << 13];
        try (var in = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8.newDecoder())) {
            while (in.read(some) >= 0) {
                // Only whether all of it is UTF-8.
            }
            return StandardCharsets.UTF_8;
        } catch (CharacterCodingException notUtf8) {
            return WINDOWS;
        }
    }

    private static char delimiter(Path file) throws IOException {
        try (var in = new BufferedReader(new InputStreamReader(Files.newInputStream(file), WINDOWS))) {
            var first = in.readLine();
            if (first == null) {
                return ',';
            }
            char best = ',';
            for (char candidate : new char[] {';', '\t'}) {
                if (count(first, candidate) > count(first, best)) {
                    best = candidate;
                }
            }
            return best;
        }
    }

    private static long count(String text, char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }
}
