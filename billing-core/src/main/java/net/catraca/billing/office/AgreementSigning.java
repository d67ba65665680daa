package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.catraca.billing.access.AgreementTerms;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.LimitReached;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.receivable.Agreement;
import net.catraca.billing.receivable.Agreement.Replaced;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.AgreementPlan;
import net.catraca.billing.receivable.AgreementPlan.Debt;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.AgreementBook;
import net.catraca.billing.store.ReceivableBook;
import org.jspecify.annotations.Nullable;

/**
 * How an agreement comes to be: which receivables it may replace, when its instalments may fall due, and what is written.
 * The contracts are locked by the caller, who also tells of it ({@link Agreements}).
 */
@Singleton
final class AgreementSigning {

    /** Ten years; more is a slip of the keyboard. */
    private static final int MOST_INSTALMENTS = 120;

    /** An agreement lets a debt through: its first payment may not be far away. */
    private static final int MOST_DAYS_TO_FIRST = 45;

    private static final int MOST_RECEIVABLES = 500;

    private final AgreementBook agreements;
    private final ReceivableBook receivables;
    private final BankingCalendar calendar;

    AgreementSigning(AgreementBook agreements, ReceivableBook receivables, BankingCalendar calendar) {
        this.agreements = agreements;
        this.receivables = receivables;
        this.calendar = calendar;
    }

    /** What can be said of a wish without looking anything up. */
    static Checks check(AgreementDraft draft) {
        return new Checks()
                .text(draft.reason(), 500, "reason")
                .expect(
                        (draft.contractId() != null) == draft.receivableIds().isEmpty(),
                        "receivableIds",
                        "ids of overdue receivables, or a contract in contractId")
                .expect(
                        draft.receivableIds().size() <= MOST_RECEIVABLES,
                        "receivableIds",
                        "at most " + MOST_RECEIVABLES)
                .expect(within(draft.chargesCents()), "chargesCents", "0 to " + Checks.MOST_CENTS + " cents")
                .expect(within(draft.discountCents()), "discountCents", "0 to " + Checks.MOST_CENTS + " cents")
                .expect(within(draft.downPaymentCents()), "downPaymentCents", "0 to " + Checks.MOST_CENTS + " cents")
                .expect(
                        draft.downPaymentDueOn() == null || draft.downPaymentCents() > 0,
                        "downPaymentDueOn",
                        "none without a down payment")
                .expect(
                        draft.instalments() >= 0 && draft.instalments() <= MOST_INSTALMENTS,
                        "instalments",
                        "0 to " + MOST_INSTALMENTS)
                .expect(
                        (draft.instalments() > 0) == (draft.firstDueOn() != null),
                        "firstDueOn",
                        "a day exactly when there are instalments")
                .day(draft.downPaymentDueOn(), "downPaymentDueOn")
                .day(draft.firstDueOn(), "firstDueOn");
    }

    private static boolean within(long cents) {
        return cents >= 0 && cents <= Checks.MOST_CENTS;
    }

    /** One agreement a contract, in the order of their ids; declined as {@link Agreements#sign} says. */
    Outcome<List<Agreement>> sign(Actor actor, AgreementDraft draft, AccessWrite.Write write, Instant now) {
        return new Signing(actor, draft, write, now).all();
    }

    /** One signing under way: its contracts are locked. */
    private final class Signing {

        private final Actor actor;
        private final AgreementDraft draft;
        private final AccessWrite.Write write;
        private final Instant now;

        Signing(Actor actor, AgreementDraft draft, AccessWrite.Write write, Instant now) {
            this.actor = actor;
            this.draft = draft;
            this.write = write;
            this.now = now;
        }

        Outcome<List<Agreement>> all() {
            var contract = draft.contractId();
            if (contract != null && !write.holds(contract)) {
                return Outcome.declined(new Unknown("contract", contract));
            }
            // Read now that nobody else can write them.
            var old = contract == null
                    ? draft.receivableIds().stream()
                            .map(id -> receivables.find(id).orElseThrow())
                            .sorted(Comparator.comparingLong(Receivable::id))
                            .toList()
                    : receivables.open(contract).stream()
                            .filter(each -> isOverdue(each) && isFree(each))
                            .toList();
            var problem = problem(old);
            return problem == null ? agree(old) : Outcome.declined(problem);
        }

        private @Nullable Problem problem(List<Receivable> old) {
            if (old.isEmpty()) {
                return new Conflict("nothing-overdue", "contract " + draft.contractId());
            }
            for (var each : old) {
                var problem = problem(each);
                if (problem != null) {
                    return problem;
                }
            }
            if (write.before().stream()
                            .map(ContractSnapshot::customerId)
                            .distinct()
                            .count()
                    > 1) {
                return new Conflict("of-another-customer", "receivables of one customer's contracts");
            }
            return tooOften(old);
        }

        private @Nullable Problem problem(Receivable old) {
            if (!isFree(old)) {
                return Receivables.inAgreement(old);
            }
            if (!old.isOpen()) {
                return new Conflict(
                        "not-open",
                        "receivable " + old.id() + ": " + old.status().name());
            }
            return isOverdue(old)
                    ? null
                    : new Conflict("not-overdue", "receivable " + old.id() + " is due on " + old.dueOn());
        }

        private boolean isFree(Receivable old) {
            return old.agreement() == null || old.is(Receivable.Part.RETURNED);
        }

        private boolean isOverdue(Receivable old) {
            return calendar.nextBankingDay(old.dueOn()).isBefore(today(old.contractId()));
        }

        private @Nullable Problem tooOften(List<Receivable> old) {
            var times = agreements.timesAgreed(old.stream().map(Receivable::id).toList());
            for (var each : old) {
                int before = times.getOrDefault(each.id(), 0);
                int most = terms(each.contractId()).perDebt();
                if (before >= most) {
                    return new LimitReached(
                            "agreements-per-debt",
                            "the policy allows %d agreements of one debt, and receivable %d was in %d"
                                    .formatted(most, each.id(), before),
                            null,
                            null);
                }
            }
            return null;
        }

        private Outcome<List<Agreement>> agree(List<Receivable> old) {
            var debts = debts(old);
            var today = today(debts.getFirst().contractId());
            var checks = new Checks();
            long whole = AgreementPlan.debtCents(debts) + draft.chargesCents() - draft.discountCents();
            checks.expect(whole > 0, "discountCents", "less than what is owed, with charges")
                    .expect(
                            draft.downPaymentCents() <= whole
                                    && (draft.instalments() > 0 || draft.downPaymentCents() == whole),
                            "downPaymentCents",
                            "at most " + whole + " cents, and all of it without instalments");
            checkDays(checks, today);
            if (checks.failed()) {
                return checks.declined();
            }
            var plan = AgreementPlan.of(draft, debts, today);
            return plan.parts().stream().anyMatch(part -> part.instalments().isEmpty())
                    ? Outcome.declined(new Invalid("discountCents", "so much that each contract has something to pay"))
                    : Outcome.done(write(plan, old, today));
        }

        private void checkDays(Checks checks, LocalDate today) {
            var last = today.plusDays(MOST_DAYS_TO_FIRST);
            var down = draft.downPaymentDueOn() == null ? today : draft.downPaymentDueOn();
            var first = draft.firstDueOn();
            boolean paysDown = draft.downPaymentCents() > 0;
            checks.expect(
                    !down.isBefore(today) && !down.isAfter(last),
                    "downPaymentDueOn",
                    "a day from " + today + " to " + last);
            if (first == null) {
                return;
            }
            var earliest = paysDown ? down : today;
            var latest = earliest.plusDays(MOST_DAYS_TO_FIRST);
            checks.expect(
                    !first.isBefore(earliest) && !first.isAfter(latest),
                    "firstDueOn",
                    "a day from " + earliest + " to " + latest);
        }

        private List<Debt> debts(List<Receivable> old) {
            var missing = old.stream()
                    .collect(Collectors.groupingBy(
                            Receivable::contractId,
                            TreeMap::new,
                            Collectors.mapping(
                                    each -> new Replaced(
                                            each.id(),
                                            receivables
                                                    .settlement(each.id())
                                                    .orElseThrow()
                                                    .missingOn(today(each.contractId()))),
                                    Collectors.toList())));
            return missing.entrySet().stream()
                    .map(entry -> new Debt(entry.getKey(), entry.getValue()))
                    .toList();
        }

        private List<Agreement> write(AgreementPlan plan, List<Receivable> old, LocalDate today) {
            List<Agreement> signed = new ArrayList<>();
            for (var part : plan.parts()) {
                long contract = part.debt().contractId();
                Long first = signed.isEmpty() ? null : signed.getFirst().id();
                var agreement =
                        agreements.insert(part, first, terms(contract), today, now, actor.name(), draft.reason());
                signed.add(agreement);
                promise(agreement, old);
                part.instalments().forEach(each -> insert(agreement, each));
            }
            if (signed.size() > 1) {
                agreements.setSignedWith(
                        signed.getFirst().id(), signed.getFirst().id());
            }
            write.useCredit();
            agreements.follow(write.held(), now);
            return signed;
        }

        private void promise(Agreement agreement, List<Receivable> old) {
            old.stream()
                    .filter(each -> each.contractId() == agreement.contractId())
                    .forEach(each -> receivables.update(each.in(agreement.id(), Receivable.Part.PROMISED)));
        }

        private void insert(Agreement agreement, AgreementPlan.Instalment part) {
            var draftOfIt = new ReceivableDraft(
                    null,
                    agreement.contractId(),
                    ReceivableKind.RENEGOTIATED,
                    part.cents(),
                    0,
                    null,
                    null,
                    part.dueOn(),
                    null,
                    null,
                    // It counts once it has replaced the old debt.
                    false);
            var created = receivables
                    .insert(draftOfIt, today(agreement.contractId()), now)
                    .orElseThrow();
            receivables.update(created.in(agreement.id(), Receivable.Part.INSTALMENT));
        }

        private LocalDate today(long contract) {
            return LocalDate.ofInstant(now, facts(contract).zone());
        }

        private AgreementTerms terms(long contract) {
            return facts(contract).policy().versionOn(today(contract)).agreement();
        }

        private ContractSnapshot facts(long contract) {
            return Objects.requireNonNull(write.before(contract));
        }
    }
}
