package net.catraca.radius.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.store.Row;
import net.catraca.billing.store.Sql;
import net.catraca.radius.dynauth.Attempt;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.Rendering;
import net.catraca.radius.dynauth.SessionTarget;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.nas.CoaRules.After;
import net.catraca.radius.session.Session;
import org.jspecify.annotations.Nullable;

/** The tables {@code session_target}, {@code dynauth_attempt}, {@code nas_dynauth} and {@code nas_lease}. */
@Singleton
public final class TargetBook {

    /** Two years and the running month: as long as a subscriber may ask what was done to him. */
    private static final int KEPT_MONTHS = 24;

    private final Sql sql;
    private final OrderBook orders;

    TargetBook(Sql sql) {
        this.sql = sql;
        this.orders = new OrderBook(sql);
    }

    /** What people want of sessions to which another node sends. */
    public OrderBook orders() {
        return orders;
    }

    /** All that is stored of a NAS's sessions; some may have ended since. */
    public List<SessionTarget> ofNas(long nasId) {
        return sql.list("select * from session_target where nas_id = ?", TargetBook::target, nasId);
    }

    private static SessionTarget target(Row row) throws SQLException {
        var acknowledged = row.oneOfOrNull(AccessLevel.class, "acknowledged_level");
        return new SessionTarget(
                row.bigint("session_id"),
                row.bigint("nas_id"),
                row.bigint("contract_id"),
                row.bigint("generation"),
                new Rendering(
                        row.oneOf(AccessLevel.class, "target_level"),
                        row.bigint("target_plan"),
                        row.bigint("target_plan_version")),
                row.instant("target_since"),
                row.text("target_cause"),
                acknowledged == null
                        ? null
                        : new Rendering(
                                acknowledged, row.bigint("acknowledged_plan"), row.bigint("acknowledged_plan_version")),
                row.instantOrNull("acknowledged_at"),
                row.oneOfOrNull(AccessLevel.class, "perhaps_level"),
                row.oneOf(SessionTarget.State.class, "state"),
                row.integer("attempts"),
                row.integer("contradictions"),
                row.instantOrNull("next_attempt_at"),
                row.oneOfOrNull(Method.class, "last_method"),
                row.textOrNull("last_outcome"),
                row.integerOrNull("last_error_cause"),
                row.bigintOrNull("last_rtt_micros"),
                row.textOrNull("alert"));
    }

    /**
     * Writes all of it in one transaction.
     *
     * @param gone ids of sessions that need no target any more
     */
    public void save(Collection<SessionTarget> targets, Collection<Long> gone, Collection<Attempt> attempts) {
        sql.inTransaction(() -> {
            saveTargets(targets);
            if (!gone.isEmpty()) {
                sql.update("delete from session_target where session_id = any(?)", gone);
            }
            saveAttempts(attempts);
            return true;
        });
    }

    private void saveTargets(Collection<SessionTarget> targets) {
        // A node that has lost its lease may come late: the higher generation is the newer one.
        sql.batch("""
                insert into session_target (
                    session_id, nas_id, contract_id, generation, target_level, target_plan, target_plan_version,
                    target_since, target_cause, acknowledged_level, acknowledged_plan, acknowledged_plan_version,
                    acknowledged_at, state, attempts, next_attempt_at, last_method, last_outcome, last_error_cause,
                    last_rtt_micros, alert, perhaps_level, contradictions)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (session_id) do update set
                    contract_id = excluded.contract_id, generation = excluded.generation,
                    target_level = excluded.target_level, target_plan = excluded.target_plan,
                    target_plan_version = excluded.target_plan_version, target_since = excluded.target_since,
                    target_cause = excluded.target_cause, acknowledged_level = excluded.acknowledged_level,
                    acknowledged_plan = excluded.acknowledged_plan,
                    acknowledged_plan_version = excluded.acknowledged_plan_version,
                    acknowledged_at = excluded.acknowledged_at, state = excluded.state,
                    attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at,
                    last_method = excluded.last_method, last_outcome = excluded.last_outcome,
                    last_error_cause = excluded.last_error_cause, last_rtt_micros = excluded.last_rtt_micros,
                    alert = excluded.alert, perhaps_level = excluded.perhaps_level,
                    contradictions = excluded.contradictions
                 where session_target.generation <= excluded.generation
                """, targets, TargetBook::columns);
    }

    private static @Nullable Object[] columns(SessionTarget target) {
        var acknowledged = target.acknowledged();
        return new @Nullable Object[] {
            target.sessionId(),
            target.nasId(),
            target.contractId(),
            target.generation(),
            target.target().level(),
            target.target().planId(),
            target.target().planVersion(),
            target.since(),
            target.cause(),
            acknowledged == null ? null : acknowledged.level(),
            acknowledged == null ? null : acknowledged.planId(),
            acknowledged == null ? null : acknowledged.planVersion(),
            target.acknowledgedAt(),
            target.state(),
            target.attempts(),
            target.nextAttemptAt(),
            target.lastMethod(),
            target.lastOutcome(),
            target.lastErrorCause(),
            target.lastRttMicros(),
            target.alert(),
            target.perhaps(),
            target.contradictions()
        };
    }

    private void saveAttempts(Collection<Attempt> attempts) {
        sql.batch("""
                insert into dynauth_attempt (
                    at, session_id, nas_id, nas_name, contract_id, user_name, acct_session_id, generation, method,
                    level, plan_id, plan_version, cause, outcome, error_cause, round_trip_micros, transmissions, node)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, attempts, attempt -> new @Nullable Object[] {
            attempt.at(),
            attempt.sessionId(),
            attempt.nasId(),
            attempt.nasName(),
            attempt.contractId(),
            attempt.userName(),
            attempt.acctSessionId(),
            attempt.generation(),
            attempt.method(),
            attempt.sent().level(),
            attempt.sent().planId(),
            attempt.sent().planVersion(),
            attempt.cause(),
            attempt.outcome(),
            attempt.errorCause(),
            attempt.roundTripMicros(),
            attempt.transmissions(),
            attempt.node()
        });
    }

    /** The newest first. */
    public List<Attempt> attempts(long sessionId, int limit) {
        return sql.list(
                "select * from dynauth_attempt where session_id = ? order by at desc, id desc limit ?",
                TargetBook::attempt,
                sessionId,
                limit);
    }

    static Attempt attempt(Row row) throws SQLException {
        return new Attempt(
                row.instant("at"),
                row.bigint("session_id"),
                row.bigint("nas_id"),
                row.text("nas_name"),
                row.bigintOrNull("contract_id"),
                row.text("user_name"),
                row.text("acct_session_id"),
                row.bigint("generation"),
                row.oneOf(Method.class, "method"),
                new Rendering(row.oneOf(AccessLevel.class, "level"), row.bigint("plan_id"), row.bigint("plan_version")),
                row.text("cause"),
                row.oneOf(Attempt.Outcome.class, "outcome"),
                row.integerOrNull("error_cause"),
                row.bigintOrNull("round_trip_micros"),
                row.integer("transmissions"),
                row.text("node"));
    }

    /** What operators say of single NASes. */
    public Map<Long, CoaRules> rules() {
        var rules = new HashMap<Long, CoaRules>();
        sql.each("select * from nas_dynauth", row -> rules.put(row.bigint("nas_id"), rules(row)));
        return Map.copyOf(rules);
    }

    public CoaRules rules(long nasId) {
        return sql.first("select * from nas_dynauth where nas_id = ?", TargetBook::rules, nasId)
                .orElse(CoaRules.NONE);
    }

    private static CoaRules rules(Row row) throws SQLException {
        // Before each failure had a rule of its own, there was one number for all.
        var attempts = row.integerOrNull("coa_attempts");
        var retries = attempts == null ? null : Integer.valueOf(attempts - 1);
        return new CoaRules(
                row.integerOrNull("rate"),
                row.integerOrNull("window_size"),
                row.integerOrNull("canary"),
                row.integerOrNull("backoff_seconds"),
                row.integerOrNull("breaker_after"),
                row.integerOrNull("breaker_pause_seconds"),
                row.integerOrNull("disconnect_attempts"),
                after(row, "nak", retries),
                after(row, "timeout", retries),
                after(row, "contradiction", null));
    }

    private static After after(Row row, String what, @Nullable Integer retries) throws SQLException {
        var own = row.integerOrNull(what + "_retries");
        return new After(
                own == null ? retries : own, row.boolOrNull(what + "_disconnect"), row.boolOrNull(what + "_alert"));
    }

    /** In place of all that was said before. */
    public void saveRules(long nasId, CoaRules rules) {
        sql.update("delete from nas_dynauth where nas_id = ?", nasId);
        if (rules.equals(CoaRules.NONE)) {
            return;
        }
        sql.update(
                """
                insert into nas_dynauth (
                    nas_id, rate, window_size, canary, backoff_seconds, breaker_after, breaker_pause_seconds,
                    disconnect_attempts, nak_retries, nak_disconnect, nak_alert, timeout_retries, timeout_disconnect,
                    timeout_alert, contradiction_retries, contradiction_disconnect, contradiction_alert)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                nasId,
                rules.rate(),
                rules.window(),
                rules.canary(),
                rules.backoffSeconds(),
                rules.breakerAfter(),
                rules.breakerPauseSeconds(),
                rules.disconnectAttempts(),
                rules.nak().retries(),
                rules.nak().disconnect(),
                rules.nak().alert(),
                rules.timeout().retries(),
                rules.timeout().disconnect(),
                rules.timeout().alert(),
                rules.contradiction().retries(),
                rules.contradiction().disconnect(),
                rules.contradiction().alert());
    }

    /**
     * Takes or renews the leases that no other node holds, by the database's clock.
     *
     * @return the NASes of which this node is the one that sends
     */
    public Set<Long> lease(Collection<Long> nasIds, String node, int seconds) {
        return new HashSet<>(sql.list("""
                insert into nas_lease (nas_id, node, until)
                select nas_id, ?, clock_timestamp() + make_interval(secs => ?)
                  from unnest(?) as wanted (nas_id) order by nas_id
                on conflict (nas_id) do update set node = excluded.node, until = excluded.until
                 where nas_lease.node = excluded.node or nas_lease.until < clock_timestamp()
                returning nas_id
                """, row -> row.bigint("nas_id"), node, seconds, nasIds));
    }

    // Replaced sessions of NASes to which another node sends.

    /** Nobody holds the lease for so long, or the session's row never came: its next record tells. */
    private static final Duration HANDED_OVER_KEPT = Duration.ofMinutes(10);

    /** For the node that sends to their NASes. */
    public void handOver(Collection<Session> replaced, Instant now) {
        sql.batch(
                "insert into replaced_session (session_id, nas_id, at) values (?, ?, ?) on conflict do nothing",
                replaced,
                session -> new Object[] {session.id(), session.key().nasId(), now});
    }

    /** Those of these NASes whose rows are there; each is given once. */
    public List<Session> takeHandedOver(Collection<Long> nasIds, Instant now) {
        return sql.inTransaction(() -> {
            sql.update("delete from replaced_session where at < ?", now.minus(HANDED_OVER_KEPT));
            var taken = sql.list("""
                    delete from replaced_session r using session s
                     where s.id = r.session_id and r.nas_id = any(?) returning r.session_id
                    """, row -> row.bigint("session_id"), nasIds);
            return taken.isEmpty()
                    ? List.<Session>of()
                    : sql.list(
                            "select " + SessionBook.COLUMNS + " from session s where s.id = any(?) order by s.id",
                            SessionBook::session,
                            taken);
        });
    }

    /** So that another node need not wait. */
    public void releaseLeases(String node) {
        sql.update("delete from nas_lease where node = ?", node);
    }

    /** Makes the attempts' partitions of this month and the next, and drops those that are too old. */
    public void keepPartitions(Instant now) {
        var month = YearMonth.from(now.atOffset(ZoneOffset.UTC));
        partition(month);
        partition(month.plusMonths(1));
        sql
                .list(
                        "select inhrelid::regclass::text as name from pg_inherits"
                                + " where inhparent = 'dynauth_attempt'::regclass",
                        row -> row.text("name"))
                .stream()
                .filter(name -> name.compareTo(name(month.minusMonths(KEPT_MONTHS))) < 0)
                .forEach(name -> sql.update("drop table " + name));
    }

    private void partition(YearMonth month) {
        sql.update("create table if not exists " + name(month) + " partition of dynauth_attempt for values from ('"
                + month.atDay(1) + " 00:00+00') to ('" + month.plusMonths(1).atDay(1) + " 00:00+00')");
    }

    private static String name(YearMonth month) {
        return "dynauth_attempt_%04d_%02d".formatted(month.getYear(), month.getMonthValue());
    }
}
