package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.BankAgreement.Webhook;
import net.catraca.billing.bank.PixNotice;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.store.IncomingBook;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One bill for the receivables of several contracts: none of its money is lost, whatever is paid of it and taken back. */
class JointChargesTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-27");

    private final TestOffice office = OFFICE;
    private final PaymentReversals reversals = OFFICE.bean(PaymentReversals.class);

    private long agreement;
    private Receivable one;
    private Receivable other;

    @BeforeEach
    void aBillOfTwoContractsThatAreBlocked() {
        office.sql.update("truncate bank_agreement restart identity cascade");
        office.sql.update("truncate payment_reversal restart identity cascade");
        office.startAnewAtNoonOf("2026-03-27");
        var wanted = new BankAgreement(0, 0, "pix", Kind.PIX, null, null, false, false, null, Webhook.HMAC);
        agreement = office.bean(BankAgreements.class)
                .create(MARIA, wanted, null)
                .orThrow()
                .agreement()
                .id();
        one = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        other = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        charge("joint", one, other);
        office.run();
        assertThat(levels()).containsExactly(BLOCKED, BLOCKED);
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void underpaidThePaidContractIsLetThroughAndTheOtherMissesTheRestVisibly() {
        pay("E1", 150_00);

        assertThat(anew(one).status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(anew(other).paidCents()).isEqualTo(50_10);
        assertThat(levels()).containsExactly(ACTIVE, BLOCKED);
        assertThat(difference("E1")).isEqualTo(-49_80);

        pay("E2", 49_80);

        assertThat(levels()).containsExactly(ACTIVE, ACTIVE);
        assertThat(credit(one) + credit(other)).isZero();
    }

    @Test
    void overpaidTheRestIsTheContractsCreditAsFarAsItIsNoInterest() {
        var paid = pay("E1", 220_00);

        assertThat(levels()).containsExactly(ACTIVE, ACTIVE);
        long charges = paid.stream().mapToLong(Payment::chargesCents).sum();
        assertThat(charges)
                .as("2 %% and 1 %% a month for 16 days, of each bill")
                .isEqualTo(2 * 2_54);
        assertThat(credit(one)).isEqualTo(10_10 - 2_54);
        assertThat(credit(other)).isEqualTo(10_10 - 2_54);
        assertThat(difference("E1")).isEqualTo(20_20 - 2 * 2_54);
        var next = office.monthly(other.contractId(), "2026-04-10");
        assertThat(next.paidCents()).isEqualTo(10_10 - 2_54);
    }

    @Test
    void paidTwiceEachContractHasItsPartTwiceAndTheSecondTimeAsCredit() {
        pay("E1", 199_80);
        pay("E2", 199_80);

        assertThat(credit(one)).isEqualTo(99_90);
        assertThat(credit(other)).isEqualTo(99_90);
        assertThat(difference("E2")).isEqualTo(199_80);
        assertThat(office.monthly(other.contractId(), "2026-04-10").status()).isEqualTo(ReceivableStatus.SETTLED);
    }

    @Test
    void paidTwiceAndOnceTakenBackBothContractsStayPaid() {
        pay("E1", 199_80);
        pay("E2", 199_80);

        refund("E1", 199_80);

        assertThat(List.of(anew(one), anew(other))).allMatch(bill -> bill.status() == ReceivableStatus.SETTLED);
        assertThat(levels()).containsExactly(ACTIVE, ACTIVE);
        assertThat(credit(one) + credit(other)).isZero();
        office.run();
        assertThat(levels()).containsExactly(ACTIVE, ACTIVE);

        refund("E2", 199_80);

        assertThat(List.of(anew(one), anew(other))).allMatch(bill -> bill.status() == ReceivableStatus.OPEN);
        assertThat(levels()).as("a run decides").containsExactly(ACTIVE, ACTIVE);
        office.run();
        assertThat(levels()).containsExactly(BLOCKED, BLOCKED);
    }

    @Test
    void paidTwiceWithSeveralReceivablesOfAContractTheSecondMoneyStandsInForTheFirst() {
        var february = office.monthly(one.contractId(), "2026-02-10");
        charge("three", february, one, other);
        pay("three", "E1", 299_70);
        pay("three", "E2", 299_70);
        assertThat(credit(one)).isEqualTo(199_80);

        refund("E1", 299_70);

        assertThat(Stream.of(february, one, other).map(this::anew))
                .allMatch(bill -> bill.status() == ReceivableStatus.SETTLED);
        assertThat(credit(one) + credit(other)).isZero();
    }

    @Test
    void aReversalThatNamesTheWholePaymentTakesBackThePartOfEachContract() {
        pay("E1", 199_80);

        var told = reversals.tell(MARIA, "R1", "E1", "charged back").orThrow();

        assertThat(told.reversal().appliedAt()).isNotNull();
        assertThat(List.of(anew(one), anew(other))).allMatch(bill -> bill.status() == ReceivableStatus.OPEN);
        assertThat(reversals.tell(MARIA, "R1", "E1", "charged back").orThrow().repeated())
                .isTrue();
        assertThat(reversals.tell(MARIA, "R2", "E1", "charged back")).isInstanceOf(Outcome.Declined.class);
    }

    @Test
    void aReversalThatIsToldBeforeThePaymentTakesBackThePartOfEachContractToo() {
        reversals.tell(MARIA, "R1", "E1", "charged back").orThrow();

        pay("E1", 199_80);

        assertThat(List.of(anew(one), anew(other))).allMatch(bill -> bill.status() == ReceivableStatus.OPEN);
        assertThat(levels()).as("it was never paid").containsExactly(BLOCKED, BLOCKED);
        assertThat(reversals.list(true, 0, 10)).isEmpty();
        assertThat(payments()).hasSize(2).allMatch(Payment::isReversed);
    }

    @Test
    void whatIsRefundedInPartIsOwedAgainAndNoMore() {
        pay("E1", 199_80);

        refund("E1", 60_00);

        assertThat(anew(one).paidCents() + anew(other).paidCents()).isEqualTo(139_80);
        assertThat(credit(one) + credit(other)).isZero();
    }

    @Test
    void paidAfterOneOfItsContractsHasPaidAloneThatOneHasTheMoneyAsCredit() {
        office.payments.receive(MARIA, office.payment("alone", one, 99_90)).orThrow();

        pay("E1", 199_80);

        assertThat(levels()).containsExactly(ACTIVE, ACTIVE);
        assertThat(credit(one)).isEqualTo(99_90);
        assertThat(credit(other)).isZero();
    }

    @Test
    void allOfTheMoneyIsSomewhereWhateverIsPaid() {
        for (long cents : new long[] {1, 99_90, 99_91, 199_79, 199_80, 199_81, 200_00, 399_60, 1_000_01}) {
            pay("E" + cents, cents);
        }
        assertThat(payments().stream().mapToLong(Payment::amountCents).sum())
                .isEqualTo(1 + 99_90 + 99_91 + 199_79 + 199_80 + 199_81 + 200_00 + 399_60 + 1_000_01);
        assertThat(payments()).allSatisfy(payment -> assertThat(payment.amountCents())
                .isEqualTo(payment.allocations().stream()
                                .mapToLong(Payment.Allocation::cents)
                                .sum()
                        + payment.unallocatedCents()));
    }

    private void charge(String txid, Receivable... of) {
        office.bean(BankCharges.class)
                .create(
                        MARIA,
                        new BankCharges.Wanted(
                                agreement,
                                null,
                                txid,
                                Stream.of(of).map(Receivable::id).toList()))
                .orThrow();
    }

    /** What it became. */
    private List<Payment> pay(String endToEndId, long cents) {
        return pay("joint", endToEndId, cents);
    }

    private List<Payment> pay(String txid, String endToEndId, long cents) {
        tell(new PixNotice(agreement, endToEndId, "", cents, txid, NOW, null, null));
        return payments().stream()
                .filter(payment -> payment.externalId().startsWith(endToEndId))
                .toList();
    }

    private void refund(String endToEndId, long cents) {
        tell(new PixNotice(agreement, endToEndId, "D-" + endToEndId, cents, null, NOW, null, null));
    }

    private static final Instant NOW = Instant.parse("2026-03-26T15:00:00Z");

    private void tell(PixNotice notice) {
        var pix = office.bean(PixNotices.class);
        pix.keep(List.of(notice));
        pix.book(MARIA, List.of(notice));
        assertThat(pix.waiting()).isZero();
    }

    private List<Payment> payments() {
        return office.payments.list(null, 0, 100);
    }

    private long credit(Receivable of) {
        return office.payments.list(of.contractId(), 0, 100).stream()
                .filter(payment -> !payment.isReversed())
                .mapToLong(Payment::creditCents)
                .sum();
    }

    private Receivable anew(Receivable bill) {
        return office.receivables.find(bill.id()).orElseThrow();
    }

    private List<AccessLevel> levels() {
        return Stream.of(one, other)
                .map(bill -> office.effective(bill.contractId()))
                .toList();
    }

    private long difference(String externalId) {
        return Objects.requireNonNull(office.bean(IncomingBook.class)
                .findByExternalId(externalId)
                .orElseThrow()
                .differenceCents());
    }
}
