package net.catraca.billing.cnab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import net.catraca.billing.cnab.Part.Fault;
import net.catraca.billing.cnab.Part.Header;
import net.catraca.billing.cnab.Part.Movement;
import org.jspecify.annotations.Nullable;

/**
 * Reads one return file as a stream: header, movements and faults go to whoever reads, in the order of lines, and memory
 * holds two lines at most. Nothing that a file holds throws. What the bank counted and added up is compared at the end;
 * an end without trailer is a fatal fault, for then half of the file may be missing.
 */
public final class ReturnFile {

    /** A fault shows this much of what it found. */
    private static final int SHOWN = 60;

    private final Layout layout;
    private final Consumer<Part> to;

    private long line;
    private boolean headed;
    private boolean ended;
    private boolean stopped;
    private boolean misnumbered;

    private byte @Nullable [] title;
    private long titleLine;

    private final Counts file = new Counts();
    private long batchRecords;
    private long batches;

    /** What is compared with the trailer. */
    private static final class Counts {
        long details;
        long detailsNominal;
        long liquidated;
        long liquidatedPaid;
    }

    private ReturnFile(Layout layout, Consumer<Part> to) {
        this.layout = layout;
        this.to = to;
    }

    /** @return lines read */
    public static long read(InputStream in, Layout layout, Consumer<Part> to) throws IOException {
        return new ReturnFile(layout, to).read(in);
    }

    private long read(InputStream in) throws IOException {
        var lines = new Lines(in, layout.width() + 2);
        for (byte[] next = lines.next(); next != null && !stopped; next = lines.next()) {
            if (Lines.isEndOfText(next)) {
                continue; // after the trailer some banks leave empty lines
            }
            line++;
            if (next.length != layout.width() || lines.wasTooLong()) {
                wrongWidth(next, lines.wasTooLong());
            } else {
                record(next);
            }
        }
        if (!stopped && !ended) {
            fatal("trailer", "a trailer as the last line; the file was cut off", "the end of the file");
        }
        return line;
    }

    private void wrongWidth(byte[] found, boolean tooLong) {
        title = null;
        String length = tooLong ? "more than " + (found.length - 1) : Integer.toString(found.length);
        var fault = new Fault(line, "line", layout.width() + " octets", length + " octets", !headed);
        to.accept(fault);
        stopped |= fault.fatal();
    }

    private void record(byte[] record) {
        batchRecords++;
        var kind = layout.recordOf(record);
        if (!headed) {
            first(kind, record);
        } else if (ended) {
            fault("line", "nothing after the trailer", shown(record));
        } else if (kind != null) {
            known(kind, record);
        }
        checkNumber(kind, record);
    }

    private void first(@Nullable RecordLayout kind, byte[] record) {
        headed = true;
        if (kind == null || kind.kind() != RecordLayout.Kind.HEADER) {
            fatal("header", "the header of a return file in the layout " + layout.name(), shown(record));
            return;
        }
        var unsound = kind.unsound(record);
        if (unsound != null) {
            fatal(unsound.name(), unsound.expectation(), unsound.text(record));
            return;
        }
        to.accept(new Header(
                line,
                kind.text(record, "agreement"),
                kind.number(record, "sequence"),
                kind.has("created-on") ? kind.field("created-on").date(record) : null));
    }

    private void known(RecordLayout kind, byte[] record) {
        var unsound = kind.unsound(record);
        switch (kind.kind()) {
            case HEADER -> fault("header", "one header only", shown(record));
            case BATCH_HEADER -> {
                batches++;
                batchRecords = 1;
            }
            case DETAIL -> movement(kind, record, kind, record, line, unsound);
            case TITLE -> title(record, unsound);
            case VALUE -> value(kind, record, unsound);
            case BATCH_TRAILER -> compare(kind, record, "records", batchRecords);
            case TRAILER -> trailer(kind, record, unsound);
        }
    }

    private void title(byte[] record, @Nullable Field unsound) {
        if (title != null) {
            faultAt(titleLine, "segment", "a segment U after it", "another segment T");
        }
        title = unsound == null ? record : null;
        titleLine = line;
        if (unsound != null) {
            fault(unsound.name(), unsound.expectation(), unsound.text(record));
        }
    }

    private void value(RecordLayout kind, byte[] record, @Nullable Field unsound) {
        byte[] bill = title;
        title = null;
        if (bill == null) {
            if (titleLine != line - 1) {
                fault("segment", "a segment T before it", shown(record));
            }
            return;
        }
        var titles = Objects.requireNonNull(layout.record(RecordLayout.Kind.TITLE));
        if (kind.has("code") && !Objects.equals(kind.text(record, "code"), titles.text(bill, "code"))) {
            fault("code", "the code of the segment T before it", String.valueOf(kind.text(record, "code")));
            return;
        }
        movement(titles, bill, kind, record, titleLine, unsound);
    }

    /** @param at the line that bears the bill's number */
    private void movement(
            RecordLayout bills, byte[] bill, RecordLayout values, byte[] value, long at, @Nullable Field unsound) {
        if (unsound != null) {
            fault(unsound.name(), unsound.expectation(), unsound.text(value));
            return;
        }
        var code = layout.code(Objects.requireNonNullElse(bills.text(bill, "code"), ""));
        long charges = values.number(value, "charges");
        long paid = values.number(value, "paid") + (layout.chargesApart() ? charges : 0);
        long nominal = bills.number(bill, "nominal");
        var occurredOn = values.field("occurred-on").date(value);
        file.details++;
        file.detailsNominal += nominal;
        if (code.code().equals("06")) {
            file.liquidated++;
            file.liquidatedPaid += paid;
        }
        if (code.pays() && (paid == 0 || occurredOn == null)) {
            var missing = values.field(paid == 0 ? "paid" : "occurred-on");
            faultAt(
                    at,
                    missing.name(),
                    missing.type() == Field.Type.CENTS ? "an amount" : "a day",
                    missing.text(value));
            return;
        }
        to.accept(new Movement(
                at,
                code,
                OurNumber.normal(bills.text(bill, "our-number")),
                bills.text(bill, "document"),
                paid,
                Math.min(charges, paid),
                nominal,
                occurredOn,
                taxId(bills.text(bill, "payer-tax-id")),
                bills.text(bill, "payer-name")));
    }

    /** CNAB 240 writes 15 digits for a CPF's 11 and a CNPJ's 14. */
    private static @Nullable String taxId(@Nullable String written) {
        if (written == null || written.chars().allMatch(c -> c == '0')) {
            return null;
        }
        String digits = written.replaceFirst("^0+", "");
        int whole = digits.length() <= 11 ? 11 : 14;
        return "0".repeat(Math.max(0, whole - digits.length())) + digits;
    }

    private void trailer(RecordLayout kind, byte[] record, @Nullable Field unsound) {
        ended = true;
        if (title != null) {
            faultAt(titleLine, "segment", "a segment U after it", "the trailer");
        }
        if (unsound != null) {
            fault(unsound.name(), unsound.expectation(), unsound.text(record));
            return;
        }
        compare(kind, record, "records", line);
        compare(kind, record, "batches", batches);
        compare(kind, record, "details", file.details);
        compare(kind, record, "details-nominal", file.detailsNominal);
        compare(kind, record, "liquidated", file.liquidated);
        compare(kind, record, "liquidated-paid", file.liquidatedPaid);
    }

    /** What the bank leaves out or at zero is not compared. */
    private void compare(RecordLayout kind, byte[] record, String name, long counted) {
        long told = kind.number(record, name);
        if (told != 0 && told != counted) {
            fault(name, counted + ", as counted in the file", Long.toString(told));
        }
    }

    /** The numbers of lines run on: one that is missing in the middle shows so. Told once. */
    private void checkNumber(@Nullable RecordLayout kind, byte[] record) {
        if (kind == null || misnumbered || stopped || !kind.has("record")) {
            return;
        }
        long told = kind.number(record, "record");
        if (told != 0 && told != line) {
            misnumbered = true;
            fault("record", "line number " + line + ": lines are missing or doubled", Long.toString(told));
        }
    }

    private void fault(String field, String expected, String found) {
        faultAt(line, field, expected, found);
    }

    private void faultAt(long at, String field, String expected, String found) {
        to.accept(new Fault(at, field, expected, found, false));
    }

    private void fatal(String field, String expected, String found) {
        stopped = true;
        to.accept(new Fault(line, field, expected, found, true));
    }

    private static String shown(byte[] record) {
        String text = new String(record, StandardCharsets.ISO_8859_1).replaceAll("\\p{Cntrl}", "?");
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
