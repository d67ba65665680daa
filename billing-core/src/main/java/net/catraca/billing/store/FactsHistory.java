package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.Plan;

/**
 * The table {@code contract_facts_history}: every version of every contract's facts, so that any decision of the past
 * can be made again. With it go the policies as they were known then, and which of them a plan referred to.
 */
@Singleton
public final class FactsHistory {

    /** Removed in one statement, which so ends within a second. */
    private static final int PRUNED_AT_ONCE = 10_000;

    private static final String COLUMNS = """
            contract_id, version, plan_id, customer_id, status, status_since_day, zone, billing_mode, paid_until_day,
            late_since_day, lapsed_since_day, renegotiated_late_since_day, pauses, exemptions, manual_block_since,
            releases, do_not_block_until_day, do_not_reduce_until_day, automatic_restriction,
            automatic_restriction_until_day, committed_level, committed_at, committed_late_since_day,
            committed_renegotiated_late_since_day, lapse_held_until_day, lapse_held_level
            """;

    private final Sql sql;
    private final Catalogs catalogs;

    FactsHistory(Sql sql, Catalogs catalogs) {
        this.sql = sql;
        this.catalogs = catalogs;
    }

    /** Keeps the facts as they are now, in the transaction that wrote them. */
    void keep(Collection<Long> contractIds, Instant now) {
        sql.update(
                "insert into contract_facts_history (" + COLUMNS + ", own_policy_id, at) select " + COLUMNS
                        + ", policy_id, ? from contract_facts where contract_id = any(?) on conflict do nothing",
                now,
                contractIds);
    }

    /** The facts that held at an instant; empty before the first that are kept. */
    public Optional<ContractSnapshot> at(long contractId, Instant instant) {
        return sql.reading(() -> {
            var catalog = catalogAt(instant);
            return sql.first(
                    "select " + COLUMNS + """
                            , own_policy_id as policy_id
                              from contract_facts_history
                             where contract_id = ? and at <= ?
                             order by version desc limit 1
                            """, row -> ContractFacts.snapshot(row, catalog), contractId, instant);
        });
    }

    /** All contracts as they stood at an instant, streaming, in the order of their ids. */
    public void each(Instant instant, Consumer<ContractSnapshot> visitor) {
        sql.reading(() -> {
            var catalog = catalogAt(instant);
            sql.each(
                    "select distinct on (contract_id) " + COLUMNS + """
                            , own_policy_id as policy_id
                              from contract_facts_history
                             where at <= ?
                             order by contract_id, version desc
                            """,
                    row -> visitor.accept(ContractFacts.snapshot(row, catalog)),
                    instant);
            return true;
        });
    }

    /** Plans and policies as they were known at an instant. */
    Catalog catalogAt(Instant instant) {
        var now = catalogs.read();
        Map<Long, Plan> plans = new HashMap<>(now.plans());
        sql.each(
                "select distinct on (plan_id) * from plan_policy_history where at <= ? order by plan_id, at desc",
                row -> {
                    long policyId = row.bigint("policy_id");
                    long monthlyCents = row.bigint("monthly_cents");
                    plans.computeIfPresent(
                            row.bigint("plan_id"), (_, plan) -> withPolicy(plan, policyId, monthlyCents));
                },
                instant);
        return new Catalog(plans, policiesAt(now.policies(), instant));
    }

    private static Plan withPolicy(Plan plan, long policyId, long monthlyCents) {
        return new Plan(
                plan.id(),
                plan.version(),
                plan.externalId(),
                plan.name(),
                policyId,
                monthlyCents,
                plan.active(),
                plan.burst(),
                plan.reduced(),
                plan.ipv4Pool(),
                plan.ipv6Pool(),
                plan.delegatedIpv6Pool(),
                plan.simultaneousSessions(),
                plan.interimSeconds());
    }

    /** Without the versions that nobody had activated yet; a policy that had none yet is as it is now. */
    private Map<Long, AccessPolicy> policiesAt(Map<Long, AccessPolicy> now, Instant instant) {
        Map<Long, AccessPolicy> policies = new HashMap<>(now);
        sql.list(
                        "select policy_id, number from access_policy_version where activated_at > ?",
                        row -> List.of(row.bigint("policy_id"), row.bigint("number")),
                        instant)
                .forEach(later -> policies.computeIfPresent(
                        later.getFirst(), (_, policy) -> policy.without(Math.toIntExact(later.getLast()))));
        return policies;
    }

    /** Written with each plan: to which policy it refers from now on, and its price. */
    public void keepPlan(Plan plan, Instant now) {
        sql.update(
                "insert into plan_policy_history (plan_id, policy_id, monthly_cents, at) values (?, ?, ?, ?)",
                plan.id(),
                plan.policyId(),
                plan.monthlyCents(),
                now);
    }

    /** Forgets what held only before an instant, a portion at a time; answers how much. */
    public int prune(Instant before) {
        int pruned = 0;
        int portion;
        do {
            portion = sql.update("""
                    delete from contract_facts_history where (contract_id, version) in (
                        select h.contract_id, h.version from contract_facts_history h
                         where exists (select 1 from contract_facts_history n
                                        where n.contract_id = h.contract_id and n.version > h.version and n.at <= ?)
                         limit ?)
                    """, before, PRUNED_AT_ONCE);
            pruned += portion;
        } while (portion == PRUNED_AT_ONCE);
        return pruned;
    }
}
