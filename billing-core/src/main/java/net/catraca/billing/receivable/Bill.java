package net.catraca.billing.receivable;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recurring receivable to be issued.
 *
 * @param coverageFirst first covered and charged day
 * @param chargedDays days that are charged, of {@code periodDays} of the whole period; paused and exempt ones are not
 * @param nominalCents what it is about: its own days and what it makes up for; more than 0
 * @param paidByCredit whether what it makes up for takes all of its own: it is settled as it is issued
 * @param discountUntil null exactly when there is no discount
 */
public record Bill(
        long contractId,
        Generated generated,
        LocalDate coverageFirst,
        LocalDate coverageLast,
        int chargedDays,
        int periodDays,
        LocalDate issuedOn,
        LocalDate dueOn,
        long nominalCents,
        boolean paidByCredit,
        List<Adjustment> adjustments,
        long discountCents,
        @Nullable LocalDate discountUntil,
        LateTerms lateTerms) {

    public Bill {
        adjustments = List.copyOf(adjustments);
    }

    /**
     * What a receivable makes up for another one that has turned out too dear or too cheap.
     *
     * @param receivableId the other one
     * @param cents less than 0 to the customer's credit
     */
    public record Adjustment(long receivableId, long cents, Why why) {}

    public enum Why {
        PLAN_CHANGE,
        PAUSE,
        EXEMPTION,
        CONTRACT_END
    }
}
