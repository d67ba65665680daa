package net.catraca.radius.store;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import net.catraca.billing.store.Row;
import net.catraca.billing.store.Sql;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.HandedOrder;
import net.catraca.radius.dynauth.OrderResult;
import org.jspecify.annotations.Nullable;

/** The table {@code dynauth_order}: orders for sessions of NASes to which another node sends, each carried out at least once. */
public final class OrderBook {

    /** A person who still wants it asks again; an order that comes true much later surprises. */
    public static final Duration TAKEN_WITHIN = Duration.ofMinutes(2);

    /** All sessions of the largest NAS, under its budget; then nobody waits for the outcome any more. */
    public static final Duration ANSWERED_WITHIN = Duration.ofHours(1);

    private static final int ROWS_AT_ONCE = 2_000;

    private enum Closed {
        SENT,
        NO_SUCH_SESSION,
        TOO_MANY,
        NOTHING_TO_SEND
    }

    private final Sql sql;

    OrderBook(Sql sql) {
        this.sql = sql;
    }

    /** For the node that sends to their NASes. */
    public void handOn(Collection<HandedOrder> orders, String node) {
        sql.batch("""
                insert into dynauth_order (id, session_id, nas_id, method, alone, asked_by, asked_at, asked_node)
                values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
                """, orders, order -> new Object[] {
            order.id(), order.sessionId(), order.nasId(), order.method(), order.alone(), order.by(), order.at(), node
        });
    }

    /** Those of these NASes that this node has not taken yet, the oldest first, whoever took them before it lost its lease. */
    public List<HandedOrder> take(Collection<Long> nasIds, String node, Instant now) {
        return sql.list("""
                        update dynauth_order o set taken_node = ?
                          from (select id from dynauth_order
                                 where nas_id = any(?) and outcome is null and taken_node is distinct from ?
                                   and asked_at >= ?
                                 order by asked_at limit ? for update skip locked) as open
                         where o.id = open.id returning o.*
                        """, OrderBook::order, node, nasIds, node, now.minus(TAKEN_WITHIN), ROWS_AT_ONCE).stream()
                .sorted(Comparator.comparing(HandedOrder::at))
                .toList();
    }

    private static HandedOrder order(Row row) throws SQLException {
        return new HandedOrder(
                UUID.fromString(row.text("id")),
                row.bigint("session_id"),
                row.bigint("nas_id"),
                row.oneOf(Method.class, "method"),
                row.text("asked_by"),
                row.bool("alone"),
                row.instant("asked_at"));
    }

    /** So that they are taken once more: this node has forgotten, in a restart or with its lease, what it took. */
    public void giveBack(long nasId, String node) {
        sql.update(
                "update dynauth_order set taken_node = null where nas_id = ? and taken_node = ? and outcome is null",
                nasId,
                node);
    }

    /** Of orders that this node has taken. One that could not be decided here may be taken again. */
    public void answer(Collection<HandedOrder.Answer> answers, String node) {
        sql.batch("""
                update dynauth_order
                   set outcome = ?, attempted_at = ?, taken_node = case when ?::text is null then null else taken_node end
                 where id = ? and taken_node = ? and outcome is null
                """, answers, answer -> {
            var closed = closed(answer.result());
            var attemptedAt = answer.result() instanceof OrderResult.Sent(var attempt) ? attempt.at() : null;
            return new @Nullable Object[] {closed, attemptedAt, closed, answer.orderId(), node};
        });
    }

    private static @Nullable Closed closed(OrderResult result) {
        return switch (result) {
            case OrderResult.Sent _ -> Closed.SENT;
            case OrderResult.NoSuchSession _ -> Closed.NO_SUCH_SESSION;
            case OrderResult.TooMany _ -> Closed.TOO_MANY;
            case OrderResult.NothingToSend _ -> Closed.NOTHING_TO_SEND;
            case OrderResult.NobodySends _ -> null;
        };
    }

    /** What became of the orders that this node has handed on; each is told once, when its attempt is stored. */
    public List<HandedOrder.Answer> takeAnswers(String node, Instant now) {
        return sql.inTransaction(() -> {
            sql.update("delete from dynauth_order where asked_at < ?", now.minus(ANSWERED_WITHIN.multipliedBy(2)));
            var answers = sql.list("""
                    select o.id as order_id, o.outcome as closed, a.*
                      from dynauth_order o
                      left join dynauth_attempt a
                        on a.session_id = o.session_id and a.at = o.attempted_at and a.node = o.taken_node
                     where o.asked_node = ? and o.outcome is not null and (o.outcome <> 'SENT' or a.at is not null)
                     order by o.asked_at limit ?
                    """, OrderBook::answer, node, ROWS_AT_ONCE);
            var ids =
                    answers.stream().map(answer -> answer.orderId().toString()).toArray(String[]::new);
            sql.update("delete from dynauth_order where id = any(?::uuid[])", (Object) ids);
            return answers;
        });
    }

    private static HandedOrder.Answer answer(Row row) throws SQLException {
        return new HandedOrder.Answer(
                UUID.fromString(row.text("order_id")),
                switch (row.oneOf(Closed.class, "closed")) {
                    case SENT -> new OrderResult.Sent(TargetBook.attempt(row));
                    case NO_SUCH_SESSION -> new OrderResult.NoSuchSession();
                    case TOO_MANY -> new OrderResult.TooMany();
                    case NOTHING_TO_SEND -> new OrderResult.NothingToSend();
                });
    }

    /** Orders of this node that nobody took or answered in time; they are over. */
    public List<UUID> takeExpired(String node, Instant now) {
        return sql.list(
                """
                delete from dynauth_order
                 where asked_node = ? and outcome is null
                   and (asked_at < ? or (taken_node is null and asked_at < ?)) returning id
                """, row -> UUID.fromString(row.text("id")), node, now.minus(ANSWERED_WITHIN), now.minus(TAKEN_WITHIN));
    }
}
