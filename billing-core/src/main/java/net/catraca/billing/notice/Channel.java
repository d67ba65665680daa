package net.catraca.billing.notice;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The ways in which a notice reaches a customer. */
public enum Channel {
    EMAIL,
    SMS,
    WHATSAPP;

    /** What reaches the same telephone instead; null for e-mail. */
    public @Nullable Channel otherToThePhone() {
        return switch (this) {
            case EMAIL -> null;
            case SMS -> WHATSAPP;
            case WHATSAPP -> SMS;
        };
    }

    /** As the records of sent notices name it: {@code email}. */
    public String kind() {
        return name().toLowerCase(Locale.ROOT);
    }
}
