package net.catraca.admin.report;

import java.io.IOException;
import java.util.List;

/** A report's file: a line of titles, then lines of cells. */
record Table(String name, List<String> titles, Lines lines) {

    /** Where lines go. */
    interface Sheet {
        void line(List<Cell> cells) throws IOException;
    }

    /** Brings all lines, one after the other. */
    interface Lines {
        void to(Sheet sheet) throws IOException;
    }
}
