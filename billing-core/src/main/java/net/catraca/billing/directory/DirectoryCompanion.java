package net.catraca.billing.directory;

import java.util.List;

/**
 * Something beside the logins that an answer needs, such as the routers that may ask. It goes into the same sealed copy
 * on the disk, and serves from it together with them.
 */
public interface DirectoryCompanion {

    /** Of its rows: a public record of the types that a directory is made of. */
    Class<? extends Record> type();

    /** What it holds at this moment. Secrets may be in clear: the copy is sealed as a whole. */
    List<? extends Record> rows();

    /**
     * Serves these rows of a copy. Does nothing once the database was read.
     *
     * @param rows of {@link #type}
     */
    void serveStale(List<? extends Record> rows);
}
