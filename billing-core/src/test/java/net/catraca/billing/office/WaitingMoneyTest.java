package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.store.IncomingBook;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Money that comes before the bill or charge that it names. */
class WaitingMoneyTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");
    private static final TestOffice OTHER_NODE = OFFICE.anotherNode();

    private final TestOffice office = OFFICE;
    private final BankAgreements agreements = OFFICE.bean(BankAgreements.class);
    private final BankCharges charges = OFFICE.bean(BankCharges.class);
    private final UnmatchedPayments unmatched = OFFICE.bean(UnmatchedPayments.class);

    @TempDir
    Path folder;

    private long bank;
    private long otherBank;
    private long pixKey;

    @BeforeEach
    void startAnew() {
        office.sql.update("truncate bank_agreement, payment_reversal restart identity cascade");
        office.startAnewAtNoonOf("2026-03-31");
        bank = csvAgreement("bank");
        otherBank = csvAgreement("other");
        var wanted = new BankAgreement(0, 0, "pix", Kind.PIX, null, null, false, false, null, Webhook.HMAC);
        pixKey = agreements.create(MARIA, wanted, null).orThrow().agreement().id();
    }

    private long csvAgreement(String name) {
        var columns = new CsvFormat(
                Map.of("amount", "valor", "paid-on", "data", "our-number", "nosso", "document", "doc"),
                ';',
                "yyyy-MM-dd",
                true);
        var wanted = new BankAgreement(0, 0, name, Kind.CSV, null, null, false, false, columns, null);
        return agreements.create(MARIA, wanted, null).orThrow().agreement().id();
    }

    @AfterAll
    static void close() {
        OTHER_NODE.close();
        OFFICE.close();
    }

    private Receivable blocked() {
        var bill = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        office.run();
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.BLOCKED);
        return bill;
    }

    private void bankTells(String... rows) throws IOException {
        var path = Files.createTempFile(folder, "pagamentos", ".csv");
        Files.writeString(path, "valor;data;nosso;doc\n" + String.join("\n", rows) + "\n");
        office.bean(BankFiles.class).take(MARIA, bank, "p.csv", path, null).orThrow();
    }

    private void pixTells(TestOffice node, String txid) {
        var at = office.clock.instant().minusSeconds(60);
        var told = List.of(new PixNotice(pixKey, "E" + txid, "", 99_90, txid, at, null, null));
        node.bean(PixNotices.class).keep(told);
        node.bean(PixNotices.class).book(MARIA, told);
    }

    private BankCharges.Wanted charge(long agreement, String number, @Nullable String txid, Receivable... bills) {
        return new BankCharges.Wanted(
                agreement,
                number,
                txid,
                java.util.Arrays.stream(bills).map(Receivable::id).toList());
    }

    private Receivable now(Receivable bill) {
        return office.receivables.find(bill.id()).orElseThrow();
    }

    private List<IncomingPayment> queue() {
        return unmatched.list(null, 0, 50);
    }

    @Test
    void aChargeTakesThePixThatCameBeforeIt() {
        var bill = blocked();
        pixTells(office, "tx1");
        assertThat(queue()).hasSize(1);

        charges.create(MARIA, charge(bank, "7", "tx1", bill)).orThrow();

        assertThat(queue()).isEmpty();
        assertThat(now(bill).status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.payments.findByExternalId("Etx1")).isPresent();
        var incoming = office.bean(IncomingBook.class).findByExternalId("Etx1").orElseThrow();
        assertThat(incoming.state()).isEqualTo(State.MATCHED);
        assertThat(incoming.differenceCents()).isZero();
    }

    @Test
    void ourNumberIsTheAgreementsOwn() throws IOException {
        var bill = blocked();
        bankTells("99,90;2026-03-30;0007;");

        charges.create(MARIA, charge(otherBank, "7", null, bill)).orThrow();
        assertThat(queue()).hasSize(1);
        var rows = charges.createAll(
                MARIA,
                List.of(charge(bank, "8", null, bill), charge(bank, "7", null, bill), charge(bank, "7", null, bill)));

        assertThat(rows.get(2)).isInstanceOf(Outcome.Declined.class);
        assertThat(queue()).isEmpty();
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.ACTIVE);
    }

    @Test
    void aBillTakesWhatCameForItsOwnNumberOneByOneInBulkAndPushed() throws IOException {
        long one = office.contract(BillingMode.POSTPAID);
        long other = office.contract(BillingMode.POSTPAID);
        bankTells("99,90;2026-03-30;;bill-1", "99,90;2026-03-30;;bill-2", "50,00;2026-03-30;;bill-3");

        var first = office.receivables
                .create(MARIA, TestOffice.monthlyDraft(one, "bill-1", "2026-03-10"))
                .orThrow();
        assertThat(first.status()).isEqualTo(ReceivableStatus.SETTLED);
        var rows = office.upsert
                .upsert(
                        MARIA,
                        List.of(
                                TestOffice.monthlyDraft(other, "bill-2", "2026-03-10"),
                                TestOffice.monthlyDraft(one, "bill-3", "2026-04-10"),
                                TestOffice.monthlyDraft(one, "bill-4", "2026-05-10")))
                .orThrow();

        assertThat(rows).extracting(row -> row.outcome().orThrow().paidCents()).containsExactly(99_90L, 50_00L, 0L);
        assertThat(queue()).isEmpty();
        new BookInvariants(office).holdFor(one);
        new BookInvariants(office).holdFor(other);
    }

    @Test
    void whatAPersonHasDecidedAndWhatMayBeARepetitionStays() throws IOException {
        var bill = blocked();
        pixTells(office, "tx1");
        unmatched
                .dismiss(MARIA, queue().getFirst().id(), null, "another company's")
                .orThrow();
        charges.create(MARIA, charge(bank, "1", "tx1", bill)).orThrow();
        assertThat(now(bill).paidCents()).isZero();

        pixTells(office, "tx2");
        office.payments.receive(MARIA, office.payment("desk", bill, 99_90)).orThrow();
        charges.create(MARIA, charge(bank, "2", "tx2", bill)).orThrow();

        assertThat(queue()).singleElement().matches(each -> each.why() == Why.POSSIBLE_REPETITION);
        assertThat(office.payments.list(bill.contractId(), 0, 9)).hasSize(1);
    }

    @Test
    void whatWasTakenBackIsBookedUnderAnotherId() {
        var wrong = blocked();
        var right = blocked();
        pixTells(office, "tx1");
        var share = new UnmatchedPayments.Share(wrong.contractId(), null, 99_90);
        unmatched
                .assign(MARIA, queue().getFirst().id(), null, List.of(share), null)
                .orThrow();
        unmatched.unassign(MARIA, 1, null, "not his").orThrow();

        charges.create(MARIA, charge(bank, "1", "tx1", right)).orThrow();

        assertThat(now(right).paidCents()).isEqualTo(99_90);
        assertThat(now(wrong).paidCents()).isZero();
        assertThat(queue()).isEmpty();
    }

    @RepeatedTest(3)
    void chargesBillsAndTheirNewsAtTheSameMomentAlwaysMeet() throws Exception {
        int many = 16;
        List<Callable<Object>> works = new ArrayList<>();
        List<Receivable> bills = new ArrayList<>();
        var barrier = new CyclicBarrier(4);
        for (int i = 0; i < many; i++) {
            bills.add(office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10"));
        }
        long later = office.contract(BillingMode.POSTPAID);
        works.add(() -> {
            barrier.await();
            for (int i = 0; i < many; i++) {
                charges.create(MARIA, charge(bank, "1" + i, "tx" + i, bills.get(i)))
                        .orThrow();
            }
            return "";
        });
        works.add(() -> {
            barrier.await();
            for (int i = 0; i < many; i++) {
                pixTells(i % 2 == 0 ? office : OTHER_NODE, "tx" + i);
            }
            return "";
        });
        works.add(() -> {
            barrier.await();
            for (int i = 0; i < many; i++) {
                OTHER_NODE
                        .upsert
                        .upsert(MARIA, List.of(TestOffice.monthlyDraft(later, "late-" + i, "2026-03-10")))
                        .orThrow();
            }
            return "";
        });
        works.add(() -> {
            barrier.await();
            for (int i = 0; i < many; i++) {
                bankTells("99,90;2026-03-30;;late-" + i);
            }
            return "";
        });
        try (var pool = Executors.newFixedThreadPool(works.size())) {
            for (Future<Object> future : pool.invokeAll(works)) {
                future.get();
            }
        }

        assertThat(queue()).isEmpty();
        assertThat(bills).allMatch(bill -> now(bill).status() == ReceivableStatus.SETTLED);
        assertThat(office.receivables.list(later, 0, 50))
                .hasSize(many)
                .allMatch(bill -> bill.status() == ReceivableStatus.SETTLED);
        new BookInvariants(office).holdFor(later);
    }
}
