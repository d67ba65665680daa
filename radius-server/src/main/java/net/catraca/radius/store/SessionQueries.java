package net.catraca.radius.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.store.Row;
import net.catraca.billing.store.Sql;
import net.catraca.radius.dynauth.SessionTarget;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.session.SessionEnd.Cause;
import org.jspecify.annotations.Nullable;

/** Sessions and usage as people look for them. */
@Singleton
@Requires(beans = Sql.class)
public final class SessionQueries {

    /** The lower part of an id counts up with time on every node; the node is above. */
    private static final long COUNTER = (1L << 48) - 1;

    /** What live sessions and those of the history both have. */
    private static final String COMMON = """
            id, nas_id, nas_name, acct_session_id, user_name, port, started_at, subscriber_id, contract_id,
            calling_station_id, mac, called_station_id, circuit_id, remote_id, ipv4, ipv6, ipv6_prefix,
            delegated_ipv6_prefix, input_octets, output_octets, input_packets, output_packets, seconds, ended_at,
            end_cause, terminate_cause
            """;

    /** {@link SessionClass} says what a session was opened with; its octet of the level is there, in its own numbers. */
    private static final String OPENED_WITH = "case when octet_length(s.class) = " + SessionClass.OCTETS
            + " then case get_byte(s.class, " + SessionClass.LEVEL_AT
            + ") when 1 then 'ACTIVE' when 2 then 'REDUCED' when 3 then 'BLOCKED' end end";

    /** Where it never had to be changed, it should have what it was opened with, and has it. */
    private static final String TARGET = "coalesce(t.target_level, " + OPENED_WITH + ")";

    private static final String ACKNOWLEDGED =
            "case when t.session_id is null then " + OPENED_WITH + " else t.acknowledged_level end";

    private static final String SHOWN = """
            s.id, s.nas_id, s.nas_name, s.acct_session_id, s.user_name, s.port, s.started_at, s.subscriber_id,
            s.contract_id, s.calling_station_id, s.mac, s.called_station_id, s.circuit_id, s.remote_id,
            host(s.ipv4) as ipv4, host(s.ipv6) as ipv6, s.ipv6_prefix::text as ipv6_prefix,
            s.delegated_ipv6_prefix::text as delegated_ipv6_prefix, s.input_octets, s.output_octets, s.input_packets,
            s.output_packets, s.seconds, s.last_event_at, s.last_heard_at, s.interim_seconds, s.ended_at, s.end_cause,
            s.terminate_cause, n.region, u.login, c.plan_id, p.name as plan_name,
            s.class, t.session_id as target_session, t.target_level, t.target_plan, tp.name as target_plan_name,
            t.target_since, t.target_cause, t.acknowledged_level, t.acknowledged_plan, t.acknowledged_at,
            t.perhaps_level, t.state, t.attempts, t.last_outcome, t.alert
            """;

    private static final String JOINS = """
              left join nas n on n.id = s.nas_id
              left join subscriber u on u.id = s.subscriber_id
              left join contract c on c.id = s.contract_id
              left join plan p on p.id = c.plan_id
              left join session_target t on t.session_id = s.id
              left join plan tp on tp.id = t.target_plan
            """;

    private static final String WITH_HISTORY = " from (select " + COMMON
            + ", last_event_at, last_heard_at, interim_seconds, class from session where %1$s union all select "
            + COMMON
            + ", null, null, 0, null from session_history where %1$s) s " + JOINS;

    private final Sql sql;

    SessionQueries(Sql sql) {
        this.sql = sql;
    }

    /**
     * Which live sessions are meant; what is null does not matter.
     *
     * @param address an IPv4 or IPv6 address: of the session, or within one of its prefixes
     * @param mac twelve lower-case hex digits
     * @param unknown whether only those that belong to nobody we know
     * @param plan name of the contract's plan
     * @param level that the NAS has acknowledged
     * @param target level that it should have
     * @param mismatch whether only those whose target is not acknowledged, or only the others
     */
    public record Filter(
            @Nullable String nas,
            @Nullable String region,
            @Nullable Long planId,
            @Nullable String login,
            @Nullable String address,
            @Nullable String mac,
            boolean unknown,
            @Nullable String plan,
            @Nullable AccessLevel level,
            @Nullable AccessLevel target,
            @Nullable Boolean mismatch) {

        public static final Filter ALL = new Filter(null, null, null, null, null, null, false, null, null, null, null);
    }

    /**
     * What a session should have.
     *
     * @param planName null when that plan is no more
     */
    public record Target(
            AccessLevel level, long planId, @Nullable String planName, Instant since, String cause) {}

    /**
     * What its NAS has acknowledged.
     *
     * @param level null when that is not known, as is {@code at}
     * @param perhaps the strictest level to which a request without an answer may have brought it since, or null
     * @param attempts that failed since the target was set
     */
    public record Acknowledged(
            @Nullable AccessLevel level,
            @Nullable Long planId,
            @Nullable Instant at,
            @Nullable AccessLevel perhaps,
            SessionTarget.State state,
            int attempts,
            @Nullable String lastOutcome,
            @Nullable String alert) {}

    /**
     * Live sessions of one NAS that should have one level.
     *
     * @param level null when nobody knows
     * @param mismatches those whose target is not acknowledged
     */
    public record Tally(
            long nasId, String nasName, @Nullable AccessLevel level, long sessions, long mismatches) {}

    /**
     * A session and whose it is.
     *
     * @param login of the subscriber as it is written today; null when nobody's, or when it is no more
     * @param lastEventAt null in the history, as is {@code lastHeardAt}
     */
    public record Shown(
            long id,
            long nasId,
            String nasName,
            @Nullable String region,
            String acctSessionId,
            String userName,
            String port,
            Instant startedAt,
            @Nullable Long subscriberId,
            @Nullable String login,
            @Nullable Long contractId,
            @Nullable Long planId,
            @Nullable String planName,
            @Nullable String callingStationId,
            @Nullable String mac,
            @Nullable String calledStationId,
            @Nullable String circuitId,
            @Nullable String remoteId,
            @Nullable String ipv4,
            @Nullable String ipv6,
            @Nullable String ipv6Prefix,
            @Nullable String delegatedIpv6Prefix,
            long inputOctets,
            long outputOctets,
            long inputPackets,
            long outputPackets,
            long seconds,
            @Nullable Instant lastEventAt,
            @Nullable Instant lastHeardAt,
            int interimSeconds,
            @Nullable Instant endedAt,
            @Nullable Cause endCause,
            @Nullable Integer terminateCause,
            @Nullable Target target,
            @Nullable Acknowledged acknowledged) {

        /** Rises with the time at which the session was first heard of, on whatever node. */
        public long order() {
            return id & COUNTER;
        }
    }

    /** Usage of a day; input is what the subscriber sent. */
    public record Usage(LocalDate day, long inputOctets, long outputOctets, long seconds) {}

    /** Live ones, in the order of their ids. */
    public List<Shown> live(Filter filter, long afterId, int limit) {
        var where = new Where(filter);
        where.add("s.id > ?", afterId);
        return sql.list(
                "select " + SHOWN + " from session s " + JOINS + where.text() + " order by s.id limit " + limit,
                SessionQueries::shown,
                where.arguments());
    }

    /** How many live ones there are. */
    public long count(Filter filter) {
        var where = new Where(filter);
        return sql.first(
                        "select count(*) as n from session s " + JOINS + where.text(),
                        row -> row.bigint("n"),
                        where.arguments())
                .orElse(0L);
    }

    /** How many live ones there are by NAS and by the level that they should have. */
    public List<Tally> tallies(Filter filter) {
        var where = new Where(filter);
        return sql.list(
                "select s.nas_id, max(s.nas_name) as nas_name, " + TARGET + " as level, count(*) as sessions,"
                        + " count(*) filter (where t.state <> 'AGREED') as mismatches from session s " + JOINS
                        + where.text() + " group by 1, 3 order by 2, 1, 3",
                row -> new Tally(
                        row.bigint("nas_id"),
                        row.text("nas_name"),
                        row.oneOfOrNull(AccessLevel.class, "level"),
                        row.bigint("sessions"),
                        row.bigint("mismatches")),
                where.arguments());
    }

    /** Live, ended, or in the history. */
    public Optional<Shown> find(long id) {
        return sql.first("select " + SHOWN + WITH_HISTORY.formatted("id = ?"), SessionQueries::shown, id, id);
    }

    /**
     * All sessions of a subscriber as far as they are kept, the latest first.
     *
     * @param before the {@link Shown#order} of the last one of the page before, {@code Long.MAX_VALUE} for the first
     */
    public List<Shown> ofSubscriber(long subscriberId, long before, int limit) {
        return sql.list(
                "select " + SHOWN + WITH_HISTORY.formatted("subscriber_id = ?") + " where (s.id & " + COUNTER
                        + ") < ? order by (s.id & " + COUNTER + ") desc limit " + limit,
                SessionQueries::shown,
                subscriberId,
                subscriberId,
                before);
    }

    /** By day, of days on which there was any; of all contracts that the login has belonged to. */
    public List<Usage> usage(long subscriberId, LocalDate from, LocalDate to) {
        return sql.list(
                """
                select day, sum(input_octets)::bigint as input_octets, sum(output_octets)::bigint as output_octets,
                       sum(seconds)::bigint as seconds
                  from usage_daily where subscriber_id = ? and day between ? and ? group by day order by day
                """,
                row -> new Usage(
                        row.day("day"), row.bigint("input_octets"), row.bigint("output_octets"), row.bigint("seconds")),
                subscriberId,
                from,
                to);
    }

    /** Conditions that are asked for, so that each has its index. */
    private static final class Where {
        private final List<String> conditions = new ArrayList<>(List.of("s.ended_at is null"));
        private final List<@Nullable Object> arguments = new ArrayList<>();

        private Where(Filter filter) {
            add("s.nas_name = ?", filter.nas());
            add("n.region = ?", filter.region());
            add("c.plan_id = ?", filter.planId());
            add("s.subscriber_id = (select id from subscriber where lower(login) = lower(?))", filter.login());
            add("s.mac = ?", filter.mac());
            var address = filter.address();
            if (address != null && address.indexOf(':') < 0) {
                add("s.ipv4 = cast(? as inet)", address);
            } else if (address != null) {
                add(
                        "(s.ipv6 = cast(? as inet) or s.ipv6_prefix >>= cast(? as inet)"
                                + " or s.delegated_ipv6_prefix >>= cast(? as inet))",
                        address);
                arguments.add(address);
                arguments.add(address);
            }
            add("p.name = ?", filter.plan());
            add(ACKNOWLEDGED + " = ?", filter.level());
            add(TARGET + " = ?", filter.target());
            if (filter.mismatch() != null) {
                conditions.add(filter.mismatch() ? "t.state <> 'AGREED'" : "coalesce(t.state, 'AGREED') = 'AGREED'");
            }
            if (filter.unknown()) {
                conditions.add("s.subscriber_id is null");
            }
        }

        private void add(String condition, @Nullable Object argument) {
            if (argument != null) {
                conditions.add(condition);
                arguments.add(argument);
            }
        }

        private String text() {
            return " where " + String.join(" and ", conditions);
        }

        private @Nullable Object[] arguments() {
            return arguments.toArray();
        }
    }

    private static Shown shown(Row row) throws SQLException {
        return new Shown(
                row.bigint("id"),
                row.bigint("nas_id"),
                row.text("nas_name"),
                row.textOrNull("region"),
                row.text("acct_session_id"),
                row.text("user_name"),
                row.text("port"),
                row.instant("started_at"),
                row.bigintOrNull("subscriber_id"),
                row.textOrNull("login"),
                row.bigintOrNull("contract_id"),
                row.bigintOrNull("plan_id"),
                row.textOrNull("plan_name"),
                row.textOrNull("calling_station_id"),
                row.textOrNull("mac"),
                row.textOrNull("called_station_id"),
                row.textOrNull("circuit_id"),
                row.textOrNull("remote_id"),
                row.textOrNull("ipv4"),
                row.textOrNull("ipv6"),
                row.textOrNull("ipv6_prefix"),
                row.textOrNull("delegated_ipv6_prefix"),
                row.bigint("input_octets"),
                row.bigint("output_octets"),
                row.bigint("input_packets"),
                row.bigint("output_packets"),
                row.bigint("seconds"),
                row.instantOrNull("last_event_at"),
                row.instantOrNull("last_heard_at"),
                row.integer("interim_seconds"),
                row.instantOrNull("ended_at"),
                row.oneOfOrNull(Cause.class, "end_cause"),
                row.integerOrNull("terminate_cause"),
                target(row),
                acknowledged(row));
    }

    private static @Nullable Target target(Row row) throws SQLException {
        if (row.bigintOrNull("target_session") != null) {
            return new Target(
                    row.oneOf(AccessLevel.class, "target_level"),
                    row.bigint("target_plan"),
                    row.textOrNull("target_plan_name"),
                    row.instant("target_since"),
                    row.text("target_cause"));
        }
        var opened = openedWith(row);
        if (opened == null) {
            return null;
        }
        var ofContract = row.bigintOrNull("plan_id");
        boolean isSame = ofContract != null && ofContract == opened.planId();
        return new Target(
                opened.level(),
                opened.planId(),
                isSame ? row.textOrNull("plan_name") : null,
                row.instant("started_at"),
                "opened with it");
    }

    private static @Nullable Acknowledged acknowledged(Row row) throws SQLException {
        if (row.bigintOrNull("target_session") != null) {
            return new Acknowledged(
                    row.oneOfOrNull(AccessLevel.class, "acknowledged_level"),
                    row.bigintOrNull("acknowledged_plan"),
                    row.instantOrNull("acknowledged_at"),
                    row.oneOfOrNull(AccessLevel.class, "perhaps_level"),
                    row.oneOf(SessionTarget.State.class, "state"),
                    row.integer("attempts"),
                    row.textOrNull("last_outcome"),
                    row.textOrNull("alert"));
        }
        var opened = openedWith(row);
        return opened == null
                ? null
                : new Acknowledged(
                        opened.level(),
                        opened.planId(),
                        row.instant("started_at"),
                        null,
                        SessionTarget.State.AGREED,
                        0,
                        null,
                        null);
    }

    private static @Nullable SessionClass openedWith(Row row) throws SQLException {
        var octets = row.bytesOrNull("class");
        return octets == null ? null : SessionClass.decode(octets);
    }
}
