package net.catraca.billing.notice;

import java.util.Locale;

/** The ways in which a notice reaches a customer. */
public enum Channel {
    EMAIL,
    SMS,
    WHATSAPP;

    /** As the records of sent notices name it: {@code email}. */
    public String kind() {
        return name().toLowerCase(Locale.ROOT);
    }
}
