package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.BankAgreement.Webhook;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.IncomingPayment.State;
import net.catraca.billing.bank.IncomingPayment.Why;
import net.catraca.billing.bank.PixNotice;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.UnmatchedPayments.Share;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.store.IncomingBook;
import net.catraca.billing.store.RunMoney;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Money that was booked for the wrong contract, and money that went back. */
class TakenBackMoneyTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");

    private final TestOffice office = OFFICE;
    private final PixNotices pix = OFFICE.bean(PixNotices.class);
    private final BankAgreements agreements = OFFICE.bean(BankAgreements.class);
    private final BankCharges charges = OFFICE.bean(BankCharges.class);
    private final UnmatchedPayments unmatched = OFFICE.bean(UnmatchedPayments.class);
    private final PaymentReversals reversals = OFFICE.bean(PaymentReversals.class);

    private long agreement;
    private Receivable wrong;
    private Receivable right;

    @BeforeEach
    void startAnew() {
        office.sql.update("truncate bank_agreement, payment_reversal restart identity cascade");
        office.startAnewAtNoonOf("2026-03-31");
        var wanted = new BankAgreement(0, 0, "pix", Kind.PIX, null, null, false, false, null, Webhook.HMAC);
        agreement = agreements.create(MARIA, wanted, null).orThrow().agreement().id();
        wrong = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        right = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        office.run();
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    private void pixTells(String endToEndId, String refundId, long cents, String txid) {
        var told = List.of(new PixNotice(
                agreement,
                endToEndId,
                refundId,
                cents,
                txid,
                office.clock.instant().minusSeconds(60),
                null,
                null));
        pix.keep(told);
        pix.book(MARIA, told);
    }

    private IncomingPayment incoming(String externalId) {
        return office.bean(IncomingBook.class).findByExternalId(externalId).orElseThrow();
    }

    private IncomingPayment assign(String externalId, Receivable... bills) {
        long share = incoming(externalId).amountCents() / bills.length;
        var shares = java.util.Arrays.stream(bills)
                .map(bill -> new Share(bill.contractId(), null, share))
                .toList();
        return unmatched
                .assign(MARIA, incoming(externalId).id(), null, shares, null)
                .orThrow();
    }

    private List<Payment> payments(Receivable bill) {
        return office.payments.list(bill.contractId(), 0, 50);
    }

    private long paid(Receivable bill) {
        return office.receivables.find(bill.id()).orElseThrow().paidCents();
    }

    @Test
    void aWrongAssignmentIsTakenBackAndItsMoneyWaitsShieldsAndIsAssignedAnew() {
        pixTells("E1", "", 99_90, "unknown");
        var assigned = assign("E1", wrong);
        assertThat(office.effective(wrong.contractId())).isEqualTo(AccessLevel.ACTIVE);
        assertThat(unmatched.unassign(MARIA, assigned.id(), assigned.version() - 1, "not his"))
                .isInstanceOf(Declined.class);

        var back = unmatched
                .unassign(MARIA, assigned.id(), assigned.version(), "not his")
                .orThrow();

        assertThat(back.state()).isEqualTo(State.UNMATCHED);
        assertThat(back.why()).isEqualTo(Why.TAKEN_BACK);
        assertThat(payments(wrong)).singleElement().matches(Payment::isReversed);
        assertThat(paid(wrong)).isZero();
        assertThat(office.access(wrong.contractId()).computed().level()).isEqualTo(AccessLevel.BLOCKED);
        assertThat(unmatched.list(null, 0, 9)).containsExactly(back);
        assertThat(office.bean(RunMoney.class).waiting()).hasSize(1);
        assertThat(office.audited).anyMatch(each -> each.action().equals("unmatched-payment.unassign"));

        var anew = assign("E1", right);
        assertThat(anew.state()).isEqualTo(State.MATCHED);
        assertThat(paid(right)).isEqualTo(99_90);
        assertThat(office.effective(right.contractId())).isEqualTo(AccessLevel.ACTIVE);
        // Wrong again, and to the first after all: each booking has an external id of its own.
        unmatched.unassign(MARIA, anew.id(), null, "his after all").orThrow();
        assign("E1", wrong);
        assertThat(paid(wrong)).isEqualTo(99_90);
        assertThat(payments(wrong)).hasSize(2);
        new BookInvariants(office).holdFor(wrong.contractId());
        new BookInvariants(office).holdFor(right.contractId());
    }

    @Test
    void aWrongMatchIsTakenBackTooWithAllItsShares() {
        charges.create(MARIA, new BankCharges.Wanted(agreement, null, "tx1", List.of(wrong.id(), right.id())))
                .orThrow();
        pixTells("E1", "", 199_80, "tx1");
        assertThat(paid(wrong) + paid(right)).isEqualTo(199_80);

        unmatched
                .unassign(MARIA, incoming("E1").id(), null, "the charge was another's")
                .orThrow();

        assertThat(paid(wrong) + paid(right)).isZero();
        assertThat(unmatched.list(null, 0, 9)).singleElement().matches(each -> each.why() == Why.TAKEN_BACK);
        pixTells("E1", "", 199_80, "tx1");
        assertThat(paid(wrong) + paid(right)).as("told again it still waits").isZero();
        assertThat(unmatched.unassign(MARIA, incoming("E1").id(), null, "again"))
                .isInstanceOf(Declined.class);
    }

    @Test
    void moneyThatWentBackIsReversedAndNotMatched() {
        pixTells("E1", "", 199_80, "unknown");
        assign("E1", wrong, right);

        office.payments
                .reverse(MARIA, payments(wrong).getFirst().id(), null, "charged back")
                .orThrow();
        assertThat(incoming("E1").state()).as("the other share stands").isEqualTo(State.MATCHED);
        office.payments
                .reverse(MARIA, payments(right).getFirst().id(), null, "charged back")
                .orThrow();

        assertThat(incoming("E1").state()).isEqualTo(State.REVERSED);
        assertThat(unmatched.list(null, 0, 9)).isEmpty();
        // It was no estorno after all: who reversed the payments meant the assignment.
        unmatched
                .unassign(MARIA, incoming("E1").id(), null, "it did not go back")
                .orThrow();
        assign("E1", right);
        assertThat(paid(right)).isEqualTo(99_90);
    }

    @Test
    void aReversalToldByTheMoneysIdFindsItsPaymentsWhateverTheyAreCalled() {
        pixTells("E1", "", 99_90, "unknown");
        assign("E1", wrong);
        unmatched.unassign(MARIA, incoming("E1").id(), null, "not his").orThrow();
        assign("E1", right);

        reversals.tell(MARIA, "r1", "E1", "charged back").orThrow();

        assertThat(paid(right)).isZero();
        assertThat(incoming("E1").state()).isEqualTo(State.REVERSED);
        assertThat(unmatched.unassign(MARIA, incoming("E1").id(), null, "wrong"))
                .as("there is nothing left to assign")
                .isInstanceOf(Declined.class);

        pixTells("E2", "", 199_80, "unknown");
        assign("E2", wrong, right);
        reversals.tell(MARIA, "r2", "E2", "charged back").orThrow();
        assertThat(paid(wrong) + paid(right)).isZero();
    }

    @Test
    void aReversalThatIsToldWhileItWaitsIsAppliedWhenItIsAssigned() {
        pixTells("E1", "", 199_80, "unknown");
        assign("E1", wrong);
        unmatched.unassign(MARIA, incoming("E1").id(), null, "not his").orThrow();

        var told = reversals.tell(MARIA, "r1", "E1", "charged back").orThrow().reversal();
        assertThat(told.isWaiting()).isTrue();
        assign("E1", wrong, right);

        assertThat(paid(wrong) + paid(right)).isZero();
        assertThat(reversals.find(told.id()).orElseThrow().isWaiting()).isFalse();
        assertThat(incoming("E1").state()).isEqualTo(State.REVERSED);
    }

    @Test
    void refundsStillWorkAsTheyDid() {
        pixTells("E1", "", 99_90, "unknown");
        assign("E1", wrong);
        pixTells("E1", "D1", 40_00, "unknown");
        assertThat(paid(wrong)).isEqualTo(59_90);
        assertThat(incoming("E1").state()).isEqualTo(State.MATCHED);

        unmatched.unassign(MARIA, incoming("E1").id(), null, "not his").orThrow();
        assertThat(paid(wrong)).isZero();
        unmatched
                .assign(MARIA, incoming("E1").id(), null, List.of(new Share(right.contractId(), null, 59_90)), null)
                .orThrow();
        assertThat(paid(right)).isEqualTo(59_90);
        pixTells("E1", "D2", 59_90, "unknown");
        assertThat(paid(right)).isZero();
        assertThat(incoming("E1").state()).isEqualTo(State.REFUNDED);
    }
}
