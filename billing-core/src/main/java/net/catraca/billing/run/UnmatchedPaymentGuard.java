package net.catraca.billing.run;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.catraca.billing.payment.Payable;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Standing.Owed;
import net.catraca.billing.run.UnmatchedPayments.Unmatched;
import org.jspecify.annotations.Nullable;

/**
 * Spares who may have paid already: a payment that nobody has matched has the same CPF/CNPJ, or may be for what the
 * contract owes, with the fine and interest of its day.
 */
public record UnmatchedPaymentGuard(UnmatchedPayments payments, PayerTaxIds taxIds, OpenBills bills)
        implements ContractGuard {

    /** The CPF/CNPJ of customers, as digits and capital letters. */
    @FunctionalInterface
    public interface PayerTaxIds {
        Map<Long, String> ofCustomers(Collection<Long> customerIds);
    }

    /** All that contracts owe, also what is not late yet: who is late may pay that, too. */
    @FunctionalInterface
    public interface OpenBills {
        Map<Long, List<Receivable>> openOf(Collection<Long> contractIds);
    }

    @Override
    public String name() {
        return "unmatched-payment";
    }

    @Override
    public Map<Long, Verdict> judge(Collection<Candidate> batch, Instant now) {
        var waiting = payments.waiting();
        return waiting.isEmpty() || batch.isEmpty() ? Map.of() : new Judgement(waiting, batch).verdicts();
    }

    /** Of one batch. */
    private final class Judgement {

        private final Collection<Candidate> batch;
        private final Map<String, Unmatched> byPayer = new HashMap<>();
        private final Map<Long, Unmatched> byContract = new HashMap<>();
        private final NavigableMap<Long, List<Unmatched>> byAmount = new TreeMap<>();
        private final LocalDate last;
        private final Map<Long, String> payers;
        private final Map<Long, List<Receivable>> open;

        Judgement(List<Unmatched> waiting, Collection<Candidate> batch) {
            this.batch = batch;
            this.last = waiting.stream()
                    .map(Unmatched::paidOn)
                    .max(LocalDate::compareTo)
                    .orElseThrow();
            for (var one : waiting) {
                if (one.taxId() != null) {
                    byPayer.putIfAbsent(one.taxId(), one);
                }
                // Of a number that is known only its payer may have paid: others of the amount have nothing to do with
                // it.
                one.contractIds().forEach(contract -> byContract.putIfAbsent(contract, one));
                if (one.contractIds().isEmpty()) {
                    byAmount.computeIfAbsent(one.amountCents(), _ -> new ArrayList<>())
                            .add(one);
                }
            }
            this.payers = taxIds.ofCustomers(
                    batch.stream().map(each -> each.contract().customerId()).collect(Collectors.toSet()));
            this.open = bills.openOf(
                    batch.stream().map(each -> each.contract().contractId()).collect(Collectors.toSet()));
        }

        Map<Long, Verdict> verdicts() {
            Map<Long, Verdict> verdicts = new HashMap<>();
            for (var candidate : batch) {
                String why = why(candidate);
                if (why != null) {
                    verdicts.put(candidate.contract().contractId(), new Skip(why));
                }
            }
            return verdicts;
        }

        private @Nullable String why(Candidate candidate) {
            long contract = candidate.contract().contractId();
            var named = byContract.get(contract);
            if (named != null) {
                return "unmatched payment " + named.reference() + " is for a bill of this contract";
            }
            var payer = payers.get(candidate.contract().customerId());
            var samePayer = payer == null ? null : byPayer.get(payer);
            if (samePayer != null) {
                return "unmatched payment " + samePayer.reference() + " has the same CPF or CNPJ";
            }
            var late = candidate.late().owed().stream()
                    .map(Owed::receivable)
                    .filter(Objects::nonNull)
                    .toList();
            var sameAmount = ofAmount(late);
            sameAmount = sameAmount == null ? ofAmount(open.getOrDefault(contract, List.of())) : sameAmount;
            return sameAmount == null
                    ? null
                    : "unmatched payment " + sameAmount.reference() + " may be for what it owes";
        }

        private @Nullable Unmatched ofAmount(List<Receivable> owed) {
            var bounds = Payable.bounds(owed, last);
            return bounds.leastCents() > bounds.mostCents()
                    ? null
                    : byAmount.subMap(bounds.leastCents(), true, bounds.mostCents(), true).values().stream()
                            .flatMap(List::stream)
                            .filter(one -> Payable.isFor(one.amountCents(), one.paidOn(), owed))
                            .findFirst()
                            .orElse(null);
        }
    }
}
