package net.catraca.billing.receivable;

/**
 * What paying late costs, as a receivable was issued.
 *
 * @param fineBasisPoints in hundredths of a per cent, once
 * @param interestBasisPoints in hundredths of a per cent for thirty days, by days
 */
public record LateTerms(int fineBasisPoints, int interestBasisPoints) {

    static LateTerms of(BillingRules rules) {
        return new LateTerms(
                (int) BillingRules.of(rules.fineBasisPoints()), (int) BillingRules.of(rules.interestBasisPoints()));
    }
}
