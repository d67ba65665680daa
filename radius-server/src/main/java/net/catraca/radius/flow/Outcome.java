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
    /** As many sessions as it may have are in use elsewhere. */
    IN_USE,
    /** Proven, but from where its locks do not let it, and refused. */
    LOCKED,
    /** The same, let into the walled garden. */
    LOCK_GARDEN,
    /** No address is left in the pool of the plan, and the pool says to refuse then. */
    NO_ADDRESS,
    /** Too many wrong passwords from this line; the password was not looked at. */
    SLOWED;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    public String label() {
        return label;
    }
}
