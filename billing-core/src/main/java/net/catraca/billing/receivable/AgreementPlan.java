package net.catraca.billing.receivable;

import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.catraca.billing.receivable.Agreement.Replaced;

/**
 * What an agreement comes to, to the cent; pure. Access is decided per contract, so each contract gets instalments of
 * its own: what is agreed for several is dealt out to them by their debts.
 */
public record AgreementPlan(List<Part> parts) {

    public AgreementPlan {
        parts = List.copyOf(parts);
    }

    /** What one contract owes. */
    public record Debt(long contractId, List<Replaced> receivables) {

        public Debt {
            receivables = List.copyOf(receivables);
        }

        long cents() {
            return receivables.stream().mapToLong(Replaced::owedCents).sum();
        }
    }

    /** What becomes of it. */
    public record Part(Debt debt, long chargesCents, long discountCents, List<Instalment> instalments) {

        public Part {
            instalments = List.copyOf(instalments);
        }

        public long debtCents() {
            return debt.cents();
        }
    }

    public record Instalment(LocalDate dueOn, long cents) {}

    /** What the debts miss together. */
    public static long debtCents(List<Debt> debts) {
        return debts.stream().mapToLong(Debt::cents).sum();
    }

    /**
     * Equal instalments; the cents that cannot be dealt out equally are in the first ones.
     *
     * @param draft whose down payment is at most the whole, and the whole more than 0
     * @param debts one a contract, at least one
     * @param today the day of a down payment without one
     */
    public static AgreementPlan of(AgreementDraft draft, List<Debt> debts, LocalDate today) {
        var owed = debts.stream().mapToLong(Debt::cents).toArray();
        var charges = shares(draft.chargesCents(), owed);
        var discounts = shares(draft.discountCents(), owed);
        var totals = IntStream.range(0, owed.length)
                .mapToLong(i -> owed[i] + charges[i] - discounts[i])
                .toArray();
        var down = shares(draft.downPaymentCents(), totals);
        var parts = IntStream.range(0, owed.length)
                .mapToObj(i -> new Part(
                        debts.get(i),
                        charges[i],
                        discounts[i],
                        instalments(draft, down[i], totals[i] - down[i], today)))
                .toList();
        return new AgreementPlan(parts);
    }

    private static List<Instalment> instalments(AgreementDraft draft, long down, long rest, LocalDate today) {
        List<Instalment> instalments = new ArrayList<>();
        var downOn = draft.downPaymentDueOn() == null ? today : draft.downPaymentDueOn();
        instalments.add(new Instalment(downOn, down));
        var first = draft.firstDueOn();
        for (int i = 0; first != null && i < draft.instalments(); i++) {
            long more = i < rest % draft.instalments() ? 1 : 0;
            instalments.add(new Instalment(first.plusMonths(i), rest / draft.instalments() + more));
        }
        return instalments.stream().filter(one -> one.cents() > 0).toList();
    }

    /** Deals cents out by weights: each gets its share rounded down, and the largest remainders one cent more. */
    static long[] shares(long cents, long[] weights) {
        var whole = BigInteger.valueOf(LongStream.of(weights).sum());
        var exact = LongStream.of(weights)
                .mapToObj(weight -> BigInteger.valueOf(cents)
                        .multiply(BigInteger.valueOf(weight))
                        .divideAndRemainder(whole))
                .toList();
        var shares = exact.stream().mapToLong(each -> each[0].longValueExact()).toArray();
        long left = cents - LongStream.of(shares).sum();
        IntStream.range(0, shares.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> exact.get(i)[1]).reversed())
                .limit(left)
                .forEach(i -> shares[i]++);
        return shares;
    }
}
