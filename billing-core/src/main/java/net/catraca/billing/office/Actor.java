package net.catraca.billing.office;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who acts: a person or job by the name of its access token, or the daemon itself.
 *
 * @param name what the audit and the ledgers show, such as "maria" or "system:demo"
 * @param tokenId the access token that was shown, or null when none was
 * @param from the source address, or null when the act came from no network
 * @param isPerson whether a person holds the token, and not a job: where two persons are needed, only they count
 * @param since when the token was issued; null when none was shown
 */
public record Actor(
        String name,
        @Nullable Long tokenId,
        @Nullable String from,
        boolean isPerson,
        @Nullable Instant since) {

    public Actor {
        if (name.isBlank()) {
            throw new IllegalArgumentException("actor: expected a name, was blank");
        }
    }

    /** By no token that was issued lately. */
    public Actor(String name, @Nullable Long tokenId, @Nullable String from, boolean isPerson) {
        this(name, tokenId, from, isPerson, null);
    }

    /** Not known to be a person. */
    public Actor(String name, @Nullable Long tokenId, @Nullable String from) {
        this(name, tokenId, from, false);
    }

    /** Whether it is the daemon or its command line, for which whoever works on the host answers. */
    public boolean isOfTheHost() {
        return tokenId == null;
    }

    /** Whether that is the same person or job, by whichever of their tokens. */
    public boolean isNamed(String other) {
        return name.strip().equalsIgnoreCase(other.strip());
    }

    /** The daemon or its command line, for instance {@code system("demo")}. */
    public static Actor system(String what) {
        return new Actor("system:" + what, null, null);
    }
}
