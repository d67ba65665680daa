package net.catraca.radius.session;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A login was used from where its locks do not let it.
 *
 * @param expected what the lock lets in, in words
 * @param found what the NAS told instead; null when it told nothing of the kind
 */
public record LockViolation(
        Lock lock, String expected, @Nullable String found) {

    public enum Lock {
        MAC,
        NAS,
        PORT,
        CIRCUIT;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** In metrics and logs. */
        public String label() {
            return label;
        }
    }

    /** One that happened. */
    public record Seen(Instant at, LockViolation violation, String nasName, String place, boolean garden) {}

    /** For the log. */
    public String words() {
        return lock.label() + " lock: expected " + expected + ", came from "
                + (found == null ? "one that the NAS does not tell" : found);
    }
}
