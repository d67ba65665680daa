package net.catraca.billing.release;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/**
 * Something beside a release that let a debt through; its days count to the sum of released days per debt.
 *
 * @param first the first day on which it did
 * @param until the day on which it did no longer, after {@code first}
 */
public record DebtRelief(Kind kind, LocalDate first, LocalDate until) {

    public enum Kind {
        /** A due date was moved to a later day. */
        POSTPONED,
        /** A payment that a person had entered was reversed. */
        PAID_BY_HAND,
        /** A pause was entered for days past. */
        PAUSED
    }

    public DebtRelief {
        if (!until.isAfter(first)) {
            throw new IllegalArgumentException("until: expected a day after " + first + ", was " + until);
        }
    }

    public int days() {
        return (int) ChronoUnit.DAYS.between(first, until);
    }
}
