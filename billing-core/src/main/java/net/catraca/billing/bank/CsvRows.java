package net.catraca.billing.bank;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads records of RFC 4180, with any delimiter, as a stream. */
public final class CsvRows {

    /** A longer row is no row of ours; bounds memory. */
    private static final int MOST_CHARACTERS = 10_000;

    private final Reader in;
    private final char delimiter;

    /** @param in one that can be marked */
    public CsvRows(Reader in, char delimiter) {
        this.in = in;
        this.delimiter = delimiter;
    }

    /** The next record; null after the last. Quoted cells may hold delimiters, quotes (doubled) and line ends. */
    public @Nullable List<String> next() throws IOException {
        List<String> cells = new ArrayList<>();
        var cell = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        int length = 0;
        for (int c = in.read(); c >= 0; c = in.read()) {
            any = true;
            if (++length > MOST_CHARACTERS) {
                continue; // the rest of an endless line is passed over; what was read of it will not be sound
            }
            if (quoted) {
                if (c != '"') {
                    cell.append((char) c);
                } else {
                    in.mark(1);
                    if (in.read() == '"') {
                        cell.append('"');
                    } else {
                        in.reset();
                        quoted = false;
                    }
                }
            } else if (c == '"' && cell.isEmpty()) {
                quoted = true;
            } else if (c == delimiter) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else if (c == '\n') {
                break;
            } else if (c != '\r') {
                cell.append((char) c);
            }
        }
        if (!any) {
            return null;
        }
        cells.add(cell.toString());
        return cells;
    }
}
