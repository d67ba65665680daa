package net.catraca.radius.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import net.catraca.billing.store.Row;
import net.catraca.billing.store.RowColumns;
import net.catraca.billing.store.Sql;
import net.catraca.radius.session.Addresses;
import net.catraca.radius.session.CounterState;
import net.catraca.radius.session.Counters;
import net.catraca.radius.session.Evidence;
import net.catraca.radius.session.Line;
import net.catraca.radius.session.Readings;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.session.SessionEnd;
import net.catraca.radius.session.SessionKey;
import org.jspecify.annotations.Nullable;

/** The tables {@code session}, {@code session_written} and {@code nas_restart}. */
@Singleton
@Requires(beans = Sql.class)
public final class SessionBook {

    /** Named, so that no other code's advisory locks are met. */
    private static final int NAS_LOCKS = 0x53455353;

    static final String COLUMNS = """
            s.id, s.nas_id, s.nas_name, host(s.nas_address) as nas_address, s.acct_session_id, s.user_name, s.port,
            s.started_at, s.subscriber_id, s.contract_id, s.calling_station_id, s.mac, s.called_station_id,
            s.circuit_id, s.remote_id, host(s.ipv4) as ipv4, host(s.ipv6) as ipv6, s.ipv6_prefix::text as ipv6_prefix,
            s.delegated_ipv6_prefix::text as delegated_ipv6_prefix, s.class, s.input_octets, s.output_octets,
            s.input_packets, s.output_packets, s.gigawords_seen, s.readings, s.seconds, s.start_told_at,
            s.last_event_at, s.last_heard_at, s.interim_seconds, s.interim_heard, s.ended_at, s.end_cause,
            s.terminate_cause, s.last_record, s.told
            """;

    private final Sql sql;

    SessionBook(Sql sql) {
        this.sql = sql;
    }

    /**
     * Keeps other nodes from writing sessions of these NASes until the transaction ends; in order, so that two nodes do
     * not wait for each other. Without it two nodes could open one session twice.
     */
    void lock(Collection<Long> nasIds) {
        sql.list(
                "select pg_advisory_xact_lock(?, hashint8(id)) from (select id from unnest(?) as id order by hashint8(id)) ids",
                row -> true,
                NAS_LOCKS,
                nasIds);
    }

    /** All with these NASes and session ids, whatever the user and port, locked; in the order of their ids. */
    List<Session> lockNamed(long[] nasIds, String[] acctSessionIds) {
        return sql.list("select " + COLUMNS + """
                   from session s
                   join (select distinct nas_id, acct_session_id from unnest(?, ?) as k (nas_id, acct_session_id)) k
                     on k.nas_id = s.nas_id and k.acct_session_id = s.acct_session_id
                  order by s.id
                    for update of s
                """, SessionBook::session, nasIds, acctSessionIds);
    }

    /** The live ones of these NASes, locked. */
    List<Session> lockLive(Collection<Long> nasIds) {
        return sql.list(
                "select " + COLUMNS
                        + " from session s where s.nas_id = any(?) and s.ended_at is null order by s.id for update",
                SessionBook::session,
                nasIds);
    }

    List<Session> lock(long[] ids) {
        return sql.list(
                "select " + COLUMNS + " from session s where s.id = any(?) order by s.id for update",
                SessionBook::session,
                ids);
    }

    /**
     * Notes, within the transaction that moves a login, whose its live sessions are from now on; memory hears of it with
     * their next record.
     */
    public void loginMoved(long subscriberId, long contractId) {
        sql.update(
                "update session set contract_id = ? where subscriber_id = ? and ended_at is null",
                contractId,
                subscriberId);
    }

    /** Numbers of sessions that began with another server lie below those of journals, whose nodes begin at 1. */
    private static final long BELOW_JOURNALS = 1L << 48;

    /** The last number that {@link #adopt} has used; the next ones are nobody's until the transaction ends. */
    public long lastAdopted() {
        sql.list("select pg_advisory_xact_lock(?, 0)", row -> true, NAS_LOCKS);
        return sql.first(
                        "select coalesce(max(id), 0) as last from (select id from session where id < ?"
                                + " union all select id from session_history where id < ?) ids",
                        row -> row.bigint("last"),
                        BELOW_JOURNALS,
                        BELOW_JOURNALS)
                .orElseThrow();
    }

    /** Sessions that began with another server. */
    public void adopt(Collection<Session> sessions, int node, Instant now) {
        write(sessions, node, now);
    }

    /** The live one with this key, if there is one. */
    public Optional<Long> liveWith(SessionKey key) {
        return sql.first("""
                select id from session
                 where nas_id = ? and acct_session_id = ? and user_name = ? and port = ? and ended_at is null
                """, row -> row.bigint("id"), key.nasId(), key.acctSessionId(), key.userName(), key.port());
    }

    /**
     * Whether one with this key, of a start no later than told, has ended since. A router that begins its ids anew gives
     * an old one to a later start.
     *
     * @param subscriberId whose it was
     */
    public boolean endedSince(SessionKey key, long subscriberId, Instant startedAt) {
        return sql.first(
                        """
                        select 1 from session
                         where nas_id = ? and acct_session_id = ? and user_name = ? and port = ? and ended_at >= ?
                        union all
                        select 1 from session_history
                         where subscriber_id = ? and ended_at >= ?
                           and nas_id = ? and acct_session_id = ? and user_name = ? and port = ?
                         limit 1
                        """,
                        row -> true,
                        key.nasId(),
                        key.acctSessionId(),
                        key.userName(),
                        key.port(),
                        startedAt,
                        subscriberId,
                        startedAt,
                        key.nasId(),
                        key.acctSessionId(),
                        key.userName(),
                        key.port())
                .isPresent();
    }

    /** Live ones, and those that closed since: what memory holds. */
    void eachKnown(Instant closedSince, Consumer<Session> visitor) {
        sql.each(
                "select " + COLUMNS + " from session s where s.ended_at is null or s.closed_at >= ?",
                row -> visitor.accept(session(row)),
                closedSince);
    }

    /** @param xid the oldest transaction that had not ended at the time of reading: where to read from next */
    record Followed(long xid, @Nullable Session session) {}

    /** What other nodes have written in transactions from that one on; at least one row, which may have no session. */
    List<Followed> writtenByOthers(long fromXid, int node) {
        return sql.list(
                """
                select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as xmin,
                """ + COLUMNS + """
                  from (select 1) always
                  left join (select distinct unnest(session_ids) as id from session_written
                              where xid >= cast(? as text)::xid8 and node <> ?) w on true
                  left join session s on s.id = w.id
                """,
                row -> new Followed(row.bigint("xmin"), row.bigintOrNull("id") == null ? null : session(row)),
                Long.toString(fromXid),
                node);
    }

    long oldestTransaction() {
        return sql.first(
                        "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as xmin",
                        row -> row.bigint("xmin"))
                .orElseThrow();
    }

    /** Up to which record a node's journals have been delivered, 0 for none. */
    long delivered(int node) {
        return sql.first(
                        "select coalesce(max(number), 0) as number from journal_cursor where node = ?",
                        row -> row.bigint("number"),
                        node)
                .orElse(0L);
    }

    /** How long it is kept which sessions were written. A follower that has been away for half of it reads all sessions anew. */
    static final Duration WRITTEN_KEPT = Duration.ofHours(6);

    /**
     * Two statements, however many there are; none of them twice.
     *
     * @param node whose followers leave it out
     */
    void write(Collection<Session> sessions, int node, Instant now) {
        if (sessions.isEmpty()) {
            return;
        }
        sql.update("""
                insert into session (
                    node, closed_at, id, nas_id, nas_name, nas_address, acct_session_id, user_name, port, started_at,
                    subscriber_id, contract_id, calling_station_id, mac, called_station_id, circuit_id, remote_id, ipv4,
                    ipv6, ipv6_prefix, delegated_ipv6_prefix, class, input_octets, output_octets, input_packets,
                    output_packets, gigawords_seen, readings, seconds, start_told_at, last_event_at, last_heard_at,
                    interim_seconds, interim_heard, ended_at, end_cause, terminate_cause, last_record, told)
                select ?, case when r.ended_at is null then null else cast(? as timestamptz) end,
                       r.id, r.nas_id, r.nas_name, r.nas_address::inet, r.acct_session_id, r.user_name, r.port,
                       r.started_at, r.subscriber_id, r.contract_id, r.calling_station_id, r.mac, r.called_station_id,
                       r.circuit_id, r.remote_id, r.ipv4::inet, r.ipv6::inet, r.ipv6_prefix::cidr,
                       r.delegated_ipv6_prefix::cidr, r.class, r.input_octets, r.output_octets, r.input_packets,
                       r.output_packets, r.gigawords_seen, r.readings, r.seconds, r.start_told_at, r.last_event_at,
                       r.last_heard_at, r.interim_seconds, r.interim_heard, r.ended_at, r.end_cause, r.terminate_cause,
                       r.last_record, r.told
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                              ?, ?, ?, ?, ?, ?, ?) as r (
                       id, nas_id, nas_name, nas_address, acct_session_id, user_name, port, started_at, subscriber_id,
                       contract_id, calling_station_id, mac, called_station_id, circuit_id, remote_id, ipv4, ipv6,
                       ipv6_prefix, delegated_ipv6_prefix, class, input_octets, output_octets, input_packets,
                       output_packets, gigawords_seen, readings, seconds, start_told_at, last_event_at, last_heard_at,
                       interim_seconds, interim_heard, ended_at, end_cause, terminate_cause, last_record, told)
                on conflict (id) do update set
                    version = session.version + 1, nas_name = excluded.nas_name, nas_address = excluded.nas_address,
                    started_at = excluded.started_at, subscriber_id = excluded.subscriber_id,
                    contract_id = excluded.contract_id, calling_station_id = excluded.calling_station_id,
                    mac = excluded.mac, called_station_id = excluded.called_station_id,
                    circuit_id = excluded.circuit_id, remote_id = excluded.remote_id, ipv4 = excluded.ipv4,
                    ipv6 = excluded.ipv6, ipv6_prefix = excluded.ipv6_prefix,
                    delegated_ipv6_prefix = excluded.delegated_ipv6_prefix, class = excluded.class,
                    input_octets = excluded.input_octets, output_octets = excluded.output_octets,
                    input_packets = excluded.input_packets, output_packets = excluded.output_packets,
                    gigawords_seen = excluded.gigawords_seen, readings = excluded.readings,
                    seconds = excluded.seconds, start_told_at = excluded.start_told_at,
                    last_event_at = excluded.last_event_at, last_heard_at = excluded.last_heard_at,
                    interim_seconds = excluded.interim_seconds, interim_heard = excluded.interim_heard,
                    ended_at = excluded.ended_at, end_cause = excluded.end_cause,
                    terminate_cause = excluded.terminate_cause,
                    closed_at = case when excluded.ended_at is null then null
                                     else coalesce(session.closed_at, excluded.closed_at) end,
                    last_record = excluded.last_record, node = excluded.node, told = excluded.told
                """, columns(sessions).after(node, now));
        written(sessions, node, now);
    }

    /** What the others read: an index on the sessions' own transactions cost more than all the rest. */
    private void written(Collection<Session> sessions, int node, Instant now) {
        sql.update(
                "insert into session_written (node, at, session_ids) values (?, ?, ?)",
                node,
                now,
                sessions.stream().mapToLong(Session::id).toArray());
    }

    private static RowColumns<Session> columns(Collection<Session> sessions) {
        var columns = RowColumns.of(sessions)
                .bigint(Session::id)
                .bigint(session -> session.key().nasId())
                .text(Session::nasName)
                .text(session -> session.nasAddress().getHostAddress())
                .text(session -> session.key().acctSessionId())
                .text(session -> session.key().userName())
                .text(session -> session.key().port())
                .instant(Session::startedAt)
                .bigint(Session::subscriberId)
                .bigint(Session::contractId)
                .text(session -> session.line().callingStationId())
                .text(session -> session.line().mac())
                .text(session -> session.line().calledStationId())
                .text(session -> session.line().circuitId())
                .text(session -> session.line().remoteId())
                .text(session -> session.addresses().ipv4())
                .text(session -> session.addresses().ipv6())
                .text(session -> session.addresses().ipv6Prefix())
                .text(session -> session.addresses().delegatedIpv6Prefix())
                .bytes(SessionBook::encodedClass);
        return counted(columns)
                .instant(session -> session.evidence().startToldAt())
                .instant(Session::lastEventAt)
                .instant(Session::lastHeardAt)
                .bigint(session -> (long) session.interimSeconds())
                .bool(session -> session.evidence().interimHeard())
                .instant(session -> ofEnd(session, SessionEnd::at))
                .text(session -> ofEnd(session, end -> end.cause().name()))
                .bigint(session -> ofEnd(session, SessionBook::terminateCause))
                .bigint(Session::lastRecord)
                .text(session -> session.evidence().told());
    }

    private static RowColumns<Session> counted(RowColumns<Session> columns) {
        return columns.bigint(session -> session.counted().total().inputOctets())
                .bigint(session -> session.counted().total().outputOctets())
                .bigint(session -> session.counted().total().inputPackets())
                .bigint(session -> session.counted().total().outputPackets())
                .bool(session -> session.counted().gigawordsSeen())
                .bytes(session -> session.evidence().readings().encoded())
                .bigint(Session::seconds);
    }

    private static byte @Nullable [] encodedClass(Session session) {
        var ours = session.sessionClass();
        return ours == null ? null : ours.encoded();
    }

    private static <T> @Nullable T ofEnd(Session session, Function<SessionEnd, @Nullable T> fact) {
        var end = session.end();
        return end == null ? null : fact.apply(end);
    }

    private static @Nullable Long terminateCause(SessionEnd end) {
        var cause = end.terminateCause();
        return cause == null ? null : cause.longValue();
    }

    static Session session(Row row) throws SQLException {
        var octets = row.bytesOrNull("class");
        var endedAt = row.instantOrNull("ended_at");
        return new Session(
                row.bigint("id"),
                new SessionKey(
                        row.bigint("nas_id"), row.text("acct_session_id"), row.text("user_name"), row.text("port")),
                row.text("nas_name"),
                InetAddress.ofLiteral(row.text("nas_address")),
                row.instant("started_at"),
                row.bigintOrNull("subscriber_id"),
                row.bigintOrNull("contract_id"),
                new Line(
                        row.textOrNull("calling_station_id"),
                        row.textOrNull("mac"),
                        row.textOrNull("called_station_id"),
                        row.textOrNull("circuit_id"),
                        row.textOrNull("remote_id")),
                new Addresses(
                        row.textOrNull("ipv4"),
                        row.textOrNull("ipv6"),
                        row.textOrNull("ipv6_prefix"),
                        row.textOrNull("delegated_ipv6_prefix")),
                octets == null ? null : SessionClass.decode(octets),
                new CounterState(
                        new Counters(
                                row.bigint("input_octets"),
                                row.bigint("output_octets"),
                                row.bigint("input_packets"),
                                row.bigint("output_packets")),
                        row.bool("gigawords_seen")),
                row.bigint("seconds"),
                row.instant("last_event_at"),
                row.instant("last_heard_at"),
                row.integer("interim_seconds"),
                endedAt == null
                        ? null
                        : new SessionEnd(
                                endedAt,
                                row.oneOf(SessionEnd.Cause.class, "end_cause"),
                                row.integerOrNull("terminate_cause")),
                row.bigint("last_record"),
                new Evidence(
                        row.instantOrNull("start_told_at"),
                        row.bool("interim_heard"),
                        Readings.decode(row.bytesOrNull("readings")),
                        row.textOrNull("told")));
    }

    // Restarts of NASes.

    /** A restart. */
    record Restart(long nasId, Instant at) {}

    void writeRestarts(Collection<Restart> restarts) {
        // Few: a NAS restarts now and then.
        sql.batch("insert into nas_restart (nas_id, at) values (?, ?) on conflict do nothing", restarts, restart ->
                new Object[] {restart.nasId(), restart.at()});
    }

    List<Restart> restarts(Collection<Long> nasIds) {
        return sql.list(
                "select nas_id, at from nas_restart where nas_id = any(?) order by at",
                row -> new Restart(row.bigint("nas_id"), row.instant("at")),
                nasIds);
    }

    List<Restart> restarts() {
        return sql.list(
                "select nas_id, at from nas_restart order by at",
                row -> new Restart(row.bigint("nas_id"), row.instant("at")));
    }

    /** Those that were written in transactions from that one on, by any node. */
    List<Restart> restartsWritten(long fromXid) {
        return sql.list(
                "select nas_id, at from nas_restart where xid >= cast(? as text)::xid8 order by at",
                row -> new Restart(row.bigint("nas_id"), row.instant("at")),
                Long.toString(fromXid));
    }
}
