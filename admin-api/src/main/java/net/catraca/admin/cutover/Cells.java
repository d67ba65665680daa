package net.catraca.admin.cutover;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.catraca.billing.bank.WrittenAmount;
import net.catraca.billing.contract.Contract;
import org.jspecify.annotations.Nullable;

/** Reads the cells of a line, and collects what is wrong with them. */
final class Cells {

    private static final DateTimeFormatter BRAZILIAN =
            DateTimeFormatter.ofPattern("d/M/uuuu").withResolverStyle(ResolverStyle.STRICT);

    private final Tables.Line line;
    private final List<String> faults = new ArrayList<>();

    Cells(Tables.Line line) {
        this.line = line;
    }

    @Nullable
    String text(String column) {
        return line.cell(column);
    }

    String needed(String column) {
        var text = line.cell(column);
        if (text == null) {
            faults.add(column + ": expected a value");
        }
        return text == null ? "" : text;
    }

    @Nullable
    LocalDate day(String column) {
        var text = line.cell(column);
        if (text == null || text.startsWith("0000-00-00")) {
            return null;
        }
        try {
            return text.indexOf('/') > 0
                    ? LocalDate.parse(text, BRAZILIAN)
                    : LocalDate.parse(text.length() > 10 ? text.substring(0, 10) : text);
        } catch (DateTimeException e) {
            faults.add(column + ": expected a day as 2026-11-30 or 30/11/2026");
            return null;
        }
    }

    LocalDate neededDay(String column) {
        needed(column);
        var day = day(column);
        return day == null ? LocalDate.EPOCH : day;
    }

    /** With an offset, or local in São Paulo. */
    Instant instant(String column) {
        String text = needed(column).replace(' ', 'T');
        if (text.isEmpty()) {
            return Instant.EPOCH;
        }
        try {
            if (text.length() == 10) {
                return LocalDate.parse(text)
                        .atTime(12, 0)
                        .atZone(Contract.DEFAULT_ZONE)
                        .toInstant();
            }
            String offset = text.matches(".*[+-][0-9]{2}") ? text + ":00" : text;
            return offset.matches(".*([+-][0-9]{2}:[0-9]{2}|Z)")
                    ? OffsetDateTime.parse(offset).toInstant()
                    : LocalDateTime.parse(text).atZone(Contract.DEFAULT_ZONE).toInstant();
        } catch (DateTimeException e) {
            faults.add(column + ": expected an instant as 2026-11-30T12:00:00Z, or local as 2026-11-30 09:00:00");
            return Instant.EPOCH;
        }
    }

    long whole(String column, long otherwise) {
        var text = line.cell(column);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,18}")) {
            faults.add(column + ": expected a whole number");
            return otherwise;
        }
        return Long.parseLong(text);
    }

    /** 99,90 or 99.90 or 1.234,56. */
    long cents(String column) {
        String text = needed(column);
        var cents = WrittenAmount.cents(text, text.indexOf(',') >= 0);
        if (cents == null) {
            faults.add(column + ": expected an amount such as 99,90");
            return 0;
        }
        return cents;
    }

    @Nullable
    Boolean truth(String column) {
        var text = line.cell(column);
        if (text == null) {
            return null;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "true", "t", "yes", "sim", "s" -> Boolean.TRUE;
            case "0", "false", "f", "no", "nao", "não", "n" -> Boolean.FALSE;
            default -> {
                faults.add(column + ": expected yes or no");
                yield null;
            }
        };
    }

    <E extends Enum<E>> E oneOf(Class<E> type, String column, E otherwise) {
        var text = line.cell(column);
        if (text == null) {
            return otherwise;
        }
        String name = text.toUpperCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        var choices = new ArrayList<String>();
        for (E constant : type.getEnumConstants()) {
            choices.add(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        faults.add(column + ": expected one of " + String.join(", ", choices));
        return otherwise;
    }

    void fault(String what) {
        faults.add(what);
    }

    /** What is wrong, or null. */
    @Nullable
    String faults() {
        return faults.isEmpty() ? null : String.join("; ", faults);
    }
}
