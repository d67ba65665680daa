package net.catraca.billing.receivable;

import java.util.List;
import java.util.Map;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.contract.Contract;

/**
 * All that the generation of a contract's receivables reads.
 *
 * @param rules the contract's, its plan's and the settings', one behind the other
 * @param listCents the plan's monthly price now
 * @param prices by day; empty when nothing has changed since the first day
 * @param receivables all recurring ones, and all open ones
 * @param adjusted what other receivables that stand make up for each, by its id
 */
public record Billing(
        Contract contract,
        BillingTerms terms,
        BillingRules rules,
        long listCents,
        List<PriceStep> prices,
        List<DayWindow> pauses,
        List<DayWindow> exemptions,
        List<Receivable> receivables,
        Map<Long, Long> adjusted) {

    public Billing {
        prices = List.copyOf(prices);
        pauses = List.copyOf(pauses);
        exemptions = List.copyOf(exemptions);
        receivables = List.copyOf(receivables);
        adjusted = Map.copyOf(adjusted);
    }

    /** What is to be done for one contract. */
    public record Outcome(List<Bill> bills, List<Cut> cuts, List<Skipped> skipped) {

        public Outcome {
            bills = List.copyOf(bills);
            cuts = List.copyOf(cuts);
            skipped = List.copyOf(skipped);
        }

        public boolean writesNothing() {
            return bills.isEmpty() && cuts.isEmpty();
        }
    }
}
