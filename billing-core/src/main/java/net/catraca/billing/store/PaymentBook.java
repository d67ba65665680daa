package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.Payment.Allocation;
import net.catraca.billing.payment.Payment.Reversal;
import net.catraca.billing.payment.PaymentDraft;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code payment} and {@code payment_allocation}. They are written within an {@link AccessWrite} that holds
 * the contract. Allocations of a reversed payment stay, as the record of what it had paid.
 */
@Singleton
public final class PaymentBook {

    private static final String SELECT = """
            select p.*,
                   array(select a.receivable_id from payment_allocation a
                          where a.payment_id = p.id order by a.receivable_id) as receivables,
                   array(select a.cents from payment_allocation a
                          where a.payment_id = p.id order by a.receivable_id) as shares
              from payment p
            """;

    private final Sql sql;

    PaymentBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<Payment> find(long id) {
        return sql.first(SELECT + " where p.id = ?", PaymentBook::payment, id);
    }

    public Optional<Payment> findByExternalId(String externalId) {
        return sql.first(SELECT + " where p.external_id = ?", PaymentBook::payment, externalId);
    }

    /** By id, above one; of one contract or, for null, of all. */
    public List<Payment> page(@Nullable Long contractId, long afterId, int limit) {
        return contractId == null
                ? sql.list(SELECT + " where p.id > ? order by p.id limit ?", PaymentBook::payment, afterId, limit)
                : sql.list(
                        SELECT + " where p.contract_id = ? and p.id > ? order by p.id limit ?",
                        PaymentBook::payment,
                        contractId,
                        afterId,
                        limit);
    }

    /** Payments for this very receivable that stand, oldest first. */
    public List<Payment> standingFor(long receivableId) {
        return sql.list(
                SELECT + " where p.receivable_id = ? and p.reversed_at is null order by p.paid_on, p.id",
                PaymentBook::payment,
                receivableId);
    }

    /**
     * Inserts a payment that has paid nothing yet. Empty when the external id is taken, possibly by another transaction
     * a moment ago.
     *
     * @param contractId the draft's, or its receivable's
     * @param byHand whether a person entered it
     */
    public Optional<Payment> insert(PaymentDraft draft, long contractId, Instant now, String by, boolean byHand) {
        return sql.first(
                """
                insert into payment (
                    external_id, contract_id, receivable_id, amount_cents, paid_on, source, received_at, received_by,
                    by_hand)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (external_id) do nothing
                returning *, '{}'::bigint[] as receivables, '{}'::bigint[] as shares
                """,
                PaymentBook::payment,
                draft.externalId(),
                contractId,
                draft.receivableId(),
                draft.amountCents(),
                draft.paidOn(),
                draft.source(),
                now,
                by,
                byHand);
    }

    /** What the payment has paid; a receivable it has paid already takes the cents besides. */
    public void allocate(long paymentId, Collection<Allocation> shares) {
        sql.batch("""
                insert into payment_allocation (payment_id, receivable_id, cents) values (?, ?, ?)
                on conflict (payment_id, receivable_id) do update
                   set cents = payment_allocation.cents + excluded.cents
                """, shares, share -> new @Nullable Object[] {paymentId, share.receivableId(), share.cents()});
    }

    public void reverse(long id, Reversal reversal) {
        sql.update("""
                update payment
                   set version = version + 1, reversed_at = ?, reversed_by = ?, reverse_reason = ?
                 where id = ?
                """, reversal.at(), reversal.by(), reversal.reason(), id);
    }

    private static Payment payment(Row row) throws SQLException {
        long amount = row.bigint("amount_cents");
        var allocations = allocations(row.bigints("receivables"), row.bigints("shares"));
        return new Payment(
                row.bigint("id"),
                row.bigint("version"),
                row.text("external_id"),
                row.bigint("contract_id"),
                row.bigintOrNull("receivable_id"),
                amount,
                row.day("paid_on"),
                row.text("source"),
                row.instant("received_at"),
                row.text("received_by"),
                row.bool("by_hand"),
                allocations,
                amount - allocations.stream().mapToLong(Allocation::cents).sum(),
                reversal(row));
    }

    private static List<Allocation> allocations(Long[] receivables, Long[] shares) {
        return IntStream.range(0, receivables.length)
                .mapToObj(i -> new Allocation(receivables[i], shares[i]))
                .toList();
    }

    private static @Nullable Reversal reversal(Row row) throws SQLException {
        var at = row.instantOrNull("reversed_at");
        return at == null ? null : new Reversal(at, row.text("reversed_by"), row.text("reverse_reason"));
    }
}
