package net.catraca.billing.cnab;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The nosso número in one spelling: banks pad it with zeros and blanks, and people write it with dots and dashes. */
public final class OurNumber {

    private OurNumber() {}

    /** Capital letters and digits without leading zeros; null when nothing is left. */
    public static @Nullable String normal(@Nullable String written) {
        if (written == null) {
            return null;
        }
        String plain =
                written.toUpperCase(Locale.ROOT).replaceAll("[^0-9A-Z]", "").replaceFirst("^0+", "");
        return plain.isEmpty() ? null : plain;
    }
}
