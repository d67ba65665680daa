package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.PaymentReversal;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PaymentReversalBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** Reversals that payers' systems tell by external id: each counts once, and before its payment it waits for it. */
@Singleton
public final class PaymentReversals {

    private final Sql sql;
    private final LockedContract contracts;
    private final PaymentReversalBook reversals;
    private final PaymentBook book;
    private final Payments payments;
    private final AuditLog audit;
    private final Clock clock;

    PaymentReversals(
            Sql sql,
            LockedContract contracts,
            PaymentReversalBook reversals,
            PaymentBook book,
            Payments payments,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.contracts = contracts;
        this.reversals = reversals;
        this.book = book;
        this.payments = payments;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param repeated whether the reversal had been told before and nothing was written now */
    public record Told(PaymentReversal reversal, boolean repeated) {}

    /**
     * Reverses the payment, or keeps the reversal until it comes. Told again with the same payment it is found and nothing
     * is written; with another one it is declined as {@code external-id-taken}, and another reversal of the same payment
     * as {@code already-reversed}. One of a payment that a person has reversed is kept, and changes nothing.
     */
    public Outcome<Told> tell(Actor actor, String externalId, String paymentExternalId, String reason) {
        var checks = new Checks()
                .text(externalId, 200, "externalId")
                .text(paymentExternalId, 200, "paymentExternalId")
                .text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var before = told(externalId, paymentExternalId);
        if (before != null) {
            return before;
        }
        var payment = book.findByExternalId(paymentExternalId);
        if (payment.isEmpty()) {
            var kept = sql.inTransaction(() -> keep(actor, externalId, paymentExternalId, reason));
            if (kept.isPresent()) {
                return kept.get();
            }
            payment = book.findByExternalId(paymentExternalId); // It came a moment ago.
        }
        var found = payment.orElseThrow();
        return contracts.with(
                found.contractId(), held -> apply(actor, externalId, paymentExternalId, reason, found.id(), held));
    }

    /** Empty when the payment has come meanwhile: its contract must be locked first. */
    private Optional<Outcome<Told>> keep(Actor actor, String externalId, String paymentExternalId, String reason) {
        reversals.lockPayments(List.of(paymentExternalId));
        if (book.findByExternalId(paymentExternalId).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(inserted(actor, externalId, paymentExternalId, reason)
                .map(kept -> Outcome.done(new Told(kept, false)))
                .orElseGet(() -> taken(externalId, paymentExternalId)));
    }

    private Outcome<Told> apply(
            Actor actor,
            String externalId,
            String paymentExternalId,
            String reason,
            long paymentId,
            LockedContract.Held held) {
        var inserted = inserted(actor, externalId, paymentExternalId, reason);
        if (inserted.isEmpty()) {
            held.write().leaveAll();
            return taken(externalId, paymentExternalId);
        }
        if (book.find(paymentId).map(Payment::isReversed).orElseThrow()) {
            held.write().leaveAll();
        } else {
            payments.reverse(actor, paymentId, null, reason, held).orThrow();
        }
        return Outcome.done(new Told(reversals.applied(inserted.get().id(), paymentId, held.now()), false));
    }

    private Optional<PaymentReversal> inserted(
            Actor actor, String externalId, String paymentExternalId, String reason) {
        var now = clock.instant();
        var inserted = reversals.insert(externalId, paymentExternalId, reason, actor.name(), now);
        inserted.ifPresent(
                kept -> audit.append(actor, "payment-reversal.tell", "payment-reversal/" + kept.id(), null, kept, now));
        return inserted;
    }

    private Outcome<Told> taken(String externalId, String paymentExternalId) {
        var told = told(externalId, paymentExternalId);
        return told != null
                ? told
                : Outcome.declined(new Conflict(
                        "already-reversed",
                        "payment reversal "
                                + reversals
                                        .findByPayment(paymentExternalId)
                                        .orElseThrow()
                                        .id()));
    }

    private @Nullable Outcome<Told> told(String externalId, String paymentExternalId) {
        return reversals
                .findByExternalId(externalId)
                .map(told -> told.paymentExternalId().equals(paymentExternalId)
                        ? Outcome.done(new Told(told, true))
                        : Outcome.<Told>declined(new Conflict("external-id-taken", "payment reversal " + told.id())))
                .orElse(null);
    }

    public Optional<PaymentReversal> find(long id) {
        return reversals.find(id);
    }

    public Optional<PaymentReversal> findByExternalId(String externalId) {
        return reversals.findByExternalId(externalId);
    }

    /**
     * @param waitingOnly only those whose payment has not come
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<PaymentReversal> list(boolean waitingOnly, long afterId, int limit) {
        return reversals.page(waitingOnly, afterId, limit);
    }
}
