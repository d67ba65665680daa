package net.catraca.admin.demo;

import java.time.LocalDate;
import java.util.List;
import net.catraca.billing.contract.BillingMode;

/**
 * A customer with one contract and one login, as the seed writes them.
 *
 * @param plan the plan's name
 * @param base financial base date: the first day of the first bill
 * @param afterTheRun whether it comes late to the books, so that the next access run has something to find
 */
record DemoContract(
        String login,
        String customer,
        String taxId,
        String plan,
        BillingMode billingMode,
        LocalDate base,
        List<Bill> bills,
        Condition condition,
        boolean afterTheRun) {

    DemoContract {
        bills = List.copyOf(bills);
    }

    /** What is special about it, beside its money. */
    enum Condition {
        ORDINARY,
        EXEMPT,
        PAUSED,
        MANUAL_BLOCK,
        AWAITING,
        CANCELLED,
        ON_TRUST
    }
}
