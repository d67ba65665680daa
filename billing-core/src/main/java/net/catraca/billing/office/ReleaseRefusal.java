package net.catraca.billing.office;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import net.catraca.billing.office.Problem.LimitReached;
import net.catraca.billing.release.ReleaseDecision.Later;
import net.catraca.billing.release.ReleaseDecision.Refused;
import net.catraca.billing.release.ReleaseLimit;
import org.jspecify.annotations.Nullable;

/**
 * A refused release in words for the person who asked for it: which limit, by which numbers, and from when on or why
 * never.
 *
 * @param zone the contract's: a person reads local time
 */
record ReleaseRefusal(Refused refused, ZoneId zone) {

    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    LimitReached problem() {
        var later = refused.later();
        return new LimitReached(
                refused.limit().code(),
                detail(),
                refused.possibleFrom(),
                later == null ? null : later.limit().code());
    }

    private String detail() {
        var later = refused.later();
        var first = sentence(refused.limit(), refused.allowed(), refused.found());
        var then = later == null ? "" : " From " + local(later.at()) + " on" + sentence(later);
        return first + then + waiting(later == null ? refused.limit() : later.limit(), refused.possibleFrom());
    }

    private static String sentence(Later later) {
        var sentence = sentence(later.limit(), later.allowed(), later.found());
        return (waitingIsBesideThePoint(later.limit()) ? ": " : ", still in the way: ") + sentence;
    }

    private String waiting(ReleaseLimit deciding, @Nullable Instant possibleFrom) {
        if (possibleFrom != null) {
            return " Possible again from " + local(possibleFrom) + ".";
        }
        return waitingIsBesideThePoint(deciding) ? "" : " Waiting does not help.";
    }

    /** Where the contract gets through anyway, nobody waits. */
    private static boolean waitingIsBesideThePoint(ReleaseLimit limit) {
        return limit == ReleaseLimit.NOTHING_TO_RELEASE
                || limit == ReleaseLimit.TRUST_UNLOCK_NOT_NEEDED
                || limit == ReleaseLimit.RELEASED_ALREADY;
    }

    private String local(Instant instant) {
        return LOCAL.format(instant.atZone(zone)) + " (" + zone + ")";
    }

    private static String sentence(ReleaseLimit limit, int allowed, int found) {
        return switch (limit) {
            case NOT_FOR_SUBSCRIBERS -> "Subscribers may ask for a trust unlock only.";
            case REASON_MISSING -> "A manual or temporary release needs a reason.";
            case CONTRACT_CANCELLED -> "The contract is cancelled.";
            case CONTRACT_AWAITING_ACTIVATION -> "The contract awaits activation: activate it.";
            case CONTRACT_BLOCKED_MANUALLY -> "The contract is blocked by an operator, who must lift that block first.";
            case CONTRACT_PAUSED -> "The contract is paused.";
            case NOTHING_TO_RELEASE -> "The contract gets as much already, without a release.";
            case RELEASED_ALREADY -> "A release that runs gives as much already.";
            case UNTIL_HAS_PASSED -> "The end that is wanted has passed.";
            case MANUAL_RELEASE_UNTIL -> "A manual release has no end of its own: it holds until a later run.";
            case MANUAL_RELEASES_PER_DAY ->
                "An operator may grant %s a day, and this would be number %d; above it a second person approves."
                        .formatted(counted(allowed, "manual release"), found);
            case TEMPORARY_RELEASE_NOT_OFFERED -> "The policy offers no temporary releases.";
            case TEMPORARY_RELEASE_DAYS ->
                "A temporary release may last %s, and %s are wanted."
                        .formatted(counted(allowed, "day"), counted(found, "day"));
            case TEMPORARY_RELEASE_INTERVAL -> interval("temporary release", allowed, found);
            case TRUST_UNLOCK_NOT_OFFERED -> "The policy offers no trust unlocks.";
            case TRUST_UNLOCK_DENIED -> "Trust unlocks are denied for this contract.";
            case TRUST_UNLOCK_NOT_NEEDED -> "The contract is not restricted: a trust unlock is not needed.";
            case TRUST_UNLOCK_WHEN_REDUCED ->
                "The contract is only reduced, and the policy keeps trust unlocks for blocked ones.";
            case TRUST_UNLOCK_DAYS ->
                "A trust unlock may last %s, and %s are wanted."
                        .formatted(counted(allowed, "day"), counted(found, "day"));
            case TRUST_UNLOCK_DEBT_AGE ->
                "Trust unlocks are granted up to %s late, and the contract is %s late."
                        .formatted(counted(allowed, "day"), counted(found, "day"));
            case TRUST_UNLOCK_INTERVAL -> interval("trust unlock", allowed, found);
            case TRUST_UNLOCK_INTERVAL_LIFTED ->
                "The interval between trust unlocks may be lifted once a debt, and was lifted for this one.";
            case TRUST_UNLOCK_INTERVAL_LIFT_NOT_OFFERED ->
                "The policy lets nobody lift the interval between trust unlocks.";
            case NO_INTERVAL_TO_LIFT -> "Only a trust unlock has an interval that can be lifted.";
            case RELEASED_DAYS_PER_DEBT ->
                "One debt may be let through for %s, and with this it would come to %d."
                        .formatted(counted(allowed, "day"), found);
            case INCIDENT_RELEASE -> "Incident releases are granted for a NAS, a region or a circuit prefix.";
        };
    }

    private static String interval(String kind, int allowed, int found) {
        var last = found == 0 ? "the same day" : counted(found, "day") + " before";
        return "One %s every %s; the last one began %s.".formatted(kind, counted(allowed, "day"), last);
    }

    private static String counted(int number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
