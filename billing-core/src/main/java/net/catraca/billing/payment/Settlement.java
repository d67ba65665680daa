package net.catraca.billing.payment;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import org.jspecify.annotations.Nullable;

/**
 * A receivable with the payments that stand against it; pure. It is settled on the first payment day on which nominal,
 * less the discount that holds that day and the tolerance, is paid. Because it follows the days of payment and not the
 * order in which the news came, any order of news gives the same books.
 *
 * @param paid by payment day
 * @param calendar of banks: it says how long a discount holds
 */
public record Settlement(Receivable receivable, List<Paid> paid, BankingCalendar calendar) {

    /** What one payment has paid of the receivable. */
    public record Paid(long paymentId, LocalDate on, long cents) {}

    /**
     * Which of several takes money first that none of them was named for: those that count for blocking, and instalments,
     * which count as soon as they are paid; then those that do not; oldest due first.
     */
    public static final Comparator<Settlement> PAID_FIRST = Comparator.comparing(
                    (Settlement settlement) -> !bearsOnAccess(settlement.receivable()))
            .thenComparing(settlement -> settlement.receivable().dueOn())
            .thenComparingLong(settlement -> settlement.receivable().id());

    private static boolean bearsOnAccess(Receivable receivable) {
        return receivable.countsForBlocking() || receivable.is(Receivable.Part.INSTALMENT);
    }

    public Settlement {
        paid = paid.stream()
                .sorted(Comparator.comparing(Paid::on).thenComparingLong(Paid::paymentId))
                .toList();
    }

    /** What a payment of that day must bring to pay the receivable whole; 0 when it is paid. */
    public long missingOn(LocalDate day) {
        long missing = dueOn(day) - paidUpTo(day);
        for (var one : paid) {
            long missedThen = dueOn(one.on()) - paidUpTo(one.on());
            // On a later day this payment counts too; on an earlier one it does not, but it may have been whole then.
            if (one.on().isAfter(day) || missedThen <= 0) {
                missing = Math.min(missing, missedThen);
            }
        }
        return Math.max(0, missing);
    }

    /** With one more payment. */
    public Settlement with(Paid more) {
        var all = new ArrayList<>(paid);
        all.add(more);
        return new Settlement(receivable, all, calendar);
    }

    /** The same payments, against the receivable as it is written now. */
    public Settlement of(Receivable written) {
        return new Settlement(written, paid, calendar);
    }

    /**
     * The receivable as these payments make it: open or settled, unless it is cancelled or renegotiated.
     *
     * @param toleranceCents by payment day: what may be missing of a settled receivable
     */
    public Receivable settle(ToLongFunction<LocalDate> toleranceCents) {
        long cents = paid.stream().mapToLong(Paid::cents).sum();
        return switch (receivable.status()) {
            case CANCELLED, RENEGOTIATED -> receivable.paid(cents, receivable.status(), receivable.settledOn());
            case OPEN, SETTLED -> {
                LocalDate on = settledOn(toleranceCents);
                yield receivable.paid(cents, on == null ? ReceivableStatus.OPEN : ReceivableStatus.SETTLED, on);
            }
        };
    }

    private @Nullable LocalDate settledOn(ToLongFunction<LocalDate> toleranceCents) {
        for (var one : paid) {
            if (paidUpTo(one.on()) >= dueOn(one.on()) - toleranceCents.applyAsLong(one.on())) {
                return one.on();
            }
        }
        return null;
    }

    private long dueOn(LocalDate day) {
        return receivable.nominalCents() - receivable.discountOn(day, calendar);
    }

    private long paidUpTo(LocalDate day) {
        return paid.stream()
                .filter(one -> !one.on().isAfter(day))
                .mapToLong(Paid::cents)
                .sum();
    }
}
