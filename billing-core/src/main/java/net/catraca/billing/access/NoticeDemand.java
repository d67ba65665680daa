package net.catraca.billing.access;

/**
 * How long before a run may tighten a notice must have been sent: days from the day of sending, in the contract's zone.
 *
 * @param daysBeforeReduce 0 or more, or {@link #NONE}
 * @param daysBeforeBlock 0 or more, or {@link #NONE}
 * @param remindersCount whether one that was sent before day 0 of the debt is a notice of it, too
 */
public record NoticeDemand(int daysBeforeReduce, int daysBeforeBlock, boolean remindersCount) {

    /** No notice is demanded. */
    public static final int NONE = -1;

    public static final NoticeDemand NOTHING = new NoticeDemand(NONE, NONE, false);

    /** For a level that a run would commit. */
    public int daysBefore(AccessLevel level) {
        return switch (level) {
            case REDUCED -> daysBeforeReduce;
            case BLOCKED -> daysBeforeBlock;
            case ACTIVE, REFUSED -> NONE;
        };
    }
}
