package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.bank.PaymentEffect;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.Payment.Allocation;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.store.CreditTrail;
import net.catraca.billing.store.PaymentEffectBook;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nobody has credit and owes something that it could pay. */
class CreditTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-23");

    private final TestOffice office = OFFICE;
    private long contract;

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-23");
        contract = office.contract(BillingMode.POSTPAID);
    }

    @Test
    void aBillPaidTwicePaysTheOneThatIsLateAndLiftsItsBlock() {
        var january = office.monthly(contract, "2026-02-10");
        pay("jan", january, 99_90);
        var february = office.monthly(contract, "2026-02-11");
        office.run();
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.BLOCKED);

        var again = pay("jan again", january, 99_90);

        assertThat(again.allocations()).containsExactly(new Allocation(february.id(), 99_90));
        assertThat(again.creditCents()).isZero();
        assertThat(status(february)).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.count("commitment")).isZero();
    }

    @Test
    void moneyForACancelledBillPaysTheOneThatIsLate() {
        var wrong = office.monthly(contract, "2026-03-10");
        office.receivables.cancel(MARIA, wrong.id(), null, "sent in error").orThrow();
        var late = office.monthly(contract, "2026-02-11");

        pay("paper of the wrong one", wrong, 99_90);

        assertThat(status(late)).isEqualTo(ReceivableStatus.SETTLED);
    }

    @Test
    void whatIsLeftOfAPaymentPaysTheOldestBeforeTheOnesAhead() {
        var ahead = office.monthly(contract, "2026-04-10");
        var oldest = office.monthly(contract, "2026-02-10");
        var named = office.monthly(contract, "2026-04-20");

        pay("more than asked", named, 99_90 + 120_00);

        assertThat(status(named)).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(status(oldest)).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(now(ahead).paidCents()).isEqualTo(20_10);
    }

    @Test
    void whatBlocksIsPaidBeforeWhatDoesNot() {
        var visit = oneOff("2026-01-20");
        var month = office.monthly(contract, "2026-02-10");

        var payment = office.payments
                .receive(MARIA, office.payment("no bill named", contract, 120_00))
                .orThrow()
                .payment();

        assertThat(payment.allocations())
                .containsExactlyInAnyOrder(new Allocation(visit.id(), 20_10), new Allocation(month.id(), 99_90));
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
        assertThat(status(visit)).isEqualTo(ReceivableStatus.OPEN);
    }

    @Test
    void interestAndFineAreNoCredit() {
        var february = office.monthly(contract, "2026-02-10");
        var march = office.monthly(contract, "2026-03-10");

        // 2 % and 41 days of 1 % a month; told by nobody.
        var payment = pay("with interest", february, 99_90 + 3_36);

        assertThat(payment.chargesCents()).isEqualTo(3_36);
        assertThat(now(march).paidCents()).isZero();
    }

    @Test
    void aBillThatOpensAgainTakesTheCreditThatIsThere() {
        var february = office.monthly(contract, "2026-02-10");
        var first = pay("first", february, 99_90);
        var march = office.monthly(contract, "2026-03-10");
        pay("march", march, 99_90);
        pay("march again", march, 99_90);

        office.payments.reverse(MARIA, first.id(), null, "charged back").orThrow();

        assertThat(status(february)).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(status(march)).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
    }

    @Test
    void ofABillPaidTwiceItIsAllOneWhichPaymentIsTakenBackAndWhen() {
        var february = office.monthly(contract, "2026-02-10");
        var first = pay("feb", february, 99_90);
        var march = office.monthly(contract, "2026-03-10");
        pay("feb again", february, 99_90);
        assertThat(status(march)).isEqualTo(ReceivableStatus.SETTLED);

        office.payments.reverse(MARIA, first.id(), null, "refunded").orThrow();

        assertThat(status(february)).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(now(march).paidCents()).isZero();
        new BookInvariants(office).holdFor(contract);
    }

    @Test
    void whatACancelledBillHadTakenPaysTheNextOne() {
        var wrong = office.monthly(contract, "2026-02-10");
        var march = office.monthly(contract, "2026-03-10");
        pay("part", wrong, 30_00);

        office.receivables.cancel(MARIA, wrong.id(), null, "sent in error").orThrow();

        assertThat(now(wrong).paidCents()).isZero();
        assertThat(now(march).paidCents()).isEqualTo(30_00);
        assertThat(payment("part").allocations()).containsExactly(new Allocation(march.id(), 30_00));
    }

    @Test
    void anAgreementThatWaitsForItsFirstPaymentStartsByCredit() {
        office.sql.update("update access_policy_version set agreement_relief = 'AT_FIRST_PAYMENT'");
        try {
            var paid = office.monthly(contract, "2026-02-09");
            pay("paid", paid, 99_90);
            office.monthly(contract, "2026-02-10");
            office.run();
            sign();
            assertThat(office.effective(contract)).isEqualTo(AccessLevel.BLOCKED);

            pay("paid again", paid, 99_90);

            assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
            new BookInvariants(office).holdFor(contract);
        } finally {
            office.sql.update("update access_policy_version set agreement_relief = 'AT_SIGNING'");
        }
    }

    @Test
    void aCancelledContractsCreditPaysWhatItOwesButNoDaysAfterItsEnd() {
        var february = office.monthly(contract, "2026-02-10");
        var ahead = office.monthly(contract, "2026-05-10"); // covers from 10 April
        var cancelled = office.contracts.find(contract).orElseThrow();
        office.contracts
                .cancel(MARIA, contract, cancelled.version(), "moved away")
                .orThrow();

        var payment = office.payments
                .receive(MARIA, new PaymentDraft("twice", null, february.id(), 199_80, office.today(), "pix"))
                .orThrow()
                .payment();

        assertThat(status(february)).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(now(ahead).paidCents()).isZero();
        assertThat(payment.unallocatedCents()).isEqualTo(99_90);
    }

    @Test
    void theTraceTellsOfItOnceAndTheAuditLogOfEachShare() {
        var february = office.monthly(contract, "2026-02-10");
        pay("feb", february, 99_90);
        var again = pay("feb again", february, 99_90);
        office.audited.clear();

        var march = office.monthly(contract, "2026-03-10");

        var effects = office.bean(PaymentEffectBook.class).of(List.of(again.id()));
        assertThat(effects).extracting(PaymentEffect::what).hasSize(2).containsOnly(PaymentEffect.What.BOOKED);
        assertThat(effects.getLast().after().lateSince()).isNull();
        assertThat(payment("feb again").version()).isGreaterThan(again.version());
        assertThat(office.audited)
                .filteredOn(entry -> entry.action().equals("credit.use"))
                .extracting(TestOffice.Audited::after)
                .containsExactly(new CreditTrail.Used(
                        contract, List.of(new CreditTrail.Share(again.id(), new Allocation(march.id(), 99_90)))));

        var third = pay("feb a third time", february, 99_90);
        var april = office.monthly(contract, "2026-04-10");
        assertThat(status(april)).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(third.version()).isEqualTo(again.version());
    }

    @Test
    void creditOfEarlierDaysIsUsedByTheJob() throws InterruptedException {
        var february = office.monthly(contract, "2026-02-10");
        pay("feb", february, 99_90);
        pay("feb again", february, 99_90);
        // As a release before this one left it.
        office.sql.update("""
                insert into receivable (contract_id, kind, nominal_cents, issued_on, due_on, original_due_on,
                                        counts_for_blocking, status, created_at)
                values (?, 'ONE_OFF', 5000, '2026-02-01', '2026-02-20', '2026-02-20', true, 'OPEN', ?)
                """, contract, office.clock.instant());

        var report = office.bean(UseCredit.class).run(office.clock.instant());

        assertThat(report).isEqualTo(JobReport.of("contracts", 1));
        assertThat(office.receivables.list(contract, 0, 10)).noneMatch(Receivable::isOpen);
        assertThat(payment("feb again").creditCents()).isEqualTo(49_90);
        assertThat(office.bean(UseCredit.class).run(office.clock.instant())).isEqualTo(JobReport.NOTHING);
    }

    private void sign() {
        office.agreements
                .sign(
                        MARIA,
                        new AgreementDraft(
                                contract,
                                Set.of(),
                                0,
                                0,
                                20_00,
                                null,
                                2,
                                office.today().plusDays(10),
                                "asked for"))
                .orThrow();
    }

    private Receivable oneOff(String dueOn) {
        return office.receivables
                .create(
                        MARIA,
                        new ReceivableDraft(
                                null,
                                contract,
                                ReceivableKind.ONE_OFF,
                                99_90,
                                0,
                                null,
                                LocalDate.parse("2026-01-11"),
                                LocalDate.parse(dueOn),
                                null,
                                null,
                                null))
                .orThrow();
    }

    private Payment pay(String externalId, Receivable named, long cents) {
        return office.payments
                .receive(MARIA, office.payment(externalId, named, cents))
                .orThrow()
                .payment();
    }

    private Payment payment(String externalId) {
        return office.payments.findByExternalId(externalId).orElseThrow();
    }

    private Receivable now(Receivable receivable) {
        return office.receivables.find(receivable.id()).orElseThrow();
    }

    private ReceivableStatus status(Receivable receivable) {
        return now(receivable).status();
    }
}
