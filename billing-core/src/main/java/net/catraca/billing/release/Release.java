package net.catraca.billing.release;

import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.access.AccessLevel;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the release ledger; entries are ended, never taken out.
 *
 * @param level what it lets through: ACTIVE or REDUCED
 * @param until its end as granted, excluded; null for a manual release, which a later run ends
 * @param debtDueOn day 0 of the oldest debt it let through: limits are per debt. Null when nothing was owed
 * @param fromLevel what the contract got before; null in entries that did not note it
 * @param liftedInterval whether a permitted user lifted the interval between trust unlocks for it
 * @param secondedBy the second person, who approved it above the first one's daily ceiling; else null
 * @param end null unless it was ended before {@code until}
 */
public record Release(
        long id,
        long version,
        long contractId,
        ReleaseKind kind,
        AccessLevel level,
        String reason,
        String grantedBy,
        Instant grantedAt,
        Instant startsAt,
        @Nullable Instant until,
        @Nullable LocalDate debtDueOn,
        @Nullable AccessLevel fromLevel,
        boolean liftedInterval,
        @Nullable String secondedBy,
        @Nullable End end) {

    /** Ended by a person, or a manual release by a run. */
    public record End(Instant at, String by, String reason) {}

    /** Whether it lets the contract through at an instant. */
    public boolean runsAt(Instant at) {
        return !at.isBefore(startsAt)
                && (until == null || at.isBefore(until))
                && (end == null || at.isBefore(end.at()));
    }
}
