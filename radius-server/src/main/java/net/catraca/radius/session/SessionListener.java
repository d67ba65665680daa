package net.catraca.radius.session;

import org.jspecify.annotations.Nullable;

/**
 * Hears what becomes of live sessions in memory. Called on the thread that folds the record, often an event loop: must
 * not wait, nor throw.
 */
public interface SessionListener {

    /**
     * A session is new, was heard of again, or has ended.
     *
     * @param before null when it was not known before
     */
    void changed(@Nullable Session before, Session now);
}
