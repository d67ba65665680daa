package net.catraca.billing.lint;

/** What lint looks for, with words for people; {@code {name}} stands for a fact of the finding. */
public enum LintKind {
    PAID_UNTIL_FAR("Paid until {paidUntil}, which is {daysAhead} days ahead; more than {ceilingDays} is unusual."),
    UNPAID_LONG("Active though the oldest debt that counts is due since {lateSince}, {days} days ago."),
    BLOCKED_LONG("Blocked ({by}) since {since}, {days} days ago: a candidate for cancellation."),
    EXEMPT_CONTRADICTED("Exempt since {exemptFrom}, which contradicts: {contradicts}."),
    REGISTERED_AGAIN_WITH_DEBT(
            "Registered again while customer {earlierCustomerId} of the same tax id owes {openCents} cents, the oldest"
                    + " due on {oldestDueOn}."),
    COVERAGE_GAP("No receivable covers {from} to {to}; the next one is {receivableId}."),
    COVERAGE_OVERLAP("Receivable {receivableId} covers {from} to {to}, which another one covers, too."),
    PERIOD_NOT_ISSUED(
            "No receivable was issued for the days from {from} on, {days} days ago: nobody is late for them."),
    ENDED_ACTIVE("Active though it ended on {endsOn}, {days} days ago: it gets no more receivables."),
    DUPLICATE_EXTERNAL_ID("{count} {of}s with nearly the same external id ({externalIds}): ids {ids}."),
    FACTS_DIFFER("The facts that decide access differ from the books in: {fields}.");

    private final String words;

    LintKind(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
