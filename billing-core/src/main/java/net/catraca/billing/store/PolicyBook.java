package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.KeptVersion;
import net.catraca.billing.access.NoticeDemand;
import net.catraca.billing.access.PolicyExample;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.contract.BillingMode;
import org.jspecify.annotations.Nullable;

/** The tables {@code access_policy}, {@code access_policy_version} and {@code access_policy_example}. */
@Singleton
public final class PolicyBook {

    private final Sql sql;

    PolicyBook(Sql sql) {
        this.sql = sql;
    }

    /** @param version rises when a version is added or activated */
    public record Head(long id, long version, String name) {}

    public Optional<Head> find(long id) {
        return sql.first("select * from access_policy where id = ?", PolicyBook::head, id);
    }

    /** The row, locked until the transaction ends. */
    public Optional<Head> lock(long id) {
        return sql.first("select * from access_policy where id = ? for no key update", PolicyBook::head, id);
    }

    public List<Head> page(long afterId, int limit) {
        return sql.list(
                "select * from access_policy where id > ? order by id limit ?", PolicyBook::head, afterId, limit);
    }

    /** Whether there is such a policy with a version that plans and contracts can go by. */
    public boolean isActive(long id) {
        return sql.first(
                        "select 1 as one from access_policy_version where policy_id = ? and status = 'ACTIVE' limit 1",
                        row -> row.integer("one"),
                        id)
                .isPresent();
    }

    /** Empty when the name is taken. */
    public Optional<Head> insert(String name) {
        return sql.first(
                "insert into access_policy (name) values (?) on conflict (name) do nothing returning *",
                PolicyBook::head,
                name);
    }

    /** Raises the policy's version. */
    public void touch(long id) {
        sql.update("update access_policy set version = version + 1 where id = ?", id);
    }

    public List<KeptVersion> versions(long policyId) {
        return sql.list(
                "select * from access_policy_version where policy_id = ? order by number",
                row -> kept(row, examples(policyId, row.integer("number"))),
                policyId);
    }

    public void insert(long policyId, AccessPolicyVersion version, List<PolicyExample> examples, Instant now) {
        var limits = version.limits();
        sql.update(
                """
                insert into access_policy_version (
                    policy_id, number, effective_from, status, warn_days, reduce_days, block_days, cancel_days,
                    renegotiated_warn_days, renegotiated_reduce_days, renegotiated_block_days, prepaid_tightening,
                    blocked_as, lock_violated_as, awaiting_active_days, release_level, tolerance_cents, temporary_max_days,
                    temporary_interval_days, trust_unlock_days, trust_unlock_interval_days,
                    trust_unlock_max_debt_days, trust_unlock_when_reduced, reduced_trust_unlock_days,
                    reduced_trust_unlock_interval_days, trust_unlock_interval_lift, released_days_per_debt,
                    manual_releases_per_operator_day, notice_days_before_reduce, notice_days_before_block,
                    notice_reminders_count, agreement_relief, agreement_break_days, agreements_per_debt, created_at)
                values (?, ?, ?, 'DRAFT', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                policyId,
                version.number(),
                version.effectiveFrom(),
                days(version.regular().warnDays()),
                days(version.regular().reduceDays()),
                days(version.regular().blockDays()),
                days(version.regular().cancelDays()),
                days(version.renegotiated().warnDays()),
                days(version.renegotiated().reduceDays()),
                days(version.renegotiated().blockDays()),
                version.prepaidTightening(),
                version.blockedAs(),
                version.lockViolatedAs(),
                version.awaitingActiveDays(),
                version.releaseLevel(),
                limits.toleranceCents(),
                limits.temporaryMaxDays(),
                limits.temporaryIntervalDays(),
                limits.trustUnlockDays(),
                limits.trustUnlockIntervalDays(),
                days(limits.trustUnlockMaxDebtDays()),
                limits.trustUnlockWhenReduced(),
                limits.reducedTrustUnlockDays(),
                limits.reducedTrustUnlockIntervalDays(),
                limits.trustUnlockIntervalLift(),
                limits.releasedDaysPerDebt(),
                limits.manualReleasesPerOperatorDay(),
                noticeDays(version.notice().daysBeforeReduce()),
                noticeDays(version.notice().daysBeforeBlock()),
                version.notice().remindersCount(),
                version.agreement().relief(),
                version.agreement().breakDays(),
                version.agreement().perDebt(),
                now);
        for (int i = 0; i < examples.size(); i++) {
            insert(policyId, version.number(), i + 1, examples.get(i));
        }
    }

    private void insert(long policyId, int number, int ordinal, PolicyExample example) {
        sql.update(
                """
                insert into access_policy_example (
                    policy_id, number, ordinal, description, billing_mode, days_late, renegotiated, expected_level,
                    expected_warned, expected_trust_unlock_days)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                policyId,
                number,
                ordinal,
                example.description(),
                example.billingMode(),
                example.daysLate(),
                example.renegotiated(),
                example.expectedLevel(),
                example.expectedWarned(),
                example.expectedTrustUnlockDays());
    }

    public void activate(long policyId, int number, Instant now) {
        sql.update(
                "update access_policy_version set status = 'ACTIVE', activated_at = ? where policy_id = ? and number = ?",
                now,
                policyId,
                number);
    }

    private List<PolicyExample> examples(long policyId, int number) {
        return sql.list(
                "select * from access_policy_example where policy_id = ? and number = ? order by ordinal",
                PolicyBook::example,
                policyId,
                number);
    }

    private static Head head(Row row) throws SQLException {
        return new Head(row.bigint("id"), row.bigint("version"), row.text("name"));
    }

    private static KeptVersion kept(Row row, List<PolicyExample> examples) throws SQLException {
        return new KeptVersion(
                row.bigint("policy_id"), Catalogs.policyVersion(row), examples, row.instantOrNull("activated_at"));
    }

    private static PolicyExample example(Row row) throws SQLException {
        return new PolicyExample(
                row.text("description"),
                row.oneOf(BillingMode.class, "billing_mode"),
                row.integer("days_late"),
                row.bool("renegotiated"),
                row.oneOf(AccessLevel.class, "expected_level"),
                row.bool("expected_warned"),
                row.integerOrNull("expected_trust_unlock_days"));
    }

    private static @Nullable Integer noticeDays(int days) {
        return days == NoticeDemand.NONE ? null : days;
    }

    private static @Nullable Integer days(int days) {
        return days == Thresholds.NEVER ? null : days;
    }
}
