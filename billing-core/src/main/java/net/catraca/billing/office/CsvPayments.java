package net.catraca.billing.office;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.catraca.billing.bank.CsvFormat;
import net.catraca.billing.bank.CsvRows;
import net.catraca.billing.bank.WrittenAmount;
import net.catraca.billing.cnab.Layout;
import net.catraca.billing.cnab.OurNumber;
import net.catraca.billing.cnab.Part;
import net.catraca.billing.cnab.Part.Fault;
import net.catraca.billing.cnab.Part.Movement;
import net.catraca.billing.contract.TaxId;
import org.jspecify.annotations.Nullable;

/**
 * Reads a CSV of payments (RFC 4180, UTF-8) as a stream. Every sound row is money; a fault says line, column and what was
 * expected.
 */
final class CsvPayments {

    private static final int SHOWN = 60;

    static final Layout.Code PAID = new Layout.Code("csv", "payment", true);

    private final CsvFormat format;
    private final DateTimeFormatter days;
    private final Consumer<Row> to;
    private final Map<String, Integer> columns = new HashMap<>();
    private long line;

    /** A part, and the payer's system's own id of it where there is one. */
    record Row(
            Part part,
            @Nullable String externalId,
            @Nullable String txid) {}

    private CsvPayments(CsvFormat format, Consumer<Row> to) {
        this.format = format;
        this.days = DateTimeFormatter.ofPattern(format.days());
        this.to = to;
    }

    /** @return lines read */
    static long read(InputStream in, CsvFormat format, Consumer<Row> to) throws IOException {
        return new CsvPayments(format, to).read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
    }

    private long read(Reader in) throws IOException {
        var rows = new CsvRows(in, format.delimiter());
        for (var row = rows.next(); row != null; row = rows.next()) {
            line++;
            if (line == 1) {
                if (!header(row.cells())) {
                    return line;
                }
            } else if (row.isBroken()) {
                fault(false, "row", "cells with quotes that match, as in RFC 4180", "a quote that is never closed");
            } else if (!row.isBlank()) {
                to.accept(payment(row.cells()));
            }
        }
        if (line == 0) {
            fault(true, "header", "a first line with the columns' names", "an empty file");
        }
        return line;
    }

    private boolean header(List<String> names) {
        for (var column : format.columns().entrySet()) {
            int at = indexOf(names, column.getValue());
            if (at < 0) {
                fault(true, column.getKey(), "a column \"" + column.getValue() + "\"", String.join(", ", names));
                return false;
            }
            columns.put(column.getKey(), at);
        }
        return true;
    }

    private static int indexOf(List<String> names, String name) {
        for (int i = 0; i < names.size(); i++) {
            // Excel begins UTF-8 files with a byte order mark.
            if (names.get(i).replace("\ufeff", "").strip().equalsIgnoreCase(name.strip())) {
                return i;
            }
        }
        return -1;
    }

    private Row payment(List<String> cells) {
        Long amount = cents(cell(cells, "amount"));
        var paidOn = day(cell(cells, "paid-on"));
        String chargesText = cell(cells, "charges");
        Long charges = chargesText == null ? Long.valueOf(0) : cents(chargesText);
        if (amount == null || amount <= 0) {
            return faulty("amount", "an amount above 0, such as " + (format.decimalComma() ? "99,90" : "99.90"), cells);
        }
        if (paidOn == null) {
            return faulty("paid-on", "a day as " + format.days(), cells);
        }
        if (charges == null || charges < 0 || charges > amount) {
            return faulty("charges", "an amount within the amount paid", cells);
        }
        return new Row(
                new Movement(
                        line,
                        PAID,
                        OurNumber.normal(cell(cells, "our-number")),
                        cell(cells, "document"),
                        amount,
                        charges,
                        amount,
                        paidOn,
                        taxId(cell(cells, "payer-tax-id")),
                        cell(cells, "payer-name")),
                cell(cells, "external-id"),
                cell(cells, "txid"));
    }

    /** One with wrong check digits helps nobody to find the payer. */
    private static @Nullable String taxId(@Nullable String written) {
        try {
            return written == null ? null : TaxId.parse(written).value();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Row faulty(String field, String expected, List<String> cells) {
        String found = cell(cells, field);
        return new Row(new Fault(line, field, expected, found == null ? "nothing" : cut(found), false), null, null);
    }

    private void fault(boolean fatal, String field, String expected, String found) {
        to.accept(new Row(new Fault(Math.max(1, line), field, expected, cut(found), fatal), null, null));
    }

    private static String cut(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    private @Nullable String cell(List<String> cells, String name) {
        Integer at = columns.get(name);
        String text = at == null || at >= cells.size() ? "" : cells.get(at).strip();
        return text.isEmpty() || text.length() > 200 || text.chars().anyMatch(Character::isISOControl) ? null : text;
    }

    private @Nullable LocalDate day(@Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text, days);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Null when it is no amount with at most two digits of cents. */
    private @Nullable Long cents(@Nullable String text) {
        return text == null ? null : WrittenAmount.cents(text, format.decimalComma());
    }
}
