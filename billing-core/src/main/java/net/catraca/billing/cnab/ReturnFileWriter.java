package net.catraca.billing.cnab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import net.catraca.billing.cnab.RecordLayout.Kind;
import org.jspecify.annotations.Nullable;

/** Writes return files as a bank would, for demos, tests and measurements: from the same layouts that they are read by. */
public final class ReturnFileWriter implements AutoCloseable {

    private static final String END = "\r\n";

    private final OutputStream out;
    private final Layout layout;
    private long line;
    private long details;
    private long nominal;
    private long liquidated;
    private long liquidatedPaid;

    /** Writes the header; CNAB 240 gets one batch. */
    public ReturnFileWriter(
            OutputStream out, Layout layout, @Nullable String agreement, long sequence, LocalDate createdOn)
            throws IOException {
        this.out = out;
        this.layout = layout;
        var header = new HashMap<String, Object>();
        header.put("agreement", agreement == null ? "" : agreement);
        header.put("sequence", sequence);
        header.put("created-on", createdOn);
        write(Kind.HEADER, header);
        if (layout.record(Kind.BATCH_HEADER) != null) {
            write(Kind.BATCH_HEADER, Map.of("operation", "T"));
        }
    }

    /** @param paidCents charges included */
    public void movement(
            String code,
            String ourNumber,
            String document,
            long nominalCents,
            long paidCents,
            long chargesCents,
            LocalDate occurredOn,
            @Nullable String payerTaxId)
            throws IOException {
        var values = new HashMap<String, Object>();
        values.put("code", code);
        values.put("our-number", ourNumber);
        values.put("document", document);
        values.put("nominal", nominalCents);
        values.put("paid", layout.chargesApart() ? paidCents - chargesCents : paidCents);
        values.put("charges", chargesCents);
        values.put("occurred-on", occurredOn);
        values.put("credited-on", occurredOn.plusDays(1));
        values.put("payer-tax-id", payerTaxId == null ? "" : payerTaxId);
        details++;
        nominal += nominalCents;
        if (code.equals("06")) {
            liquidated++;
            liquidatedPaid += paidCents;
        }
        if (layout.record(Kind.DETAIL) != null) {
            write(Kind.DETAIL, values);
        } else {
            write(Kind.TITLE, values);
            write(Kind.VALUE, values);
        }
    }

    /** Writes the trailers. */
    @Override
    public void close() throws IOException {
        if (layout.record(Kind.BATCH_TRAILER) != null) {
            write(Kind.BATCH_TRAILER, Map.of("records", line)); // the file's header is not of the batch, its trailer is
        }
        write(
                Kind.TRAILER,
                Map.of(
                        "records", line + 1,
                        "batches", 1L,
                        "details", details,
                        "details-nominal", nominal,
                        "liquidated", liquidated,
                        "liquidated-paid", liquidatedPaid));
        out.flush();
    }

    private void write(Kind kind, Map<String, Object> values) throws IOException {
        var record = Objects.requireNonNull(layout.record(kind));
        line++;
        byte[] octets = new byte[layout.width()];
        Arrays.fill(octets, (byte) ' ');
        for (var mark : record.when()) {
            put(octets, mark.at(), mark.is());
        }
        for (var field : record.fields().values()) {
            Object value = field.name().equals("record") ? (Object) line : values.getOrDefault(field.name(), "");
            put(octets, field.from(), formatted(field, field.expected() == null ? value : field.expected()));
        }
        out.write(octets);
        out.write(END.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String formatted(Field field, Object value) {
        return switch (field.type()) {
            case TEXT -> value.toString();
            case DIGITS, NUMBER, CENTS -> "%s".formatted(zeros(value.toString(), field.length()));
            case DATE6 -> value instanceof LocalDate day ? day.format(DateTimeFormatter.ofPattern("ddMMyy")) : "000000";
            case DATE8 ->
                value instanceof LocalDate day ? day.format(DateTimeFormatter.ofPattern("ddMMyyyy")) : "00000000";
        };
    }

    private static String zeros(String digits, int length) {
        return "0".repeat(Math.max(0, length - digits.length())) + digits;
    }

    private static void put(byte[] octets, int from, String text) {
        byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(latin, 0, octets, from - 1, Math.min(latin.length, octets.length - from + 1));
    }
}
