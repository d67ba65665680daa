package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.KeptVersion;
import net.catraca.billing.access.PolicyExample;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.Feed;
import net.catraca.billing.store.PolicyBook;
import net.catraca.billing.store.PolicyBook.Head;
import net.catraca.billing.store.Sql;

/**
 * Named policies in dated versions. A version is drafted with examples, activated when all of them hold, and never
 * changed again: another one follows it.
 */
@Singleton
public final class AccessPolicies {

    /** Enough to state every threshold and its eve; more is a slip. */
    private static final int MOST_EXAMPLES = 100;

    private final Sql sql;
    private final PolicyBook policies;
    private final ClockTightening tightening;
    private final ReleaseEnds watch;
    private final Feed feed;
    private final AuditLog audit;
    private final Clock clock;

    AccessPolicies(
            Sql sql,
            PolicyBook policies,
            ClockTightening tightening,
            ReleaseEnds watch,
            Feed feed,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.policies = policies;
        this.tightening = tightening;
        this.watch = watch;
        this.feed = feed;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param versions drafts too, by number */
    public record Described(long id, long version, String name, List<KeptVersion> versions) {
        public Described {
            versions = List.copyOf(versions);
        }
    }

    /** A policy without a version: no plan or contract can refer to it until one is active. */
    public Outcome<Described> create(Actor actor, String name) {
        var checks = new Checks().text(name, 100, "name");
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> policies.insert(name)
                .map(head -> {
                    var created = described(head);
                    audit.append(actor, "policy.create", subject(head), null, created, clock.instant());
                    return Outcome.done(created);
                })
                .orElseGet(() -> Outcome.declined(new Conflict("name-taken", name))));
    }

    /**
     * Adds a draft under the next number.
     *
     * @param draft its number is passed over
     */
    public Outcome<KeptVersion> draft(
            Actor actor, long policyId, AccessPolicyVersion draft, List<PolicyExample> examples) {
        var checks = check(draft, examples);
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            var head = policies.lock(policyId);
            if (head.isEmpty()) {
                return Outcome.declined(new Unknown("policy", policyId));
            }
            int number = policies.versions(policyId).size() + 1;
            policies.insert(policyId, draft.numbered(number), examples, clock.instant());
            policies.touch(policyId);
            var drafted = policies.versions(policyId).getLast();
            audit.append(actor, "policy.draft", subject(head.get()), null, drafted, clock.instant());
            return Outcome.done(drafted);
        });
    }

    /**
     * Puts a draft in force from its day on. Declined as {@code examples-fail} when one does not hold, and when its day
     * has passed: a policy does not change the past, unless it is the first. Declined as {@code mass-tightening} when it
     * lets prepaid contracts lapse on time and would restrict more of them at once than a run may without a second person,
     * or any while money is not up to date; dated for a later day, they are restricted then, or wait in a freeze.
     */
    public Outcome<KeptVersion> activate(Actor actor, long policyId, int number) {
        var activated = activateInTransaction(actor, policyId, number);
        if (activated instanceof Outcome.Done) {
            watch.look(); // it may be minutes before midnight
        }
        return activated;
    }

    private Outcome<KeptVersion> activateInTransaction(Actor actor, long policyId, int number) {
        return sql.inTransaction(() -> {
            var head = policies.lock(policyId);
            var versions = policies.versions(policyId);
            if (head.isEmpty() || number < 1 || number > versions.size()) {
                return Outcome.declined(new Unknown("policy version", policyId + "/" + number));
            }
            var draft = versions.get(number - 1);
            var objection = objection(policyId, draft, versions);
            return objection.isPresent()
                    ? Outcome.<KeptVersion>declined(objection.get())
                    : activate(actor, head.get(), draft);
        });
    }

    private Optional<Problem> objection(long policyId, KeptVersion draft, List<KeptVersion> versions) {
        if (draft.activatedAt() != null) {
            return Optional.of(
                    new Conflict("already-active", draft.activatedAt().toString()));
        }
        var today = LocalDate.ofInstant(clock.instant(), Contract.DEFAULT_ZONE);
        boolean first = versions.stream().allMatch(version -> version.activatedAt() == null);
        if (!first && draft.version().effectiveFrom().isBefore(today)) {
            return Optional.of(new Invalid("effectiveFrom", "today or a later day: a policy does not change the past"));
        }
        var failures = PolicyExample.failures(draft.version(), draft.examples());
        if (!failures.isEmpty()) {
            return Optional.of(new Conflict(
                    "examples-fail",
                    failures.stream().map(AccessPolicies::worded).collect(Collectors.joining("; "))));
        }
        return first || draft.version().effectiveFrom().isAfter(today)
                ? Optional.empty()
                : Optional.ofNullable(tightening.objection(policyId, draft.version(), clock.instant()))
                        .map(why -> new Conflict("mass-tightening", why + "; date it tomorrow or later"));
    }

    private static String worded(PolicyExample.Failure failure) {
        return switch (failure) {
            case PolicyExample.Failure.NoExamples() -> "expected at least one example";
            case PolicyExample.Failure.Unexpected(var example, var level, var warned) ->
                "%s: expected %s, would be %s"
                        .formatted(
                                example.description(),
                                worded(example.expectedLevel(), example.expectedWarned()),
                                worded(level, warned));
            case PolicyExample.Failure.UnexpectedTrustUnlock(var example, var days) ->
                "%s: expected a trust unlock of %d days, would be %d"
                        .formatted(example.description(), example.expectedTrustUnlockDays(), days);
        };
    }

    private static String worded(AccessLevel level, boolean warned) {
        return warned ? level + " and warned" : level.toString();
    }

    private Outcome<KeptVersion> activate(Actor actor, Head head, KeptVersion draft) {
        var now = clock.instant();
        policies.activate(head.id(), draft.version().number(), now);
        policies.touch(head.id());
        feed.append(Feed.Kind.POLICY, head.id(), now);
        var active = policies.versions(head.id()).get(draft.version().number() - 1);
        audit.append(actor, "policy.activate", subject(head), draft, active, now);
        return Outcome.done(active);
    }

    public Optional<Described> find(long id) {
        return policies.find(id).map(this::described);
    }

    /**
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<Described> list(long afterId, int limit) {
        return policies.page(afterId, limit).stream().map(this::described).toList();
    }

    private Described described(Head head) {
        return new Described(head.id(), head.version(), head.name(), policies.versions(head.id()));
    }

    private static String subject(Head head) {
        return "policy/" + head.id();
    }

    private static Checks check(AccessPolicyVersion draft, List<PolicyExample> examples) {
        var limits = draft.limits();
        var checks = new Checks()
                .day(draft.effectiveFrom(), "effectiveFrom")
                .expect(
                        draft.releaseLevel() == AccessLevel.ACTIVE || draft.releaseLevel() == AccessLevel.REDUCED,
                        "releaseLevel",
                        "active or reduced")
                .expect(draft.awaitingActiveDays() >= 0, "awaitingActiveDays", "0 or more days")
                .expect(limits.toleranceCents() >= 0, "toleranceCents", "0 or more cents")
                .expect(limits.temporaryMaxDays() >= 0, "temporaryMaxDays", "0 or more days")
                .expect(limits.temporaryIntervalDays() >= 0, "temporaryIntervalDays", "0 or more days")
                .expect(limits.trustUnlockDays() >= 0, "trustUnlockDays", "0 or more days")
                .expect(limits.trustUnlockIntervalDays() >= 0, "trustUnlockIntervalDays", "0 or more days")
                .expect(limits.trustUnlockMaxDebtDays() >= 0, "trustUnlockMaxDebtDays", "0 or more days")
                .expect(limits.reducedTrustUnlockDays() >= 0, "reducedTrustUnlockDays", "0 or more days")
                .expect(
                        limits.reducedTrustUnlockIntervalDays() >= 0,
                        "reducedTrustUnlockIntervalDays",
                        "0 or more days")
                .expect(limits.releasedDaysPerDebt() >= 0, "releasedDaysPerDebt", "0 or more days")
                .expect(limits.manualReleasesPerOperatorDay() >= 0, "manualReleasesPerOperatorDay", "0 or more")
                .expect(examples.size() <= MOST_EXAMPLES, "examples", "at most " + MOST_EXAMPLES);
        for (int i = 0; i < examples.size(); i++) {
            checks.text(examples.get(i).description(), 200, "examples[" + i + "].description")
                    .expect(examples.get(i).daysLate() >= 0, "examples[" + i + "].daysLate", "0 or more days");
        }
        return checks;
    }
}
