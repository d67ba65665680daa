package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.release.IncidentRelease;
import net.catraca.billing.release.IncidentRelease.State;
import net.catraca.billing.release.IncidentScope;
import org.jspecify.annotations.Nullable;

/** The table {@code incident_release}, and the lines that one concerns. */
@Singleton
public final class IncidentBook {

    /** Who is concerned is offline: their last line is what is known of them, and an older one may be another's by now. */
    public static final Duration LAST_LINE = Duration.ofDays(90);

    private static final String SELECT = """
            select i.*, (select count(*)::integer from release r where r.incident_id = i.id) as granted
              from incident_release i
            """;

    private static final String CONCERNED = """
              from contract c
              left join contract_line l on l.contract_id = c.id and l.last_seen_at > ?
             where c.status = 'ACTIVE'
               and (l.nas_id = ?::bigint
                    or coalesce(l.region, c.region) = ?::text
                    or starts_with(l.circuit_id, ?::text))
            """;

    private final Sql sql;

    IncidentBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<IncidentRelease> find(long id) {
        return sql.first(SELECT + " where i.id = ?", IncidentBook::incident, id);
    }

    /** The row, locked until the transaction ends. */
    public Optional<IncidentRelease> lock(long id) {
        sql.first("select 1 as one from incident_release where id = ? for no key update", row -> true, id);
        return find(id);
    }

    /** Newest first, below an id. */
    public List<IncidentRelease> page(long beforeId, int limit) {
        return sql.list(SELECT + " where i.id < ? order by i.id desc limit ?", IncidentBook::incident, beforeId, limit);
    }

    /** Ids of those in a state, oldest first. */
    public List<Long> in(State state) {
        return sql.list("select id from incident_release where state = ? order by id", row -> row.bigint("id"), state);
    }

    public int concerned(IncidentScope scope, Instant now) {
        return sql.first(
                        "select count(*)::integer as concerned " + CONCERNED,
                        row -> row.integer("concerned"),
                        now.minus(LAST_LINE),
                        scope.nasId(),
                        scope.region(),
                        scope.circuitPrefix())
                .orElseThrow();
    }

    /** Contracts concerned that it has not let through yet, in the order of their ids. */
    public List<Long> left(IncidentRelease incident, Instant now, int limit) {
        return sql.list(
                "select c.id " + CONCERNED + """
                           and not exists (select 1 from release r where r.contract_id = c.id and r.incident_id = ?)
                         order by c.id limit ?
                        """,
                row -> row.bigint("id"),
                now.minus(LAST_LINE),
                incident.scope().nasId(),
                incident.scope().region(),
                incident.scope().circuitPrefix(),
                incident.id(),
                limit);
    }

    public long insert(
            IncidentScope scope,
            String reason,
            Instant until,
            Duration spread,
            String by,
            Instant now,
            Instant expiresAt,
            int concerned) {
        return sql.first(
                        """
                        insert into incident_release (
                            state, nas_id, region, circuit_prefix, reason, until, spread_seconds, requested_by,
                            requested_at, expires_at, contracts)
                        values ('PENDING', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        returning id
                        """,
                        row -> row.bigint("id"),
                        scope.nasId(),
                        scope.region(),
                        scope.circuitPrefix(),
                        reason,
                        until,
                        (int) spread.toSeconds(),
                        by,
                        now,
                        expiresAt,
                        concerned)
                .orElseThrow();
    }

    public void decide(long id, State state, String by, Instant now, @Nullable String reason) {
        sql.update("""
                update incident_release
                   set version = version + 1, state = ?, decided_by = ?, decided_at = ?, decision_reason = ?
                 where id = ?
                """, state, by, now, reason, id);
    }

    /** False when it is in another state than thought. */
    public boolean become(long id, State from, State to) {
        return sql.update(
                        "update incident_release set version = version + 1, state = ? where id = ? and state = ?",
                        to,
                        id,
                        from)
                == 1;
    }

    /** @param fromLevel what the contract gets without it */
    public record Entry(long contractId, AccessLevel level, Instant until, AccessLevel fromLevel) {}

    /** Writes releases of contracts that the caller holds. */
    public void grant(IncidentRelease incident, Collection<Entry> entries, Instant now) {
        sql.batch("""
                insert into release (
                    contract_id, kind, level, reason, granted_by, granted_at, starts_at, until, from_level, seconded_by,
                    incident_id)
                values (?, 'INCIDENT', ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, entries, entry -> new @Nullable Object[] {
            entry.contractId(),
            entry.level(),
            incident.reason(),
            incident.requestedBy(),
            now,
            now,
            entry.until(),
            entry.fromLevel(),
            incident.decidedBy(),
            incident.id()
        });
    }

    /** One that is granted ends from an instant on, if that is before its own. */
    public void endFrom(long id, Instant now) {
        sql.update("""
                update incident_release set version = version + 1, state = 'ENDING', until = least(until, ?)
                 where id = ? and state = 'GRANTED'
                """, now, id);
    }

    /** Contracts whose release by it ends later than its spread allows, in the order of their ids. */
    public List<Long> endingLater(IncidentRelease incident, int limit) {
        return sql.list(
                """
                select contract_id from release
                 where incident_id = ? and ended_at is null and until > ?
                 order by contract_id limit ?
                """,
                row -> row.bigint("contract_id"),
                incident.id(),
                incident.until().plus(incident.spread()),
                limit);
    }

    /** Moves the ends of its releases to earlier instants; the caller holds the contracts. */
    public void endEarlier(long id, Map<Long, Instant> untilByContract) {
        sql.batch("""
                update release set version = version + 1, until = ?
                 where incident_id = ? and contract_id = ? and ended_at is null and until > ?
                """, untilByContract.entrySet(), entry ->
                new @Nullable Object[] {entry.getValue(), id, entry.getKey(), entry.getValue()});
    }

    private static IncidentRelease incident(Row row) throws SQLException {
        return new IncidentRelease(
                row.bigint("id"),
                row.bigint("version"),
                row.oneOf(State.class, "state"),
                new IncidentScope(
                        row.bigintOrNull("nas_id"), row.textOrNull("region"), row.textOrNull("circuit_prefix")),
                row.text("reason"),
                row.instant("until"),
                Duration.ofSeconds(row.integer("spread_seconds")),
                row.text("requested_by"),
                row.instant("requested_at"),
                row.instant("expires_at"),
                row.textOrNull("decided_by"),
                row.instantOrNull("decided_at"),
                row.textOrNull("decision_reason"),
                row.integer("contracts"),
                row.integer("granted"));
    }
}
