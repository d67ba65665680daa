package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.catraca.billing.webhook.WebhookEndpoint;
import net.catraca.billing.webhook.WebhookEndpoint.Topic;
import org.jspecify.annotations.Nullable;

/** The tables {@code webhook_endpoint}, {@code webhook_delivery} and {@code webhook_attempt}. */
@Singleton
public final class WebhookBook {

    private static final String PAYLOAD = """
            json_build_object(
                'id', 'evt-' || e.id, 'version', 1, 'kind', e.kind,
                'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                'contract', case when e.contract_id is not null
                                 then json_build_object('id', e.contract_id, 'externalId', e.contract_external_id) end,
                'customer', case when e.customer_id is not null
                                 then json_build_object('id', e.customer_id, 'externalId', e.customer_external_id) end,
                'data', e.data)::text
            """;

    /** One pass over the outbox fans out so many. */
    private static final int FANNED_AT_ONCE = 2_000;

    /** Any number: the lock of whoever fans out. */
    private static final long FAN_OUT_LOCK = 0x43617472_0014L;

    private final Sql sql;

    WebhookBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<WebhookEndpoint> endpoint(long id) {
        return sql.first("select * from webhook_endpoint where id = ?", WebhookBook::endpoint, id);
    }

    /** The row, locked until the transaction ends. */
    public Optional<WebhookEndpoint> lock(long id) {
        return sql.first("select * from webhook_endpoint where id = ? for update", WebhookBook::endpoint, id);
    }

    public List<WebhookEndpoint> endpoints(long afterId, int limit) {
        return sql.list(
                "select * from webhook_endpoint where id > ? order by id limit ?",
                WebhookBook::endpoint,
                afterId,
                limit);
    }

    public Optional<byte[]> sealedSecret(long endpointId) {
        return sql.first("select secret from webhook_endpoint where id = ?", row -> row.bytes("secret"), endpointId);
    }

    /** Empty when the name is taken. */
    public Optional<WebhookEndpoint> insert(
            String name,
            URI url,
            Collection<Topic> topics,
            boolean active,
            byte[] sealedSecret,
            Instant now,
            String by) {
        return sql.first(
                """
                insert into webhook_endpoint (name, url, topics, active, secret, created_at, created_by)
                values (?, ?, ?, ?, ?, ?, ?) on conflict (name) do nothing returning *
                """, WebhookBook::endpoint, name, url.toString(), names(topics), active, sealedSecret, now, by);
    }

    /** Whoever writes it has mended it: it is tried at once. */
    public WebhookEndpoint update(long id, URI url, Collection<Topic> topics, boolean active) {
        return sql.first("""
                        update webhook_endpoint
                           set version = version + 1, url = ?, topics = ?, active = ?, failures = 0, paused_until = null
                         where id = ? returning *
                        """, WebhookBook::endpoint, url.toString(), names(topics), active, id)
                .orElseThrow();
    }

    public void setSecret(long id, byte[] sealedSecret) {
        sql.update("update webhook_endpoint set version = version + 1, secret = ? where id = ?", sealedSecret, id);
    }

    /** With all that it was still to be told. */
    public void delete(long id) {
        sql.update("delete from webhook_endpoint where id = ?", id);
    }

    private static String[] names(Collection<Topic> topics) {
        return topics.stream().map(Enum::name).sorted().toArray(String[]::new);
    }

    private static WebhookEndpoint endpoint(Row row) throws SQLException {
        return new WebhookEndpoint(
                row.bigint("id"),
                row.bigint("version"),
                row.text("name"),
                URI.create(row.text("url")),
                row.texts("topics").stream().map(Topic::valueOf).collect(Collectors.toSet()),
                row.bool("active"),
                row.instant("created_at"),
                row.text("created_by"),
                row.integer("failures"),
                row.instantOrNull("paused_until"));
    }

    /** An event for one endpoint alone; returns its id. */
    public long ping(long endpointId, Instant now, String by) {
        return sql.first("""
                        insert into webhook_event (kind, topic, at, data, endpoint_id)
                        values ('ping', 'PING', ?, json_build_object('by', ?::text), ?) returning id
                        """, row -> row.bigint("id"), now, by, endpointId).orElseThrow();
    }

    /**
     * Turns new events into deliveries, one node at a time: of two that did so at once, the later batch could be seen
     * first.
     *
     * @return how many events, none when another node is at it
     */
    public int fanOut(Instant now) {
        return sql.inTransaction(() -> {
            boolean alone = sql.first(
                            "select pg_try_advisory_xact_lock(?) as mine", row -> row.bool("mine"), FAN_OUT_LOCK)
                    .orElse(false);
            if (!alone) {
                return 0;
            }
            return sql.first("""
                            with fanned as (
                                update webhook_event set fanned = true
                                 where id in (select id from webhook_event where not fanned order by id limit ?)
                                returning id, topic, contract_id, endpoint_id
                            ), told as (
                                insert into webhook_delivery (endpoint_id, event_id, order_key, state, next_attempt_at)
                                select p.id, f.id, coalesce(f.contract_id, case f.topic when 'RUN' then 0 else -f.id end),
                                       'WAITING', ?
                                  from fanned f
                                  join webhook_endpoint p on p.active and (
                                           f.endpoint_id = p.id
                                        or f.endpoint_id is null and p.topics @> array[f.topic])
                            )
                            select count(*)::integer as n from fanned
                            """, row -> row.integer("n"), FANNED_AT_ONCE, now).orElse(0);
        });
    }

    /**
     * One event for one endpoint, to be sent by the caller and nobody else until the lease ends.
     *
     * @param attempt the number of this attempt, from 1
     * @param payload as it is sent, the same at each attempt
     */
    public record Delivery(
            long endpointId, long eventId, String kind, int attempt, String payload, Instant leasedUntil) {}

    /**
     * Takes what an endpoint is to be told next: of each contract the oldest event alone.
     *
     * @param leaseSeconds for how long nobody else takes them, by the database's clock
     */
    public List<Delivery> claim(long endpointId, Instant now, int leaseSeconds, int limit) {
        return sql.inTransaction(() -> sql.list(
                """
                with head as (
                    select d.endpoint_id, d.event_id from webhook_delivery d
                     where d.endpoint_id = ? and d.state = 'WAITING' and d.next_attempt_at <= ?
                       and (d.leased_until is null or d.leased_until < clock_timestamp())
                       and not exists (
                           select 1 from webhook_delivery o
                            where o.endpoint_id = d.endpoint_id and o.order_key = d.order_key
                              and o.state = 'WAITING' and o.event_id < d.event_id)
                     order by d.event_id limit ?
                       for update of d skip locked
                ), taken as (
                    update webhook_delivery d
                       set leased_until = clock_timestamp() + make_interval(secs => ?), attempts = d.attempts + 1
                      from head h where d.endpoint_id = h.endpoint_id and d.event_id = h.event_id
                    returning d.endpoint_id, d.event_id, d.attempts, d.leased_until
                )
                select t.*, e.kind, %s as payload
                  from taken t join webhook_event e on e.id = t.event_id
                 order by t.event_id
                """.formatted(PAYLOAD),
                row -> new Delivery(
                        row.bigint("endpoint_id"),
                        row.bigint("event_id"),
                        row.text("kind"),
                        row.integer("attempts"),
                        row.text("payload"),
                        row.instant("leased_until")),
                endpointId,
                now,
                limit,
                leaseSeconds));
    }

    /**
     * How an attempt went.
     *
     * @param status of the answer, or null without one
     * @param why it failed; null when it was taken
     */
    public record Attempt(
            Instant at,
            long millis,
            @Nullable Integer status,
            @Nullable String why) {}

    /** It was taken. */
    public void delivered(Delivery delivery, Attempt attempt) {
        sql.inTransaction(() -> {
            sql.update("""
                    update webhook_delivery
                       set state = 'DELIVERED', leased_until = null, last_status = ?, last_why = null, ended_at = ?
                     where endpoint_id = ? and event_id = ? and state = 'WAITING'
                    """, attempt.status(), attempt.at(), delivery.endpointId(), delivery.eventId());
            log(delivery, attempt);
            return sql.update("""
                    update webhook_endpoint set failures = 0, paused_until = null
                     where id = ? and (failures > 0 or paused_until is not null)
                    """, delivery.endpointId());
        });
    }

    /**
     * It was not taken.
     *
     * @param nextAttemptAt null: never again, it is dead
     */
    public void failed(Delivery delivery, Attempt attempt, @Nullable Instant nextAttemptAt) {
        sql.inTransaction(() -> {
            // Whose lease is over has been overtaken: another node decides.
            sql.update(
                    """
                    update webhook_delivery
                       set state = ?, leased_until = null, last_status = ?, last_why = ?,
                           next_attempt_at = coalesce(?::timestamptz, next_attempt_at), ended_at = ?
                     where endpoint_id = ? and event_id = ? and state = 'WAITING' and leased_until = ?
                    """,
                    nextAttemptAt == null ? State.DEAD : State.WAITING,
                    attempt.status(),
                    attempt.why(),
                    nextAttemptAt,
                    nextAttemptAt == null ? attempt.at() : null,
                    delivery.endpointId(),
                    delivery.eventId(),
                    delivery.leasedUntil());
            log(delivery, attempt);
            return true;
        });
    }

    private void log(Delivery delivery, Attempt attempt) {
        sql.update(
                """
                insert into webhook_attempt (endpoint_id, event_id, number, at, millis, status, why)
                select ?, ?, ?, ?, ?, ?, ?
                 where exists (select 1 from webhook_delivery where endpoint_id = ? and event_id = ?)
                """,
                delivery.endpointId(),
                delivery.eventId(),
                delivery.attempt(),
                attempt.at(),
                attempt.millis(),
                attempt.status(),
                attempt.why(),
                delivery.endpointId(),
                delivery.eventId());
    }

    /** Counts a failure of the endpoint; returns how many that makes in a row. */
    public int countFailure(long endpointId) {
        return sql.first(
                        "update webhook_endpoint set failures = failures + 1 where id = ? returning failures",
                        row -> row.integer("failures"),
                        endpointId)
                .orElse(0);
    }

    public void rest(long endpointId, Instant until) {
        sql.update("update webhook_endpoint set paused_until = ? where id = ?", until, endpointId);
    }

    /** Where a delivery stands. */
    public enum State {
        WAITING,
        DELIVERED,
        DEAD
    }

    /** A delivery with its event, as people look at it. */
    public record Logged(
            long endpointId,
            long eventId,
            String kind,
            Instant at,
            @Nullable Long contractId,
            State state,
            int attempts,
            Instant nextAttemptAt,
            @Nullable Integer lastStatus,
            @Nullable String lastWhy,
            @Nullable Instant endedAt,
            String payload) {}

    private static final String LOGGED = "select d.*, e.kind, e.at, e.contract_id, " + PAYLOAD
            + " as payload from webhook_delivery d join webhook_event e on e.id = d.event_id ";

    /** Newest first, below an event's id; of one contract and in one state, or of all for null. */
    public List<Logged> deliveries(
            long endpointId, @Nullable State state, @Nullable Long contractId, long beforeId, int limit) {
        return sql.list(
                LOGGED + """
                        where d.endpoint_id = ? and d.event_id < ? and (?::text is null or d.state = ?)
                          and (?::bigint is null or d.order_key = ?)
                        order by d.event_id desc limit ?
                        """, WebhookBook::logged, endpointId, beforeId, state, state, contractId, contractId, limit);
    }

    public Optional<Logged> delivery(long endpointId, long eventId) {
        return sql.first(
                LOGGED + "where d.endpoint_id = ? and d.event_id = ?", WebhookBook::logged, endpointId, eventId);
    }

    /** @param number from 1; a replay begins at 1 again */
    public record LoggedAttempt(int number, Attempt attempt) {}

    /** Oldest first. */
    public List<LoggedAttempt> attempts(long endpointId, long eventId) {
        return sql.list(
                "select * from webhook_attempt where endpoint_id = ? and event_id = ? order by at, number",
                row -> new LoggedAttempt(
                        row.integer("number"),
                        new Attempt(
                                row.instant("at"),
                                row.bigint("millis"),
                                row.integerOrNull("status"),
                                row.textOrNull("why"))),
                endpointId,
                eventId);
    }

    /** Sends it again, whatever it is; false when it waits anyway. */
    public boolean replay(long endpointId, long eventId, Instant now) {
        return sql.update("""
                        update webhook_delivery
                           set state = 'WAITING', attempts = 0, next_attempt_at = ?, ended_at = null, leased_until = null
                         where endpoint_id = ? and event_id = ? and state <> 'WAITING'
                        """, now, endpointId, eventId) == 1;
    }

    /** Sends the dead again, the oldest first; returns how many. */
    public int replayDead(long endpointId, Instant now, int limit) {
        return sql.update("""
                update webhook_delivery
                   set state = 'WAITING', attempts = 0, next_attempt_at = ?, ended_at = null, leased_until = null
                 where (endpoint_id, event_id) in (
                       select endpoint_id, event_id from webhook_delivery
                        where endpoint_id = ? and state = 'DEAD' order by event_id limit ?)
                """, now, endpointId, limit);
    }

    /** How an endpoint stands. */
    public record Backlog(
            String endpoint,
            long waiting,
            long dead,
            @Nullable Instant oldestWaiting) {}

    public List<Backlog> backlog() {
        return sql.list(
                """
                select p.name,
                       (select count(*) from webhook_delivery d where d.endpoint_id = p.id and d.state = 'WAITING') as waiting,
                       (select count(*) from webhook_delivery d where d.endpoint_id = p.id and d.state = 'DEAD') as dead,
                       (select e.at from webhook_delivery d join webhook_event e on e.id = d.event_id
                         where d.endpoint_id = p.id and d.state = 'WAITING' order by d.event_id limit 1) as oldest
                  from webhook_endpoint p order by p.name
                """,
                row -> new Backlog(
                        row.text("name"), row.bigint("waiting"), row.bigint("dead"), row.instantOrNull("oldest")));
    }

    /** Forgets events from before an instant of which nothing waits; returns how many, at most a limit. */
    public int prune(Instant before, int limit) {
        return sql.update("""
                delete from webhook_event where id in (
                    select e.id from webhook_event e
                     where e.at < ? and e.fanned and not exists (
                           select 1 from webhook_delivery d where d.event_id = e.id and d.state = 'WAITING')
                     order by e.at limit ?)
                """, before, limit);
    }

    private static Logged logged(Row row) throws SQLException {
        return new Logged(
                row.bigint("endpoint_id"),
                row.bigint("event_id"),
                row.text("kind"),
                row.instant("at"),
                row.bigintOrNull("contract_id"),
                row.oneOf(State.class, "state"),
                row.integer("attempts"),
                row.instant("next_attempt_at"),
                row.integerOrNull("last_status"),
                row.textOrNull("last_why"),
                row.instantOrNull("ended_at"),
                row.text("payload"));
    }
}
