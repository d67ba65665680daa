package net.catraca.admin.http;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes comma-separated values (RFC 4180). */
public final class Csv {

    private final Writer out;

    public Csv(Writer out) {
        this.out = out;
    }

    /** What somebody typed in, so that it stays a text: a spreadsheet takes one that begins so for a formula. */
    public static String text(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return "";
        }
        return "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
    }

    public void line(List<String> columns) throws IOException {
        out.write(columns.stream().map(Csv::quoted).collect(Collectors.joining(",", "", "\r\n")));
    }

    private static String quoted(String column) {
        boolean plain = column.chars().noneMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return plain ? column : '"' + column.replace("\"", "\"\"") + '"';
    }
}
