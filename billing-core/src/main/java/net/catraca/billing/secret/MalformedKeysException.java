package net.catraca.billing.secret;

/** The secret keys cannot be used; the message names where they are from and what was expected, never a key. */
public final class MalformedKeysException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedKeysException(String source, String problem) {
        super(source + ": " + problem);
    }
}
