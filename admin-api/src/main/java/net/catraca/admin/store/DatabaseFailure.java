package net.catraca.admin.store;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/** What an exception of the database means for the request that met it. */
public enum DatabaseFailure {
    /** No connection, or it broke: nothing is known to be written. */
    AWAY,
    /** A lock was not had in time, or two requests stood in each other's way. */
    BUSY,
    /** A unique value is taken. */
    TAKEN,
    /** A reference would hang in the air. */
    REFERENCED;

    /** What the pool says, without a state, of a connection that broke under a transaction. */
    private static final String CLOSED_BY_POOL = "Connection is closed";

    /** Causes looked through; wrappers are few, and a chain may be a circle. */
    private static final int DEPTH = 10;

    /** The meaning of this exception or of what it wraps; nothing when no database is at fault. */
    public static Optional<DatabaseFailure> of(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < DEPTH && cause != null; i++) {
            if (cause instanceof SQLException sql) {
                var meaning = ofState(sql);
                if (meaning.isPresent()) {
                    return meaning;
                }
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    // PostgreSQL, appendix A: error codes.
    private static Optional<DatabaseFailure> ofState(SQLException failure) {
        String state = failure.getSQLState();
        if (failure instanceof SQLTransientConnectionException
                || failure instanceof SQLRecoverableException
                || CLOSED_BY_POOL.equals(failure.getMessage())
                || (state != null && (state.startsWith("08") || state.startsWith("57P") || state.startsWith("53")))) {
            return Optional.of(AWAY);
        } else if (state == null) {
            return Optional.empty();
        }
        return switch (state) {
            case "40001", "40P01", "55P03" -> Optional.of(BUSY);
            case "23505" -> Optional.of(TAKEN);
            case "23503" -> Optional.of(REFERENCED);
            default -> Optional.empty();
        };
    }
}
