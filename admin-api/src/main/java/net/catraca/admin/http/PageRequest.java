package net.catraca.admin.http;

import org.jspecify.annotations.Nullable;

/** Which part of a list a client asks for, by the query's {@code limit} and {@code cursor}. */
public record PageRequest(int limit, @Nullable String cursor) {

    /** Fills a screen. */
    public static final int USUAL = 50;

    /** Bounds the work and the memory of one request. */
    public static final int MOST = 200;

    /** @throws ProblemException naming limit or cursor */
    public static PageRequest of(@Nullable Integer limit, @Nullable String cursor) {
        if (limit != null && (limit < 1 || limit > MOST)) {
            throw ProblemException.invalid(InvalidField.query("limit", "a whole number from 1 to " + MOST));
        }
        return new PageRequest(limit == null ? USUAL : limit, cursor);
    }

    /** How many rows to read: one more tells whether there is a next page. */
    public int limitAndOne() {
        return limit + 1;
    }

    /** The id after which the page starts, {@code first} without a cursor. */
    public long after(long first) {
        return cursor == null ? first : Cursor.readLong(cursor);
    }
}
