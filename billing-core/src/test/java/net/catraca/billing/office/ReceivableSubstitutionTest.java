package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.News;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Receivables.Substitute;
import net.catraca.billing.office.UnmatchedPayments.Share;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.store.ChargeBook;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A receivable that is written anew. */
class ReceivableSubstitutionTest {

    private static final TestOffice office = TestOffice.openAtNoonOf("2026-03-31");

    @BeforeEach
    void anew() {
        office.startAnewAtNoonOf("2026-03-31");
        office.sql.update("truncate bank_agreement cascade");
    }

    @AfterAll
    static void close() {
        office.close();
    }

    @Test
    void theOldOneIsCancelledAndLinkedAndTheNewOneCoversTheSameDays() {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-04-10");

        var anew = substitute(old, 89_90, "2026-04-10").orThrow();

        var before = office.receivables.find(old.id()).orElseThrow();
        assertThat(before.status()).isEqualTo(ReceivableStatus.CANCELLED);
        assertThat(before.cancelReason()).isEqualTo("wrong price");
        assertThat(before.replacedById()).isEqualTo(anew.id());
        assertThat(anew.replacesId()).isEqualTo(old.id());
        assertThat(anew)
                .extracting(Receivable::coverageFirst, Receivable::coverageLast, Receivable::nominalCents)
                .containsExactly(old.coverageFirst(), old.coverageLast(), 89_90L);
        assertThat(office.audited.getLast().action()).isEqualTo("receivable.substitute");
        new BookInvariants(office).holdFor(contract);
    }

    @Test
    void whatWasPaidGoesOverAndMoreThanItsPriceBecomesCredit() {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-04-10");
        office.payments.receive(MARIA, office.payment("part", old, 60_00)).orThrow();

        var anew = substitute(old, 50_00, "2026-04-10").orThrow();

        assertThat(anew.status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(anew.paidCents()).isEqualTo(50_00);
        assertThat(office.payments.findByExternalId("part").orElseThrow().creditCents())
                .isEqualTo(10_00);
        new BookInvariants(office).holdFor(contract);
    }

    @Test
    void whoPaysByTheOldPaperPaysTheNewOne() {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-04-10");
        long agreement = bank();
        charge(agreement, old);

        var anew = substitute(old, 89_90, "2026-04-10").orThrow();

        assertThat(office.bean(ChargeBook.class).byOurNumbers(agreement, List.of("4711")))
                .extracting(ChargeBook.Target::receivableId)
                .containsExactly(old.id(), anew.id());
        office.payments.receive(MARIA, office.payment("old", old, 89_90)).orThrow();
        assertThat(office.receivables.find(anew.id()).orElseThrow().status()).isEqualTo(ReceivableStatus.SETTLED);
    }

    @Test
    void paidByBothPapersItIsStillPaidWhenOneOfThemIsReversed() {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-03-10");
        var anew = substitute(old, 99_90, "2026-03-31").orThrow();
        var byNew = office.payments
                .receive(MARIA, office.payment("new", anew, 99_90))
                .orThrow()
                .payment();
        office.payments.receive(MARIA, office.payment("old", old, 99_90)).orThrow();

        office.payments.reverse(MARIA, byNew.id(), null, "estorno").orThrow();

        assertThat(office.receivables.find(anew.id()).orElseThrow().status()).isEqualTo(ReceivableStatus.SETTLED);
        new BookInvariants(office).holdFor(contract);
    }

    @Test
    void twoBoletosOfOldAndNewPaperWithOneReversed() {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-03-10");
        long bank = bank();
        charge(bank, old);
        var anew = substitute(old, 99_90, "2026-03-31").orThrow();
        money().take(MARIA, List.of(news(bank, "first")));
        money().take(MARIA, List.of(news(bank, "second")));

        var first = office.payments.findByExternalId("first").orElseThrow();
        assertThat(first.receivableId()).as("both papers are one bill").isEqualTo(anew.id());
        office.payments.reverse(MARIA, first.id(), null, "estorno").orThrow();

        assertThat(office.receivables.find(anew.id()).orElseThrow().status()).isEqualTo(ReceivableStatus.SETTLED);
        new BookInvariants(office).holdFor(contract);
    }

    @Test
    void moneyThatWasLookedUpBeforeASubstitutionPaysWhatIsWrittenInItsPlace() throws Exception {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-03-10");
        long bank = bank();
        charge(bank, old);

        try (var threads = Executors.newSingleThreadExecutor()) {
            List<Future<?>> booked = new ArrayList<>();
            var anew = office.access.on(contract, office.clock.instant(), _ -> {
                // It finds the old one, and waits for the contract's lock.
                booked.add(threads.submit(() -> money().take(MARIA, List.of(news(bank, "between")))));
                await().until(() -> office.count("pg_locks where not granted") > 0);
                return substitute(old, 99_90, "2026-03-31").orThrow();
            });
            booked.getFirst().get(30, TimeUnit.SECONDS);
            assertThat(office.receivables.find(anew.id()).orElseThrow().status())
                    .isEqualTo(ReceivableStatus.SETTLED);
        }
        new BookInvariants(office).holdFor(contract);
    }

    @Test
    void anUnmatchedPaymentThatAPersonGivesToTheOldOnePaysTheNewOne() {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-03-10");
        long bank = bank();
        money().take(MARIA, List.of(news(bank, "whose")));
        var waiting = office.bean(UnmatchedPayments.class).list(bank, 0, 10).getFirst();
        var anew = substitute(old, 99_90, "2026-03-31").orThrow();

        office.bean(UnmatchedPayments.class)
                .assign(MARIA, waiting.id(), null, List.of(new Share(contract, old.id(), 99_90)), "asked")
                .orThrow();

        assertThat(office.receivables.find(anew.id()).orElseThrow().status()).isEqualTo(ReceivableStatus.SETTLED);
    }

    @Test
    void aCommitmentNoLongerRestsOnItAndTheDebtIsNoYounger() {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-03-10");
        office.run();
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);

        var anew = substitute(old, 89_90, "2026-04-05").orThrow();

        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
        assertThat(anew.originalDueOn()).isEqualTo("2026-03-10");
        assertThat(anew.dueOn()).isEqualTo("2026-04-05");
    }

    @Test
    void theSameDebtOnAnotherPaperLetsNobodyThrough() {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-03-10");
        office.run();

        var anew = substitute(old, 99_90, "2026-03-10").orThrow();
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
        new BookInvariants(office).holdFor(contract);

        office.payments.receive(MARIA, office.payment("paid", anew, 99_90)).orThrow();
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
    }

    @Test
    void writtenAnewForTodayEachDayItComesToItsLimit() {
        long contract = office.contract(BillingMode.POSTPAID);
        var last = office.monthly(contract, "2026-03-10");
        for (int day = 0; day < 10; day++) {
            last = substitute(last, 99_90, office.today().toString()).orThrow();
            office.clock.advance(Duration.ofDays(1));
        }
        assertThat(substitute(last, 99_90, office.today().toString())).isInstanceOf(Outcome.Declined.class);
    }

    @Test
    void aLaterDueDateCountsAsPostponing() {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-03-10");
        // The policy lets a debt through for ten days.
        assertThat(substitute(old, 99_90, "2026-04-20"))
                .isInstanceOfSatisfying(Outcome.Declined.class, declined -> assertThat(declined.problem())
                        .isInstanceOf(Problem.LimitReached.class));
        var once = substitute(old, 99_90, "2026-04-08").orThrow();
        assertThat(substitute(once, 99_90, "2026-04-12")).as("nor in two steps").isInstanceOf(Outcome.Declined.class);
        assertThat(office.receivables.list(contract, 0, 10))
                .extracting(Receivable::status)
                .containsExactly(ReceivableStatus.CANCELLED, ReceivableStatus.OPEN);
    }

    @Test
    void whatIsWrongOrPastIsDeclinedByField() {
        long contract = office.contract(BillingMode.POSTPAID);
        var old = office.monthly(contract, "2026-04-10");
        assertThat(office.receivables.substitute(
                        MARIA, old.id(), null, new Substitute(0, 1, null, LocalDate.parse("2026-04-10"), " ")))
                .isInstanceOfSatisfying(
                        Outcome.Declined.class, declined -> assertThat(((Problem.Invalid) declined.problem()).fields())
                                .extracting(FieldError::field)
                                .containsExactlyInAnyOrder("reason", "nominalCents", "discountCents", "discountUntil"));
        assertThat(substitute(old, 1, "2026-03-30")).isInstanceOf(Outcome.Declined.class);
        office.receivables.cancel(MARIA, old.id(), null, "x").orThrow();
        assertThat(substitute(old, 1, "2026-04-10")).isInstanceOf(Outcome.Declined.class);
        assertThat(office.receivables.list(contract, 0, 10))
                .extracting(Receivable::id, Receivable::status)
                .containsExactly(tuple(old.id(), ReceivableStatus.CANCELLED));
    }

    private static long bank() {
        return office.bean(BankAgreements.class)
                .create(
                        MARIA,
                        new BankAgreement(0, 0, "bank", Kind.CNAB, "237-cnab400", null, false, true, null, null),
                        null)
                .orThrow()
                .agreement()
                .id();
    }

    private static void charge(long bank, Receivable receivable) {
        office.bean(BankCharges.class)
                .create(MARIA, new BankCharges.Wanted(bank, "4711", null, List.of(receivable.id())))
                .orThrow();
    }

    private static IncomingMoney money() {
        return office.bean(IncomingMoney.class);
    }

    /** A payment of 99.90 by boleto 4711. */
    private static News news(long bank, String externalId) {
        return new News(
                externalId, bank, null, 1, "cnab", "4711", null, null, null, null, 99_90, 0, office.today(), false);
    }

    private static Outcome<Receivable> substitute(Receivable old, long cents, String dueOn) {
        return office.receivables.substitute(
                MARIA, old.id(), null, new Substitute(cents, 0, null, LocalDate.parse(dueOn), "wrong price"));
    }
}
