package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.payment.PaymentReversal;

/** The table {@code payment_reversal}. */
@Singleton
public final class PaymentReversalBook {

    private final Sql sql;

    PaymentReversalBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<PaymentReversal> find(long id) {
        return sql.first("select * from payment_reversal where id = ?", PaymentReversalBook::reversal, id);
    }

    public Optional<PaymentReversal> findByExternalId(String externalId) {
        return sql.first(
                "select * from payment_reversal where external_id = ?", PaymentReversalBook::reversal, externalId);
    }

    public Optional<PaymentReversal> findByPayment(String paymentExternalId) {
        return sql.first(
                "select * from payment_reversal where payment_external_id = ?",
                PaymentReversalBook::reversal,
                paymentExternalId);
    }

    /** By id, above one; those that wait for their payment, or all. */
    public List<PaymentReversal> page(boolean waitingOnly, long afterId, int limit) {
        return sql.list(
                "select * from payment_reversal where id > ? and (payment_id is null or not ?) order by id limit ?",
                PaymentReversalBook::reversal,
                afterId,
                waitingOnly,
                limit);
    }

    /**
     * Waits for whoever tells of these payments, or of their reversals, until the transaction ends: of a payment and its
     * reversal that come at the same moment, the second finds the first.
     */
    public void lockPayments(Collection<String> externalIds) {
        sql.list("""
                select pg_advisory_xact_lock(payment)::text as locked
                  from (select hashtextextended('payment ' || external_id, 0) as payment
                          from unnest(?) as told (external_id) order by 1) ordered
                """, row -> "", (Object) externalIds.toArray(String[]::new));
    }

    /** Those of these payments that wait. */
    public List<PaymentReversal> waitingFor(Collection<String> paymentExternalIds) {
        return sql.list(
                "select * from payment_reversal where payment_external_id = any(?) and payment_id is null order by id",
                PaymentReversalBook::reversal,
                (Object) paymentExternalIds.toArray(String[]::new));
    }

    /** Empty when its external id is taken, or a reversal of that payment was told before. */
    public Optional<PaymentReversal> insert(
            String externalId, String paymentExternalId, String reason, String by, Instant now) {
        return sql.first("""
                insert into payment_reversal (external_id, payment_external_id, reason, told_at, told_by)
                values (?, ?, ?, ?, ?)
                on conflict do nothing
                returning *
                """, PaymentReversalBook::reversal, externalId, paymentExternalId, reason, now, by);
    }

    public PaymentReversal applied(long id, long paymentId, Instant now) {
        return sql.first(
                        "update payment_reversal set payment_id = ?, applied_at = ? where id = ? returning *",
                        PaymentReversalBook::reversal,
                        paymentId,
                        now,
                        id)
                .orElseThrow();
    }

    private static PaymentReversal reversal(Row row) throws SQLException {
        return new PaymentReversal(
                row.bigint("id"),
                row.text("external_id"),
                row.text("payment_external_id"),
                row.text("reason"),
                row.instant("told_at"),
                row.text("told_by"),
                row.bigintOrNull("payment_id"),
                row.instantOrNull("applied_at"));
    }
}
