package net.catraca.billing.contract;

/**
 * What becomes of a login that comes from elsewhere while all its sessions are in use. A ghost, a session whose Stop was
 * lost, is replaced under each of them.
 */
public enum SimultaneousPolicy {
    /** The new one is refused. */
    REFUSE,
    /** The oldest session makes room, wherever it is. */
    REPLACE_OLDEST,
    /** A session of the same line makes room, even if another device there holds it; from another line: refused. */
    REPLACE_SAME_LINE
}
