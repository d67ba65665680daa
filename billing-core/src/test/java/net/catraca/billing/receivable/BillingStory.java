package net.catraca.billing.receivable;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Contract.Restriction;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
import net.catraca.billing.contract.ContractStatus;
import org.jspecify.annotations.Nullable;

/** A contract's billing, told day by day: what generation says is written down as the store would. */
final class BillingStory {

    BillingMode mode = BillingMode.POSTPAID;
    MoneySource moneySource = MoneySource.LOCAL;
    ContractStatus status = ContractStatus.ACTIVE;
    LocalDate base = LocalDate.parse("2026-01-10");

    @Nullable
    LocalDate cancelledOn;

    int billingDay = 10;
    int dueDay = 10;

    @Nullable
    LocalDate startsOn;

    @Nullable
    LocalDate endsOn;

    @Nullable
    Long ownCents;

    long planId = 1;
    long listCents = 99_90;
    BillingRules rules = new BillingRules(null, 100, 5, 200, 100, 0L, 0);
    final List<PriceStep> prices = new ArrayList<>();
    final List<DayWindow> pauses = new ArrayList<>();
    final List<DayWindow> exemptions = new ArrayList<>();
    final List<Receivable> receivables = new ArrayList<>();
    final Map<Long, List<Bill.Adjustment>> adjustments = new HashMap<>();
    final Map<Long, Bill> bills = new HashMap<>();
    private boolean settlesAtOnce = true;
    private long lastId;

    BillingStory unpaid() {
        settlesAtOnce = false;
        return this;
    }

    BillingStory pause(String first, @Nullable String last) {
        pauses.add(DayWindow.of(LocalDate.parse(first), last == null ? null : LocalDate.parse(last)));
        return this;
    }

    BillingStory exempt(String first, @Nullable String last) {
        exemptions.add(DayWindow.of(LocalDate.parse(first), last == null ? null : LocalDate.parse(last)));
        return this;
    }

    /** Another plan from a day on. */
    BillingStory plan(long id, long cents, LocalDate from) {
        if (prices.isEmpty()) {
            var first = base.isBefore(from) ? base : from.minusDays(1);
            prices.add(new PriceStep(first, planId, listCents, ownCents));
        }
        prices.removeIf(step -> step.from().equals(from));
        prices.add(new PriceStep(from, id, cents, ownCents));
        planId = id;
        listCents = cents;
        return this;
    }

    BillingStory cancel(String day) {
        status = ContractStatus.CANCELLED;
        cancelledOn = LocalDate.parse(day);
        return this;
    }

    /** A receivable of another hand, settled. */
    BillingStory made(String first, String last, ReceivableStatus is) {
        receivables.add(new Receivable(
                ++lastId,
                1,
                null,
                1,
                ReceivableKind.RECURRING,
                1,
                0,
                null,
                LocalDate.parse(first),
                LocalDate.parse(first),
                LocalDate.parse(first),
                LocalDate.parse(first),
                LocalDate.parse(last),
                true,
                is,
                0,
                null,
                null));
        return this;
    }

    Billing.Outcome draw(LocalDate day) {
        return Generation.of(billing(), day);
    }

    Billing.Outcome draw(String day) {
        return draw(LocalDate.parse(day));
    }

    Billing.Outcome generate(String day) {
        return generate(LocalDate.parse(day));
    }

    Billing.Outcome generate(LocalDate day) {
        var outcome = draw(day);
        outcome.cuts().forEach(this::cut);
        outcome.bills().forEach(this::issue);
        return outcome;
    }

    private void cut(Cut cut) {
        var old = cut.receivable();
        receivables.removeIf(one -> one.id() == old.id());
        var made = adjustments.remove(old.id());
        if (cut.coverageLast() != null) {
            var generated = old.generated();
            if (generated == null) {
                throw new AssertionError("cut what was not generated: " + old);
            }
            var shorter = old.cut(cut.coverageLast(), cut.nominalCents(), generated.charging(cut.ownCents()));
            receivables.add(settlesAtOnce ? settled(shorter) : shorter);
            if (made != null) {
                adjustments.put(old.id(), made);
            }
        }
    }

    private void issue(Bill bill) {
        var open = new Receivable(
                ++lastId,
                1,
                null,
                1,
                ReceivableKind.RECURRING,
                bill.nominalCents(),
                bill.discountCents(),
                bill.discountUntil(),
                bill.issuedOn(),
                bill.dueOn(),
                bill.dueOn(),
                bill.coverageFirst(),
                bill.coverageLast(),
                true,
                ReceivableStatus.OPEN,
                0,
                null,
                null,
                null,
                bill.lateTerms(),
                bill.generated(),
                null,
                null,
                false);
        receivables.add(settlesAtOnce || bill.paidByCredit() ? settled(open) : open);
        adjustments.put(open.id(), bill.adjustments());
        bills.put(open.id(), bill);
    }

    static Receivable settled(Receivable open) {
        return open.paid(open.nominalCents(), ReceivableStatus.SETTLED, open.dueOn());
    }

    Billing billing() {
        var contract = new Contract(
                1,
                1,
                null,
                1,
                planId,
                null,
                status,
                Contract.DEFAULT_ZONE,
                mode,
                base,
                base,
                base,
                cancelledOn,
                null,
                null,
                null,
                Restriction.NORMAL,
                TrustUnlockPermission.INHERIT,
                null,
                moneySource,
                null,
                Instant.EPOCH);
        var terms = new BillingTerms(1, 1, billingDay, dueDay, startsOn, endsOn, ownCents, rules);
        Map<Long, Long> adjusted = new HashMap<>();
        adjustments
                .values()
                .forEach(all -> all.forEach(one -> adjusted.merge(one.receivableId(), one.cents(), Long::sum)));
        adjusted.values().removeIf(cents -> cents == 0);
        return new Billing(contract, terms, rules, listCents, prices, pauses, exemptions, receivables, adjusted);
    }

    /** What all that stands asks for, credit taken off. */
    long asked() {
        long own = receivables.stream()
                .map(Receivable::generated)
                .mapToLong(generated -> generated == null ? 0 : generated.ownCents())
                .sum();
        return own
                + adjustments.values().stream()
                        .flatMap(List::stream)
                        .mapToLong(Bill.Adjustment::cents)
                        .sum();
    }
}
