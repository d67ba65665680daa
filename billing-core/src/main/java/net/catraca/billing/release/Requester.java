package net.catraca.billing.release;

/**
 * Who asks for a release, and with which powers.
 *
 * @param isSubscriber whether the wish comes from the subscriber, by whatever way; else from an operator
 * @param manualReleasesToday how many the operator has granted today
 * @param hasSecondPerson whether a second person has approved, which lifts the daily ceiling
 * @param liftsInterval whether a permitted operator lifts the interval between trust unlocks this once; the caller
 *     writes that to the audit log
 */
public record Requester(boolean isSubscriber, int manualReleasesToday, boolean hasSecondPerson, boolean liftsInterval) {

    public static final Requester SUBSCRIBER = new Requester(true, 0, false, false);

    public static Requester operator(int manualReleasesToday) {
        return new Requester(false, manualReleasesToday, false, false);
    }

    public Requester withSecondPerson() {
        return new Requester(isSubscriber, manualReleasesToday, true, liftsInterval);
    }

    public Requester liftingInterval() {
        return new Requester(isSubscriber, manualReleasesToday, hasSecondPerson, true);
    }

    /** The same person on another day. */
    Requester onAnotherDay() {
        return new Requester(isSubscriber, 0, hasSecondPerson, liftsInterval);
    }
}
