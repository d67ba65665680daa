package net.catraca.radius.accounting;

import java.io.IOException;

/** The journal cannot be opened; the message tells an operator why, and what to do. */
public final class JournalException extends IOException {

    private static final long serialVersionUID = 1;

    JournalException(String message) {
        super(message);
    }

    JournalException(String message, IOException cause) {
        super(message, cause);
    }
}
