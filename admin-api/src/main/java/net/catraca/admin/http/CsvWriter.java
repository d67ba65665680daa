package net.catraca.admin.http;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes comma-separated values (RFC 4180) that a spreadsheet does not take for formulas. */
public final class CsvWriter {

    private final Writer out;

    public CsvWriter(Writer out) {
        this.out = out;
    }

    public void line(List<String> columns) throws IOException {
        out.write(columns.stream().map(CsvWriter::quoted).collect(Collectors.joining(",", "", "\r\n")));
    }

    /** What somebody typed, as a column; a spreadsheet takes a text that begins so for a formula. */
    public static String text(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return "";
        }
        return "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
    }

    private static String quoted(String column) {
        boolean plain = column.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? column : '"' + column.replace("\"", "\"\"") + '"';
    }
}
