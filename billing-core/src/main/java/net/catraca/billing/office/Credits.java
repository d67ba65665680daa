package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import net.catraca.billing.bank.PaymentEffect;
import net.catraca.billing.payment.Settlement;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PaymentBook.Credit;
import net.catraca.billing.store.PaymentBook.Share;
import net.catraca.billing.store.PaymentEffectBook;
import net.catraca.billing.store.ReceivableBook;

/** What contracts paid too much is used for the receivables that come next, oldest due first. */
@Singleton
final class Credits {

    private final PaymentBook payments;
    private final ReceivableBook receivables;
    private final PaymentEffectBook effects;

    Credits(PaymentBook payments, ReceivableBook receivables, PaymentEffectBook effects) {
        this.payments = payments;
        this.receivables = receivables;
        this.effects = effects;
    }

    /**
     * Within a write that holds their contracts.
     *
     * @param created receivables that nothing has paid yet
     * @return those that credit has paid, whole or in part
     */
    List<Receivable> use(AccessWrite.Write write, Collection<Receivable> created, Instant now) {
        if (created.isEmpty()) {
            return List.of();
        }
        var contracts = created.stream().map(Receivable::contractId).collect(Collectors.toSet());
        Map<Long, List<Credit>> credits =
                payments.credits(contracts).stream().collect(Collectors.groupingBy(Credit::contractId));
        List<Receivable> paid = new ArrayList<>();
        List<Share> shares = new ArrayList<>();
        Map<Long, Long> used = new HashMap<>();
        created.stream().sorted(Comparator.comparing(Receivable::dueOn)).forEach(receivable -> {
            var settlement = new Settlement(receivable, List.of());
            for (var credit : credits.getOrDefault(receivable.contractId(), List.of())) {
                long left = credit.cents() - used.getOrDefault(credit.paymentId(), 0L);
                long share = Math.min(left, settlement.missingOn(credit.paidOn()));
                if (share > 0) {
                    used.merge(credit.paymentId(), share, Long::sum);
                    shares.add(new Share(credit.paymentId(), receivable.id(), share));
                    settlement = settlement.with(new Settlement.Paid(credit.paymentId(), credit.paidOn(), share));
                }
            }
            if (!settlement.paid().isEmpty()) {
                var policy = Objects.requireNonNull(write.before(receivable.contractId()))
                        .policy();
                paid.add(settlement.settle(day -> policy.versionOn(day).limits().toleranceCents()));
            }
        });
        payments.allocateAll(shares);
        receivables.settleAll(paid);
        noteEffects(write, shares, credits, now);
        return List.copyOf(paid);
    }

    private void noteEffects(
            AccessWrite.Write write, List<Share> shares, Map<Long, List<Credit>> credits, Instant now) {
        var contracts = credits.values().stream()
                .flatMap(List::stream)
                .collect(Collectors.toMap(Credit::paymentId, Credit::contractId));
        var used = shares.stream()
                .map(Share::paymentId)
                .distinct()
                .collect(Collectors.toMap(id -> id, id -> Objects.requireNonNull(contracts.get(id))));
        if (!used.isEmpty()) {
            effects.note(write, used, PaymentEffect.What.BOOKED, now);
        }
    }
}
