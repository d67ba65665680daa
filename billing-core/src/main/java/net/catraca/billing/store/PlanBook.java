package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.PlanDraft;
import org.jspecify.annotations.Nullable;

/** The table {@code plan}. */
@Singleton
public final class PlanBook {

    private final Sql sql;

    PlanBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<Plan> find(long id) {
        return sql.first("select * from plan where id = ?", Catalogs::plan, id);
    }

    public List<Plan> page(long afterId, int limit) {
        return sql.list("select * from plan where id > ? order by id limit ?", Catalogs::plan, afterId, limit);
    }

    /** The row, locked until the transaction ends. */
    public Optional<Plan> lock(long id) {
        return sql.first("select * from plan where id = ? for no key update", Catalogs::plan, id);
    }

    /** Whether another plan has this name or external id. */
    public boolean isTaken(PlanDraft draft, long exceptId) {
        return sql.first(
                        "select 1 as one from plan where id <> ? and (name = ? or external_id = ?) limit 1",
                        row -> row.integer("one"),
                        exceptId,
                        draft.name(),
                        draft.externalId())
                .isPresent();
    }

    /** Whether there is a pool of ours with that name (without what marks it as ours) and family. */
    public boolean isPool(String name, String family) {
        return sql.first(
                        "select 1 as one from address_pool where name = ? and family = ?",
                        row -> row.integer("one"),
                        name,
                        family)
                .isPresent();
    }

    public boolean isSold(long id) {
        return sql.first("select 1 as one from contract where plan_id = ? limit 1", row -> row.integer("one"), id)
                .isPresent();
    }

    public Plan insert(PlanDraft draft) {
        return sql.first("""
                        insert into plan (
                            external_id, name, policy_id, monthly_cents, down_kbps, up_kbps, burst_down_kbps,
                            burst_up_kbps, burst_threshold_down_kbps, burst_threshold_up_kbps, burst_seconds,
                            reduced_down_kbps, reduced_up_kbps, ipv4_pool, ipv6_pool, delegated_ipv6_pool,
                            simultaneous_sessions, interim_seconds, simultaneous_policy)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        returning *
                        """, Catalogs::plan, columns(draft, null)).orElseThrow();
    }

    public Plan update(long id, PlanDraft draft) {
        return sql.first("""
                        update plan set
                            version = version + 1,
                            external_id = ?, name = ?, policy_id = ?, monthly_cents = ?, down_kbps = ?, up_kbps = ?,
                            burst_down_kbps = ?, burst_up_kbps = ?, burst_threshold_down_kbps = ?,
                            burst_threshold_up_kbps = ?, burst_seconds = ?, reduced_down_kbps = ?,
                            reduced_up_kbps = ?, ipv4_pool = ?, ipv6_pool = ?, delegated_ipv6_pool = ?,
                            simultaneous_sessions = ?, interim_seconds = ?, simultaneous_policy = ?
                         where id = ?
                        returning *
                        """, Catalogs::plan, columns(draft, id)).orElseThrow();
    }

    private static @Nullable Object[] columns(PlanDraft draft, @Nullable Long id) {
        var burst = draft.burst();
        @Nullable
        Object[] columns = {
            draft.externalId(),
            draft.name(),
            draft.policyId(),
            draft.monthlyCents(),
            draft.active().downKbps(),
            draft.active().upKbps(),
            burst == null ? null : burst.peak().downKbps(),
            burst == null ? null : burst.peak().upKbps(),
            burst == null ? null : burst.threshold().downKbps(),
            burst == null ? null : burst.threshold().upKbps(),
            burst == null ? null : burst.seconds(),
            draft.reduced().downKbps(),
            draft.reduced().upKbps(),
            draft.ipv4Pool(),
            draft.ipv6Pool(),
            draft.delegatedIpv6Pool(),
            draft.simultaneousSessions(),
            draft.interimSeconds(),
            draft.simultaneousPolicy(),
            id
        };
        return id == null ? Arrays.copyOf(columns, columns.length - 1) : columns;
    }
}
