package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import net.catraca.billing.bank.PaymentEffect;
import net.catraca.billing.payment.Payment.Allocation;
import net.catraca.billing.payment.Settlement;
import net.catraca.billing.payment.Settlement.Paid;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.store.PaymentBook.Credit;
import net.catraca.billing.store.PaymentBook.Share;
import org.jspecify.annotations.Nullable;

/**
 * What a contract paid too much pays what it owes: nobody has credit and an open receivable that it could pay. Within each
 * write, whatever made the one or the other: a payment, a reversal, a receivable that is new, cancelled or open again.
 */
@Singleton
final class Credits {

    private final PaymentBook payments;
    private final ReceivableBook receivables;
    private final PaymentEffectBook effects;
    private final List<CreditTrail> trails;

    Credits(PaymentBook payments, ReceivableBook receivables, PaymentEffectBook effects, List<CreditTrail> trails) {
        this.payments = payments;
        this.receivables = receivables;
        this.effects = effects;
        this.trails = List.copyOf(trails);
    }

    /**
     * @param contractIds that the write holds
     * @return the receivables that took some, as they are now but for their version
     */
    List<Receivable> use(AccessWrite.Write write, Collection<Long> contractIds, Instant now) {
        var contracts = payments.withCreditAndDebt(contractIds);
        if (contracts.isEmpty()) {
            return List.of();
        }
        var credits = payments.credits(contracts.keySet()).stream()
                .collect(Collectors.groupingBy(Credit::contractId, LinkedHashMap::new, Collectors.toList()));
        var open = receivables.openSettlements(credits.keySet());
        Map<Long, List<Share>> shares = new LinkedHashMap<>();
        List<Receivable> paid = new ArrayList<>();
        credits.forEach((contract, theirs) -> {
            var spread = new Spread(theirs);
            var cancelledOn = Objects.requireNonNull(contracts.get(contract));
            open.getOrDefault(contract, List.of()).stream()
                    .filter(settlement -> isOwed(settlement.receivable(), cancelledOn.orElse(null)))
                    .sorted(Settlement.PAID_FIRST)
                    .map(spread::over)
                    .filter(settlement -> spread.took(settlement.receivable().id()))
                    .map(settlement -> settled(write, settlement))
                    .forEach(paid::add);
            if (!spread.shares.isEmpty()) {
                shares.put(contract, spread.shares);
            }
        });
        keep(write, shares, paid, now);
        return List.copyOf(paid);
    }

    /** Days after a cancellation are not: nobody has to ask for the money of a bill that is about to be taken back. */
    private static boolean isOwed(Receivable open, @Nullable LocalDate cancelledOn) {
        var first = open.coverageFirst();
        return cancelledOn == null || first == null || !first.isAfter(cancelledOn);
    }

    /** One contract's credit as it is used up: what was paid first is used first. */
    private static final class Spread {

        private final List<Credit> credits;
        private final Map<Long, Long> used = new HashMap<>();
        private final List<Share> shares = new ArrayList<>();

        Spread(List<Credit> credits) {
            this.credits = credits;
        }

        Settlement over(Settlement open) {
            var settlement = open;
            for (var credit : credits) {
                long left = credit.cents() - used.getOrDefault(credit.paymentId(), 0L);
                long share = Math.min(left, settlement.missingOn(credit.paidOn()));
                if (share > 0) {
                    used.merge(credit.paymentId(), share, Long::sum);
                    shares.add(new Share(credit.paymentId(), open.receivable().id(), share));
                    settlement = settlement.with(new Paid(credit.paymentId(), credit.paidOn(), share));
                }
            }
            return settlement;
        }

        boolean took(long receivableId) {
            return shares.stream().anyMatch(share -> share.receivableId() == receivableId);
        }
    }

    private static Receivable settled(AccessWrite.Write write, Settlement settlement) {
        var policy = Objects.requireNonNull(write.before(settlement.receivable().contractId()))
                .policy();
        return settlement.settle(day -> policy.versionOn(day).limits().toleranceCents());
    }

    private void keep(AccessWrite.Write write, Map<Long, List<Share>> shares, List<Receivable> paid, Instant now) {
        payments.allocateAll(shares.values().stream().flatMap(List::stream).toList());
        receivables.settleAll(paid);
        Map<Long, Long> contractOf = new HashMap<>();
        shares.forEach((contract, theirs) -> theirs.forEach(share -> contractOf.put(share.paymentId(), contract)));
        // A payment that came in this write has paid nothing else before that anybody saw.
        payments.moved(effects.noteMore(write, contractOf, PaymentEffect.What.BOOKED, now).stream()
                .collect(Collectors.toMap(payment -> payment, _ -> 0L)));
        shares.forEach((contract, theirs) -> {
            var used = new CreditTrail.Used(
                    contract,
                    theirs.stream()
                            .map(share -> new CreditTrail.Share(
                                    share.paymentId(), new Allocation(share.receivableId(), share.cents())))
                            .toList());
            trails.forEach(trail -> trail.used(used, now));
        });
    }
}
