package net.catraca.billing.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The three levels of a contract at one instant.
 *
 * @param computed what policy says now
 * @param committed what a run has fixed and still stands; ACTIVE when nothing
 * @param effective what the contract gets
 * @param certainTightening the next instant at which the effective level becomes stricter by the clock alone (a
 *     release's end, on-time expiry, the first day of a pause), or null. The only ground for a Session-Timeout.
 * @param held whether the clock alone would have made it stricter, which waits because the directory is not known to
 *     be true up to now
 */
public record EffectiveAccess(
        AccessDecision computed,
        AccessLevel committed,
        AccessDecision effective,
        @Nullable Instant certainTightening,
        boolean held) {}
