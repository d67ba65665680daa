package net.catraca.admin.postgres;

/** The embedded PostgreSQL cannot run; the message tells the operator why and what to do. */
public final class PostgresFailure extends Exception {

    private static final long serialVersionUID = 1;

    public PostgresFailure(String message) {
        super(message);
    }

    public PostgresFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
