package net.catraca.billing.webhook;

import java.net.URI;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is told. Its secret is kept sealed beside it.
 *
 * @param topics what it wants to hear of
 * @param failures attempts in a row that failed; from some on it is given rest
 * @param pausedUntil when it is tried again, while it does not answer; else null
 */
public record WebhookEndpoint(
        long id,
        long version,
        String name,
        URI url,
        Set<Topic> topics,
        boolean active,
        Instant createdAt,
        String createdBy,
        int failures,
        @Nullable Instant pausedUntil) {

    /** What events are of. */
    public enum Topic {
        /** The effective level of a contract. */
        ACCESS,
        PAYMENT,
        /** Access runs. */
        RUN,
        NOTICE,
        RELEASE
    }

    public WebhookEndpoint {
        topics = Set.copyOf(topics);
    }
}
