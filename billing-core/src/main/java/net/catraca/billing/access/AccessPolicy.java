package net.catraca.billing.access;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.contract.ContractStatus;
import org.jspecify.annotations.Nullable;

/**
 * A named policy with its dated versions, and the access decision itself. Pure: no store, no clock of its own, no log.
 *
 * @param id identity
 * @param version rises with every write, so that of two copies the higher is true
 * @param versions the active ones, by the day from which they hold; at least one
 */
public record AccessPolicy(long id, long version, String name, List<AccessPolicyVersion> versions) {

    public AccessPolicy {
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("policy " + name + ": expected at least one version");
        }
        versions = versions.stream()
                .sorted(Comparator.comparing(AccessPolicyVersion::effectiveFrom)
                        .thenComparingInt(AccessPolicyVersion::number))
                .toList();
    }

    /**
     * The computed level of a contract, with its reason and next change. Of the contract's facts only.
     *
     * @param now any instant; an earlier one replays the decision that these facts gave then
     */
    public static AccessDecision decide(ContractSnapshot contract, Instant now) {
        var decision = new Moment(contract, now).computed();
        return decision.changingAt(nextChange(contract, now, decision, Moment::computed));
    }

    /**
     * What the contract gets: for the money rules the laxer of computed and committed, for the others the computed
     * level; and never stricter by the clock alone than it was when the directory was last known to be true, or at any
     * instant since: what was let through meanwhile stays so. Acts of a person (manual block, cancellation) hold at any
     * instant and so do not wait.
     *
     * @param freshUntil up to when the facts are known to be true; not before then may the clock tighten
     */
    public static EffectiveAccess effective(ContractSnapshot contract, Instant now, Instant freshUntil) {
        var moment = new Moment(contract, now);
        var computed = moment.computed();
        var byClock = moment.effective(computed);
        var effective = notTightenedSince(freshUntil, contract, now, byClock);
        return new EffectiveAccess(
                computed.changingAt(nextChange(contract, now, computed, Moment::computed)),
                moment.committed(),
                effective.changingAt(nextChange(contract, now, effective, Moment::effective)),
                certainTightening(contract, now, byClock.level()),
                byClock.level().stricterThan(effective.level()));
    }

    /** The effective level as in {@link #effective}, for the packet path: without the searches for next changes. */
    public static AccessAnswer answer(ContractSnapshot contract, Instant now, Instant freshUntil) {
        var byClock = new Moment(contract, now).effective();
        var effective = notTightenedSince(freshUntil, contract, now, byClock);
        return new AccessAnswer(
                effective.level(),
                effective.rule(),
                effective.why(),
                effective.policyVersion(),
                certainTightening(contract, now, byClock.level()));
    }

    /**
     * The level that a run has fixed, as far as it still stands at {@code now}: nothing when a pause or an exemption
     * began since, and no more than any policy version or protection in force since then allowed.
     */
    public static AccessLevel committedLevel(ContractSnapshot contract, Instant now) {
        return new Moment(contract, now).committed();
    }

    /** Days late by the policy's count (paused days left out), of the debt that has most; 0 or more. */
    public static int daysLate(ContractSnapshot contract, Instant now) {
        return new Moment(contract, now).daysLate();
    }

    /**
     * What a run would do: money decides as {@link #decide} says, but manual releases that the run ends no longer stand
     * in its way.
     *
     * @param runStartedAt those that began before this instant: the run's preview where the schedule has started it, else
     *     the beginning of that day
     */
    public static RunDecision decideForRun(ContractSnapshot contract, Instant now, Instant runStartedAt) {
        var moment = new Moment(contract, now);
        var decision = moment.computed(runStartedAt.getEpochSecond());
        var committed = moment.committed();
        return decision.rule().isMoney() && decision.level().stricterThan(committed)
                ? new RunDecision.Tighten(committed, decision)
                : new RunDecision.Leave(committed, decision);
    }

    /**
     * The first time at which the end of a release or of paid-until makes the effective level stricter by the clock alone;
     * null when none does until then. Pauses that begin and installers' days that end are none: they were counted when
     * somebody asked for them.
     *
     * @param freshUntil as in {@link #effective}: what waits for it is told as of {@code now}
     * @param until the last instant that is looked at
     */
    public static @Nullable TighteningAhead tighteningAhead(
            ContractSnapshot contract, Instant now, Instant freshUntil, Instant until) {
        var moment = new Moment(contract, now);
        var before = notTightenedSince(freshUntil, contract, now, moment.effective());
        if (isMoneyTightening(moment, before.level())) {
            return ahead(contract, moment, now);
        }
        var level = moment.effective().level();
        var boundaries = new Boundaries(contract);
        for (var at = boundaries.after(now); at != null && !at.isAfter(until); at = boundaries.after(at)) {
            var then = new Moment(contract, at);
            if (isMoneyTightening(then, level)) {
                return ahead(contract, then, at);
            }
            level = then.effective().level();
        }
        return null;
    }

    private static boolean isMoneyTightening(Moment moment, AccessLevel before) {
        var after = moment.effective();
        return after.level().stricterThan(before) && (after.rule().isMoney() || after.rule() == Rule.RELEASE);
    }

    private static TighteningAhead ahead(ContractSnapshot contract, Moment moment, Instant at) {
        return new TighteningAhead(
                at,
                moment.effective().level().stricterThan(moment.committed()),
                ReleaseWindow.incidentEnds(contract.releases(), at));
    }

    /** As it was before a version was activated; the only one stays. */
    public AccessPolicy without(int number) {
        var others =
                versions.stream().filter(version -> version.number() != number).toList();
        return others.isEmpty() ? this : new AccessPolicy(id, version, name, others);
    }

    /** As it would be with another version. */
    public AccessPolicy with(AccessPolicyVersion another) {
        var all = new ArrayList<>(versions);
        all.add(another);
        return new AccessPolicy(id, version, name, all);
    }

    /** As if a version were the only one: for what would be if it held. */
    public AccessPolicy onlyWith(AccessPolicyVersion one) {
        return new AccessPolicy(id, version, name, List.of(one));
    }

    /** The version in force on a day; before the first one takes effect, the first. */
    public AccessPolicyVersion versionOn(LocalDate day) {
        return versionOn((int) day.toEpochDay());
    }

    AccessPolicyVersion versionOn(int day) {
        AccessPolicyVersion inForce = versions.getFirst();
        for (int i = 1; i < versions.size() && versions.get(i).effectiveFromDay() <= day; i++) {
            inForce = versions.get(i);
        }
        return inForce;
    }

    private static AccessDecision notTightenedSince(
            Instant freshUntil, ContractSnapshot contract, Instant now, AccessDecision byClock) {
        if (!freshUntil.isBefore(now) || byClock.level() == AccessLevel.ACTIVE) {
            return byClock;
        }
        var laxest = laxer(byClock, new Moment(contract, freshUntil).effective());
        var boundaries = new Boundaries(contract);
        for (var at = boundaries.after(freshUntil);
                at != null && at.isBefore(now) && laxest.level() != AccessLevel.ACTIVE;
                at = boundaries.after(at)) {
            laxest = laxer(laxest, new Moment(contract, at).effective());
        }
        return laxest;
    }

    private static AccessDecision laxer(AccessDecision first, AccessDecision second) {
        return first.level().stricterThan(second.level()) ? second : first;
    }

    private static @Nullable Instant nextChange(
            ContractSnapshot contract, Instant now, AccessDecision current, Function<Moment, AccessDecision> question) {
        var boundaries = new Boundaries(contract);
        for (var at = boundaries.after(now); at != null; at = boundaries.after(at)) {
            var then = question.apply(new Moment(contract, at));
            if (then.level() != current.level() || then.rule() != current.rule()) {
                return at;
            }
        }
        return null;
    }

    private static @Nullable Instant certainTightening(ContractSnapshot contract, Instant now, AccessLevel current) {
        if (!mayTightenByClock(contract, contract.dayAt(now))) {
            return null;
        }
        var boundaries = new Boundaries(contract);
        var before = current;
        for (var at = boundaries.after(now); at != null; at = boundaries.after(at)) {
            var level = new Moment(contract, at).effective().level();
            if (level.stricterThan(before)) {
                return at;
            }
            before = level;
        }
        return null;
    }

    /**
     * Whether there is anything at all that ends or begins by the clock; spares most contracts the search. An
     * exemption's end is none: after it a contract is active until a run.
     */
    private static boolean mayTightenByClock(ContractSnapshot contract, int today) {
        return contract.releases() != null
                || DayWindow.beginsWithin(contract.pauses(), today, DayWindow.OPEN)
                || (contract.lapsedSinceDay() != ContractSnapshot.NO_DAY
                        && contract.policy().isEverOnTime())
                || contract.status() == ContractStatus.AWAITING_ACTIVATION;
    }

    /** Whether by one of its versions, of now or of later, prepaid contracts lapse by the clock. */
    public boolean isEverOnTime() {
        for (var version : versions) {
            if (version.prepaidTightening() == PrepaidTightening.ON_TIME) {
                return true;
            }
        }
        return false;
    }
}
