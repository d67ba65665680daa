package net.catraca.billing.office;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The append-only record of who did what, to what, and what it looked like before and after.
 *
 * <p>An entry is appended inside the caller's transaction: it is there when the write is, and gone when the write is
 * rolled back.
 */
public interface AuditLog {

    /**
     * @param action noun and verb, such as "contract.activate" or "nas.update"
     * @param subject kind and id of what was written, such as "contract/42"
     * @param before the record as it was, or null when there was none. Its components are written as JSON; arrays of
     *     bytes and components of types that hide themselves (credentials, shared secrets) are written as "[hidden]"
     * @param after the record as it is now, or null when it is gone
     * @param at when, by the application's clock
     */
    void append(
            Actor actor, String action, String subject, @Nullable Record before, @Nullable Record after, Instant at);

    /** What one entry of many is about, as {@link #append} takes it. */
    record Entry(
            String subject,
            @Nullable Record before,
            @Nullable Record after) {}

    /** Appends many entries of one action, in their order. */
    default void appendAll(Actor actor, String action, List<Entry> entries, Instant at) {
        entries.forEach(entry -> append(actor, action, entry.subject(), entry.before(), entry.after(), at));
    }
}
