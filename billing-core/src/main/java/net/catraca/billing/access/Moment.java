package net.catraca.billing.access;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;
import static net.catraca.billing.access.ContractSnapshot.NO_INSTANT;

import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import org.jspecify.annotations.Nullable;

/** A contract at one instant, asked rule by rule. Decisions from here carry no next change. */
final class Moment {

    private final ContractSnapshot contract;
    private final long second;
    private final int today;
    private final AccessPolicyVersion version;

    Moment(ContractSnapshot contract, Instant now) {
        this.contract = contract;
        this.second = now.getEpochSecond();
        this.today = contract.dayAt(now);
        this.version = contract.policy().versionOn(today);
    }

    AccessDecision computed() {
        return computed(NO_INSTANT);
    }

    /**
     * The rules in their order; the first with an opinion wins.
     *
     * @param runStartedAt manual releases that began before this second have no say; NO_INSTANT: all have
     */
    AccessDecision computed(long runStartedAt) {
        switch (contract.status()) {
            case CANCELLED -> {
                return decision(
                        AccessLevel.REFUSED, Rule.CANCELLED, new Reason.Cancelled(date(contract.statusSinceDay())));
            }
            case AWAITING_ACTIVATION -> {
                return awaitingActivation();
            }
            case ACTIVE -> {}
        }
        if (contract.manualBlockSince() != NO_INSTANT) {
            var since = Instant.ofEpochSecond(contract.manualBlockSince());
            return decision(AccessLevel.BLOCKED, Rule.MANUAL_BLOCK, new Reason.ManuallyBlocked(since));
        }
        var pause = DayWindow.holding(contract.pauses(), today);
        if (pause != null) {
            var why = new Reason.Paused(date(pause.firstDay()), lastDay(pause));
            return decision(AccessLevel.BLOCKED, Rule.PAUSE, why);
        }
        var exemption = DayWindow.holding(contract.exemptions(), today);
        if (exemption != null) {
            var why = new Reason.Exempt(date(exemption.firstDay()), lastDay(exemption));
            return decision(AccessLevel.ACTIVE, Rule.EXEMPT, why);
        }
        var money = money();
        var release = runningRelease(runStartedAt);
        return release != null && hasOpinion(release, money) ? released(release) : money;
    }

    /** The level that a run has fixed, as far as it still stands. */
    AccessLevel committed() {
        var level = contract.committedLevel();
        if (level == AccessLevel.ACTIVE) {
            return level;
        }
        int asOf = contract.dayAt(contract.committedAt());
        if (DayWindow.beginsWithin(contract.pauses(), asOf, today)
                || DayWindow.beginsWithin(contract.exemptions(), asOf, today)) {
            return AccessLevel.ACTIVE;
        }
        // Each version that has held since then had its say on the first day on which it held; what one of them
        // lowered, no later one raises. A person's protection counts the same way.
        level = AccessLevel.laxer(level, permitted(contract.policy().versionOn(asOf), asOf));
        for (var later : contract.policy().versions()) {
            int from = later.effectiveFromDay();
            if (from > asOf
                    && from <= today
                    && contract.policy().versionOn(from).number() == later.number()) {
                level = AccessLevel.laxer(level, permitted(later, from));
            }
        }
        return level;
    }

    AccessDecision effective() {
        return effective(computed());
    }

    /** What the contract gets, the computed decision being known. */
    AccessDecision effective(AccessDecision computed) {
        if (computed.rule() == Rule.RELEASE && computed.level() != AccessLevel.ACTIVE) {
            // A release is relief: it never gives less than the contract had without it.
            var withoutIt = throughRun(money());
            return computed.level().stricterThan(withoutIt.level()) ? withoutIt : computed;
        }
        return computed.rule().isMoney() ? throughRun(computed) : computed;
    }

    /** Days late by the policy's count, whichever debt has most; 0 or more. */
    int daysLate() {
        return Math.max(regularDaysLate(), renegotiatedDaysLate());
    }

    private AccessDecision awaitingActivation() {
        int days = version.awaitingActiveDays();
        if (days == 0) {
            return decision(AccessLevel.BLOCKED, Rule.AWAITING_ACTIVATION, new Reason.AwaitingActivation(null));
        }
        int first = contract.statusSinceDay();
        int last = first + days - 1;
        var level = today >= first && today <= last ? AccessLevel.ACTIVE : AccessLevel.BLOCKED;
        return decision(level, Rule.AWAITING_ACTIVATION, new Reason.AwaitingActivation(date(last)));
    }

    /** The laxest of the releases that run now; of equal ones the one that runs longest. */
    private @Nullable ReleaseWindow runningRelease(long runStartedAt) {
        ReleaseWindow best = null;
        for (var release = contract.releases(); release != null; release = release.next()) {
            if (release.runsAt(second)
                    && !release.endedByRunOf(runStartedAt)
                    && (best == null || release.betterThan(best))) {
                best = release;
            }
        }
        return best;
    }

    private static boolean hasOpinion(ReleaseWindow release, AccessDecision money) {
        return release.level() == AccessLevel.ACTIVE || money.level().stricterThan(release.level());
    }

    private AccessDecision released(ReleaseWindow release) {
        var until = release.until() == ReleaseWindow.OPEN ? null : Instant.ofEpochSecond(release.until());
        var why = new Reason.Released(release.kind(), Instant.ofEpochSecond(release.from()), until);
        return decision(release.level(), Rule.RELEASE, why);
    }

    private AccessDecision money() {
        int regular = regularDaysLate();
        int renegotiated = renegotiatedDaysLate();
        var regularReached = version.regular().reachedBy(regular);
        var renegotiatedReached = version.renegotiated().reachedBy(renegotiated);
        boolean renegotiatedDecides = renegotiatedReached.compareTo(regularReached) < 0;
        var reached = renegotiatedDecides ? renegotiatedReached : regularReached;
        if (reached == Rule.IN_GOOD_STANDING) {
            return decision(AccessLevel.ACTIVE, reached, new Reason.InGoodStanding(contract.paidUntil()));
        }
        var late = renegotiatedDecides
                ? new Reason.Late(
                        date(contract.renegotiatedLateSinceDay()),
                        renegotiated,
                        version.renegotiated().days(reached),
                        true,
                        false)
                : regularLate(regular, version.regular().days(reached));
        var level = levelOf(reached);
        var permitted = levelOf(strictest(
                version.regular().reachedBy(regular, mayBlock(today), mayReduce(today)),
                version.renegotiated().reachedBy(renegotiated, mayBlock(today), mayReduce(today))));
        return permitted == level ? decision(level, reached, late) : protectedFrom(level, permitted, late);
    }

    private Reason.Late regularLate(int daysLate, int threshold) {
        boolean lapsed = daysLate > daysLate(contract.lateSinceDay());
        int since = lapsed ? contract.lapsedSinceDay() : contract.lateSinceDay();
        return new Reason.Late(date(since), daysLate, threshold, false, lapsed);
    }

    private AccessDecision protectedFrom(AccessLevel withheld, AccessLevel permitted, Reason.Late late) {
        var by = protectorFrom(withheld);
        int until =
                switch (by) {
                    case DO_NOT_BLOCK_UNTIL -> contract.doNotBlockUntilDay();
                    case DO_NOT_REDUCE_UNTIL -> contract.doNotReduceUntilDay();
                    default -> contract.automaticRestrictionUntilDay();
                };
        return decision(permitted, by, new Reason.Protected(by, dateOrNull(until), withheld, late));
    }

    private Rule protectorFrom(AccessLevel withheld) {
        boolean blocking = withheld == AccessLevel.BLOCKED;
        var restriction = restrictionOn(today);
        if (restriction == AutomaticRestriction.NEVER
                || (blocking && restriction == AutomaticRestriction.REDUCE_ONLY)) {
            return Rule.AUTOMATIC_RESTRICTION;
        }
        return blocking ? Rule.DO_NOT_BLOCK_UNTIL : Rule.DO_NOT_REDUCE_UNTIL;
    }

    /** Money tightens only through a run, or by the clock where the policy of a prepaid contract says on time. */
    private AccessDecision throughRun(AccessDecision money) {
        if (money.level() == AccessLevel.ACTIVE) {
            return money;
        }
        var committed = committed();
        var allowed = AccessLevel.stricter(committed, lapsedOnTime());
        if (!money.level().stricterThan(allowed)) {
            return money;
        }
        var late =
                switch (money.why()) {
                    case Reason.Late it -> it;
                    case Reason.Protected it -> it.late();
                    default -> throw new IllegalStateException("restricted for money without a delay: " + money);
                };
        return decision(allowed, money.rule(), new Reason.AwaitingRun(money.level(), committed, late));
    }

    /** The level that the end of paid-until brings by itself; ACTIVE where it needs a run. */
    AccessLevel lapsedOnTime() {
        int since = contract.lapsedSinceDay();
        if (since == NO_DAY || version.prepaidTightening() != PrepaidTightening.ON_TIME) {
            return AccessLevel.ACTIVE;
        }
        // After a pause or an exemption a contract is active until a run, be it that its paid-until ended with it or
        // before.
        if (DayWindow.anyWithin(contract.pauses(), since, today)
                || DayWindow.anyWithin(contract.exemptions(), since, today)) {
            return AccessLevel.ACTIVE;
        }
        var level = levelOf(version.regular().reachedBy(daysLate(since), mayBlock(today), mayReduce(today)));
        var held = contract.heldLapse();
        return held != null && today < held.untilDay() ? AccessLevel.laxer(level, held.level()) : level;
    }

    /** The level that a version permits on a day for the debt that the commitment rests on. */
    private AccessLevel permitted(AccessPolicyVersion asked, int day) {
        int regular = daysLate(contract.committedLateSinceDay(), day);
        int renegotiated = daysLate(contract.committedRenegotiatedLateSinceDay(), day);
        return levelOf(strictest(
                asked.regular().reachedBy(regular, mayBlock(day), mayReduce(day)),
                asked.renegotiated().reachedBy(renegotiated, mayBlock(day), mayReduce(day))));
    }

    private int regularDaysLate() {
        return Math.max(daysLate(contract.lateSinceDay()), daysLate(contract.lapsedSinceDay()));
    }

    private int renegotiatedDaysLate() {
        return daysLate(contract.renegotiatedLateSinceDay());
    }

    private int daysLate(int since) {
        return daysLate(since, today);
    }

    private int daysLate(int since, int day) {
        return since == NO_DAY ? 0 : DayWindow.daysOutside(contract.pauses(), since, day);
    }

    private boolean mayBlock(int day) {
        return restrictionOn(day) == AutomaticRestriction.NORMAL && day > contract.doNotBlockUntilDay();
    }

    private boolean mayReduce(int day) {
        return restrictionOn(day) != AutomaticRestriction.NEVER && day > contract.doNotReduceUntilDay();
    }

    private AutomaticRestriction restrictionOn(int day) {
        int until = contract.automaticRestrictionUntilDay();
        return until == NO_DAY || day <= until ? contract.automaticRestriction() : AutomaticRestriction.NORMAL;
    }

    private static Rule strictest(Rule a, Rule b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static AccessLevel levelOf(Rule threshold) {
        return switch (threshold) {
            case BLOCK_THRESHOLD -> AccessLevel.BLOCKED;
            case REDUCE_THRESHOLD -> AccessLevel.REDUCED;
            default -> AccessLevel.ACTIVE;
        };
    }

    private AccessDecision decision(AccessLevel level, Rule rule, Reason why) {
        return new AccessDecision(level, rule, why, version.number(), null);
    }

    private static LocalDate date(int day) {
        return LocalDate.ofEpochDay(day);
    }

    private static @Nullable LocalDate dateOrNull(int day) {
        return day == NO_DAY ? null : date(day);
    }

    private static @Nullable LocalDate lastDay(DayWindow window) {
        return window.lastDay() == DayWindow.OPEN ? null : date(window.lastDay());
    }
}
