package net.catraca.billing.store;

import java.time.Instant;
import java.util.List;

/** The rows that every contract rests on: a policy with one active version, a plan and a customer. */
public final class TestIsp {

    /** Id of the policy "residential": warns at 1 day late, reduces at 7, blocks at 15; by run. */
    public static final long POLICY = 1;

    /** Id of the plan "Fibra 300" under that policy. */
    public static final long PLAN = 1;

    /** Id of the customer "Ana". */
    public static final long CUSTOMER = 1;

    private TestIsp() {}

    /** Into an empty database. */
    public static void seed(Sql sql) {
        sql.inTransaction(() -> {
            policy(sql, "residential");
            sql.update("""
                    insert into plan (name, policy_id, monthly_cents, down_kbps, up_kbps, reduced_down_kbps,
                        reduced_up_kbps)
                    values ('Fibra 300', 1, 9990, 300000, 150000, 1000, 1000)
                    """);
            return sql.update("""
                    insert into customer (name, tax_id, created_at)
                    values ('Ana', '52998224725', '2020-01-01T00:00Z')
                    """);
        });
    }

    /** A policy with the thresholds of "residential"; returns its id. */
    public static long policy(Sql sql, String name) {
        return sql.inTransaction(() -> {
            long id = id(sql, "insert into access_policy (name) values (?) returning id", name);
            sql.update("""
                    insert into access_policy_version (
                        policy_id, number, effective_from, status, warn_days, reduce_days, block_days, cancel_days,
                        renegotiated_warn_days, renegotiated_reduce_days, renegotiated_block_days,
                        prepaid_tightening, blocked_as, awaiting_active_days, release_level, tolerance_cents,
                        temporary_max_days, temporary_interval_days, trust_unlock_days, trust_unlock_interval_days,
                        trust_unlock_max_debt_days, trust_unlock_when_reduced, released_days_per_debt,
                        manual_releases_per_operator_day, created_at, activated_at)
                    values (?, 1, '2020-01-01', 'ACTIVE', 1, 7, 15, 90, 1, 3, 5, 'BY_RUN', 'GARDEN', 3, 'ACTIVE',
                        100, 5, 30, 3, 30, 60, true, 10, 20, '2020-01-01T00:00Z', '2020-01-01T00:00Z')
                    """, id);
            return id;
        });
    }

    /** An active prepaid contract of Ana's without receivables; returns its id. */
    public static long contract(AccessWrite accessWrite, Sql sql, Instant now) {
        return accessWrite.on(List.of(), now, write -> {
            long id = id(sql, """
                    insert into contract (
                        customer_id, plan_id, status, billing_mode, financial_base_date, signed_on, activated_on,
                        created_at)
                    values (?, ?, 'ACTIVE', 'PREPAID', '2026-01-10', '2026-01-10', '2026-01-10', ?)
                    returning id
                    """, CUSTOMER, PLAN, now);
            write.created(id);
            return id;
        });
    }

    /** A login of a contract, with a line's identity made of its name; returns its id. */
    public static long login(AccessWrite accessWrite, Sql sql, long contractId, String login, Instant now) {
        return accessWrite.on(contractId, now, write -> {
            long id = id(sql, """
                    insert into subscriber (contract_id, login, credential_kind, circuit_id, created_at)
                    values (?, ?, 'LINE', ?, ?)
                    returning id
                    """, contractId, login, "circuit of " + login, now);
            write.subscriberChanged(id);
            return id;
        });
    }

    private static long id(Sql sql, String insert, Object... arguments) {
        return sql.first(insert, row -> row.bigint("id"), arguments).orElseThrow();
    }
}
