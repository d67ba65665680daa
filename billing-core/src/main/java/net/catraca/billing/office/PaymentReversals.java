package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.IncomingPayment.State;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.PaymentReversal;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.IncomingBook;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PaymentReversalBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** Reversals that payers' systems tell by external id: each counts once, and before its payment it waits for it. */
@Singleton
public final class PaymentReversals {

    private final Sql sql;
    private final AccessWrite access;
    private final IncomingBook incoming;
    private final PaymentReversalBook reversals;
    private final PaymentBook book;
    private final Payments payments;
    private final AuditLog audit;
    private final Clock clock;

    PaymentReversals(
            Sql sql,
            AccessWrite access,
            IncomingBook incoming,
            PaymentReversalBook reversals,
            PaymentBook book,
            Payments payments,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.access = access;
        this.incoming = incoming;
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
     * as {@code already-reversed}. One of a payment that a person has reversed is kept, and changes nothing. What came as
     * one and was booked as several, a part for each contract, is taken back whole.
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
        Optional<Outcome<Told>> outcome = Optional.empty();
        while (outcome.isEmpty()) { // again when what was looked up is booked otherwise by now
            var contracts = known(paymentExternalId).stream()
                    .map(Payment::contractId)
                    .collect(Collectors.toCollection(TreeSet::new));
            outcome = contracts.isEmpty()
                    ? sql.inTransaction(() -> keep(actor, externalId, paymentExternalId, reason))
                    : access.on(
                            contracts,
                            clock.instant(),
                            write -> apply(actor, externalId, paymentExternalId, reason, write));
        }
        return outcome.get();
    }

    /**
     * The payments that are known by that id: the one that bears it, and those that were made of the news that does. Where
     * that news waits to be assigned, one that is reversed is none.
     */
    private List<Payment> known(String externalId) {
        var told = incoming.findByExternalId(externalId);
        boolean waits = told.isPresent() && told.get().state() == State.UNMATCHED;
        return Stream.concat(
                        book.findByExternalId(externalId).stream(),
                        told.map(IncomingPayment::id).map(book::ofIncoming).orElse(List.of()).stream())
                .distinct()
                .filter(payment -> !waits || !payment.isReversed())
                .toList();
    }

    /** Empty when the payment has come meanwhile: its contract must be locked first. */
    private Optional<Outcome<Told>> keep(Actor actor, String externalId, String paymentExternalId, String reason) {
        reversals.lockPayments(List.of(paymentExternalId));
        if (!known(paymentExternalId).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(inserted(actor, externalId, paymentExternalId, reason)
                .map(kept -> Outcome.done(new Told(kept, false)))
                .orElseGet(() -> taken(externalId, paymentExternalId)));
    }

    /** Empty when its payments are of other contracts meanwhile. */
    private Optional<Outcome<Told>> apply(
            Actor actor, String externalId, String paymentExternalId, String reason, AccessWrite.Write write) {
        reversals.lockPayments(List.of(paymentExternalId));
        // Read again: only now nobody else can write them.
        var known = known(paymentExternalId);
        var standing = known.stream().filter(payment -> !payment.isReversed()).toList();
        if (known.isEmpty() || !standing.stream().allMatch(payment -> write.holds(payment.contractId()))) {
            write.leaveAll();
            return Optional.empty();
        }
        var inserted = inserted(actor, externalId, paymentExternalId, reason);
        if (inserted.isEmpty()) {
            write.leaveAll();
            return Optional.of(taken(externalId, paymentExternalId));
        }
        var now = clock.instant();
        var written = standing.stream().map(Payment::contractId).collect(Collectors.toSet());
        write.held().stream().filter(id -> !written.contains(id)).forEach(write::leave);
        for (var payment : standing) {
            var before = Objects.requireNonNull(write.before(payment.contractId()));
            payments.reverse(actor, payment.id(), null, reason, new LockedContract.Held(write, before, now))
                    .orThrow();
        }
        return Optional.of(Outcome.done(
                new Told(reversals.applied(inserted.get().id(), known.getFirst().id(), now), false)));
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
