package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.BankAgreement.Webhook;
import net.catraca.billing.bank.IncomingPayment.State;
import net.catraca.billing.bank.PixNotice;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.receivable.Agreement;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.store.IncomingBook;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class PixNoticesTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-27");
    private static final TestOffice OTHER_NODE = OFFICE.anotherNode();

    private final TestOffice office = OFFICE;
    private final PixNotices pix = OFFICE.bean(PixNotices.class);
    private final BankAgreements agreements = OFFICE.bean(BankAgreements.class);
    private final BankCharges charges = OFFICE.bean(BankCharges.class);
    private final UnmatchedPayments unmatched = OFFICE.bean(UnmatchedPayments.class);

    private long agreement;

    @BeforeEach
    void startAnew() {
        office.sql.update("truncate bank_agreement restart identity cascade");
        office.startAnewAtNoonOf("2026-03-27");
        agreement = make("pix", Webhook.HMAC).agreement().id();
    }

    @AfterAll
    static void close() {
        OTHER_NODE.close();
        OFFICE.close();
    }

    private BankAgreements.Made make(String name, Webhook webhook) {
        var wanted = new BankAgreement(0, 0, name, Kind.PIX, null, null, false, false, null, webhook);
        return agreements.create(MARIA, wanted, null).orThrow();
    }

    private Receivable blockedFor(String txid) {
        var bill = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        charges.create(MARIA, new BankCharges.Wanted(agreement, null, txid, List.of(bill.id())))
                .orThrow();
        office.run();
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.BLOCKED);
        return bill;
    }

    /** As of 23:30 in São Paulo, which is the next day in UTC. */
    private PixNotice notice(String endToEndId, String refundId, long cents, String txid) {
        return new PixNotice(
                agreement, endToEndId, refundId, cents, txid, Instant.parse("2026-03-27T02:30:00Z"), null, null);
    }

    private void tell(TestOffice node, PixNotice... told) {
        var there = node.bean(PixNotices.class);
        there.keep(List.of(told));
        there.book(MARIA, List.of(told));
    }

    private Receivable now(Receivable bill) {
        return office.receivables.find(bill.id()).orElseThrow();
    }

    private List<Payment> payments(Receivable bill) {
        return office.payments.list(bill.contractId(), 0, 50);
    }

    @Test
    void aPixGivesBackAtOnceAndCountsOnceAsOfTheDayInBrazil() {
        var bill = blockedFor("tx1");

        tell(office, notice("E1", "", 99_90, "tx1"));
        tell(office, notice("E1", "", 99_90, "tx1"));
        tell(office, notice("E1", "", 50_00, "tx1"));

        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.ACTIVE);
        assertThat(now(bill).settledOn()).isEqualTo("2026-03-26");
        assertThat(payments(bill)).singleElement().satisfies(payment -> {
            assertThat(payment.externalId()).isEqualTo("E1");
            assertThat(payment.amountCents()).isEqualTo(99_90);
            assertThat(payment.byHand()).isFalse();
        });
        assertThat(pix.waiting()).isZero();
    }

    @Test
    void aPixThatIsNotWhatItsChargeAskedForSaysByHowMuch() {
        var exact = blockedFor("tx1");
        var paidShort = blockedFor("tx2");
        var tooMuch = blockedFor("tx3");

        tell(
                office,
                notice("E1", "", 99_90, "tx1"),
                notice("E2", "", 90_00, "tx2"),
                notice("E3", "", 150_00, "tx3"),
                notice("E4", "", 10_00, "nobody's"));

        assertThat(difference("E1")).isZero();
        assertThat(difference("E2")).isEqualTo(-9_90);
        assertThat(difference("E3")).isPositive();
        assertThat(difference("E3")).isEqualTo(payments(tooMuch).getFirst().creditCents());
        assertThat(difference("E4")).isNull();
        assertThat(now(exact).status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(now(paidShort).paidCents()).isEqualTo(90_00);
        assertThat(office.effective(paidShort.contractId()))
                .as("what is missing still blocks")
                .isEqualTo(AccessLevel.BLOCKED);
    }

    private @Nullable Long difference(String externalId) {
        return office.bean(IncomingBook.class)
                .findByExternalId(externalId)
                .orElseThrow()
                .differenceCents();
    }

    @Test
    void aPixForAnOldBillPaysTheInstalmentsOfItsAgreement() {
        var bill = blockedFor("tx1");
        var wanted = new AgreementDraft(
                bill.contractId(), Set.of(), 0, 0, 0, null, 2, office.today().plusDays(5), "asked");
        var signed =
                office.agreements.sign(MARIA, wanted).orThrow().agreements().getFirst();

        tell(office, notice("E1", "", 99_90, "tx1"));

        var kept = office.agreements.find(signed.agreement().id()).orElseThrow();
        assertThat(kept.agreement().state()).isEqualTo(Agreement.State.COMPLETED);
        assertThat(kept.instalments()).extracting(Receivable::paidCents).containsExactly(49_95L, 49_95L);
        assertThat(now(bill).paidCents()).isZero();
    }

    @Test
    void aPixThatTheErpToldAlreadyCountsOnce() {
        var bill = blockedFor("tx1");
        office.payments.receive(MARIA, office.payment("E1", bill, 99_90)).orThrow();

        tell(office, notice("E1", "", 99_90, "tx1"));

        assertThat(payments(bill)).hasSize(1);
        assertThat(payments(bill).getFirst().incomingId()).isNotNull();
    }

    @Test
    void aRefundTakesThePaymentBackAndAPartOfItThatPartInAnyOrder() {
        var whole = blockedFor("tx1");
        tell(office, notice("E1", "", 99_90, "tx1"));
        tell(office, notice("E1", "D1", 99_90, "tx1"), notice("E1", "", 99_90, "tx1"));
        tell(office, notice("E1", "D1", 99_90, "tx1"));
        assertThat(now(whole).status()).isEqualTo(ReceivableStatus.OPEN);
        assertThat(payments(whole)).singleElement().matches(Payment::isReversed);
        assertThat(office.effective(whole.contractId())).isEqualTo(AccessLevel.ACTIVE);
        assertThat(unmatched.find(1).orElseThrow().state()).isEqualTo(State.REFUNDED);

        var part = blockedFor("tx2");
        // The refund is told first: it waits for its Pix.
        tell(office, notice("E2", "D2", 40_00, "tx2"));
        assertThat(pix.waiting()).isEqualTo(1);
        tell(office, notice("E2", "", 99_90, "tx2"));
        pix.bookOpen(MARIA);
        assertThat(now(part).paidCents()).isEqualTo(59_90);
        assertThat(pix.waiting()).isZero();
    }

    @Test
    void anUnknownTxidWaitsForAPerson() {
        tell(office, notice("E9", "", 99_90, "nobody"));

        assertThat(unmatched.list(agreement, 0, 10)).singleElement().satisfies(waiting -> assertThat(waiting.why())
                .isEqualTo(net.catraca.billing.bank.IncomingPayment.Why.UNKNOWN_NUMBER));
    }

    @RepeatedTest(3)
    void theSameNoticesOnTwoNodesWithARunAndReversalsLeaveTheBooksRight() throws Exception {
        List<Receivable> bills = new ArrayList<>();
        List<PixNotice> told = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            var bill = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
            charges.create(MARIA, new BankCharges.Wanted(agreement, null, "t" + i, List.of(bill.id())))
                    .orThrow();
            bills.add(bill);
            told.add(notice("E" + i, "", 99_90, "t" + i));
        }
        List<Callable<Integer>> works = List.of(
                () -> tellAll(office, told),
                () -> tellAll(OTHER_NODE, told.reversed()),
                () -> runs(office),
                () -> runs(OTHER_NODE),
                () -> reverseSome(bills));
        try (var pool = Executors.newFixedThreadPool(works.size())) {
            for (Future<Integer> future : pool.invokeAll(works)) {
                future.get();
            }
        }

        for (var bill : bills) {
            assertThat(payments(bill)).hasSize(1);
            new BookInvariants(office).holdFor(bill.contractId());
            if (!payments(bill).getFirst().isReversed()) {
                assertThat(now(bill).status()).isEqualTo(ReceivableStatus.SETTLED);
                assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.ACTIVE);
            }
        }
        assertThat(pix.waiting()).isZero();
    }

    private int tellAll(TestOffice node, List<PixNotice> told) {
        told.forEach(notice -> tell(node, notice));
        return told.size();
    }

    private static int runs(TestOffice node) {
        int committed = 0;
        for (int i = 0; i < 4; i++) {
            committed += node.run().totals().committed();
        }
        return committed;
    }

    private int reverseSome(List<Receivable> bills) {
        int reversed = 0;
        for (var bill : bills.subList(0, 4)) {
            for (var payment : payments(bill)) {
                if (OTHER_NODE.payments.reverse(MARIA, payment.id(), null, "test") instanceof Outcome.Done) {
                    reversed++;
                }
            }
        }
        return reversed;
    }

    @Test
    void aNotificationProvesItselfByItsSignatureOrTheSecret() throws Exception {
        byte[] body = "{\"pix\":[]}".getBytes(StandardCharsets.UTF_8);
        var signing = make("signing", Webhook.HMAC);
        var behindProxy = make("proxy", Webhook.SECRET);

        assertThat(agreements.prove("signing", null, hmac(signing.secret(), body), body))
                .isPresent();
        assertThat(agreements.prove(
                        "signing", null, hmac(signing.secret(), "{}".getBytes(StandardCharsets.UTF_8)), body))
                .isEmpty();
        assertThat(agreements.prove("signing", signing.secret(), null, body)).isEmpty();
        assertThat(agreements.prove("proxy", behindProxy.secret(), null, body)).isPresent();
        assertThat(agreements.prove("proxy", "wrong", null, body)).isEmpty();
        assertThat(agreements.prove("nobody", behindProxy.secret(), null, body)).isEmpty();
        var renewed =
                agreements.renewSecret(MARIA, behindProxy.agreement().id()).orThrow();
        assertThat(agreements.prove("proxy", behindProxy.secret(), null, body)).isEmpty();
        assertThat(agreements.prove("proxy", renewed.secret(), null, body)).isPresent();
    }

    private static String hmac(@org.jspecify.annotations.Nullable String secret, byte[] body) throws Exception {
        var mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(
                java.util.Objects.requireNonNull(secret).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return "sha256=" + java.util.HexFormat.of().formatHex(mac.doFinal(body));
    }
}
