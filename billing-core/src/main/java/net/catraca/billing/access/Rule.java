package net.catraca.billing.access;

/**
 * The rules of an access decision in their order; the first with an opinion wins. A money rule restricts only through
 * a run (or by the clock, where the policy of a prepaid plan says on time); the others decide alone and at once.
 */
public enum Rule {
    CANCELLED(false),
    AWAITING_ACTIVATION(false),
    MANUAL_BLOCK(false),
    PAUSE(false),
    EXEMPT(false),
    RELEASE(false),
    /** Contract would be blocked or reduced for money, but a person has said not before a day, or not at all. */
    AUTOMATIC_RESTRICTION(true),
    DO_NOT_BLOCK_UNTIL(true),
    DO_NOT_REDUCE_UNTIL(true),
    BLOCK_THRESHOLD(true),
    REDUCE_THRESHOLD(true),
    WARN_THRESHOLD(true),
    IN_GOOD_STANDING(true);

    private final boolean money;

    Rule(boolean money) {
        this.money = money;
    }

    /** Whether the effective level under this rule is the laxer of computed and committed. */
    public boolean isMoney() {
        return money;
    }
}
