package net.catraca.billing.run;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Standing.Owed;
import net.catraca.billing.run.UnmatchedPayments.Unmatched;
import org.jspecify.annotations.Nullable;

/** Spares who may have paid already: a payment that nobody has matched has the same CPF/CNPJ or amount. */
public record UnmatchedPaymentGuard(UnmatchedPayments payments, PayerTaxIds taxIds) implements ContractGuard {

    /** The CPF/CNPJ of customers, as digits and capital letters. */
    @FunctionalInterface
    public interface PayerTaxIds {
        Map<Long, String> ofCustomers(Collection<Long> customerIds);
    }

    @Override
    public String name() {
        return "unmatched-payment";
    }

    @Override
    public Map<Long, Verdict> judge(Collection<Candidate> batch, Instant now) {
        var waiting = payments.waiting();
        if (waiting.isEmpty() || batch.isEmpty()) {
            return Map.of();
        }
        Map<String, Unmatched> byPayer = waiting.stream()
                .filter(payment -> payment.taxId() != null)
                .collect(Collectors.toMap(
                        payment -> Objects.requireNonNull(payment.taxId()), payment -> payment, (one, _) -> one));
        // Of a number that is known only its payer may have paid: others of the same amount have nothing to do with it.
        Map<Long, Unmatched> byContract = waiting.stream()
                .filter(payment -> payment.contractId() != null)
                .collect(Collectors.toMap(
                        payment -> Objects.requireNonNull(payment.contractId()), payment -> payment, (one, _) -> one));
        Map<Long, Unmatched> byAmount = waiting.stream()
                .filter(payment -> payment.contractId() == null)
                .collect(Collectors.toMap(Unmatched::amountCents, payment -> payment, (one, _) -> one));
        var payers = taxIds.ofCustomers(batch.stream()
                .map(candidate -> candidate.contract().customerId())
                .collect(Collectors.toSet()));
        Map<Long, Verdict> verdicts = new HashMap<>();
        for (var candidate : batch) {
            var payer = payers.get(candidate.contract().customerId());
            var samePayer = payer == null ? null : byPayer.get(payer);
            var sameAmount = ofAmount(candidate, byAmount);
            var named = byContract.get(candidate.contract().contractId());
            if (named != null) {
                verdicts.put(
                        candidate.contract().contractId(),
                        new Skip("unmatched payment " + named.reference() + " is for a bill of this contract"));
            } else if (samePayer != null) {
                verdicts.put(
                        candidate.contract().contractId(),
                        new Skip("unmatched payment " + samePayer.reference() + " has the same CPF or CNPJ"));
            } else if (sameAmount != null) {
                verdicts.put(
                        candidate.contract().contractId(),
                        new Skip("unmatched payment " + sameAmount.reference() + " has the same amount"));
            }
        }
        return verdicts;
    }

    private static @Nullable Unmatched ofAmount(Candidate candidate, Map<Long, Unmatched> byAmount) {
        return candidate.late().owed().stream()
                .map(Owed::receivable)
                .filter(Objects::nonNull)
                .flatMap(receivable -> amounts(receivable).stream())
                .map(byAmount::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** What somebody who pays it may pay: all, what is left, or either less the discount. */
    private static List<Long> amounts(Receivable receivable) {
        long nominal = receivable.nominalCents();
        long left = nominal - receivable.paidCents();
        return List.of(nominal, left, nominal - receivable.discountCents(), left - receivable.discountCents());
    }
}
