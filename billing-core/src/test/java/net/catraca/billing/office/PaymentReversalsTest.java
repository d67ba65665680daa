package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.BankAgreement.Webhook;
import net.catraca.billing.bank.PixNotice;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.PaymentReversals.Told;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class PaymentReversalsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-27");
    private static final TestOffice OTHER_NODE = OFFICE.anotherNode();

    private final TestOffice office = OFFICE;
    private final PaymentReversals reversals = OFFICE.bean(PaymentReversals.class);
    private long contract;
    private Receivable bill;

    @BeforeEach
    void startAnew() {
        office.sql.update("truncate bank_agreement, payment_reversal restart identity cascade");
        office.startAnewAtNoonOf("2026-03-27");
        contract = office.contract(BillingMode.POSTPAID);
        bill = office.monthly(contract, "2026-03-10");
        office.run();
    }

    @AfterAll
    static void close() {
        OTHER_NODE.close();
        OFFICE.close();
    }

    @Test
    void afterItsPaymentItTakesItBackAndTheRunDecides() {
        pay("p");
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);

        var told = tell("r", "p").orThrow();

        assertThat(told.repeated()).isFalse();
        assertThat(told.reversal().paymentId()).isEqualTo(payment("p").id());
        assertThat(payment("p").reversal())
                .isEqualTo(new Payment.Reversal(office.clock.instant(), "maria", "charged back"));
        assertThat(office.effective(contract)).as("a reversal commits nothing").isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.access(contract).computed().level()).isEqualTo(AccessLevel.BLOCKED);
    }

    @Test
    void beforeItsPaymentItWaitsVisiblyAndIsAppliedWithIt() {
        var waiting = tell("r", "p").orThrow().reversal();
        assertThat(waiting.isWaiting()).isTrue();
        assertThat(reversals.list(true, 0, 10)).containsExactly(waiting);

        var receipt = pay("p");

        assertThat(receipt.payment().isReversed()).isTrue();
        assertThat(office.effective(contract)).as("no money came").isEqualTo(AccessLevel.BLOCKED);
        assertThat(office.receivables.find(bill.id()).orElseThrow().paidCents()).isZero();
        assertThat(reversals.list(true, 0, 10)).isEmpty();
        assertThat(reversals.find(waiting.id()).orElseThrow().paymentId())
                .isEqualTo(receipt.payment().id());
        assertThat(pay("p").repeated()).isTrue();
        new BookInvariants(office).holdFor(contract);
    }

    @Test
    void itCountsOnce() {
        pay("p");
        var first = tell("r", "p").orThrow().reversal();
        office.clock.set(Fixtures.noon("2026-03-28"));

        var again = tell("r", "p").orThrow();

        assertThat(again).isEqualTo(new Told(first, true));
        assertThat(office.count("payment_reversal")).isEqualTo(1);
        assertThat(tell("r", "other"))
                .isEqualTo(Outcome.declined(new Conflict("external-id-taken", "payment reversal " + first.id())));
        assertThat(tell("another", "p"))
                .isEqualTo(Outcome.declined(new Conflict("already-reversed", "payment reversal " + first.id())));
        assertThat(tell(" ", "p")).isInstanceOf(Declined.class);
    }

    @Test
    void ofAPaymentThatAPersonHasReversedItChangesNothing() {
        pay("p");
        office.payments.reverse(MARIA, payment("p").id(), null, "by hand").orThrow();
        var before = payment("p");

        assertThat(tell("r", "p").orThrow().reversal().paymentId()).isEqualTo(before.id());
        assertThat(payment("p")).isEqualTo(before);
    }

    @Test
    void itWaitsForAPixToo() {
        var wanted = new BankAgreement(0, 0, "pix", Kind.PIX, null, null, false, false, null, Webhook.HMAC);
        long agreement = office.bean(BankAgreements.class)
                .create(MARIA, wanted, null)
                .orThrow()
                .agreement()
                .id();
        office.bean(BankCharges.class)
                .create(MARIA, new BankCharges.Wanted(agreement, null, "tx1", List.of(bill.id())))
                .orThrow();
        tell("r", "E1").orThrow();
        var notice = new PixNotice(agreement, "E1", "", 99_90, "tx1", office.clock.instant(), null, null);
        var pix = office.bean(PixNotices.class);

        pix.keep(List.of(notice));
        pix.book(MARIA, List.of(notice));

        assertThat(payment("E1").isReversed()).isTrue();
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.BLOCKED);
        assertThat(reversals.list(true, 0, 10)).isEmpty();
        new BookInvariants(office).holdFor(contract);
    }

    @RepeatedTest(3)
    void aPaymentAndItsReversalAtTheSameMomentLeaveItReversed() throws Exception {
        List<Callable<Object>> works = new ArrayList<>();
        int payments = 24;
        for (int i = 0; i < payments; i++) {
            String number = "at once " + i;
            works.add(() -> office.payments
                    .receive(MARIA, office.payment(number, contract, 10_00))
                    .orThrow());
            works.add(() -> OTHER_NODE
                    .bean(PaymentReversals.class)
                    .tell(MARIA, "back " + number, number, "test")
                    .orThrow());
        }
        var start = new CyclicBarrier(8);
        try (var pool = Executors.newFixedThreadPool(8)) {
            List<Future<Object>> futures = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int mine = i;
                futures.add(pool.submit(() -> {
                    start.await();
                    for (int n = mine; n < works.size(); n += 8) {
                        works.get(n).call();
                    }
                    return mine;
                }));
            }
            for (var future : futures) {
                future.get();
            }
        }

        assertThat(reversals.list(true, 0, 10)).isEmpty();
        assertThat(office.payments.list(contract, 0, 500)).hasSize(payments).allMatch(Payment::isReversed);
        assertThat(office.receivables.find(bill.id()).orElseThrow().paidCents()).isZero();
        new BookInvariants(office).holdFor(contract);
    }

    private Payments.Receipt pay(String externalId) {
        return office.payments
                .receive(MARIA, office.payment(externalId, contract, 99_90))
                .orThrow();
    }

    private Payment payment(String externalId) {
        return office.payments.findByExternalId(externalId).orElseThrow();
    }

    private Outcome<Told> tell(String externalId, String paymentExternalId) {
        return reversals.tell(MARIA, externalId, paymentExternalId, "charged back");
    }
}
