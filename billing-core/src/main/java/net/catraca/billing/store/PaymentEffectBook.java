package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.bank.PaymentEffect;
import net.catraca.billing.bank.PaymentEffect.Standing;
import net.catraca.billing.bank.PaymentEffect.What;
import org.jspecify.annotations.Nullable;

/** The table {@code payment_effect}: what payments did to access, noted when the facts are written. */
@Singleton
public final class PaymentEffectBook {

    private final Sql sql;
    private final WebhookOutbox outbox;

    PaymentEffectBook(Sql sql, WebhookOutbox outbox) {
        this.sql = sql;
        this.outbox = outbox;
    }

    /**
     * Writes the effects when the write under way has written its facts.
     *
     * @param contracts the contract of each payment
     */
    public void note(AccessWrite.Write write, Map<Long, Long> contracts, What what, Instant now) {
        noteMore(write, contracts, what, now);
    }

    /**
     * The same for payments of which some are noted in this write already.
     *
     * @return those that were not
     */
    Set<Long> noteMore(AccessWrite.Write write, Map<Long, Long> contracts, What what, Instant now) {
        Map<Long, Long> others = new HashMap<>(contracts);
        others.keySet().removeIf(payment -> !write.notes(what, payment));
        if (!others.isEmpty()) {
            write.afterwards(changes -> insert(changes, others, what, now));
        }
        return Set.copyOf(others.keySet());
    }

    private record Noted(long paymentId, AccessWrite.Change change, long feedId) {}

    private void insert(List<AccessWrite.Change> changes, Map<Long, Long> contracts, What what, Instant now) {
        Map<Long, Long> feed = new HashMap<>();
        sql.each(
                "select key, max(id) as id from feed where xid = pg_current_xact_id() and kind = 'CONTRACT' group by key",
                row -> feed.put(row.bigint("key"), row.bigint("id")));
        Map<Long, AccessWrite.Change> byContract = new HashMap<>();
        changes.forEach(change -> byContract.put(change.after().contractId(), change));
        List<Noted> noted = new ArrayList<>();
        contracts.forEach((payment, contract) -> {
            var change = byContract.get(contract);
            if (change != null) {
                noted.add(new Noted(payment, change, feed.getOrDefault(contract, 0L)));
            }
        });
        write(noted, what, now);
    }

    private record Effect(Noted noted, Standing before, Standing after) {}

    private void write(Collection<Noted> noted, What what, Instant now) {
        if (noted.isEmpty()) {
            return;
        }
        var effects = noted.stream()
                .map(one -> new Effect(
                        one,
                        standing(one.change().before(), now),
                        standing(one.change().after(), now)))
                .toList();
        sql.update(
                """
                insert into payment_effect (
                    what, at, payment_id, contract_id, facts_before, facts_after, paid_until_before, paid_until_after,
                    late_since_before, late_since_after, computed_before, computed_after, committed_before,
                    committed_after, effective_before, effective_after, feed_id)
                select ?, ?, n.payment_id, n.contract_id, n.facts_before, n.facts_after, n.paid_until_before,
                       n.paid_until_after, n.late_since_before, n.late_since_after, n.computed_before,
                       n.computed_after, n.committed_before, n.committed_after, n.effective_before,
                       n.effective_after, n.feed_id
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n (
                       payment_id, contract_id, facts_before, facts_after, paid_until_before, paid_until_after,
                       late_since_before, late_since_after, computed_before, computed_after, committed_before,
                       committed_after, effective_before, effective_after, feed_id)
                """,
                RowColumns.of(effects)
                        .bigint(effect -> effect.noted().paymentId())
                        .bigint(effect -> effect.noted().change().after().contractId())
                        .bigint(effect -> effect.before().factsVersion())
                        .bigint(effect -> effect.after().factsVersion())
                        .day(effect -> effect.before().paidUntil())
                        .day(effect -> effect.after().paidUntil())
                        .day(effect -> effect.before().lateSince())
                        .day(effect -> effect.after().lateSince())
                        .text(effect -> effect.before().computed())
                        .text(effect -> effect.after().computed())
                        .text(effect -> effect.before().committed())
                        .text(effect -> effect.after().committed())
                        .text(effect -> effect.before().effective())
                        .text(effect -> effect.after().effective())
                        .bigint(effect -> effect.noted().feedId())
                        .after(what, now));
        outbox.payments(
                noted.stream().map(Noted::paymentId).toList(),
                what == What.BOOKED ? "payment.booked" : "payment.reversed",
                now);
    }

    private static Standing standing(ContractSnapshot contract, Instant now) {
        var access = AccessPolicy.effective(contract, now, now);
        return new Standing(
                contract.version(),
                day(contract.paidUntilDay()),
                day(contract.lateSinceDay()),
                access.computed().level().name(),
                access.committed().name(),
                access.effective().level().name());
    }

    private static @Nullable LocalDate day(int day) {
        return day == ContractSnapshot.NO_DAY ? null : LocalDate.ofEpochDay(day);
    }

    /** Of these payments, oldest first. */
    public List<PaymentEffect> of(Collection<Long> paymentIds) {
        return sql.list(
                "select * from payment_effect where payment_id = any(?) order by id",
                PaymentEffectBook::effect,
                paymentIds);
    }

    /** Of a contract, newest first: the way back from an access change to the payments behind it. */
    public List<PaymentEffect> ofContract(long contractId, int limit) {
        return sql.list(
                "select * from payment_effect where contract_id = ? order by id desc limit ?",
                PaymentEffectBook::effect,
                contractId,
                limit);
    }

    private static PaymentEffect effect(Row row) throws SQLException {
        return new PaymentEffect(
                row.bigint("payment_id"),
                row.oneOf(What.class, "what"),
                row.bigint("contract_id"),
                row.instant("at"),
                standing(row, "before"),
                standing(row, "after"),
                row.bigint("feed_id"));
    }

    private static Standing standing(Row row, String when) throws SQLException {
        return new Standing(
                row.bigint("facts_" + when),
                row.dayOrNull("paid_until_" + when),
                row.dayOrNull("late_since_" + when),
                row.text("computed_" + when),
                row.text("committed_" + when),
                row.text("effective_" + when));
    }
}
