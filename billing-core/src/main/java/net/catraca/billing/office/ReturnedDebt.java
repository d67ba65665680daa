package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import net.catraca.billing.payment.Payment.Allocation;
import net.catraca.billing.payment.Settlement;
import net.catraca.billing.payment.Spreading;
import net.catraca.billing.receivable.Agreement;
import net.catraca.billing.receivable.Agreement.Move;
import net.catraca.billing.receivable.Agreement.State;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Receivable.Part;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PaymentBook.Paying;
import net.catraca.billing.store.ReceivableBook;

/**
 * Gives the debt of an agreement back when it ends: what was paid of its instalments pays what was owed before, oldest
 * due first, and what is left of that is interest as far as the law knows it, and credit. Reversed payments stay where
 * they were.
 */
@Singleton
final class ReturnedDebt {

    private final ReceivableBook receivables;
    private final PaymentBook payments;

    ReturnedDebt(ReceivableBook receivables, PaymentBook payments) {
        this.receivables = receivables;
        this.payments = payments;
    }

    /**
     * Within a write that holds the contract.
     *
     * @param parts its instalments and what it replaces or was to replace
     * @param toleranceCents by payment day
     * @return where the money went
     */
    List<Move> giveBack(
            Agreement agreement, List<Receivable> parts, State state, ToLongFunction<LocalDate> toleranceCents) {
        var instalments =
                parts.stream().filter(each -> each.is(Part.INSTALMENT)).toList();
        var money = payments.takeFrom(instalments.stream().map(Receivable::id).toList());
        instalments.forEach(each -> receivables.update(each.paid(0, ReceivableStatus.CANCELLED, null)
                .cancelled("agreement " + agreement.id() + " " + (state == State.BROKEN ? "broke" : "was cancelled"))));
        Map<Long, Settlement> old = new LinkedHashMap<>();
        parts.stream()
                .filter(each -> each.is(Part.REPLACED) || each.is(Part.PROMISED))
                .map(each -> receivables.settlement(each.id()).orElseThrow())
                .forEach(each -> old.put(each.receivable().id(), owedAgain(each, agreement)));
        var moves = spread(money, old);
        old.values().forEach(each -> receivables.update(each.settle(toleranceCents)));
        return moves;
    }

    private static Settlement owedAgain(Settlement replaced, Agreement agreement) {
        var old = replaced.receivable();
        return replaced.of(
                old.paid(old.paidCents(), ReceivableStatus.OPEN, null).in(agreement.id(), Part.RETURNED));
    }

    /** @param old changes as money comes to it */
    private List<Move> spread(List<Paying> money, Map<Long, Settlement> old) {
        List<Move> moves = new ArrayList<>();
        Map<Long, Long> charges = new HashMap<>();
        for (var share : money) {
            var spread =
                    Spreading.oldestFirst(share.paymentId(), share.cents(), share.paidOn(), List.copyOf(old.values()));
            spread.settlements().forEach(each -> old.put(each.receivable().id(), each));
            payments.allocate(share.paymentId(), spread.shares());
            charges.putIfAbsent(share.paymentId(), 0L);
            for (Allocation to : spread.shares()) {
                moves.add(new Move(share.paymentId(), share.receivableId(), to.receivableId(), to.cents()));
            }
            if (spread.left() > 0) {
                moves.add(new Move(share.paymentId(), share.receivableId(), null, spread.left()));
                long interest = spread.chargesCents(0, share.paidOn());
                charges.merge(share.paymentId(), interest, Long::sum);
            }
        }
        payments.moved(charges);
        return List.copyOf(moves);
    }
}
