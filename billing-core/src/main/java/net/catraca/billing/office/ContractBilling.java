package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.receivable.BillingTerms;
import net.catraca.billing.receivable.PriceStep;
import net.catraca.billing.store.BillingBook;
import net.catraca.billing.store.BillingBook.PlanRules;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.PlanBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/**
 * How contracts are billed. It bears on no access: what has been issued stays as it is, and what changes shows in the next
 * receivable.
 */
@Singleton
public final class ContractBilling {

    private static final int MOST_DAYS = 365;
    private static final int MOST_OPEN = 1000;

    private final Sql sql;
    private final LockedContract locked;
    private final ContractBook contracts;
    private final PlanBook plans;
    private final BillingBook billing;
    private final AuditLog audit;
    private final Clock clock;

    ContractBilling(
            Sql sql,
            LockedContract locked,
            ContractBook contracts,
            PlanBook plans,
            BillingBook billing,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.locked = locked;
        this.contracts = contracts;
        this.plans = plans;
        this.billing = billing;
        this.audit = audit;
        this.clock = clock;
    }

    public Optional<BillingTerms> terms(long contractId) {
        return billing.terms(contractId);
    }

    public Optional<PlanRules> rules(long planId) {
        return billing.planRules(planId);
    }

    /**
     * Writes all of a contract's terms. A new price holds from today on; from now on, or again, its receivables are made
     * here.
     *
     * @param expectedVersion the version of the terms that the caller has read, or null to take any
     * @param wanted its version says nothing
     */
    public Outcome<BillingTerms> set(Actor actor, @Nullable Long expectedVersion, BillingTerms wanted) {
        var checks = check(wanted);
        if (checks.failed()) {
            return checks.declined();
        }
        return locked.with(wanted.contractId(), held -> {
            // No access changes, so no version of the contract does.
            held.write().leaveAll();
            var before = billing.terms(wanted.contractId()).orElse(null);
            var stale = LockedContract.stale(expectedVersion, before == null ? 0 : before.version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            if (before != null && !Objects.equals(before.priceCents(), wanted.priceCents())) {
                var contract = contracts.find(wanted.contractId()).orElseThrow();
                priced(contract, before, contract.planId(), wanted.priceCents(), held.today());
            }
            var after = billing.put(wanted);
            audit.append(actor, "contract.set-billing", "contract/" + wanted.contractId(), before, after, held.now());
            return Outcome.done(after);
        });
    }

    /**
     * Writes all rules of a plan: for contracts that have none of their own, from the next receivable on.
     *
     * @param expectedVersion the version of the rules that the caller has read, or null to take any
     */
    public Outcome<PlanRules> setPlan(Actor actor, long planId, @Nullable Long expectedVersion, BillingRules wanted) {
        var checks = new Checks();
        check(checks, wanted);
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            if (plans.lock(planId).isEmpty()) {
                return Outcome.<PlanRules>declined(new Unknown("plan", planId));
            }
            var before = billing.planRules(planId).orElse(null);
            var stale = LockedContract.stale(expectedVersion, before == null ? 0 : before.version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            var after = billing.putPlan(planId, wanted);
            audit.append(actor, "plan.set-billing", "plan/" + planId, before, after, clock.instant());
            return Outcome.done(after);
        });
    }

    /** Within the write that sells another plan: it costs what it costs from today on. */
    void planChanged(Contract before, long planId, LocalDate today) {
        if (before.planId() != planId) {
            billing.terms(before.id()).ifPresent(terms -> priced(before, terms, planId, terms.priceCents(), today));
        }
    }

    /**
     * Within the write that takes back a pause or an exemption that had not begun: what was issued without its days is
     * looked at again, which is not done where nothing has ever changed.
     */
    void freeDaysTakenBack(long contractId, LocalDate today) {
        billing.terms(contractId).ifPresent(terms -> {
            var contract = contracts.find(contractId).orElseThrow();
            priced(contract, terms, contract.planId(), terms.priceCents(), today);
        });
    }

    /** Within the write that reactivates a contract: nobody pays for the days on which it was cancelled. */
    void reactivated(long contractId, LocalDate today) {
        billing.terms(contractId).ifPresent(terms -> billing.put(terms.startingOn(today)));
    }

    private void priced(Contract before, BillingTerms terms, long planId, @Nullable Long ownCents, LocalDate today) {
        if (billing.prices(before.id()).isEmpty()) {
            var base = before.financialBaseDate();
            var first = base.isBefore(today) ? base : today.minusDays(1);
            billing.putPrice(
                    before.id(), new PriceStep(first, before.planId(), listCents(before.planId()), terms.priceCents()));
        }
        billing.putPrice(before.id(), new PriceStep(today, planId, listCents(planId), ownCents));
    }

    private long listCents(long planId) {
        return plans.find(planId).map(Plan::monthlyCents).orElseThrow();
    }

    private static Checks check(BillingTerms terms) {
        var checks = new Checks()
                .expect(isDayOfMonth(terms.billingDay()), "billingDay", "1 to 31")
                .expect(isDayOfMonth(terms.dueDay()), "dueDay", "1 to 31")
                .day(terms.startsOn(), "startsOn")
                .day(terms.endsOn(), "endsOn")
                .expect(
                        terms.startsOn() == null
                                || terms.endsOn() == null
                                || !terms.endsOn().isBefore(terms.startsOn()),
                        "endsOn",
                        "a day no earlier than startsOn")
                .expect(
                        terms.priceCents() == null
                                || (terms.priceCents() >= 0 && terms.priceCents() <= Checks.MOST_CENTS),
                        "priceCents",
                        "0 to " + Checks.MOST_CENTS + " cents, or none");
        check(checks, terms.rules());
        return checks;
    }

    private static boolean isDayOfMonth(int day) {
        return day >= 1 && day <= 31;
    }

    private static void check(Checks checks, BillingRules rules) {
        within(checks, rules.periodsAhead(), 0, BillingRules.MOST_AHEAD, "periodsAhead");
        within(checks, rules.openLimit(), 1, MOST_OPEN, "openLimit");
        within(checks, rules.leastDaysToPay(), 0, MOST_DAYS, "leastDaysToPay");
        within(checks, rules.fineBasisPoints(), 0, BillingRules.MOST_FINE, "fineBasisPoints");
        within(checks, rules.interestBasisPoints(), 0, BillingRules.MOST_INTEREST, "interestBasisPoints");
        within(checks, rules.discountCents(), 0, Checks.MOST_CENTS, "discountCents");
        within(checks, rules.discountDays(), 0, MOST_DAYS, "discountDays");
    }

    private static void within(Checks checks, @Nullable Number value, long least, long most, String field) {
        checks.expect(
                value == null || (value.longValue() >= least && value.longValue() <= most),
                field,
                least + " to " + most + ", or none");
    }
}
