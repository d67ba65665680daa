package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.billing.contract.PlanDraft;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.FactsHistory;
import net.catraca.billing.store.Feed;
import net.catraca.billing.store.PlanBook;
import net.catraca.billing.store.PolicyBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** What is sold. */
@Singleton
public final class Plans {

    /** 2 Tbit/s: above it a rate is a slip of the keyboard. */
    private static final int MOST_KBPS = 2_000_000_000;

    private final Sql sql;
    private final PlanBook plans;
    private final PolicyBook policies;
    private final FactsHistory history;
    private final Feed feed;
    private final AuditLog audit;
    private final Clock clock;

    Plans(Sql sql, PlanBook plans, PolicyBook policies, FactsHistory history, Feed feed, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.plans = plans;
        this.policies = policies;
        this.history = history;
        this.feed = feed;
        this.audit = audit;
        this.clock = clock;
    }

    public Outcome<Plan> create(Actor actor, PlanDraft draft) {
        var checks = check(draft);
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            if (plans.isTaken(draft, 0)) {
                return taken(draft);
            }
            var created = plans.insert(draft);
            history.keepPlan(created, clock.instant());
            feed.append(Feed.Kind.PLAN, created.id(), clock.instant());
            audit.append(actor, "plan.create", subject(created), null, created, clock.instant());
            return Outcome.done(created);
        });
    }

    /**
     * New rates reach the network at once. The access policy of a plan with contracts stays: it would change who is
     * late behind a run's back. Give those contracts another plan, or the policy a new version.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<Plan> update(Actor actor, long id, @Nullable Long expectedVersion, PlanDraft draft) {
        var checks = check(draft);
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            var found = plans.lock(id);
            if (found.isEmpty()) {
                return Outcome.declined(new Unknown("plan", id));
            }
            var stale = LockedContract.stale(expectedVersion, found.get().version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            if (found.get().policyId() != draft.policyId() && plans.isSold(id)) {
                return Outcome.declined(new Conflict("plan-has-contracts", "policyId"));
            }
            return plans.isTaken(draft, id) ? taken(draft) : update(actor, found.get(), draft);
        });
    }

    private Outcome<Plan> update(Actor actor, Plan before, PlanDraft draft) {
        var updated = plans.update(before.id(), draft);
        history.keepPlan(updated, clock.instant());
        feed.append(Feed.Kind.PLAN, updated.id(), clock.instant());
        audit.append(actor, "plan.update", subject(updated), before, updated, clock.instant());
        return Outcome.done(updated);
    }

    public Optional<Plan> find(long id) {
        return plans.find(id);
    }

    /**
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<Plan> list(long afterId, int limit) {
        return plans.page(afterId, limit);
    }

    private static <T> Outcome<T> taken(PlanDraft draft) {
        return Outcome.declined(new Conflict("name-or-external-id-taken", draft.name()));
    }

    private static String subject(Plan plan) {
        return "plan/" + plan.id();
    }

    private Checks check(PlanDraft draft) {
        var checks = new Checks()
                .textOrNone(draft.externalId(), 200, "externalId")
                .text(draft.name(), 100, "name")
                .expect(policies.isActive(draft.policyId()), "policyId", "a policy with an active version")
                .expect(
                        draft.monthlyCents() >= 0 && draft.monthlyCents() <= Checks.MOST_CENTS,
                        "monthlyCents",
                        "0 to " + Checks.MOST_CENTS + " cents")
                .textOrNone(draft.ipv4Pool(), 100, "ipv4Pool")
                .textOrNone(draft.ipv6Pool(), 100, "ipv6Pool")
                .textOrNone(draft.delegatedIpv6Pool(), 100, "delegatedIpv6Pool")
                .expect(
                        draft.simultaneousSessions() >= 1 && draft.simultaneousSessions() <= 1000,
                        "simultaneousSessions",
                        "1 to 1000")
                .expect(
                        draft.interimSeconds() >= 60 && draft.interimSeconds() <= 86_400,
                        "interimSeconds",
                        "60 to 86400 seconds");
        pool(checks, draft.ipv4Pool(), "IPV4", "ipv4Pool");
        pool(checks, draft.ipv6Pool(), "IPV6_PREFIX", "ipv6Pool");
        pool(checks, draft.delegatedIpv6Pool(), "DELEGATED_IPV6_PREFIX", "delegatedIpv6Pool");
        rate(checks, draft.active(), "active");
        rate(checks, draft.reduced(), "reduced");
        var burst = draft.burst();
        if (burst != null) {
            rate(checks, burst.peak(), "burst.peak");
            rate(checks, burst.threshold(), "burst.threshold");
            checks.expect(burst.seconds() >= 1 && burst.seconds() <= 3600, "burst.seconds", "1 to 3600 seconds");
        }
        return checks;
    }

    private void pool(Checks checks, @Nullable String name, String family, String field) {
        if (name != null && name.startsWith(Plan.OWN_POOL)) {
            checks.expect(
                    plans.isPool(name.substring(Plan.OWN_POOL.length()), family),
                    field,
                    "after " + Plan.OWN_POOL + " the name of a pool of that family");
        }
    }

    private static void rate(Checks checks, Rate rate, String field) {
        checks.expect(isRate(rate.downKbps()), field + ".downKbps", "1 to " + MOST_KBPS + " kbit/s")
                .expect(isRate(rate.upKbps()), field + ".upKbps", "1 to " + MOST_KBPS + " kbit/s");
    }

    private static boolean isRate(int kbps) {
        return kbps >= 1 && kbps <= MOST_KBPS;
    }
}
