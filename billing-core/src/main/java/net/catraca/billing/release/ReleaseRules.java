package net.catraca.billing.release;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import net.catraca.billing.access.AccessAnswer;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.Reason;
import net.catraca.billing.access.ReleaseLimits;
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Standing;
import net.catraca.billing.release.ReleaseDecision.Granted;
import net.catraca.billing.release.ReleaseDecision.Later;
import net.catraca.billing.release.ReleaseDecision.Refused;
import org.jspecify.annotations.Nullable;

/**
 * Who may let a contract through, for how long and how often. Pure: the caller holds the contract's lock, so that a
 * quota is used once.
 *
 * @param calendar says when releases end
 */
public record ReleaseRules(RunCalendar calendar) {

    /** Waiting past one limit may meet another, or the next of several releases; a longer chain is not foretold. */
    private static final int MOST_WAITS = 16;

    /**
     * What the rules look at.
     *
     * @param contract its facts now
     * @param trustUnlock the contract's own permission
     * @param standing what it owes
     * @param ledger all its releases
     * @param otherRelief what else has let its debts through
     */
    public record Situation(
            ContractSnapshot contract,
            TrustUnlockPermission trustUnlock,
            Standing standing,
            List<Release> ledger,
            List<DebtRelief> otherRelief) {

        public Situation {
            ledger = List.copyOf(ledger);
            otherRelief = List.copyOf(otherRelief);
        }

        private LocalDate dayOf(Instant instant) {
            return LocalDate.ofInstant(instant, contract.zone());
        }

        /** Since when what is late on a day has been owed, or null when nothing is late. */
        private @Nullable LocalDate debtSince(LocalDate day) {
            int since = standing.debtSinceDay((int) day.toEpochDay());
            return since == NO_DAY ? null : LocalDate.ofEpochDay(since);
        }

        private Stream<Release> releasesSince(LocalDate since) {
            return ledger.stream()
                    .filter(entry -> entry.kind() != ReleaseKind.INCIDENT)
                    .filter(entry -> !dayOf(entry.startsAt()).isBefore(since));
        }

        /**
         * Whatever let the contract through since a debt fell due has let this debt through: chaining releases,
         * postponing, or paying by hand and taking the payment back wins no further days.
         */
        private int daysReleased(LocalDate since, Instant now) {
            int released =
                    releasesSince(since).mapToInt(entry -> days(entry, now)).sum();
            int otherwise = otherRelief.stream()
                    .filter(relief -> !relief.first().isBefore(since))
                    .mapToInt(DebtRelief::days)
                    .sum();
            return released + otherwise;
        }

        private int days(Release entry, Instant now) {
            var end = entry.until() == null ? now : entry.until();
            if (entry.end() != null && entry.end().at().isBefore(end)) {
                end = entry.end().at();
            }
            return end.isAfter(entry.startsAt())
                    ? Math.max(1, (int) ChronoUnit.DAYS.between(dayOf(entry.startsAt()), dayOf(end)))
                    : 0;
        }
    }

    /**
     * What moving a due date to a later day lets through: from the day itself, or today when it is late, to the new
     * one. What is late is let through for a day at least, however little it is moved: day by day it would never grow
     * old. Null when that is nothing.
     */
    public @Nullable DebtRelief postponed(Receivable open, LocalDate dueOn, LocalDate today) {
        if (!dueOn.isAfter(open.dueOn())) {
            return null;
        }
        var first = open.dueOn().isBefore(today) ? today : open.dueOn();
        var until = dueOn.isAfter(first) ? dueOn : first.plusDays(1);
        return new DebtRelief(DebtRelief.Kind.POSTPONED, first, until);
    }

    /**
     * Why a due date may not be moved so far: it would let the debt through for more days than one debt gets. Null when
     * it may.
     */
    public @Nullable Refused refusesPostponing(
            Receivable open, @Nullable DebtRelief relief, Situation situation, Instant now) {
        if (relief == null) {
            return null;
        }
        var today = situation.dayOf(now);
        var late = situation.debtSince(today);
        var since = late == null || open.originalDueOn().isBefore(late) ? open.originalDueOn() : late;
        return refused(relief, since, situation, now);
    }

    /**
     * What a pause lets through that is entered for days past: those on which what is late now was owed already. Null when
     * there are none.
     *
     * @param last null while nobody knows when it ends
     */
    public @Nullable DebtRelief paused(LocalDate first, @Nullable LocalDate last, Situation situation, Instant now) {
        var today = situation.dayOf(now);
        var since = situation.debtSince(today);
        if (since == null) {
            return null;
        }
        var from = first.isBefore(since) ? since : first;
        var until = last == null || !last.isBefore(today) ? today : last.plusDays(1);
        return until.isAfter(from) ? new DebtRelief(DebtRelief.Kind.PAUSED, from, until) : null;
    }

    /** Why a pause may not be entered for so many days past; as for due dates. Null when it may. */
    public @Nullable Refused refusesPausing(@Nullable DebtRelief relief, Situation situation, Instant now) {
        var since = situation.debtSince(situation.dayOf(now));
        return relief == null || since == null ? null : refused(relief, since, situation, now);
    }

    private static @Nullable Refused refused(DebtRelief relief, LocalDate since, Situation situation, Instant now) {
        int most = situation
                .contract()
                .policy()
                .versionOn(situation.dayOf(now))
                .limits()
                .releasedDaysPerDebt();
        int withThese = situation.daysReleased(since, now) + relief.days();
        return withThese > most ? new Refused(ReleaseLimit.RELEASED_DAYS_PER_DEBT, most, withThese, null) : null;
    }

    /**
     * Grants, or refuses with the first limit in the way and when the same wish would be granted: the clock is moved on
     * from limit to limit as if nothing else happened, so releases end and a commitment that stands restricts again.
     */
    public ReleaseDecision decide(ReleaseRequest request, Requester requester, Situation situation, Instant now) {
        var first = new Wish(request, requester, situation, now);
        return switch (first.decide()) {
            case Granted granted -> granted;
            case Refused refused -> foretold(refused, first);
        };
    }

    private Refused foretold(Refused refused, Wish wish) {
        Later later = null;
        var last = refused;
        for (int waits = 0; waits < MOST_WAITS; waits++) {
            var from = last.possibleFrom();
            if (from == null || !from.isAfter(wish.now)) {
                break;
            }
            wish = wish.at(from);
            switch (wish.decide()) {
                case Granted _ -> {
                    return told(refused, from, later);
                }
                case Refused next -> {
                    later = new Later(next.limit(), next.allowed(), next.found(), from);
                    last = next;
                }
            }
        }
        return told(refused, null, later);
    }

    private static Refused told(Refused refused, @Nullable Instant possibleFrom, @Nullable Later later) {
        boolean another = later != null && later.limit() != refused.limit();
        return new Refused(refused.limit(), refused.allowed(), refused.found(), possibleFrom, another ? later : null);
    }

    /** One wish at one instant. */
    private final class Wish {

        private final ReleaseRequest request;
        private final Requester requester;
        private final Situation situation;
        private final ContractSnapshot contract;
        private final Instant now;
        private final LocalDate today;
        private final ReleaseLimits limits;
        private final AccessLevel level;
        private final AccessAnswer access;

        Wish(ReleaseRequest request, Requester requester, Situation situation, Instant now) {
            this.request = request;
            this.requester = requester;
            this.situation = situation;
            this.contract = situation.contract();
            this.now = now;
            this.today = LocalDate.ofInstant(now, contract.zone());
            var version = contract.policy().versionOn(today);
            this.limits = version.limits();
            this.level = version.releaseLevel();
            this.access = AccessPolicy.answer(contract, now, now);
        }

        /** The same wish of the same person, later. */
        Wish at(Instant then) {
            boolean sameDay = LocalDate.ofInstant(then, contract.zone()).equals(today);
            return new Wish(request, sameDay ? requester : requester.onAnotherDay(), situation, then);
        }

        ReleaseDecision decide() {
            var refusal = refusal();
            return refusal == null
                    ? new Granted(until(), level, situation.debtSince(today), access.level(), needsLift())
                    : refusal;
        }

        private @Nullable Refused refusal() {
            var refusal = ofTheRequest();
            if (refusal == null) {
                refusal = ofTheContract();
            }
            if (refusal == null) {
                refusal = ofTheKind();
            }
            return refusal;
        }

        private @Nullable Refused ofTheRequest() {
            var kind = request.kind();
            var until = request.until();
            if (kind == ReleaseKind.INCIDENT) {
                return refused(ReleaseLimit.INCIDENT_RELEASE);
            }
            if (requester.liftsInterval() && kind != ReleaseKind.TRUST_UNLOCK) {
                return refused(ReleaseLimit.NO_INTERVAL_TO_LIFT);
            }
            if (requester.isSubscriber() && kind != ReleaseKind.TRUST_UNLOCK) {
                return refused(ReleaseLimit.NOT_FOR_SUBSCRIBERS);
            }
            if (kind != ReleaseKind.TRUST_UNLOCK && request.reason().isBlank()) {
                return refused(ReleaseLimit.REASON_MISSING);
            }
            if (kind == ReleaseKind.MANUAL && until != null) {
                return refused(ReleaseLimit.MANUAL_RELEASE_UNTIL);
            }
            return until != null && !until.isAfter(now) ? refused(ReleaseLimit.UNTIL_HAS_PASSED) : null;
        }

        /** Where a release would change nothing, it is refused rather than used up. */
        private @Nullable Refused ofTheContract() {
            return switch (access.rule()) {
                case CANCELLED -> refused(ReleaseLimit.CONTRACT_CANCELLED);
                case AWAITING_ACTIVATION -> refused(ReleaseLimit.CONTRACT_AWAITING_ACTIVATION);
                case MANUAL_BLOCK -> refused(ReleaseLimit.CONTRACT_BLOCKED_MANUALLY);
                case PAUSE -> untilAccessChanges(ReleaseLimit.CONTRACT_PAUSED);
                case EXEMPT -> refused(ReleaseLimit.NOTHING_TO_RELEASE);
                case RELEASE -> ofARelease();
                default -> ofMoney(access.level());
            };
        }

        /** The clock alone may change it: a pause ends, or paid-until does where that tightens on time. */
        private Refused untilAccessChanges(ReleaseLimit limit) {
            var next = AccessPolicy.effective(contract, now, now).effective().nextChange();
            return new Refused(limit, 0, 0, next);
        }

        private @Nullable Refused ofARelease() {
            var until = access.why() instanceof Reason.Released released ? released.until() : null;
            boolean longer =
                    switch (request.kind()) {
                        case MANUAL -> until != null;
                        case TEMPORARY -> until != null && end(days()).isAfter(until);
                        case TRUST_UNLOCK, INCIDENT -> false;
                    };
            return longer ? null : new Refused(ReleaseLimit.RELEASED_ALREADY, 0, 0, until);
        }

        private @Nullable Refused ofMoney(AccessLevel effective) {
            boolean isTrustUnlock = request.kind() == ReleaseKind.TRUST_UNLOCK;
            if (isTrustUnlock && effective == AccessLevel.ACTIVE) {
                return untilAccessChanges(ReleaseLimit.TRUST_UNLOCK_NOT_NEEDED);
            }
            boolean nothingToGain = effective == AccessLevel.ACTIVE
                    ? AccessPolicy.daysLate(contract, now) == 0
                    : !effective.stricterThan(level);
            if (nothingToGain) {
                return refused(ReleaseLimit.NOTHING_TO_RELEASE);
            }
            boolean allowed = limits.trustUnlockWhenReduced() || situation.trustUnlock() == TrustUnlockPermission.ALLOW;
            return isTrustUnlock && effective == AccessLevel.REDUCED && !allowed
                    ? untilAccessChanges(ReleaseLimit.TRUST_UNLOCK_WHEN_REDUCED)
                    : null;
        }

        private @Nullable Refused ofTheKind() {
            return switch (request.kind()) {
                case MANUAL -> ofManual();
                case TEMPORARY -> ofTemporary();
                case TRUST_UNLOCK -> ofTrustUnlock();
                case INCIDENT -> refused(ReleaseLimit.INCIDENT_RELEASE);
            };
        }

        private @Nullable Refused ofManual() {
            int ceiling = limits.manualReleasesPerOperatorDay();
            int withThisOne = requester.manualReleasesToday() + 1;
            return withThisOne > ceiling && !requester.hasSecondPerson()
                    ? new Refused(
                            ReleaseLimit.MANUAL_RELEASES_PER_DAY, ceiling, withThisOne, startOf(today.plusDays(1)))
                    : null;
        }

        private @Nullable Refused ofTemporary() {
            if (limits.temporaryMaxDays() == 0) {
                return refused(ReleaseLimit.TEMPORARY_RELEASE_NOT_OFFERED);
            }
            if (days() > mostDays()) {
                return new Refused(ReleaseLimit.TEMPORARY_RELEASE_DAYS, mostDays(), days(), null);
            }
            var tooSoon = interval(limits.temporaryIntervalDays(), ReleaseLimit.TEMPORARY_RELEASE_INTERVAL);
            return tooSoon == null ? ofThisDebt() : tooSoon;
        }

        private @Nullable Refused ofTrustUnlock() {
            if (situation.trustUnlock() == TrustUnlockPermission.DENY) {
                return refused(ReleaseLimit.TRUST_UNLOCK_DENIED);
            }
            if (mostDays() == 0) {
                return refused(ReleaseLimit.TRUST_UNLOCK_NOT_OFFERED);
            }
            if (days() > mostDays()) {
                return new Refused(ReleaseLimit.TRUST_UNLOCK_DAYS, mostDays(), days(), null);
            }
            int daysLate = AccessPolicy.daysLate(contract, now);
            if (daysLate > limits.trustUnlockMaxDebtDays()) {
                return new Refused(ReleaseLimit.TRUST_UNLOCK_DEBT_AGE, limits.trustUnlockMaxDebtDays(), daysLate, null);
            }
            var tooSoon = trustUnlockInterval();
            if (tooSoon != null && requester.liftsInterval()) {
                tooSoon = ofLifting(tooSoon);
            }
            return tooSoon == null ? ofThisDebt() : tooSoon;
        }

        private @Nullable Refused trustUnlockInterval() {
            int days = isReduced() ? limits.reducedTrustUnlockIntervalDays() : limits.trustUnlockIntervalDays();
            return interval(days, ReleaseLimit.TRUST_UNLOCK_INTERVAL);
        }

        /** Once a debt; past the interval the wish is granted without lifting anything. */
        private @Nullable Refused ofLifting(Refused tooSoon) {
            if (!limits.trustUnlockIntervalLift()) {
                return new Refused(ReleaseLimit.TRUST_UNLOCK_INTERVAL_LIFT_NOT_OFFERED, 0, 0, tooSoon.possibleFrom());
            }
            var since = situation.debtSince(today);
            boolean lifted = since != null && situation.releasesSince(since).anyMatch(Release::liftedInterval);
            return lifted ? new Refused(ReleaseLimit.TRUST_UNLOCK_INTERVAL_LIFTED, 1, 2, tooSoon.possibleFrom()) : null;
        }

        private boolean needsLift() {
            return request.kind() == ReleaseKind.TRUST_UNLOCK
                    && requester.liftsInterval()
                    && trustUnlockInterval() != null;
        }

        private boolean isReduced() {
            return access.level() == AccessLevel.REDUCED;
        }

        private @Nullable Refused interval(int intervalDays, ReleaseLimit limit) {
            var last = situation.ledger().stream()
                    .filter(entry -> entry.kind() == request.kind())
                    .filter(this::isOfTheSameQuota)
                    .map(entry -> dayOf(entry.startsAt()))
                    .max(LocalDate::compareTo)
                    .orElse(null);
            if (last == null || !today.isBefore(last.plusDays(intervalDays))) {
                return null;
            }
            int since = (int) ChronoUnit.DAYS.between(last, today);
            return new Refused(limit, intervalDays, since, startOf(last.plusDays(intervalDays)));
        }

        /** Unlocks of the reduced have a quota of their own. */
        private boolean isOfTheSameQuota(Release entry) {
            return entry.kind() != ReleaseKind.TRUST_UNLOCK
                    || entry.fromLevel() == null
                    || (entry.fromLevel() == AccessLevel.REDUCED) == isReduced();
        }

        private @Nullable Refused ofThisDebt() {
            var since = situation.debtSince(today);
            if (since == null) {
                return null;
            }
            int withThisOne = situation.daysReleased(since, now) + days();
            return withThisOne > limits.releasedDaysPerDebt()
                    ? new Refused(ReleaseLimit.RELEASED_DAYS_PER_DEBT, limits.releasedDaysPerDebt(), withThisOne, null)
                    : null;
        }

        private int mostDays() {
            if (request.kind() == ReleaseKind.TEMPORARY) {
                return limits.temporaryMaxDays();
            }
            boolean always = situation.trustUnlock() == TrustUnlockPermission.ALLOW;
            int days = isReduced() ? limits.reducedTrustUnlockDays() : limits.trustUnlockDays();
            return Math.max(days, always ? 1 : 0);
        }

        /** Days that are wanted; without a wish, all that the policy gives. */
        private int days() {
            var until = request.until();
            return until == null ? mostDays() : (int) Math.max(1, ChronoUnit.DAYS.between(today, dayOf(until)));
        }

        private @Nullable Instant until() {
            return request.kind() == ReleaseKind.MANUAL ? null : end(days());
        }

        /** Never before the end that was wanted, which may be later in the day than releases end. */
        private Instant end(int days) {
            var wanted = request.until();
            var end = calendar.releaseEnd(today.plusDays(days), contract.zone());
            return wanted != null && end.isBefore(wanted)
                    ? calendar.releaseEnd(dayOf(wanted).plusDays(1), contract.zone())
                    : end;
        }

        private LocalDate dayOf(Instant instant) {
            return LocalDate.ofInstant(instant, contract.zone());
        }

        private Instant startOf(LocalDate day) {
            return day.atStartOfDay(contract.zone()).toInstant();
        }

        private static Refused refused(ReleaseLimit limit) {
            return new Refused(limit, 0, 0, null);
        }
    }
}
