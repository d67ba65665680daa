package net.catraca.billing.release;

import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.access.AccessLevel;
import org.jspecify.annotations.Nullable;

/** What became of a wish to let a contract through. */
public sealed interface ReleaseDecision {

    /**
     * @param until when it ends, excluded; null for a manual release
     * @param level ACTIVE or REDUCED, by policy
     * @param debtSince since when the oldest debt that it lets through was owed, before any postponing; null when nothing
     *     is late
     * @param fromLevel what the contract gets without it
     * @param liftsInterval whether only lifting the interval made it possible: that uses up this debt's one lift
     */
    record Granted(
            @Nullable Instant until,
            AccessLevel level,
            @Nullable LocalDate debtSince,
            AccessLevel fromLevel,
            boolean liftsInterval)
            implements ReleaseDecision {}

    /**
     * @param limit the first one in the way now
     * @param allowed the limit's number; 0 for limits that have none
     * @param found what it would have come to
     * @param possibleFrom when the same wish would be granted if nothing else happens; null when not by waiting
     * @param later what waiting meets last after that limit: its date is {@code possibleFrom}, or it is what makes
     *     waiting useless. Null when no other limit is met
     */
    record Refused(
            ReleaseLimit limit,
            int allowed,
            int found,
            @Nullable Instant possibleFrom,
            @Nullable Later later) implements ReleaseDecision {

        public Refused(ReleaseLimit limit, int allowed, int found, @Nullable Instant possibleFrom) {
            this(limit, allowed, found, possibleFrom, null);
        }
    }

    /**
     * A limit that the same wish would meet at a later instant.
     *
     * @param at when the limits before it no longer stand in the way
     */
    record Later(ReleaseLimit limit, int allowed, int found, Instant at) {}
}
