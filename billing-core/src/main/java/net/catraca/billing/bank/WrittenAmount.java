package net.catraca.billing.bank;

import org.jspecify.annotations.Nullable;

/** Amounts as people and programs write them into files: {@code 99,90}, {@code 1.234,56}, {@code R$ 99,90}, {@code 99.90}. */
public final class WrittenAmount {

    private WrittenAmount() {}

    /** Cents, or null when it is no amount of at most 11 digits with at most two of cents. */
    public static @Nullable Long cents(String text, boolean decimalComma) {
        String plain = text.replace("R$", "").replace("\u00a0", "").replace(" ", "");
        String point = decimalComma ? plain.replace(".", "").replace(',', '.') : plain.replace(",", "");
        if (!point.matches("[0-9]{1,11}(\\.[0-9]{1,2})?")) {
            return null;
        }
        int dot = point.indexOf('.');
        String whole = dot < 0 ? point : point.substring(0, dot);
        String rest = dot < 0 ? "" : point.substring(dot + 1);
        return Long.parseLong(whole) * 100 + Long.parseLong((rest + "00").substring(0, 2));
    }
}
