package net.catraca.admin.cutover;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tables to be read row by row, whatever they lie in. */
public interface Tables {

    /** Whether there is such a table; names are in lower case. */
    boolean has(String table);

    /** When the table was written: how old its news is. Null for one that is read as it is now. */
    default @Nullable Instant asOf(String table) throws IOException {
        return null;
    }

    /** Reads a table in its order, a row at a time. */
    void each(String table, Visitor visitor) throws IOException;

    /**
     * @param number of the row or line, for people
     * @param cells by column, in lower case; empty ones are null
     */
    record Line(long number, Map<String, @Nullable String> cells) {

        public @Nullable String cell(String column) {
            return cells.get(column);
        }
    }

    /** Takes a row. */
    interface Visitor {
        void visit(Line line) throws IOException;
    }
}
