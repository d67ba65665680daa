package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.contract.Language;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.notice.NoticeFacts;
import org.jspecify.annotations.Nullable;

/** The table {@code notice_due}: what is to be sent, and what became of it. */
@Singleton
public final class NoticeQueue {

    /** What keeps a contract or a receivable from being told, at the day ?; "why" names the first. */
    private static final String OBJECTION = """
            case when r.status <> 'OPEN' then 'settled-or-cancelled'
                 when r.agreement_part = 'PROMISED' then 'agreement'
                 when c.status = 'CANCELLED' then 'contract-cancelled'
                 when exists (select 1 from exemption e where e.contract_id = c.id
                               and ? >= e.first_day and (e.last_day is null or ? <= e.last_day)) then 'exempt'
                 when exists (select 1 from pause p where p.contract_id = c.id
                               and ? >= p.first_day and (p.last_day is null or ? <= p.last_day)) then 'paused'
            end
            """;

    /** More days without banks in a row there are not: a due date further before day 0 is another one. */
    private static final int MOST_DAYS_MOVED = 10;

    private final Sql sql;

    NoticeQueue(Sql sql) {
        this.sql = sql;
    }

    /** Where a notice stands. */
    public enum State {
        WAITING,
        /** It was handed out; if the daemon died, what it came to is not known. */
        SENDING,
        SENT,
        FAILED,
        /** No longer to be sent. */
        DROPPED,
        UNKNOWN
    }

    /**
     * A notice to be sent.
     *
     * @param why the last thing that was said of it
     * @param noticeId of the record of sent notices, when there is one
     */
    public record Due(
            long id,
            long contractId,
            long receivableId,
            LocalDate dueDay,
            int dayOffset,
            Channel channel,
            String template,
            LocalDate lastDay,
            State state,
            int attempts,
            Instant nextAttemptAt,
            @Nullable String why,
            @Nullable Long noticeId) {}

    /**
     * A step of a policy's schedule that may go out today.
     *
     * @param dueOn the due date as agreed
     * @param dueDay day 0 of it
     */
    public record Step(
            long policyId,
            LocalDate dueOn,
            LocalDate dueDay,
            int dayOffset,
            Channel channel,
            String template,
            LocalDate lastDay) {}

    /** Zones of contracts that there are. */
    public List<ZoneId> zones() {
        return sql.list("select distinct zone from contract", row -> ZoneId.of(row.text("zone")));
    }

    /**
     * Plans, in one statement, what was not planned yet. A customer without an address of the channel gets a row that
     * says so.
     *
     * @return how many were planned
     */
    public int plan(Collection<Step> steps, ZoneId zone, LocalDate today, Instant now) {
        if (steps.isEmpty()) {
            return 0;
        }
        return sql.update(
                """
                insert into notice_due (
                    contract_id, receivable_id, due_day, day_offset, channel, template, last_day, state, next_attempt_at,
                    why, planned_at, changed_at)
                select contract_id, receivable_id, due_day, day_offset, channel, template, last_day,
                       case when address is null then 'DROPPED' else 'WAITING' end, ?,
                       case when address is null then 'no-address' end, ?, ?
                  from (select c.id as contract_id, r.id as receivable_id, s.due_day,
                               s.day_offset, s.channel, s.template, s.last_day,
                               case when s.channel = 'EMAIL' then u.email else u.phone end as address,
                               %s as objection
                          from unnest(?, ?, ?, ?, ?, ?, ?)
                                   as s (policy_id, due_on, due_day, day_offset, channel, template, last_day)
                          join receivable r on r.due_on = s.due_on and r.status = 'OPEN'
                          join contract c on c.id = r.contract_id
                          join plan p on p.id = c.plan_id
                          join customer u on u.id = c.customer_id
                         where coalesce(c.policy_id, p.policy_id) = s.policy_id and c.zone = ?
                           and c.money_source = 'LOCAL') as told
                 where objection is null
                on conflict (receivable_id, day_offset, channel) do nothing
                """.formatted(OBJECTION),
                RowColumns.of(steps)
                        .bigint(Step::policyId)
                        .day(Step::dueOn)
                        .day(Step::dueDay)
                        .integer(Step::dayOffset)
                        .constant(Step::channel)
                        .text(Step::template)
                        .day(Step::lastDay)
                        .between(List.of(now, now, now, today, today, today, today), zone.getId()));
    }

    /** Drops those whose last day has passed in their zone; returns how many. */
    public int expire(ZoneId zone, LocalDate today, Instant now) {
        return sql.update("""
                update notice_due d set state = 'DROPPED', why = coalesce(d.why || '; ', '') || 'too-late', changed_at = ?
                  from contract c
                 where c.id = d.contract_id and c.zone = ? and d.state = 'WAITING' and d.last_day < ?
                """, now, zone.getId(), today);
    }

    /** Those that were being sent when a daemon died: whether they went out is not known. Returns how many. */
    public int giveUp(Instant sendingSince, Instant now) {
        return sql.update("""
                update notice_due set state = 'UNKNOWN', why = 'interrupted while it was being sent', changed_at = ?
                 where state = 'SENDING' and changed_at < ?
                """, now, sendingSince);
    }

    /** Ids of those that may go out now, the longest waiting first. */
    public List<Long> ready(Channel channel, ZoneId zone, Instant now, int limit) {
        return sql.list("""
                select d.id from notice_due d join contract c on c.id = d.contract_id
                 where d.channel = ? and c.zone = ? and d.state = 'WAITING' and d.next_attempt_at <= ?
                 order by d.next_attempt_at, d.id limit ?
                """, row -> row.bigint("id"), channel, zone.getId(), now, limit);
    }

    /** A notice that is now to be sent by the caller and nobody else, and what it speaks of. */
    public record Claimed(Due due, NoticeFacts facts) {}

    /**
     * Takes a waiting notice, or drops it when there is a reason not to send it any more. Empty when it was dropped,
     * or somebody else has it.
     */
    public Optional<Claimed> claim(long id, LocalDate today, Instant now) {
        return sql.inTransaction(() -> {
            var due = sql.first(
                    "select * from notice_due where id = ? and state = 'WAITING' for update skip locked",
                    NoticeQueue::due,
                    id);
            if (due.isEmpty()) {
                return Optional.<Claimed>empty();
            }
            var found = due.get();
            if (isPostponed(found)) {
                // Planned again for its new day 0.
                sql.update("delete from notice_due where id = ?", id);
                return Optional.<Claimed>empty();
            }
            var why = objection(found.receivableId(), today);
            var facts = facts(found.receivableId(), found.dueDay(), found.channel(), today);
            if (why.isEmpty() && found.lastDay().isBefore(today)) {
                why = Optional.of("too-late");
            } else if (why.isEmpty() && facts.orElseThrow().address() == null) {
                why = Optional.of("no-address");
            }
            if (why.isPresent()) {
                move(id, State.DROPPED, why.get(), now);
                return Optional.<Claimed>empty();
            }
            move(id, State.SENDING, null, now);
            return Optional.of(new Claimed(found, facts.orElseThrow()));
        });
    }

    private boolean isPostponed(Due due) {
        return sql.first("select due_on from receivable where id = ?", row -> row.day("due_on"), due.receivableId())
                .filter(dueOn -> dueOn.isAfter(due.dueDay())
                        || dueOn.isBefore(due.dueDay().minusDays(MOST_DAYS_MOVED)))
                .isPresent();
    }

    private void move(long id, State state, @Nullable String why, Instant now) {
        sql.update("update notice_due set state = ?, why = ?, changed_at = ? where id = ?", state, why, now, id);
    }

    private Optional<String> objection(long receivableId, LocalDate today) {
        return sql
                .list(
                        "select coalesce(" + OBJECTION + ", '') as why from receivable r join contract c on c.id ="
                                + " r.contract_id where r.id = ?",
                        row -> row.text("why"),
                        today,
                        today,
                        today,
                        today,
                        receivableId)
                .stream()
                .filter(why -> !why.isEmpty())
                .findFirst();
    }

    /** What a notice of a receivable would speak of; empty when there is no such receivable. */
    public Optional<NoticeFacts> facts(long receivableId, LocalDate dueDay, Channel channel, LocalDate today) {
        return sql.first(
                """
                select c.id as contract_id, c.external_id as contract_external_id, r.external_id, u.name, u.language,
                       u.email, u.phone, p.name as plan, greatest(r.nominal_cents - r.paid_cents, 0) as open_cents
                  from receivable r
                  join contract c on c.id = r.contract_id
                  join plan p on p.id = c.plan_id
                  join customer u on u.id = c.customer_id
                 where r.id = ?
                """,
                row -> new NoticeFacts(
                        row.bigint("contract_id"),
                        row.textOrNull("contract_external_id"),
                        receivableId,
                        row.textOrNull("external_id"),
                        row.text("name"),
                        row.oneOf(Language.class, "language"),
                        row.textOrNull(channel == Channel.EMAIL ? "email" : "phone"),
                        row.text("plan"),
                        row.bigint("open_cents"),
                        dueDay,
                        today),
                receivableId);
    }

    /** It certainly did not go out: it waits again, or gave up. */
    public void putBack(long id, State state, int attempts, Instant nextAttemptAt, String why, Instant now) {
        sql.update("""
                update notice_due set state = ?, attempts = ?, next_attempt_at = ?, why = ?, changed_at = ? where id = ?
                """, state, attempts, nextAttemptAt, why, now, id);
    }

    /** @param noticeId of the record that proves it, or null */
    public void end(long id, State state, @Nullable String why, @Nullable Long noticeId, Instant now) {
        sql.update("""
                update notice_due set state = ?, attempts = attempts + 1, why = ?, notice_id = ?, changed_at = ?
                 where id = ?
                """, state, why, noticeId, now, id);
    }

    /** Newest first, below an id. */
    public List<Due> page(@Nullable Long contractId, @Nullable State state, long beforeId, int limit) {
        return sql.list("""
                select * from notice_due
                 where id < ? and (?::bigint is null or contract_id = ?) and (?::text is null or state = ?)
                 order by id desc limit ?
                """, NoticeQueue::due, beforeId, contractId, contractId, state, state, limit);
    }

    /** How many wait, by channel. */
    public Map<Channel, Waiting> waiting() {
        Map<Channel, Waiting> waiting = new EnumMap<>(Channel.class);
        sql.each(
                """
                select channel, count(*) as n, min(planned_at) as oldest from notice_due
                 where state = 'WAITING' group by channel
                """,
                row -> waiting.put(
                        row.oneOf(Channel.class, "channel"), new Waiting(row.bigint("n"), row.instant("oldest"))));
        return waiting;
    }

    /** @param oldest when the one that waits longest was planned */
    public record Waiting(long count, Instant oldest) {}

    private static Due due(Row row) throws SQLException {
        return new Due(
                row.bigint("id"),
                row.bigint("contract_id"),
                row.bigint("receivable_id"),
                row.day("due_day"),
                row.integer("day_offset"),
                row.oneOf(Channel.class, "channel"),
                row.text("template"),
                row.day("last_day"),
                row.oneOf(State.class, "state"),
                row.integer("attempts"),
                row.instant("next_attempt_at"),
                row.textOrNull("why"),
                row.bigintOrNull("notice_id"));
    }
}
