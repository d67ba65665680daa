package net.catraca.radius.session;

/** Takes note of ends that no record told. Thread-safe. */
public interface SessionEnds {

    /**
     * The session has ended, as somebody infers: in memory from now on, in PostgreSQL a moment later. Nothing happens when
     * it has ended already or is not known. A later record of that session brings it back.
     *
     * @param how of a cause that no record told: neither a Stop nor a restart of the NAS
     */
    void end(long sessionId, SessionEnd how);
}
