package net.catraca.admin.postgres;

/** The embedded PostgreSQL cannot run; the message tells the operator why and what to do. */
public final class PostgresFailure extends Exception {

    private static final long serialVersionUID = 1;

    PostgresFailure(String message) {
        super(message);
    }

    PostgresFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
