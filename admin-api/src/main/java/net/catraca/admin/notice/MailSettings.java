package net.catraca.admin.notice;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How e-mail leaves the house.
 *
 * @param host of the SMTP server; null: there is none, and no notice goes by e-mail
 * @param user null: nobody logs in
 * @param from the sender's address; null with no host
 * @param patience for each step of a conversation
 */
public record MailSettings(
        @Nullable String host,
        int port,
        Security security,
        @Nullable String user,
        @Nullable String password,
        @Nullable String from,
        String sender,
        Duration patience) {

    public static final MailSettings NONE =
            new MailSettings(null, 587, Security.STARTTLS, null, null, null, "Catraca", Duration.ofSeconds(20));

    /** How a conversation is kept from others. */
    public enum Security {
        /** Not at all: for a relay on this machine. */
        NONE,
        /** It begins in the clear and goes no further if the server cannot encrypt. */
        STARTTLS,
        TLS
    }

    @Override
    public String toString() {
        return "MailSettings[" + host + ":" + port + ", " + security + "]";
    }
}
