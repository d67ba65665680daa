package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.access.AgreementTerms;
import net.catraca.billing.access.NoticeDemand;
import net.catraca.billing.access.ReleaseLimits;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Plan.Burst;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.billing.contract.SimultaneousPolicy;
import org.jspecify.annotations.Nullable;

/** Reads plans and the active versions of policies; an ISP has tens of them, so always all. */
@Singleton
public final class Catalogs {

    private final Sql sql;

    Catalogs(Sql sql) {
        this.sql = sql;
    }

    public Catalog read() {
        Map<Long, Plan> plans = new HashMap<>();
        sql.each("select * from plan", row -> plans.put(row.bigint("id"), plan(row)));
        return new Catalog(plans, policies());
    }

    private Map<Long, AccessPolicy> policies() {
        record Head(long id, long version, String name) {}
        Map<Head, List<AccessPolicyVersion>> versions = new HashMap<>();
        sql.each("""
                select p.id, p.version, p.name, v.*
                  from access_policy p
                  join access_policy_version v on v.policy_id = p.id
                 where v.status = 'ACTIVE'
                """, row -> versions.computeIfAbsent(
                        new Head(row.bigint("id"), row.bigint("version"), row.text("name")), head -> new ArrayList<>())
                .add(policyVersion(row)));
        Map<Long, AccessPolicy> policies = new TreeMap<>();
        versions.forEach((head, active) ->
                policies.put(head.id(), new AccessPolicy(head.id(), head.version(), head.name(), active)));
        return policies;
    }

    static Plan plan(Row row) throws SQLException {
        return new Plan(
                row.bigint("id"),
                row.bigint("version"),
                row.textOrNull("external_id"),
                row.text("name"),
                row.bigint("policy_id"),
                row.bigint("monthly_cents"),
                new Rate(row.integer("down_kbps"), row.integer("up_kbps")),
                burst(row),
                new Rate(row.integer("reduced_down_kbps"), row.integer("reduced_up_kbps")),
                row.textOrNull("ipv4_pool"),
                row.textOrNull("ipv6_pool"),
                row.textOrNull("delegated_ipv6_pool"),
                row.integer("simultaneous_sessions"),
                row.integer("interim_seconds"),
                row.oneOf(SimultaneousPolicy.class, "simultaneous_policy"));
    }

    private static @Nullable Burst burst(Row row) throws SQLException {
        if (row.integerOrNull("burst_seconds") == null) {
            return null;
        }
        return new Burst(
                new Rate(row.integer("burst_down_kbps"), row.integer("burst_up_kbps")),
                new Rate(row.integer("burst_threshold_down_kbps"), row.integer("burst_threshold_up_kbps")),
                row.integer("burst_seconds"));
    }

    static AccessPolicyVersion policyVersion(Row row) throws SQLException {
        return new AccessPolicyVersion(
                row.integer("number"),
                row.day("effective_from"),
                thresholds(row, "", row.integerOr("cancel_days", Thresholds.NEVER)),
                thresholds(row, "renegotiated_", Thresholds.NEVER),
                row.oneOf(PrepaidTightening.class, "prepaid_tightening"),
                row.oneOf(BlockedAs.class, "blocked_as"),
                row.oneOf(BlockedAs.class, "lock_violated_as"),
                row.integer("awaiting_active_days"),
                row.oneOf(AccessLevel.class, "release_level"),
                new ReleaseLimits(
                        row.bigint("tolerance_cents"),
                        row.integer("temporary_max_days"),
                        row.integer("temporary_interval_days"),
                        row.integer("trust_unlock_days"),
                        row.integer("trust_unlock_interval_days"),
                        row.integerOr("trust_unlock_max_debt_days", Thresholds.NEVER),
                        row.bool("trust_unlock_when_reduced"),
                        row.integerOr("reduced_trust_unlock_days", row.integer("trust_unlock_days")),
                        row.integerOr("reduced_trust_unlock_interval_days", row.integer("trust_unlock_interval_days")),
                        row.bool("trust_unlock_interval_lift"),
                        row.integer("released_days_per_debt"),
                        row.integer("manual_releases_per_operator_day")),
                new NoticeDemand(
                        row.integerOr("notice_days_before_reduce", NoticeDemand.NONE),
                        row.integerOr("notice_days_before_block", NoticeDemand.NONE),
                        row.bool("notice_reminders_count")),
                new AgreementTerms(
                        row.oneOf(AgreementTerms.Relief.class, "agreement_relief"),
                        row.integer("agreement_break_days"),
                        row.integer("agreements_per_debt")));
    }

    private static Thresholds thresholds(Row row, String prefix, int cancelDays) throws SQLException {
        return new Thresholds(
                row.integerOr(prefix + "warn_days", Thresholds.NEVER),
                row.integerOr(prefix + "reduce_days", Thresholds.NEVER),
                row.integerOr(prefix + "block_days", Thresholds.NEVER),
                cancelDays);
    }
}
