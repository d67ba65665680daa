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

    private static void requirePositive(String field, int days) {
        if (days < 1) {
            throw new IllegalArgumentException(field + ": expected 1 day or more, was " + days);
        }
    }
}
