package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Outcome.Done;
import net.catraca.billing.office.Payments.Receipt;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Stale;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.Payment.Allocation;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PaymentsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-16");

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    private final long contract = OFFICE.contract(BillingMode.POSTPAID);
    private final Receivable march = OFFICE.monthly(contract, "2026-03-10");

    @Test
    void aPaymentSettlesItsReceivable() {
        var receipt = receive(OFFICE.payment("p" + contract, march, 99_90));

        assertThat(receipt.repeated()).isFalse();
        assertThat(receipt.payment().allocations()).containsExactly(new Allocation(march.id(), 99_90));
        assertThat(now(march).status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(now(march).settledOn()).isEqualTo("2026-03-16");
    }

    @Test
    void toldAgainItIsTheSamePaymentAndNothingIsWritten() {
        var draft = OFFICE.payment("p" + contract, march, 50_00);
        var first = receive(draft);
        long payments = OFFICE.count("payment");
        long version = version();

        var again = receive(draft);

        assertThat(again.repeated()).isTrue();
        assertThat(again.payment()).isEqualTo(first.payment());
        assertThat(now(march).paidCents()).isEqualTo(50_00);
        assertThat(OFFICE.count("payment")).isEqualTo(payments);
        assertThat(version()).isEqualTo(version);
    }

    @Test
    void theSameIdWithAnotherContentIsAConflict() {
        var first = receive(OFFICE.payment("p" + contract, march, 50_00)).payment();

        assertThat(OFFICE.payments.receive(MARIA, OFFICE.payment("p" + contract, march, 50_01)))
                .isEqualTo(Outcome.declined(new Conflict("external-id-taken", "payment " + first.id())));
        assertThat(now(march).paidCents()).isEqualTo(50_00);
    }

    @Test
    void aPaymentForTheContractPaysTheOldestDueFirstAndWhatIsLeftIsKept() {
        var february = OFFICE.monthly(contract, "2026-02-10");

        var payment = receive(OFFICE.payment("p" + contract, contract, 250_00)).payment();

        assertThat(payment.allocations())
                .containsExactlyInAnyOrder(new Allocation(february.id(), 99_90), new Allocation(march.id(), 99_90));
        assertThat(payment.unallocatedCents()).isEqualTo(50_20);
    }

    @Test
    void aPartialPaymentLeavesTheReceivableOwed() {
        receive(OFFICE.payment("p" + contract, contract, 40_00));

        assertThat(now(march).status()).isEqualTo(ReceivableStatus.OPEN);
        assertThat(now(march).paidCents()).isEqualTo(40_00);
    }

    @Test
    void aBillThatIsPaidTwiceKeepsTheSecondAmountUnallocated() {
        receive(OFFICE.payment("first " + contract, march, 99_90));

        var second = receive(OFFICE.payment("second " + contract, march, 99_90)).payment();

        assertThat(second.allocations()).isEmpty();
        assertThat(second.unallocatedCents()).isEqualTo(99_90);
        assertThat(now(march).paidCents()).isEqualTo(99_90);
    }

    @Test
    void whatThePolicyToleratesMayBeMissing() {
        // The policy of this ISP tolerates a missing real.
        receive(OFFICE.payment("p" + contract, march, 98_90));

        assertThat(now(march).status()).isEqualTo(ReceivableStatus.SETTLED);
    }

    @Test
    void aReversalReopensWhatThePaymentSettledAndNothingElse() {
        var february = OFFICE.monthly(contract, "2026-02-10");
        receive(OFFICE.payment("february " + contract, february, 99_90));
        var payment = receive(OFFICE.payment("march " + contract, march, 99_90)).payment();

        var reversed = reverse(payment);

        assertThat(reversed.isReversed()).isTrue();
        assertThat(now(march).status()).isEqualTo(ReceivableStatus.OPEN);
        assertThat(now(march).paidCents()).isZero();
        assertThat(now(february).status()).isEqualTo(ReceivableStatus.SETTLED);
    }

    @Test
    void aReversedPartLeavesTheOtherPart() {
        receive(OFFICE.payment("one " + contract, march, 60_00));
        var rest = receive(OFFICE.payment("rest " + contract, march, 39_90)).payment();

        reverse(rest);

        assertThat(now(march).status()).isEqualTo(ReceivableStatus.OPEN);
        assertThat(now(march).paidCents()).isEqualTo(60_00);
    }

    @Test
    void whoPaidTwiceStillHasPaidWhenOneOfThePaymentsIsReversed() {
        var first = receive(OFFICE.payment("first " + contract, march, 99_90)).payment();
        var second = receive(OFFICE.payment("second " + contract, march, 99_90)).payment();

        reverse(first);

        assertThat(now(march).status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(OFFICE.payments.find(second.id()))
                .hasValueSatisfying(it -> assertThat(it.unallocatedCents()).isZero());
    }

    @Test
    void aPaymentIsReversedOnce() {
        var payment = receive(OFFICE.payment("p" + contract, march, 99_90)).payment();
        reverse(payment);

        assertThat(OFFICE.payments.reverse(MARIA, payment.id(), null, "again"))
                .isEqualTo(Outcome.declined(
                        new Conflict("already-reversed", OFFICE.clock.instant().toString())));
    }

    @Test
    void aReversedPaymentToldAgainStaysReversed() {
        var draft = OFFICE.payment("p" + contract, march, 99_90);
        reverse(receive(draft).payment());

        var again = receive(draft);

        assertThat(again.repeated()).isTrue();
        assertThat(again.payment().isReversed()).isTrue();
        assertThat(now(march).status()).isEqualTo(ReceivableStatus.OPEN);
    }

    @Test
    void whoeverHasReadAnOldVersionIsToldSo() {
        var payment = receive(OFFICE.payment("p" + contract, march, 99_90)).payment();

        assertThat(OFFICE.payments.reverse(MARIA, payment.id(), 9L, "stale"))
                .isEqualTo(Outcome.declined(new Stale(payment.version())));
    }

    @Test
    void whatIsWrongIsSaidFieldByField() {
        var outcome = OFFICE.payments.receive(MARIA, new PaymentDraft(" ", null, null, 0, OFFICE.today(), ""));

        assertThat(outcome)
                .isInstanceOfSatisfying(Declined.class, declined -> assertThat(((Invalid) declined.problem()).fields())
                        .extracting(FieldError::field)
                        .containsExactly("externalId", "contractId", "amountCents", "source"));
    }

    @Test
    void aPaymentFromTheFutureIsNotAccepted() {
        assertThat(OFFICE.payments.receive(
                        MARIA,
                        new PaymentDraft("p" + contract, contract, null, 1, LocalDate.parse("2026-03-18"), "pix")))
                .isEqualTo(Outcome.declined(new Invalid("paidOn", "a day no later than 2026-03-17")));
    }

    @Test
    void aReceivableOfAnotherContractIsNotPaid() {
        long other = OFFICE.contract(BillingMode.POSTPAID);

        assertThat(OFFICE.payments.receive(
                        MARIA, new PaymentDraft("p" + contract, other, march.id(), 1, OFFICE.today(), "pix")))
                .isEqualTo(Outcome.declined(new Invalid("receivableId", "a receivable of contract " + other)));
        assertThat(OFFICE.payments.receive(
                        MARIA, new PaymentDraft("p" + contract, null, 999_999L, 1, OFFICE.today(), "pix")))
                .isEqualTo(Outcome.declined(new Unknown("receivable", "999999")));
    }

    @Test
    void toldByManyAtOnceItCountsOnce() throws Exception {
        var draft = OFFICE.payment("many " + contract, march, 60_00);

        var receipts = together(8, thread -> () -> OFFICE.payments.receive(MARIA, draft));

        assertThat(receipts).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Done.class));
        assertThat(receipts.stream().filter(outcome -> !outcome.orThrow().repeated()))
                .hasSize(1);
        assertThat(now(march).paidCents()).isEqualTo(60_00);
    }

    @Test
    void oneIdForTwoContractsAtOnceIsBookedForOneOfThem() throws Exception {
        long other = OFFICE.contract(BillingMode.POSTPAID);

        var receipts = together(
                2,
                thread -> () -> OFFICE.payments.receive(
                        MARIA, OFFICE.payment("either " + contract, thread == 0 ? contract : other, 10_00)));

        assertThat(receipts.stream().filter(Done.class::isInstance)).hasSize(1);
        assertThat(receipts.stream().filter(Declined.class::isInstance)).hasSize(1);
    }

    @Test
    void manyPaymentsAndReversalsAtOnceAddUp() throws Exception {
        OFFICE.monthly(contract, "2026-02-10");
        OFFICE.monthly(contract, "2026-04-10");

        together(6, thread -> () -> {
            Outcome<Payment> last = Outcome.declined(new Unknown("payment", 0));
            for (int i = 0; i < 6; i++) {
                var draft = OFFICE.payment(contract + "/" + thread + "/" + i, contract, 7_00 + thread);
                var paid = OFFICE.payments.receive(MARIA, draft).orThrow().payment();
                last = i % 2 == 0 ? OFFICE.payments.reverse(MARIA, paid.id(), null, "test") : Outcome.done(paid);
            }
            return last;
        });

        long stands = OFFICE.payments.list(contract, 0, 500).stream()
                .filter(payment -> !payment.isReversed())
                .mapToLong(payment -> payment.amountCents() - payment.unallocatedCents())
                .sum();
        long paid = OFFICE.receivables.list(contract, 0, 500).stream()
                .mapToLong(Receivable::paidCents)
                .sum();
        assertThat(paid).isEqualTo(stands).isEqualTo(3 * (6 * 7_00 + 15));
    }

    private interface Work<T> {
        Callable<T> of(int thread);
    }

    /** Runs the work in as many threads, which all begin at the same moment. */
    private static <T> List<T> together(int threads, Work<T> work) throws Exception {
        var start = new CyclicBarrier(threads);
        try (var pool = Executors.newFixedThreadPool(threads)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                var mine = work.of(i);
                futures.add(pool.submit(() -> {
                    start.await();
                    return mine.call();
                }));
            }
            return all(futures);
        }
    }

    private static <T> List<T> all(List<Future<T>> futures) throws InterruptedException, ExecutionException {
        List<T> results = new ArrayList<>();
        for (var future : futures) {
            results.add(future.get());
        }
        return results;
    }

    private static Receipt receive(PaymentDraft draft) {
        return OFFICE.payments.receive(MARIA, draft).orThrow();
    }

    private static Payment reverse(Payment payment) {
        return OFFICE.payments
                .reverse(MARIA, payment.id(), null, "paid by mistake")
                .orThrow();
    }

    private static Receivable now(Receivable receivable) {
        return OFFICE.receivables.find(receivable.id()).orElseThrow();
    }

    private long version() {
        return OFFICE.facts.find(contract).orElseThrow().version();
    }
}
