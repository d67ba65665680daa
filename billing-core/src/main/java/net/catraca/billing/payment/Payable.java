package net.catraca.billing.payment;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import net.catraca.billing.receivable.Receivable;

/**
 * What somebody may bring who pays open receivables on a day, from the least (what is left, less the discount) to the most
 * (with fine and interest up to their legal ceilings, whatever the bank was told to ask for); pure.
 */
public record Payable(long leastCents, long mostCents) {

    private static final Comparator<Receivable> OLDEST_DUE =
            Comparator.comparing((Receivable one) -> one.dueOn()).thenComparingLong(Receivable::id);

    boolean has(long cents) {
        return cents >= leastCents && cents <= mostCents;
    }

    private Payable plus(Payable other) {
        return new Payable(leastCents + other.leastCents, mostCents + other.mostCents);
    }

    private static Payable of(Receivable receivable, long cents, LocalDate on) {
        return new Payable(cents - receivable.discountCents(), cents + Charges.most(cents, receivable.dueOn(), on));
    }

    /** Of what is left of it. */
    static Payable of(Receivable receivable, LocalDate on) {
        return of(receivable, receivable.nominalCents() - receivable.paidCents(), on);
    }

    /**
     * Whether an amount may be for these: for one of them, whole or what is left of it, or for several at once, the oldest
     * first.
     *
     * @param open of one contract
     */
    public static boolean isFor(long cents, LocalDate on, List<Receivable> open) {
        var together = new Payable(0, 0);
        for (var one : open.stream().sorted(OLDEST_DUE).toList()) {
            together = together.plus(of(one, on));
            if (together.has(cents)
                    || of(one, on).has(cents)
                    || of(one, one.nominalCents(), on).has(cents)) {
                return true;
            }
        }
        return false;
    }

    /** At least what any payment on whatever day up to this one is for, and at most. */
    public static Payable bounds(List<Receivable> open, LocalDate last) {
        long least =
                open.stream().mapToLong(one -> of(one, last).leastCents).min().orElse(0);
        long most = open.stream()
                .mapToLong(one -> of(one, one.nominalCents(), last).mostCents)
                .sum();
        return new Payable(least, most);
    }
}
