package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.erp.ErpRow.OfPayment;
import net.catraca.billing.office.LockedContract.Held;
import net.catraca.billing.office.Payments.Receipt;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.PaymentReversalBook;
import net.catraca.billing.store.ReceivableBook;
import org.jspecify.annotations.Nullable;

/** Payments as an ERP tells them: each is booked as one that is told by itself, once by its external id. */
@Singleton
final class ErpPayments implements ErpWriter<OfPayment> {

    /** A payment takes some statements: with more rows a transaction would hold its contracts for more than half a second. */
    private static final int MOST = 100;

    private final AccessWrite access;
    private final ContractBook contracts;
    private final ReceivableBook receivables;
    private final PaymentReversalBook reversals;
    private final Payments payments;

    ErpPayments(
            AccessWrite access,
            ContractBook contracts,
            ReceivableBook receivables,
            PaymentReversalBook reversals,
            Payments payments) {
        this.access = access;
        this.contracts = contracts;
        this.receivables = receivables;
        this.reversals = reversals;
        this.payments = payments;
    }

    @Override
    public int most() {
        return MOST;
    }

    @Override
    public List<ErpResult> write(Actor actor, List<OfPayment> rows, Instant now) {
        var named = new Named(rows);
        var drafts = rows.stream().map(named::draft).toList();
        var owners = drafts.stream()
                .filter(Outcome.Done.class::isInstance)
                .map(draft -> Objects.requireNonNull(draft.orThrow().contractId()))
                .collect(Collectors.toCollection(TreeSet::new));
        return access.on(owners, now, write -> {
            // All at once and in one order: two bulks that have the same payments wait for each other, and do not
            // clash.
            reversals.lockPayments(rows.stream().map(OfPayment::externalId).collect(Collectors.toSet()));
            Set<Long> paid = new HashSet<>();
            List<ErpResult> results = new ArrayList<>();
            for (var draft : drafts) {
                results.add(
                        switch (draft) {
                            case Outcome.Declined<PaymentDraft>(var why) -> new Declined(why);
                            case Outcome.Done<PaymentDraft>(var sound) -> book(actor, sound, write, now, paid);
                        });
            }
            write.held().stream().filter(id -> !paid.contains(id)).forEach(write::leave);
            return results;
        });
    }

    private ErpResult book(Actor actor, PaymentDraft draft, AccessWrite.Write write, Instant now, Set<Long> paid) {
        long contract = Objects.requireNonNull(draft.contractId());
        var held = new Held(write, Objects.requireNonNull(write.before(contract)), now);
        return switch (payments.receive(actor, draft, held)) {
            case Outcome.Declined<Receipt>(var why) -> new Declined(why);
            case Outcome.Done<Receipt>(var receipt) -> {
                if (!receipt.repeated()) {
                    paid.add(contract);
                }
                yield new Written(
                        receipt.repeated() ? How.UNCHANGED : How.CREATED,
                        receipt.payment().id());
            }
        };
    }

    /** What the rows name, looked up together. */
    private final class Named {

        private final Map<String, Contract> contractsByName;
        private final Map<String, Receivable> receivablesByName;

        Named(List<OfPayment> rows) {
            this.contractsByName =
                    byName(contracts.findByExternalIds(names(rows, OfPayment::contract)), Contract::externalId);
            this.receivablesByName =
                    byName(receivables.findByExternalIds(names(rows, OfPayment::receivable)), Receivable::externalId);
        }

        private static Set<String> names(List<OfPayment> rows, Function<OfPayment, @Nullable String> name) {
            return rows.stream().map(name).filter(Objects::nonNull).collect(Collectors.toSet());
        }

        private static <T> Map<String, T> byName(Collection<T> things, Function<T, @Nullable String> name) {
            return things.stream()
                    .collect(Collectors.toMap(thing -> Objects.requireNonNull(name.apply(thing)), thing -> thing));
        }

        /** With the contract that it pays for. */
        Outcome<PaymentDraft> draft(OfPayment row) {
            if (row.source().equals(PaymentDraft.MANUAL)) {
                return declined(new Invalid("source", "another than manual: a person enters those one by one"));
            }
            if (row.contract() == null && row.receivable() == null) {
                return declined(new Invalid("contract", "external id of a contract, or of a receivable in receivable"));
            }
            var contract = row.contract() == null ? null : contractsByName.get(row.contract());
            if (row.contract() != null && contract == null) {
                return declined(new Unknown("contract", row.contract()));
            }
            var receivable = row.receivable() == null ? null : receivablesByName.get(row.receivable());
            if (row.receivable() != null && receivable == null) {
                return declined(new Unknown("receivable", row.receivable()));
            }
            if (contract != null && receivable != null && receivable.contractId() != contract.id()) {
                return declined(new Invalid("receivable", "a receivable of contract " + row.contract()));
            }
            long owner = contract == null ? Objects.requireNonNull(receivable).contractId() : contract.id();
            return Outcome.done(new PaymentDraft(
                    row.externalId(),
                    owner,
                    receivable == null ? null : receivable.id(),
                    row.amountCents(),
                    row.paidOn(),
                    row.source(),
                    row.chargesCents()));
        }

        private static Outcome<PaymentDraft> declined(Problem why) {
            return Outcome.declined(why);
        }
    }
}
