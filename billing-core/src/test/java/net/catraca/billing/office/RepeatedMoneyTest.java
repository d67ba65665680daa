package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.BankAgreement.Webhook;
import net.catraca.billing.bank.CsvFormat;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.IncomingPayment.State;
import net.catraca.billing.bank.IncomingPayment.Why;
import net.catraca.billing.bank.PixNotice;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.store.RunMoney;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One payment that two ways tell: a boleto that bears a Pix, a cashier's entry that the bank's file has, too. */
class RepeatedMoneyTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");

    private final TestOffice office = OFFICE;
    private final BankFiles files = OFFICE.bean(BankFiles.class);
    private final PixNotices pix = OFFICE.bean(PixNotices.class);
    private final BankAgreements agreements = OFFICE.bean(BankAgreements.class);
    private final BankCharges charges = OFFICE.bean(BankCharges.class);
    private final UnmatchedPayments unmatched = OFFICE.bean(UnmatchedPayments.class);

    @TempDir
    Path folder;

    private long bank;
    private long pixKey;

    @BeforeEach
    void startAnew() {
        office.sql.update("truncate bank_agreement restart identity cascade");
        office.startAnewAtNoonOf("2026-03-31");
        var columns = new CsvFormat(
                Map.of("amount", "valor", "paid-on", "data", "our-number", "nosso", "charges", "juros"),
                ';',
                "yyyy-MM-dd",
                true);
        bank = agreements
                .create(MARIA, new BankAgreement(0, 0, "bank", Kind.CSV, null, null, false, false, columns, null), null)
                .orThrow()
                .agreement()
                .id();
        pixKey = agreements
                .create(
                        MARIA,
                        new BankAgreement(0, 0, "pix", Kind.PIX, null, null, false, false, null, Webhook.HMAC),
                        null)
                .orThrow()
                .agreement()
                .id();
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    /** A bill that can be paid by a boleto with that number and by the Pix on it. */
    private Receivable bolepix(String number) {
        var bill = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        charge(number, bill.id());
        return bill;
    }

    private void charge(String number, Long... bills) {
        charges.create(MARIA, new BankCharges.Wanted(bank, number, "tx" + number, List.of(bills)))
                .orThrow();
    }

    private void bankTells(String... rows) throws IOException {
        var path = Files.createTempFile(folder, "pagamentos", ".csv");
        Files.writeString(path, "valor;juros;data;nosso\n" + String.join("\n", rows) + "\n");
        files.take(MARIA, bank, "p.csv", path, null).orThrow();
    }

    private void pixTells(String endToEndId, long cents, String day, String number) {
        var told = List.of(new PixNotice(
                pixKey, endToEndId, "", cents, "tx" + number, Instant.parse(day + "T15:00:00Z"), null, null));
        pix.keep(told);
        pix.book(MARIA, told);
    }

    private List<Payment> payments(Receivable bill) {
        return office.payments.list(bill.contractId(), 0, 50);
    }

    private IncomingPayment waiting() {
        var all = unmatched.list(null, 0, 9);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private void isPaidOnceAndItsRepetitionWaits(Receivable bill) {
        assertThat(payments(bill)).singleElement().satisfies(payment -> {
            assertThat(waiting().why()).isEqualTo(Why.POSSIBLE_REPETITION);
            assertThat(waiting().repeatsPaymentId()).isEqualTo(payment.id());
            assertThat(waiting().repeatsId()).isEqualTo(payment.incomingId());
        });
        assertThat(office.monthly(bill.contractId(), "2026-04-10").paidCents()).isZero();
    }

    @Test
    void aBoletoPaidByItsPixAndToldByTheBanksFileCountsOnce() throws IOException {
        var bill = bolepix("7");
        pixTells("E7", 99_90, "2026-03-27", "7"); // a Friday

        bankTells("99,90;;2026-03-30;7");

        isPaidOnceAndItsRepetitionWaits(bill);
        unmatched.dismiss(MARIA, waiting().id(), null, "it was the Pix").orThrow();
        bankTells("99,90;;2026-03-30;7", "1,00;;2026-03-30;");
        assertThat(payments(bill)).hasSize(1);
    }

    @Test
    void inTheOtherOrderToo() throws IOException {
        var bill = bolepix("7");
        bankTells("99,90;;2026-03-30;7");

        pixTells("E7", 99_90, "2026-03-27", "7");
        pixTells("E7", 99_90, "2026-03-27", "7");

        isPaidOnceAndItsRepetitionWaits(bill);
    }

    @Test
    void interestThatOnlyOneWayTellsMakesNoOtherMoneyOfIt() throws IOException {
        var late = bolepix("7");
        bankTells("99,90;;2026-03-30;7");
        pixTells("E7", 102_50, "2026-03-30", "7");
        isPaidOnceAndItsRepetitionWaits(late);
        unmatched.dismiss(MARIA, waiting().id(), null, "the same").orThrow();

        var other = bolepix("8");
        pixTells("E8", 102_50, "2026-03-30", "8");
        bankTells("102,50;2,60;2026-03-30;8");
        isPaidOnceAndItsRepetitionWaits(other);
    }

    @Test
    void whatTheCashierEnteredAndTheBankTellsCountsOnce() throws IOException {
        var bill = bolepix("7");
        office.payments
                .receive(
                        MARIA,
                        new PaymentDraft(
                                "desk-1",
                                bill.contractId(),
                                null,
                                99_90,
                                LocalDate.parse("2026-03-30"),
                                PaymentDraft.MANUAL))
                .orThrow();

        bankTells("99,90;;2026-03-30;7");

        isPaidOnceAndItsRepetitionWaits(bill);
    }

    @Test
    void aBoletoOfSeveralContractsCountsOnce() throws IOException {
        var one = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        var other = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        charge("7", one.id(), other.id());
        pixTells("E7", 199_80, "2026-03-30", "7");

        bankTells("199,80;;2026-03-30;7");

        assertThat(waiting().why()).isEqualTo(Why.POSSIBLE_REPETITION);
        assertThat(payments(one)).hasSize(1);
        assertThat(payments(other)).hasSize(1);
    }

    @Test
    void whatIsOtherMoneyIsBooked() throws IOException {
        var twice = bolepix("1");
        bankTells("99,90;;2026-03-26;1");
        bankTells("99,90;;2026-03-30;1");
        assertThat(payments(twice)).as("the same way on two days").hasSize(2);

        var halves = bolepix("2");
        pixTells("E2", 49_95, "2026-03-30", "2");
        bankTells("49,95;;2026-03-30;2");
        assertThat(payments(halves)).as("two halves of one bill").hasSize(2);
        assertThat(office.receivables.find(halves.id()).orElseThrow().status()).isEqualTo(ReceivableStatus.SETTLED);

        var later = bolepix("3");
        pixTells("E3", 99_90, "2026-03-20", "3");
        bankTells("99,90;;2026-03-30;3");
        assertThat(payments(later)).as("a week later").hasSize(2);

        var reversed = bolepix("4");
        pixTells("E4", 99_90, "2026-03-30", "4");
        office.payments
                .reverse(MARIA, payments(reversed).getFirst().id(), null, "charged back")
                .orThrow();
        bankTells("99,90;;2026-03-30;4");
        assertThat(payments(reversed)).as("the first went back").hasSize(2);
        assertThat(unmatched.list(null, 0, 9)).isEmpty();
    }

    @Test
    void aPersonMayBookItAfterAllAndItShieldsNobodyElseMeanwhile() throws IOException {
        var bill = bolepix("7");
        pixTells("E7", 99_90, "2026-03-30", "7");
        bankTells("99,90;;2026-03-30;7");
        var stranger = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        var second = office.monthly(bill.contractId(), "2026-03-09");
        var world = new TestOffice.World();
        world.unmatched = office.bean(RunMoney.class).waiting();
        var runs = office.runs(world);
        runs.commit(MARIA, runs.preview(MARIA, RunScope.ALL).orThrow().id()).orThrow();

        assertThat(office.effective(stranger.contractId())).isEqualTo(AccessLevel.BLOCKED);
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.ACTIVE);
        var share = new UnmatchedPayments.Share(bill.contractId(), null, 99_90);
        unmatched
                .assign(MARIA, waiting().id(), null, List.of(share), "he paid twice")
                .orThrow();
        assertThat(office.receivables.find(second.id()).orElseThrow().status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(unmatched.find(2).orElseThrow().state()).isEqualTo(State.MATCHED);
    }
}
