package net.catraca.radius.session;

/** Asks a NAS to end a session: Disconnect-Request (RFC 5176 §2.1). Thread-safe; returns at once, and does not throw. */
@FunctionalInterface
public interface SessionEnder {

    /** Why. */
    enum Why {
        /** A later session took its place. */
        REPLACED,
        /** Of a login's sessions it is one too many. */
        EXCESS
    }

    void disconnect(Session session, Why why);
}
