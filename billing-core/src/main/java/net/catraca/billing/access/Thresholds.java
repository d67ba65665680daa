package net.catraca.billing.access;

/** Days late from which (≥) a contract is warned, reduced, blocked or suggested for cancellation. */
public record Thresholds(int warnDays, int reduceDays, int blockDays, int cancelDays) {

    /** A threshold that is never reached. */
    public static final int NEVER = Integer.MAX_VALUE;

    public Thresholds {
        requirePositive("warnDays", warnDays);
        requirePositive("reduceDays", reduceDays);
        requirePositive("blockDays", blockDays);
        requirePositive("cancelDays", cancelDays);
    }

    /** The threshold that so many days late have reached, or IN_GOOD_STANDING. */
    public Rule reachedBy(int daysLate) {
        return reachedBy(daysLate, true, true);
    }

    /** The same where a person may have forbidden to block, or to reduce. */
    Rule reachedBy(int daysLate, boolean mayBlock, boolean mayReduce) {
        if (mayBlock && daysLate >= blockDays) {
            return Rule.BLOCK_THRESHOLD;
        }
        if (mayReduce && daysLate >= reduceDays) {
            return Rule.REDUCE_THRESHOLD;
        }
        return daysLate >= warnDays ? Rule.WARN_THRESHOLD : Rule.IN_GOOD_STANDING;
    }

    /** Days of the threshold of that name; 0 for IN_GOOD_STANDING and rules that are no thresholds. */
    int days(Rule threshold) {
        return switch (threshold) {
            case BLOCK_THRESHOLD -> blockDays;
            case REDUCE_THRESHOLD -> reduceDays;
            case WARN_THRESHOLD -> warnDays;
            default -> 0;
        };
    }

    private static void requirePositive(String field, int days) {
        if (days < 1) {
            throw new IllegalArgumentException(field + ": expected 1 day or more, was " + days);
        }
    }
}
