package net.catraca.radius.flow;

import java.util.Locale;

/** What an Access-Request came to, for metrics and log; on the wire there are only Accept and Reject. */
public enum Outcome {
    ACTIVE,
    REDUCED,
    /** Accepted into the walled garden. */
    GARDEN,
    /** Blocked, where policy, NAS or vendor profile answers that with a reject. */
    BLOCKED,
    /** Cancelled. */
    REFUSED,
    UNKNOWN_USER,
    WRONG_PASSWORD,
    WRONG_LINE,
    /** Nothing that could be judged: no credential, two at once, EAP, a method the password cannot serve. */
    UNUSABLE,
    /** Too many wrong passwords from this line; the password was not looked at. */
    SLOWED;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String label() {
        return label;
    }
}
