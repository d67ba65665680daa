package net.catraca.admin.daemon;

/** Catraca does not start; the message tells the operator why, and what to do about it. */
public final class StartFailure extends Exception {

    private static final long serialVersionUID = 1;

    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
