package net.catraca.radius.address;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.catraca.billing.office.FieldError;
import net.catraca.radius.address.AddressPool.WhenExhausted;
import org.jspecify.annotations.Nullable;

/**
 * Pools as lines of text: {@code pool,family,range}, and where wanted {@code unitLength,excluded,whenExhausted}; the
 * first line names the columns, those of a pool follow each other or not.
 *
 * <pre>
 * pool,family,range,unitLength,excluded,whenExhausted
 * cgnat,ipv4,100.64.0.0/20,,,reject
 * cgnat,ipv4,100.64.0.1,,yes,
 * homes,delegated-ipv6-prefix,2001:db8:100::/40,56,,
 * </pre>
 */
public final class PoolCsv {

    /** Lines of one import. */
    public static final int MOST_LINES = 10_000;

    private static final List<String> COLUMNS =
            List.of("pool", "family", "range", "unitLength", "excluded", "whenExhausted");

    private PoolCsv() {}

    public sealed interface Reading {}

    public record Lines(List<Line> lines) implements Reading {
        public Lines {
            lines = List.copyOf(lines);
        }
    }

    /** @param faults by line */
    public record Faulty(List<FieldError> faults) implements Reading {
        public Faulty {
            faults = List.copyOf(faults);
        }
    }

    /**
     * A range, and the pool it is for.
     *
     * @param number of the line, the first is 1
     */
    public record Line(
            int number,
            String pool,
            PoolFamily family,
            AddressRange range,
            int unitLength,
            @Nullable WhenExhausted whenExhausted) {

        /** A pool without ranges yet. */
        public PoolDraft newPool() {
            return new PoolDraft(pool, family, unitLength, WhenExhausted.NAS_ASSIGNS, List.of());
        }

        public PoolDraft addedTo(PoolDraft draft) {
            List<AddressRange> ranges = new ArrayList<>(draft.ranges());
            ranges.add(range);
            return new PoolDraft(
                    draft.name(),
                    draft.family(),
                    draft.unitLength(),
                    whenExhausted == null ? draft.whenExhausted() : whenExhausted,
                    ranges);
        }
    }

    public static PoolDraft draft(AddressPool pool) {
        return new PoolDraft(pool.name(), pool.family(), pool.unitLength(), pool.whenExhausted(), pool.ranges());
    }

    public static Reading read(String csv) {
        var rows = csv.lines().toList();
        List<FieldError> faults = new ArrayList<>();
        if (rows.isEmpty() || !COLUMNS.containsAll(cells(rows.getFirst())) || !named(rows.getFirst())) {
            return new Faulty(List.of(new FieldError(
                    "line 1", "the names of columns: pool, family, range, and of " + COLUMNS.subList(3, 6))));
        }
        if (rows.size() > MOST_LINES) {
            return new Faulty(List.of(new FieldError("csv", "at most " + MOST_LINES + " lines")));
        }
        var columns = cells(rows.getFirst());
        List<Line> lines = new ArrayList<>();
        for (int i = 1; i < rows.size(); i++) {
            if (!rows.get(i).isBlank()) {
                var line = line(i + 1, columns, cells(rows.get(i)), faults);
                if (line != null) {
                    lines.add(line);
                }
            }
        }
        return faults.isEmpty() ? new Lines(lines) : new Faulty(faults);
    }

    private static boolean named(String header) {
        var columns = cells(header);
        return columns.containsAll(COLUMNS.subList(0, 3))
                && columns.stream().distinct().count() == columns.size();
    }

    private static List<String> cells(String row) {
        return List.of(row.split(",", -1)).stream().map(String::strip).toList();
    }

    private static @Nullable Line line(int number, List<String> columns, List<String> cells, List<FieldError> faults) {
        if (cells.size() != columns.size()) {
            faults.add(new FieldError("line " + number, columns.size() + " cells"));
            return null;
        }
        var family = family(cell(columns, cells, "family"));
        var excluded = yes(cell(columns, cells, "excluded"));
        var unitLength = unitLength(family, cell(columns, cells, "unitLength"));
        var exhausted = cell(columns, cells, "whenExhausted");
        var whenExhausted = exhausted.isEmpty() ? null : whenExhausted(exhausted);
        var range = excluded == null ? null : AddressRange.parse(cell(columns, cells, "range"), excluded);
        var expected = family == null
                ? "family ipv4, ipv6-prefix or delegated-ipv6-prefix"
                : excluded == null
                        ? "excluded yes, no or nothing"
                        : range == null
                                ? "a range such as 100.64.0.0/20 or 100.64.0.10-100.64.0.99"
                                : unitLength == null
                                        ? "unitLength a number or nothing"
                                        : whenExhausted == null && !exhausted.isEmpty()
                                                ? "whenExhausted nas-assigns, reject or nothing"
                                                : null;
        if (family == null || range == null || unitLength == null || expected != null) {
            faults.add(new FieldError("line " + number, expected == null ? "a range of a pool" : expected));
            return null;
        }
        return new Line(number, cell(columns, cells, "pool"), family, range, unitLength, whenExhausted);
    }

    private static String cell(List<String> columns, List<String> cells, String column) {
        int at = columns.indexOf(column);
        return at < 0 ? "" : cells.get(at);
    }

    private static @Nullable PoolFamily family(String text) {
        for (var family : PoolFamily.values()) {
            if (family.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                return family;
            }
        }
        return null;
    }

    private static @Nullable WhenExhausted whenExhausted(String text) {
        for (var one : WhenExhausted.values()) {
            if (one.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                return one;
            }
        }
        return null;
    }

    private static @Nullable Boolean yes(String text) {
        return switch (text) {
            case "", "no" -> false;
            case "yes" -> true;
            default -> null;
        };
    }

    private static @Nullable Integer unitLength(@Nullable PoolFamily family, String text) {
        if (family == null) {
            return null;
        }
        return text.isEmpty()
                ? Integer.valueOf(family.usualUnitLength())
                : text.matches("[0-9]{1,3}") ? Integer.valueOf(text) : null;
    }
}
