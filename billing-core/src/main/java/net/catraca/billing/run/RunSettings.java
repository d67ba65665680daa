package net.catraca.billing.run;

import java.time.Duration;
import java.time.LocalTime;

/**
 * How far runs may go without a second person, and when they may run.
 *
 * @param times when runs may commit
 */
public record RunSettings(Blast blast, Money money, Times times) {

    /**
     * @param perCent of all active contracts, above which a second person approves; so is {@code placePerCent} of
     *     those of one NAS or region
     * @param cohortMultiple times the usual number of a billing-day cohort
     * @param floor so few contracts never need a second person; {@code placeFloor} the same for one NAS or region
     */
    public record Blast(int perCent, int placePerCent, int cohortMultiple, int floor, int placeFloor) {

        public static final Blast CAREFUL = new Blast(3, 10, 3, 50, 20);
    }

    /**
     * @param silence a feed that usually speaks and has not for so long is dead
     * @param plausiblePerCent what was received of the days just past must be so many per cent of what is usual
     * @param floorCents of less than this due nothing is concluded
     */
    public record Money(Duration silence, int plausiblePerCent, long floorCents) {

        public static final Money CAREFUL = new Money(Duration.ofHours(24), 50, 1_000_000);
    }

    /**
     * @param byCalendar whether the days of the run calendar bind
     * @param from first local time at which a run may commit
     * @param until first local time at which it may no longer
     */
    public record Times(boolean byCalendar, LocalTime from, LocalTime until) {

        /** People must be able to pay and to call on the same day. */
        public static final Times CAREFUL = new Times(true, LocalTime.of(6, 0), LocalTime.of(16, 0));

        public static final Times ANY = new Times(false, LocalTime.MIN, LocalTime.MAX);
    }

    /** For an ISP with real subscribers. */
    public static final RunSettings CAREFUL = new RunSettings(Blast.CAREFUL, Money.CAREFUL, Times.CAREFUL);
}
