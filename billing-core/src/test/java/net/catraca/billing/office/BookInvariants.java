package net.catraca.billing.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.Commitment;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.receivable.Agreement;
import net.catraca.billing.receivable.Agreement.State;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.store.ReceivableBook;

/** What must hold of a contract's books after any write, whoever else wrote at the same time. */
final class BookInvariants {

    private static final List<Duration> AHEAD = List.of(
            Duration.ZERO,
            Duration.ofHours(1),
            Duration.ofDays(1),
            Duration.ofDays(5),
            Duration.ofDays(16),
            Duration.ofDays(45));

    private final TestOffice office;

    BookInvariants(TestOffice office) {
        this.office = office;
    }

    void holdFor(long contract) {
        var receivables = office.receivables.list(contract, 0, 500);
        var payments = office.payments.list(contract, 0, 500);
        receivables.forEach(receivable -> moneyAddsUp(receivable, payments));
        payments.forEach(payment ->
                assertThat(payment.unallocatedCents()).as("%s", payment).isNotNegative());
        nothingIsLost(receivables, payments);
        nobodyOwesWhatCreditCouldPay(contract, payments);
        office.agreements.list(contract, null, 0, 500).forEach(BookInvariants::agreementAddsUp);
        var book = office.books.read(List.of(contract), office.clock.instant()).getFirst();
        if (book.commitment() != null) {
            restsOnWhatIsOwed(book.commitment(), receivables);
        }
        factsAreThoseOfTheBooks(contract);
    }

    private static void moneyAddsUp(Receivable receivable, List<Payment> payments) {
        long paid = payments.stream()
                .filter(payment -> !payment.isReversed())
                .flatMap(payment -> payment.allocations().stream())
                .filter(share -> share.receivableId() == receivable.id())
                .mapToLong(Payment.Allocation::cents)
                .sum();
        assertThat(receivable.paidCents()).as("paid of %s", receivable).isEqualTo(paid);
        if (receivable.status() == ReceivableStatus.OPEN || receivable.status() == ReceivableStatus.SETTLED) {
            // The policy of the test's ISP tolerates a missing real; there are no discounts.
            boolean whole = paid > 0 && paid >= receivable.nominalCents() - 100;
            assertThat(receivable.isOpen()).as("%s is owed", receivable).isEqualTo(!whole);
        }
    }

    private static void nothingIsLost(List<Receivable> receivables, List<Payment> payments) {
        var standing =
                payments.stream().filter(payment -> !payment.isReversed()).toList();
        long came = standing.stream().mapToLong(Payment::amountCents).sum();
        long left = standing.stream().mapToLong(Payment::unallocatedCents).sum();
        assertThat(receivables.stream().mapToLong(Receivable::paidCents).sum() + left)
                .as("what is paid, and what is left")
                .isEqualTo(came);
    }

    private void nobodyOwesWhatCreditCouldPay(long contract, List<Payment> payments) {
        var credit =
                payments.stream().filter(payment -> payment.creditCents() > 0).toList();
        var open = office.bean(ReceivableBook.class).openSettlements(contract);
        for (var payment : credit) {
            assertThat(open).as("what is owed beside the credit of %s", payment).allSatisfy(each -> assertThat(
                            each.missingOn(payment.paidOn()))
                    .isZero());
        }
    }

    private static void agreementAddsUp(Agreements.Detail detail) {
        var agreement = detail.agreement();
        long sum = detail.instalments().stream()
                .mapToLong(Receivable::nominalCents)
                .sum();
        assertThat(sum).as("instalments of %s", agreement).isEqualTo(agreement.totalCents());
        assertThat(detail.replaced().stream()
                        .mapToLong(Agreement.Replaced::owedCents)
                        .sum())
                .as("replaced by %s", agreement)
                .isEqualTo(agreement.debtCents());
        boolean relieves = agreement.state() == State.RUNNING || agreement.state() == State.COMPLETED;
        var old = detail.receivables().stream()
                .filter(each -> !each.is(Receivable.Part.INSTALMENT))
                .toList();
        assertThat(old)
                .as("old debt of %s", agreement)
                .allSatisfy(each -> assertThat(each.status() == ReceivableStatus.RENEGOTIATED)
                        .isEqualTo(relieves))
                .allSatisfy(
                        each -> assertThat(each.is(Receivable.Part.RETURNED)).isEqualTo(agreement.end() != null));
        assertThat(detail.instalments())
                .as("instalments of %s", agreement)
                .allSatisfy(each -> assertThat(each.countsForBlocking())
                        .isEqualTo(agreement.state() != State.PENDING
                                && (agreement.end() == null || each.countsForBlocking())))
                .allSatisfy(each -> assertThat(each.status() == ReceivableStatus.CANCELLED && each.paidCents() == 0)
                        .isEqualTo(agreement.end() != null));
    }

    private static void restsOnWhatIsOwed(Commitment commitment, List<Receivable> receivables) {
        Set<Long> owed = receivables.stream()
                .filter(Receivable::isOpen)
                .map(Receivable::id)
                .collect(Collectors.toCollection(HashSet::new));
        assertThat(owed).as("what is owed").containsAll(commitment.receivableIds());
    }

    private void factsAreThoseOfTheBooks(long contract) {
        var now = office.clock.instant();
        var stored = office.facts.find(contract).orElseThrow();
        var scratch = office.books
                .read(List.of(contract), now)
                .getFirst()
                .balance(stored, stored.plan(), stored.policy(), BankingCalendar.NATIONAL, now)
                .facts();
        assertThat(stored.version()).isEqualTo(scratch.version());
        assertThat(stored.paidUntilDay()).isEqualTo(scratch.paidUntilDay());
        assertThat(stored.lateSinceDay()).isEqualTo(scratch.lateSinceDay());
        assertThat(stored.lapsedSinceDay()).isEqualTo(scratch.lapsedSinceDay());
        AHEAD.forEach(ahead -> assertThat(answer(stored, now.plus(ahead))).isEqualTo(answer(scratch, now.plus(ahead))));
    }

    private static List<Object> answer(ContractSnapshot contract, Instant at) {
        var access = AccessPolicy.effective(contract, at, at);
        return List.of(
                at,
                access.computed().level(),
                access.computed().rule(),
                access.computed().why(),
                access.committed(),
                access.effective().level(),
                access.effective().rule(),
                access.effective().why());
    }
}
