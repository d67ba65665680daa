package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.EffectiveAccess;
import net.catraca.billing.webhook.ReasonJson;
import net.catraca.billing.webhook.WebhookEndpoint.Topic;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code webhook_event} and {@code access_announced}: what happened, in the transaction in which it happened,
 * by one statement for all its contracts. Where nobody listens nothing is written. Events of a contract are written under
 * its lock, so their ids rise in the order of commits.
 */
@Singleton
public final class WebhookOutbox {

    private static final String LISTENED =
            "exists (select 1 from webhook_endpoint where active and topics @> array[?::text])";

    /** One short transaction: writes of these contracts wait for it. */
    private static final int RECHECKED_AT_ONCE = 1_000;

    private final Sql sql;
    private final ContractFacts facts;

    WebhookOutbox(Sql sql, ContractFacts facts) {
        this.sql = sql;
        this.facts = facts;
    }

    /**
     * Tells the effective levels that are others than those that were told last.
     *
     * @param before facts before the write, to compare with where nothing was told yet
     */
    void access(Collection<ContractSnapshot> after, Map<Long, ContractSnapshot> before, Instant now) {
        access(after, before, now, true);
    }

    private void access(
            Collection<ContractSnapshot> after, Map<Long, ContractSnapshot> before, Instant now, boolean tell) {
        if (!isListened(Topic.ACCESS)) {
            return; // before what nobody wants to hear is decided, for each contract twice
        }
        var told = after.stream()
                .map(each -> new Told(each, AccessPolicy.effective(each, now, now), level(before, each, now)))
                .toList();
        sql.update(
                """
                with changed as materialized (
                    select n.*, coalesce(a.level, n.before_level) as last_level, coalesce(a.rule, n.before_rule) as last_rule
                      from unnest(?, ?, ?, ?, ?, ?, ?) as n (
                               contract_id, level, rule, reason, check_at, before_level, before_rule)
                      left join access_announced a using (contract_id)
                     where %s
                ), kept as (
                    insert into access_announced (contract_id, level, rule, check_at)
                    select contract_id, level, rule, check_at from changed order by contract_id
                    on conflict (contract_id) do update
                       set level = excluded.level, rule = excluded.rule, check_at = excluded.check_at
                     where (access_announced.level, access_announced.rule, access_announced.check_at)
                           is distinct from (excluded.level, excluded.rule, excluded.check_at)
                )
                insert into webhook_event (
                    kind, topic, at, contract_id, contract_external_id, customer_id, customer_external_id, data)
                select 'access.changed', 'ACCESS', ?, c.id, c.external_id, u.id, u.external_id,
                       json_build_object(
                           'before', case when n.last_level is not null
                                          then json_build_object('level', n.last_level, 'rule', n.last_rule) end,
                           'after', json_build_object('level', n.level, 'rule', n.rule),
                           'reason', n.reason::json)
                  from changed n join contract c on c.id = n.contract_id join customer u on u.id = c.customer_id
                 where ? and n.level is distinct from n.last_level
                 order by n.contract_id
                """.formatted(LISTENED),
                RowColumns.of(told)
                        .bigint(each -> each.contract().contractId())
                        .text(each -> ReasonJson.word(each.access().effective().level()))
                        .text(each -> ReasonJson.word(each.access().effective().rule()))
                        .text(each -> ReasonJson.of(each.access().effective()))
                        .instant(each -> each.access().effective().nextChange())
                        .text(each -> each.before() == null
                                ? null
                                : ReasonJson.word(each.before().effective().level()))
                        .text(each -> each.before() == null
                                ? null
                                : ReasonJson.word(each.before().effective().rule()))
                        .before(Topic.ACCESS, now, tell));
    }

    private static @Nullable EffectiveAccess level(
            Map<Long, ContractSnapshot> before, ContractSnapshot contract, Instant now) {
        var found = before.get(contract.contractId());
        return found == null ? null : AccessPolicy.effective(found, now, now);
    }

    private record Told(
            ContractSnapshot contract,
            EffectiveAccess access,
            @Nullable EffectiveAccess before) {}

    /** Whether anybody listens. */
    public boolean isListened(Topic topic) {
        return sql.first("select " + LISTENED + " as listened", row -> row.bool("listened"), topic)
                .orElse(false);
    }

    /**
     * Tells what the clock alone has changed, of some contracts for which it was time; those that somebody writes just
     * now wait for the next call.
     *
     * @return how many were looked at
     */
    public int tellChangesByClock(Instant now, int limit) {
        int rechecked = sql.inTransaction(() -> recheck(now));
        return rechecked
                + sql.inTransaction(() -> {
                    var due = sql.list(
                            "select contract_id from access_announced where check_at <= ? order by check_at limit ?",
                            row -> row.bigint("contract_id"),
                            now,
                            limit);
                    return look(due, now, true);
                });
    }

    /**
     * Notes the levels of contracts that nothing was noted of, and tells nobody: from then on changes by the clock are
     * found.
     *
     * @return the last id that was looked at, or empty when there are no more
     */
    public Optional<Long> noteLevels(long afterId, Instant now, int limit) {
        return sql.inTransaction(() -> {
            var some = sql.list("""
                    select f.contract_id from contract_facts f
                     where f.contract_id > ?
                       and not exists (select 1 from access_announced a where a.contract_id = f.contract_id)
                     order by f.contract_id limit ?
                    """, row -> row.bigint("contract_id"), afterId, limit);
            look(some, now, false);
            return some.isEmpty() ? Optional.<Long>empty() : Optional.of(some.getLast());
        });
    }

    private int look(List<Long> contractIds, Instant now, boolean tell) {
        if (contractIds.isEmpty()) {
            return 0;
        }
        // As a write does, but waiting for none: its events come in the order of their ids, too.
        var held = sql.list(
                "select id from contract where id = any(?) order by id for no key update skip locked",
                row -> row.bigint("id"),
                contractIds);
        access(facts.read(held), Map.of(), now, tell);
        return held.size();
    }

    private record Recheck(long id, String kind, long key, long afterContractId) {}

    /** A plan or policy was written: some more of its contracts are to be looked at. Returns how many. */
    private int recheck(Instant now) {
        var found = sql.first(
                "select * from access_recheck order by id limit 1 for update skip locked",
                row -> new Recheck(
                        row.bigint("id"), row.text("kind"), row.bigint("key"), row.bigint("after_contract_id")));
        if (found.isEmpty()) {
            return 0;
        }
        var written = found.get();
        // In the order in which a write takes these rows, too, so that neither waits for the other for ever.
        var some = sql.list(
                """
                select a.contract_id
                  from access_announced a
                  join contract_facts f on f.contract_id = a.contract_id
                  join plan p on p.id = f.plan_id
                 where a.contract_id > ?
                   and case when ? = 'PLAN' then f.plan_id else coalesce(f.policy_id, p.policy_id) end = ?
                 order by a.contract_id limit ?
                   for update of a
                """,
                row -> row.bigint("contract_id"),
                written.afterContractId(),
                written.kind(),
                written.key(),
                RECHECKED_AT_ONCE);
        if (some.isEmpty()) {
            sql.update("delete from access_recheck where id = ?", written.id());
        } else {
            sql.update(
                    "update access_announced set check_at = ? where contract_id = any(?) and"
                            + " (check_at is null or check_at > ?)",
                    now,
                    some,
                    now);
            sql.update("update access_recheck set after_contract_id = ? where id = ?", some.getLast(), written.id());
        }
        return some.size();
    }

    /** Nobody listens to access any more: forgets what was told last. Returns how many, at most a limit. */
    public int forgetLevels(int limit) {
        return sql.update(
                "delete from access_announced where contract_id in (select contract_id from access_announced limit ?)",
                limit);
    }

    /** Contracts of a plan or policy have other thresholds, perhaps. */
    void written(Feed.Kind kind, Collection<Long> keys) {
        sql.update(
                "insert into access_recheck (kind, key) select ?, key from unnest(?) as k (key) where " + LISTENED,
                kind,
                keys,
                Topic.ACCESS);
    }

    /** Tells that payments were booked or reversed, by what was written of their effects just now. */
    void payments(Collection<Long> paymentIds, String kind, Instant now) {
        sql.update("""
                insert into webhook_event (
                    kind, topic, at, contract_id, contract_external_id, customer_id, customer_external_id, data)
                select ?, 'PAYMENT', ?, c.id, c.external_id, u.id, u.external_id,
                       json_build_object(
                           'payment', json_build_object(
                               'id', p.id, 'externalId', p.external_id, 'receivableId', p.receivable_id,
                               'amountCents', p.amount_cents, 'paidOn', p.paid_on, 'source', p.source),
                           'before', json_build_object(
                               'paidUntil', e.paid_until_before, 'lateSince', e.late_since_before,
                               'level', lower(e.effective_before)),
                           'after', json_build_object(
                               'paidUntil', e.paid_until_after, 'lateSince', e.late_since_after,
                               'level', lower(e.effective_after)),
                           'reason', p.reverse_reason)
                  from (select distinct on (payment_id) * from payment_effect where payment_id = any(?)
                         order by payment_id, id desc) e
                  join payment p on p.id = e.payment_id
                  join contract c on c.id = p.contract_id
                  join customer u on u.id = c.customer_id
                 where %s
                 order by p.id
                """.formatted(LISTENED), kind, now, paymentIds, Topic.PAYMENT);
    }

    /** Tells what became of an access run. */
    void run(long runId, String kind, Instant now) {
        sql.update("""
                insert into webhook_event (kind, topic, at, data)
                select ?, 'RUN', ?, json_build_object(
                           'run', json_build_object(
                               'id', r.id, 'state', replace(lower(r.state), '_', '-'), 'startedBy', r.started_by,
                               'approvedBy', r.approved_by),
                           'rows', (select json_build_object(
                                       'all', count(*),
                                       'committed', count(*) filter (where outcome = 'COMMITTED'),
                                       'dropped', count(*) filter (where outcome = 'DROPPED'),
                                       'lifted', count(*) filter (where rollback = 'LIFTED'))
                                      from access_run_row where run_id = r.id),
                           'reason', r.rollback_reason)
                  from access_run r where r.id = ? and %s
                """.formatted(LISTENED), kind, now, runId, Topic.RUN);
    }

    /** Tells that a notice did not reach its customer. */
    public void notice(long noticeId, String kind, Instant now) {
        sql.update("""
                insert into webhook_event (
                    kind, topic, at, contract_id, contract_external_id, customer_id, customer_external_id, data)
                select ?, 'NOTICE', ?, c.id, c.external_id, u.id, u.external_id,
                       json_build_object(
                           'notice', json_build_object(
                               'id', n.id, 'receivableId', n.receivable_id, 'dueOn', n.due_on, 'channel', n.kind,
                               'providerId', n.provider_id, 'outcome', lower(n.outcome)),
                           'reason', n.outcome_why)
                  from notice_sent n
                  join contract c on c.id = n.contract_id
                  join customer u on u.id = c.customer_id
                 where n.id = ? and %s
                """.formatted(LISTENED), kind, now, noticeId, Topic.NOTICE);
    }

    /** Tells that a release was granted or ended by somebody. */
    void release(long releaseId, String kind, Instant now) {
        sql.update("""
                insert into webhook_event (
                    kind, topic, at, contract_id, contract_external_id, customer_id, customer_external_id, data)
                select ?, 'RELEASE', ?, c.id, c.external_id, u.id, u.external_id,
                       json_build_object(
                           'release', json_build_object(
                               'id', r.id, 'kind', replace(lower(r.kind), '_', '-'), 'level', lower(r.level),
                               'from', r.starts_at, 'until', r.until, 'by', r.granted_by, 'endedBy', r.ended_by),
                           'reason', coalesce(r.end_reason, r.reason))
                  from release r
                  join contract c on c.id = r.contract_id
                  join customer u on u.id = c.customer_id
                 where r.id = ? and %s
                """.formatted(LISTENED), kind, now, releaseId, Topic.RELEASE);
    }
}
