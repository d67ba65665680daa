package net.catraca.billing.access;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.contract.ContractStatus;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what a write would make lapse on time: a receivable issued late, a payment reversed, another plan. On time
 * the clock tightens, and no write does; so the lapse waits for a midnight, at which it is counted with all that lapses
 * then, and waits if those are too many or money is not up to date.
 *
 * @param untilDay first day, since 1970-01-01 in the contract's zone, on which the lapse restricts as policy says
 * @param level before that day it restricts no more than this: what it did before the write
 */
public record HeldLapse(int untilDay, AccessLevel level) {

    /** Who watches over what the clock tightens looks so far ahead, and so sees each of these before it comes. */
    public static final Duration SEEN_AHEAD = Duration.ofHours(1);

    /**
     * What is to be held after a write; null when the contract has not lapsed. What was held stays: in a freeze the clock
     * stands where it was declared, maybe before that midnight.
     *
     * @param before null for a new contract
     * @param after with nothing held yet
     */
    static @Nullable HeldLapse after(@Nullable ContractSnapshot before, ContractSnapshot after, Instant now) {
        if (after.lapsedSinceDay() == NO_DAY) {
            return null;
        }
        var kept = before == null ? null : before.heldLapse();
        var asKept = after.with(kept);
        int lastDay = after.dayAt(now.plus(SEEN_AHEAD));
        var had = kept == null ? AccessLevel.BLOCKED : kept.level();
        boolean tightened = false;
        for (int day = after.dayAt(now); day <= lastDay; day++) {
            var hadThen = before == null ? AccessLevel.ACTIVE : lapseOn(day, before);
            tightened |= lapseOn(day, asKept).stricterThan(hadThen);
            had = AccessLevel.laxer(had, hadThen);
        }
        return tightened ? new HeldLapse(lastDay + 1, had) : kept;
    }

    private static AccessLevel lapseOn(int day, ContractSnapshot contract) {
        if (contract.status() != ContractStatus.ACTIVE) {
            return AccessLevel.ACTIVE;
        }
        var midnight = LocalDate.ofEpochDay(day).atStartOfDay(contract.zone()).toInstant();
        return new Moment(contract, midnight).lapsedOnTime();
    }
}
