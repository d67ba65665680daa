package net.catraca.billing.cnab;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How one bank writes its return files in one format. */
public final class Layout {

    private final String name;
    private final String bank;
    private final String bankName;
    private final int width;
    private final boolean chargesApart;
    private final Map<RecordLayout.Kind, RecordLayout> records;
    private final Map<String, Code> codes;

    /**
     * A bank's word for what happened to a bill.
     *
     * @param pays whether it is money: a "baixa" is not
     */
    public record Code(String code, String meaning, boolean pays) {}

    /** @param chargesApart whether what was paid does not hold interest and fine yet */
    Layout(
            String name,
            String bank,
            String bankName,
            int width,
            boolean chargesApart,
            List<RecordLayout> records,
            Map<String, Code> codes) {
        this.name = name;
        this.bank = bank;
        this.bankName = bankName;
        this.width = width;
        this.chargesApart = chargesApart;
        this.records = new EnumMap<>(RecordLayout.Kind.class);
        records.forEach(record -> this.records.put(record.kind(), record));
        this.codes = Map.copyOf(codes);
    }

    /** Such as {@code 237-cnab400}. */
    public String name() {
        return name;
    }

    /** Compensation number of the bank, three digits. */
    public String bank() {
        return bank;
    }

    public String bankName() {
        return bankName;
    }

    /** Octets of a record: 240 or 400. */
    public int width() {
        return width;
    }

    boolean chargesApart() {
        return chargesApart;
    }

    public List<Code> codes() {
        return codes.values().stream()
                .sorted(java.util.Comparator.comparing(Code::code))
                .toList();
    }

    /** Unknown codes are no money. */
    public Code code(String code) {
        return codes.getOrDefault(code, new Code(code, "not in the layout", false));
    }

    @Nullable
    RecordLayout record(RecordLayout.Kind kind) {
        return records.get(kind);
    }

    /** Null for a record that this layout does not read. */
    @Nullable
    RecordLayout recordOf(byte[] record) {
        for (var layout : records.values()) {
            if (layout.matches(record)) {
                return layout;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return name;
    }
}
