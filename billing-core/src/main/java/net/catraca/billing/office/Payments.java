package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import net.catraca.billing.bank.PaymentEffect;
import net.catraca.billing.office.LockedContract.Held;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.Payment.Allocation;
import net.catraca.billing.payment.Payment.Reversal;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.payment.Settlement;
import net.catraca.billing.payment.Settlement.Paid;
import net.catraca.billing.payment.Spreading;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Receivable.Part;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.release.DebtRelief;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.DebtReliefBook;
import net.catraca.billing.store.IncomingBook;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PaymentEffectBook;
import net.catraca.billing.store.PaymentReversalBook;
import net.catraca.billing.store.ReceivableBook;
import org.jspecify.annotations.Nullable;

/** Money that came in. Relief is immediate: a payment's transaction ends with the contract's access. */
@Singleton
public final class Payments {

    private final LockedContract contracts;
    private final ContractBook contractBook;
    private final PaymentBook payments;
    private final IncomingBook incoming;
    private final ReceivableBook receivables;
    private final DebtReliefBook otherRelief;
    private final PaymentEffectBook effects;
    private final PaymentReversalBook reversals;
    private final AuditLog audit;

    Payments(
            LockedContract contracts,
            ContractBook contractBook,
            PaymentBook payments,
            IncomingBook incoming,
            ReceivableBook receivables,
            DebtReliefBook otherRelief,
            PaymentEffectBook effects,
            PaymentReversalBook reversals,
            AuditLog audit) {
        this.contracts = contracts;
        this.contractBook = contractBook;
        this.payments = payments;
        this.incoming = incoming;
        this.reversals = reversals;
        this.receivables = receivables;
        this.otherRelief = otherRelief;
        this.effects = effects;
        this.audit = audit;
    }

    /** @param repeated whether the payment had been told before and nothing was written now */
    public record Receipt(Payment payment, boolean repeated) {}

    /**
     * Books a payment once. Told again with the same content it is found and nothing is written; with another content
     * it is declined as {@code external-id-taken}, and for a contract of which an ERP keeps the money as {@code
     * money-source-is-erp}. It pays the named receivable; what is left, or all of it where none is named, pays what
     * else the contract owes, what counts for blocking before what does not, each oldest due first. What nothing
     * takes is kept as unallocated. One whose reversal was told before it is booked and reversed.
     */
    public Outcome<Receipt> receive(Actor actor, PaymentDraft draft) {
        var checks = check(draft);
        if (checks.failed()) {
            return checks.declined();
        }
        var told = payments.findByExternalId(draft.externalId());
        if (told.isPresent()) {
            return repeated(told.get(), draft);
        }
        return switch (contractOf(draft)) {
            case Outcome.Declined(var problem) -> Outcome.declined(problem);
            case Outcome.Done(var contractId) ->
                contracts.with(contractId, held -> withCredit(book(actor, draft, held), held));
        };
    }

    /** The payment as it is when what is left of it has paid what else is owed. */
    private Outcome<Receipt> withCredit(Outcome<Receipt> booked, Held held) {
        if (booked instanceof Outcome.Done(var receipt)) {
            held.write().useCredit();
            return Outcome.done(
                    new Receipt(payments.find(receipt.payment().id()).orElseThrow(), receipt.repeated()));
        }
        return booked;
    }

    /**
     * As {@link #receive(Actor, PaymentDraft)}, within a write that holds the draft's contract and ends with its credit.
     *
     * @param draft with its contract
     */
    Outcome<Receipt> receive(Actor actor, PaymentDraft draft, Held held) {
        var checks = check(draft);
        if (checks.failed()) {
            return checks.declined();
        }
        var told = payments.findByExternalId(draft.externalId());
        return told.isPresent() ? repeated(told.get(), draft) : book(actor, draft, held);
    }

    /**
     * The draft with the contract and the receivable that another system names by its own ids.
     *
     * @param contract external id, null for what the draft says; so is {@code receivable}
     */
    public Outcome<PaymentDraft> naming(PaymentDraft draft, @Nullable String contract, @Nullable String receivable) {
        var contractId = draft.contractId();
        var receivableId = draft.receivableId();
        if (contract != null) {
            var found = contractBook.findByExternalId(contract);
            if (found.isEmpty()) {
                return Outcome.declined(new Unknown("contract", contract));
            }
            if (contractId != null && contractId != found.get().id()) {
                return Outcome.declined(new Invalid("contractExternalId", "that of contract " + contractId));
            }
            contractId = found.get().id();
        }
        if (receivable != null) {
            var found = receivables.findByExternalId(receivable);
            if (found.isEmpty()) {
                return Outcome.declined(new Unknown("receivable", receivable));
            }
            if (receivableId != null && receivableId != found.get().id()) {
                return Outcome.declined(new Invalid("receivableExternalId", "that of receivable " + receivableId));
            }
            receivableId = found.get().id();
        }
        return Outcome.done(draft.naming(contractId, receivableId));
    }

    private static Checks check(PaymentDraft draft) {
        return new Checks()
                .text(draft.externalId(), 200, "externalId")
                .expect(
                        draft.contractId() != null || draft.receivableId() != null,
                        "contractId",
                        "a contract, or a receivable in receivableId")
                .cents(draft.amountCents(), "amountCents")
                .expect(
                        draft.chargesCents() >= 0 && draft.chargesCents() <= Math.max(0, draft.amountCents()),
                        "chargesCents",
                        "0 or more and at most amountCents")
                .day(draft.paidOn(), "paidOn")
                .text(draft.source(), 30, "source");
    }

    private Outcome<Long> contractOf(PaymentDraft draft) {
        var named = draft.receivableId();
        var contractId = draft.contractId();
        if (named == null) {
            return contractId == null
                    ? Outcome.declined(new Invalid("contractId", "a contract"))
                    : Outcome.done(contractId);
        }
        var receivable = receivables.find(named);
        if (receivable.isEmpty()) {
            return Outcome.declined(new Unknown("receivable", named));
        }
        long owner = receivable.get().contractId();
        return contractId == null || contractId == owner
                ? Outcome.done(owner)
                : Outcome.declined(new Invalid("receivableId", "a receivable of contract " + contractId));
    }

    private Outcome<Receipt> book(Actor actor, PaymentDraft draft, Held held) {
        // A payer's clock may run ahead of the contract's zone by a day, not by more.
        var last = held.today().plusDays(1);
        if (draft.paidOn().isAfter(last)) {
            return Outcome.declined(new Invalid("paidOn", "a day no later than " + last));
        }
        if (!contractBook.keptByErp(List.of(held.contractId())).isEmpty()) {
            return Outcome.declined(keptByErp(held.contractId()));
        }
        reversals.lockPayments(List.of(draft.externalId()));
        var inserted = payments.insert(draft, held.contractId(), held.now(), actor.name(), isByHand(actor, draft));
        if (inserted.isEmpty()) {
            return repeated(payments.findByExternalId(draft.externalId()).orElseThrow(), draft);
        }
        var payment = inserted.get();
        var spread = Spreading.oldestFirst(payment.id(), payment.amountCents(), payment.paidOn(), payable(draft, held));
        payments.allocate(payment.id(), spread.shares());
        payments.setCharges(Map.of(payment.id(), spread.chargesCents(draft.chargesCents(), draft.paidOn())));
        effects.note(held.write(), Map.of(payment.id(), held.contractId()), PaymentEffect.What.BOOKED, held.now());
        spread.settlements().forEach(settlement -> receivables.update(settlement.settle(tolerance(held))));
        var booked = payments.find(payment.id()).orElseThrow();
        audit.append(actor, "payment.receive", subject(booked), null, booked, held.now());
        applyWaiting(actor, Map.of(draft.externalId(), List.of(booked.id())), _ -> held);
        return Outcome.done(new Receipt(payments.find(booked.id()).orElseThrow(), false));
    }

    /**
     * Reverses those of the payments, booked just now in the same transaction, whose reversals were told before them.
     *
     * @param ids of the payments, by the external ids that they are known by; these were locked before they were written
     * @param held the contract of each payment
     */
    void applyWaiting(Actor actor, Map<String, List<Long>> ids, Function<Payment, Held> held) {
        for (var reversal : reversals.waitingFor(ids.keySet())) {
            var known = Objects.requireNonNull(ids.get(reversal.paymentExternalId()));
            for (long id : known) {
                var payment = payments.find(id).orElseThrow();
                var contract = held.apply(payment);
                if (!payment.isReversed()) {
                    var back = new Reversal(contract.now(), reversal.toldBy(), reversal.reason());
                    takeBack(actor, payment, back, contract);
                }
                if (id == known.getFirst()) {
                    reversals.applied(reversal.id(), id, contract.now());
                }
            }
        }
    }

    /** Money for it changes nothing here: how far it is paid is what the ERP says. */
    static Problem keptByErp(long contractId) {
        return new Conflict(
                "money-source-is-erp",
                "the ERP keeps the money of contract " + contractId
                        + ". Tell the ERP, and let it push the contract's standing (PUT /api/v1/erp/standings)");
    }

    /** A person's word that money came, whatever source it names. Taken back, its days count as released. */
    public static boolean isByHand(Actor actor, PaymentDraft draft) {
        return actor.isPerson() || draft.source().equals(PaymentDraft.MANUAL);
    }

    private static Outcome<Receipt> repeated(Payment told, PaymentDraft draft) {
        return told.saysTheSameAs(draft)
                ? Outcome.done(new Receipt(told, true))
                : Outcome.declined(new Conflict("external-id-taken", "payment " + told.id()));
    }

    /** The named receivable if it is still owed, or what is paid instead of it; without a name all that is owed. */
    private List<Settlement> payable(PaymentDraft draft, Held held) {
        var open = receivables.openSettlements(held.contractId());
        var named = draft.receivableId();
        if (named == null) {
            return open;
        }
        // Who pays by the paper of before pays what was written in its place, or what an agreement has put there.
        var led = receivables.leads(List.of(named)).getOrDefault(named, Set.of());
        return open.stream()
                .filter(each -> led.contains(each.receivable().id()))
                .toList();
    }

    private static ToLongFunction<LocalDate> tolerance(Held held) {
        var policy = held.before().policy();
        return day -> policy.versionOn(day).limits().toleranceCents();
    }

    /**
     * The estorno: what the payment paid is owed again, unless another payment for the same receivable has money left
     * for it. Days late come back, a commitment never does. Reversing twice is declined as {@code already-reversed}.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<Payment> reverse(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var found = payments.find(id);
        return found.isEmpty()
                ? Outcome.declined(new Unknown("payment", id))
                : contracts.with(found.get().contractId(), held -> reverse(actor, id, expectedVersion, reason, held));
    }

    Outcome<Payment> reverse(Actor actor, long id, @Nullable Long expectedVersion, String reason, Held held) {
        // Read again: only now nobody else can write it.
        var payment = payments.find(id).orElseThrow();
        var stale = LockedContract.stale(expectedVersion, payment.version());
        if (stale != null) {
            return Outcome.declined(stale);
        }
        if (payment.reversal() != null) {
            return Outcome.declined(
                    new Conflict("already-reversed", payment.reversal().at().toString()));
        }
        var reversed = takeBack(actor, payment, new Reversal(held.now(), actor.name(), reason), held);
        held.write().useCredit();
        countDays(actor, payment, held);
        return Outcome.done(reversed);
    }

    private Payment takeBack(Actor actor, Payment payment, Reversal reversal, Held held) {
        long id = payment.id();
        payments.reverse(id, reversal);
        effects.note(held.write(), Map.of(id, held.contractId()), PaymentEffect.What.REVERSED, held.now());
        callBack(payment, held);
        for (var share : payment.allocations()) {
            // Reversed by now, the payment is no longer among those that stand against it.
            var without = receivables.settlement(share.receivableId()).orElseThrow();
            receivables.update(withSpareMoney(without, held).settle(tolerance(held)));
        }
        if (payment.incomingId() != null) {
            incoming.noteReversal(payment.incomingId());
        }
        var reversed = payments.find(id).orElseThrow();
        audit.append(actor, "payment.reverse", subject(payment), payment, reversed, held.now());
        return reversed;
    }

    /**
     * Other payments for the same bills pay them now, and no longer what they had paid as credit: so it is all one whether
     * a bill was paid twice before one of the payments was taken back, or after. What an agreement has put elsewhere stays.
     */
    private void callBack(Payment reversed, Held held) {
        var reopened =
                reversed.allocations().stream().map(Allocation::receivableId).collect(Collectors.toSet());
        var others = payments.paidAsCredit(held.contractId());
        var leads = receivables.leads(others.stream()
                .map(other -> Objects.requireNonNull(other.receivableId()))
                .collect(Collectors.toSet()));
        for (var other : others) {
            var led = leads.getOrDefault(other.receivableId(), Set.of());
            if (led.stream().anyMatch(reopened::contains)) {
                other.allocations().stream()
                        .map(share -> receivables.find(share.receivableId()).orElseThrow())
                        .filter(paid ->
                                !led.contains(paid.id()) && (paid.agreement() == null || paid.is(Part.RETURNED)))
                        .forEach(paid -> {
                            payments.free(other.id(), paid.id());
                            receivables.update(receivables
                                    .settlement(paid.id())
                                    .orElseThrow()
                                    .settle(tolerance(held)));
                        });
            }
        }
    }

    /**
     * Whoever enters a payment and takes it back has let the debt through meanwhile: from the payment, or the day on
     * which what it paid fell due, to today. An instalment lets the old debt through from the payment, whenever it is due.
     */
    private void countDays(Actor actor, Payment payment, Held held) {
        if (!payment.byHand()) {
            return;
        }
        var received = LocalDate.ofInstant(payment.receivedAt(), held.before().zone());
        payment.allocations().stream()
                .map(share -> receivables.find(share.receivableId()).orElseThrow())
                .filter(Receivable::countsForBlocking)
                .map(paid -> paid.is(Part.INSTALMENT) ? received : paid.dueOn())
                .min(LocalDate::compareTo)
                .map(due -> due.isAfter(received) ? due : received)
                .filter(first -> !first.isAfter(held.today()))
                .map(first -> new DebtRelief(DebtRelief.Kind.PAID_BY_HAND, first, after(first, held.today())))
                .ifPresent(relief ->
                        otherRelief.insert(held.contractId(), relief, payment.id(), actor.name(), held.now()));
    }

    /** Some hours are a day, as of releases. */
    private static LocalDate after(LocalDate first, LocalDate today) {
        return today.isAfter(first) ? today : first.plusDays(1);
    }

    /**
     * A bill that was paid twice is still paid when one of the payments is taken back, whichever of its papers each was
     * paid by.
     */
    private Settlement withSpareMoney(Settlement settlement, Held held) {
        var receivable = settlement.receivable();
        if (receivable.is(Part.PROMISED)
                || (receivable.status() != ReceivableStatus.OPEN && receivable.status() != ReceivableStatus.SETTLED)) {
            return settlement;
        }
        var others = payments.withMoneyLeft(held.contractId());
        var named = payments.named(others);
        var led = receivables.leads(named.values().stream().flatMap(Set::stream).collect(Collectors.toSet()));
        for (var other : others) {
            boolean forIt = named.getOrDefault(other.id(), Set.of()).stream()
                    .anyMatch(one -> led.getOrDefault(one, Set.of()).contains(receivable.id()));
            long share = forIt ? Math.min(other.unallocatedCents(), settlement.missingOn(other.paidOn())) : 0;
            if (share > 0) {
                payments.allocate(other.id(), List.of(new Allocation(receivable.id(), share)));
                settlement = settlement.with(new Paid(other.id(), other.paidOn(), share));
            }
        }
        return settlement;
    }

    public Optional<Payment> find(long id) {
        return payments.find(id);
    }

    public Optional<Payment> findByExternalId(String externalId) {
        return payments.findByExternalId(externalId);
    }

    /**
     * @param contractId null for all contracts
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<Payment> list(@Nullable Long contractId, long afterId, int limit) {
        return payments.page(contractId, afterId, limit);
    }

    private static String subject(Payment payment) {
        return "payment/" + payment.id();
    }
}
