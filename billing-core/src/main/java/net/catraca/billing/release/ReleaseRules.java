package net.catraca.billing.release;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import net.catraca.billing.access.AccessAnswer;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.Reason;
import net.catraca.billing.access.ReleaseLimits;
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
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
     */
    public record Situation(
            ContractSnapshot contract, TrustUnlockPermission trustUnlock, Standing standing, List<Release> ledger) {

        public Situation {
            ledger = List.copyOf(ledger);
        }
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
        }

        /** The same wish of the same person, later. */
        Wish at(Instant then) {
            boolean sameDay = LocalDate.ofInstant(then, contract.zone()).equals(today);
            return new Wish(request, sameDay ? requester : requester.onAnotherDay(), situation, then);
        }

        ReleaseDecision decide() {
            var refusal = refusal();
            return refusal == null ? new Granted(until(), level, debtSince()) : refusal;
        }

        private @Nullable Refused refusal() {
            var refusal = ofTheRequest();
            if (refusal == null) {
                refusal = ofTheContract(AccessPolicy.answer(contract, now, now));
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
        private @Nullable Refused ofTheContract(AccessAnswer access) {
            return switch (access.rule()) {
                case CANCELLED -> refused(ReleaseLimit.CONTRACT_CANCELLED);
                case AWAITING_ACTIVATION -> refused(ReleaseLimit.CONTRACT_AWAITING_ACTIVATION);
                case MANUAL_BLOCK -> refused(ReleaseLimit.CONTRACT_BLOCKED_MANUALLY);
                case PAUSE -> untilAccessChanges(ReleaseLimit.CONTRACT_PAUSED);
                case EXEMPT -> refused(ReleaseLimit.NOTHING_TO_RELEASE);
                case RELEASE -> ofARelease(access);
                default -> ofMoney(access.level());
            };
        }

        /** The clock alone may change it: a pause ends, or paid-until does where that tightens on time. */
        private Refused untilAccessChanges(ReleaseLimit limit) {
            var next = AccessPolicy.effective(contract, now, now).effective().nextChange();
            return new Refused(limit, 0, 0, next);
        }

        private @Nullable Refused ofARelease(AccessAnswer access) {
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
            var tooSoon = requester.liftsInterval()
                    ? null
                    : interval(limits.trustUnlockIntervalDays(), ReleaseLimit.TRUST_UNLOCK_INTERVAL);
            return tooSoon == null ? ofThisDebt() : tooSoon;
        }

        private @Nullable Refused interval(int intervalDays, ReleaseLimit limit) {
            var last = situation.ledger().stream()
                    .filter(entry -> entry.kind() == request.kind())
                    .map(entry -> dayOf(entry.startsAt()))
                    .max(LocalDate::compareTo)
                    .orElse(null);
            if (last == null || !today.isBefore(last.plusDays(intervalDays))) {
                return null;
            }
            int since = (int) ChronoUnit.DAYS.between(last, today);
            return new Refused(limit, intervalDays, since, startOf(last.plusDays(intervalDays)));
        }

        private @Nullable Refused ofThisDebt() {
            var since = debtSince();
            if (since == null) {
                return null;
            }
            // Whatever let the contract through since this debt fell due has let this debt through: postponing it, or
            // paying it and taking the payment back, wins no further days.
            int released = situation.ledger().stream()
                    .filter(entry -> entry.kind() != ReleaseKind.INCIDENT)
                    .filter(entry -> !dayOf(entry.startsAt()).isBefore(since))
                    .mapToInt(this::daysReleased)
                    .sum();
            int withThisOne = released + days();
            return withThisOne > limits.releasedDaysPerDebt()
                    ? new Refused(ReleaseLimit.RELEASED_DAYS_PER_DEBT, limits.releasedDaysPerDebt(), withThisOne, null)
                    : null;
        }

        private int daysReleased(Release entry) {
            var end = entry.until() == null ? now : entry.until();
            if (entry.end() != null && entry.end().at().isBefore(end)) {
                end = entry.end().at();
            }
            return end.isAfter(entry.startsAt())
                    ? Math.max(1, (int) ChronoUnit.DAYS.between(dayOf(entry.startsAt()), dayOf(end)))
                    : 0;
        }

        private int mostDays() {
            if (request.kind() == ReleaseKind.TEMPORARY) {
                return limits.temporaryMaxDays();
            }
            boolean always = situation.trustUnlock() == TrustUnlockPermission.ALLOW;
            return Math.max(limits.trustUnlockDays(), always ? 1 : 0);
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

        private @Nullable LocalDate debtSince() {
            int day = situation.standing().debtSinceDay((int) today.toEpochDay());
            return day == NO_DAY ? null : LocalDate.ofEpochDay(day);
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
