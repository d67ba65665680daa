package net.catraca.billing.bank;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of RFC 4180, with any delimiter, as a stream. A quote that is never closed, or closed by that of a later
 * row, spoils the line that it stands in and no other.
 */
public final class CsvRows {

    /** A longer row is no row of ours; bounds memory, and how far a quote may reach. */
    static final int MOST_CHARACTERS = 10_000;

    private final Reader in;
    private final char delimiter;

    /** Read already, to be read again: the lines after a broken one. */
    private String again = "";

    private int againAt;

    public CsvRows(Reader in, char delimiter) {
        this.in = in;
        this.delimiter = delimiter;
    }

    /**
     * A record.
     *
     * @param cells of a broken one nothing
     * @param isBroken whether it is no record: its quotes do not match, or it has no end
     */
    public record CsvRow(List<String> cells, boolean isBroken) {

        static final CsvRow BROKEN = new CsvRow(List.of(), true);

        public CsvRow {
            cells = List.copyOf(cells);
        }

        /** Whether nothing stands in it. */
        public boolean isBlank() {
            return !isBroken && cells.size() == 1 && cells.getFirst().isBlank();
        }
    }

    /** The next record; null after the last. Quoted cells may hold delimiters, quotes (doubled) and line ends. */
    public @Nullable CsvRow next() throws IOException {
        var raw = new StringBuilder();
        var cells = new ArrayList<String>();
        var cell = new StringBuilder();
        var at = Place.BEGINNING;
        while (raw.length() < MOST_CHARACTERS) {
            int c = read();
            if (c < 0) {
                if (at == Place.QUOTED) {
                    return broken(raw);
                }
                return raw.isEmpty() ? null : row(cells, cell);
            }
            raw.append((char) c);
            if (at == Place.QUOTED) {
                if (c == '"') {
                    at = Place.QUOTE_IN_QUOTED;
                } else {
                    cell.append((char) c);
                }
            } else if (c == '"' && at != Place.PLAIN) {
                if (at == Place.QUOTE_IN_QUOTED) {
                    cell.append('"');
                }
                at = Place.QUOTED;
            } else if (c == delimiter) {
                cells.add(cell.toString());
                cell.setLength(0);
                at = Place.BEGINNING;
            } else if (c == '\n') {
                return row(cells, cell);
            } else if (c != '\r') {
                if (at == Place.QUOTE_IN_QUOTED) {
                    return broken(raw); // what was taken for its end is the beginning of a later row's cell
                }
                cell.append((char) c);
                at = Place.PLAIN;
            }
        }
        return broken(raw);
    }

    /** Where in a cell. */
    private enum Place {
        BEGINNING,
        PLAIN,
        QUOTED,
        QUOTE_IN_QUOTED
    }

    private static CsvRow row(List<String> cells, StringBuilder last) {
        cells.add(last.toString());
        return new CsvRow(cells, false);
    }

    private CsvRow broken(StringBuilder raw) throws IOException {
        int end = raw.indexOf("\n");
        if (end >= 0) {
            again = raw.substring(end + 1) + again.substring(againAt);
            againAt = 0;
        } else {
            for (int c = read(); c >= 0 && c != '\n'; c = read()) {
                // The rest of an endless line.
            }
        }
        return CsvRow.BROKEN;
    }

    private int read() throws IOException {
        return againAt < again.length() ? again.charAt(againAt++) : in.read();
    }
}
