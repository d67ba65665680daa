package net.catraca.billing.run;

import java.time.Duration;
import java.time.Instant;
import net.catraca.billing.release.Spread;
import org.jspecify.annotations.Nullable;

/**
 * A time in which nothing tightens: no run commits, and what the clock alone would tighten waits.
 *
 * @param endsAt as declared
 * @param liftedAt when a person ended it before, else null
 * @param spread over which what waited tightens afterwards, contract by contract
 */
public record Freeze(
        long id,
        long version,
        String reason,
        String declaredBy,
        Instant declaredAt,
        Instant endsAt,
        @Nullable Instant liftedAt,
        @Nullable String liftedBy,
        Duration spread) {

    /** The first instant at which it no longer holds. */
    public Instant end() {
        return liftedAt != null && liftedAt.isBefore(endsAt) ? liftedAt : endsAt;
    }

    public boolean holdsAt(Instant now) {
        return !now.isBefore(declaredAt) && now.isBefore(end());
    }

    /** When it ends for a contract: a little later for each, so that not all are cut off at once. */
    public Instant endFor(long contractId) {
        return Spread.of(end(), spread, contractId);
    }

    /** Up to when the clock may tighten, seen from an instant up to which all is known: no later than the freeze. */
    public Instant capped(Instant knownUntil) {
        return capped(knownUntil, end());
    }

    /** The same for one contract. */
    public Instant cappedFor(long contractId, Instant knownUntil) {
        return capped(knownUntil, endFor(contractId));
    }

    private Instant capped(Instant knownUntil, Instant end) {
        return knownUntil.isBefore(declaredAt) || !knownUntil.isBefore(end) ? knownUntil : declaredAt;
    }
}
