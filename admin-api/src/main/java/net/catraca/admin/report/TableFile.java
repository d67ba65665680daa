package net.catraca.admin.report;

import io.micronaut.core.io.Writable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import net.catraca.admin.http.Csv;
import net.catraca.billing.contract.Contract;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.jspecify.annotations.Nullable;

/** Writes a table as a file, a line at a time. */
sealed interface TableFile extends Writable {

    /** Of days and times; they are the ISP's. */
    ZoneId ZONE = Contract.DEFAULT_ZONE;

    /** Rows that a workbook holds before they go out. */
    int ROWS_AT_ONCE = 1_000;

    private static BigDecimal reais(long cents) {
        return BigDecimal.valueOf(cents, 2);
    }

    private static LocalDateTime local(Instant at) {
        return LocalDateTime.ofInstant(at, ZONE).truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    default void writeTo(OutputStream out, @Nullable Charset charset) throws IOException {
        var writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        writeTo(writer);
        writer.flush();
    }

    record OfCsv(Table table) implements TableFile {

        @Override
        public void writeTo(Writer out) throws IOException {
            var csv = new Csv(out);
            csv.line(table.titles());
            table.lines().to(cells -> csv.line(cells.stream().map(OfCsv::text).toList()));
        }

        private static String text(Cell cell) {
            return switch (cell) {
                case Cell.Text(var text) -> Csv.text(text);
                case Cell.Count(var number) -> Long.toString(number);
                case Cell.Cents(var cents) -> reais(cents).toPlainString();
                case Cell.Moment(var at) -> at == null ? "" : local(at).toString();
            };
        }
    }

    record OfXlsx(Table table) implements TableFile {

        @Override
        public void writeTo(Writer out) {
            throw new UnsupportedOperationException("a workbook is no text");
        }

        @Override
        public void writeTo(OutputStream out, @Nullable Charset charset) throws IOException {
            try (var book = new Workbook(out, "Catraca", "1.0")) {
                var sheet = book.newWorksheet(table.name());
                sheet.freezePane(0, 1);
                for (int column = 0; column < table.titles().size(); column++) {
                    sheet.value(0, column, table.titles().get(column));
                    sheet.style(0, column).bold().set();
                }
                int[] row = {0};
                table.lines().to(cells -> {
                    row[0]++;
                    write(sheet, row[0], cells);
                    if (row[0] % ROWS_AT_ONCE == 0) {
                        sheet.flush();
                    }
                });
            }
        }

        private static void write(Worksheet sheet, int row, List<Cell> cells) {
            for (int column = 0; column < cells.size(); column++) {
                switch (cells.get(column)) {
                    // A text is a text to a workbook, whatever it begins with.
                    case Cell.Text(var text) -> sheet.value(row, column, text);
                    case Cell.Count(var number) -> sheet.value(row, column, number);
                    case Cell.Cents(var cents) -> {
                        sheet.value(row, column, reais(cents));
                        sheet.style(row, column).format("#,##0.00").set();
                    }
                    case Cell.Moment(var at) -> {
                        if (at != null) {
                            sheet.value(row, column, local(at));
                            sheet.style(row, column).format("yyyy-mm-dd hh:mm").set();
                        }
                    }
                }
            }
        }
    }
}
