package net.catraca.radius.session;

import org.jspecify.annotations.Nullable;

/**
 * Hears what becomes of live sessions in memory, in the order in which it happens. Called on the thread that folds the
 * record (the journal's, or that of what puts rows over memory) while no other change can be made: must not wait, nor
 * take a lock that somebody holds while changing sessions.
 */
public interface SessionListener {

    /**
     * A session is new, was heard of again, or has ended.
     *
     * @param before null when it was not known before
     */
    void changed(@Nullable Session before, Session now);
}
