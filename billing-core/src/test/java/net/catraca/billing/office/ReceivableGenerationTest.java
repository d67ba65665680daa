package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.billing.contract.PlanDraft;
import net.catraca.billing.office.ReceivableGeneration.Scope;
import net.catraca.billing.office.ReceivableGeneration.Totals;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.Bill;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.receivable.BillingTerms;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.receivable.Skipped.Reason;
import net.catraca.billing.store.BillingBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recurring receivables, from a contract's terms to what it owes, on a real PostgreSQL. */
class ReceivableGenerationTest {

    private static final TestOffice office = TestOffice.openAtNoonOf("2026-01-10");
    private final ReceivableGeneration generation = office.bean(ReceivableGeneration.class);
    private final ContractBilling billing = office.bean(ContractBilling.class);

    @BeforeEach
    void anew() {
        office.startAnewAtNoonOf("2026-01-10");
        office.sql.update("delete from plan_billing");
        office.sql.update("update access_policy_version set agreement_relief = 'AT_SIGNING'");
    }

    @AfterAll
    static void close() {
        office.close();
    }

    @Test
    void aContractWithTermsGetsItsReceivableOnceAndOneWithoutGetsNone() throws InterruptedException {
        long contract = billed(BillingMode.POSTPAID);
        long other = office.contract(BillingMode.POSTPAID);

        assertThat(generate())
                .extracting(Totals::contracts, Totals::receivables, Totals::nominalCents)
                .containsExactly(1L, 1L, 9990L);
        assertThat(owed(contract))
                .extracting(Receivable::dueOn, Receivable::coverageFirst, Receivable::coverageLast)
                .containsExactly(tuple(day("2026-02-10"), day("2026-01-10"), day("2026-02-09")));
        assertThat(owed(other)).isEmpty();
        assertThat(office.facts.find(contract).orElseThrow().lateSinceDay())
                .as("its facts know what it owes")
                .isEqualTo((int) day("2026-02-10").toEpochDay());
        long version = office.facts.find(contract).orElseThrow().version();

        var again = generate();
        assertThat(again.receivables()).isZero();
        assertThat(again.skipped()).containsEntry(Reason.ISSUED, 1L);
        assertThat(owed(contract)).hasSize(1);
        assertThat(office.facts.find(contract).orElseThrow().version())
                .as("nothing was written")
                .isEqualTo(version);
    }

    @Test
    void oneThatCannotBeWrittenCostsNobodyElseABill() throws InterruptedException {
        var contracts = new ArrayList<Long>();
        for (int i = 0; i < 7; i++) {
            contracts.add(billed(BillingMode.POSTPAID));
        }
        long poisoned = contracts.get(3);
        office.sql.update("alter table receivable add constraint poison check (contract_id <> " + poisoned + ")");
        try {
            var totals = generate();
            assertThat(totals.receivables()).isEqualTo(6);
            assertThat(totals.failed()).isEqualTo(1);
            assertThat(owed(poisoned)).isEmpty();
        } finally {
            office.sql.update("alter table receivable drop constraint poison");
        }
        assertThat(generate().receivables()).isEqualTo(1);
        assertThat(owed(poisoned)).hasSize(1);
    }

    @Test
    void aBatchThatADeadlockEndsIsIssuedAllTheSame() throws Exception {
        long first = billed(BillingMode.POSTPAID);
        long second = billed(BillingMode.POSTPAID);
        var holds = new CountDownLatch(1);
        try (var threads = Executors.newSingleThreadExecutor()) {
            // Generation waits for the second contract with the first one in its hands, and is asked for that, too.
            var other = threads.submit(() -> office.sql.inTransaction(() -> {
                office.sql.update("set local deadlock_timeout = '1min'"); // so that the batch is the one to be ended
                lock(second);
                holds.countDown();
                await().until(this::somebodyWaits);
                return lock(first);
            }));
            holds.await();
            var totals = generate();
            other.get();

            assertThat(totals.receivables()).isEqualTo(2);
            assertThat(totals.failed()).isZero();
        }
        assertThat(owed(first)).hasSize(1);
        assertThat(owed(second)).hasSize(1);
    }

    private boolean lock(long contract) {
        return office.sql.update("update contract set region = region where id = ?", contract) == 1;
    }

    private boolean somebodyWaits() {
        return office.sql
                .first(
                        "select exists (select from pg_stat_activity where datname = current_database()"
                                + " and wait_event_type = 'Lock') as waits",
                        row -> row.bool("waits"))
                .orElseThrow();
    }

    @Test
    void aPreviewSaysWhatGenerationDoesAndWritesNothing() throws InterruptedException {
        billed(BillingMode.POSTPAID);
        billed(BillingMode.PREPAID);
        long waiting = billed(BillingMode.POSTPAID);
        office.sql.update("update contract set status = 'AWAITING_ACTIVATION' where id = ?", waiting);

        var preview = generation.previewTotals(Scope.ALL, null);
        assertThat(office.count("receivable")).isZero();
        assertThat(preview.receivables()).isEqualTo(3);
        assertThat(preview.skipped()).containsEntry(Reason.AWAITING_ACTIVATION, 1L);
        assertThat(generation.preview(Scope.ALL, null, 0, 2)).hasSize(2);
        assertThat(generation.preview(new Scope(null, waiting), null, 0, 500)).hasSize(1);
        assertThat(generation.previewTotals(Scope.ALL, day("2026-02-10")).receivables())
                .as("on a later day")
                .isEqualTo(5);

        assertThat(generate()).isEqualTo(preview);
    }

    @Test
    void aJobIssuesDayByDayAndReportsWhatItDid() throws InterruptedException {
        long contract = billed(BillingMode.POSTPAID);
        var job = office.bean(GenerateReceivables.class);
        assertThat(job.name()).isEqualTo("generate-receivables");
        for (var day = day("2026-01-10"); day.isBefore(day("2026-04-12")); day = day.plusDays(1)) {
            office.clock.set(Fixtures.noon(day.toString()));
            var report = job.run(office.clock.instant());
            assertThat(report.counts().get("generated")).isEqualTo(day.getDayOfMonth() == 10 ? 1 : 0);
        }
        assertThat(office.receivables.list(contract, 0, 100))
                .extracting(Receivable::coverageFirst)
                .containsExactly(day("2026-01-10"), day("2026-02-10"), day("2026-03-10"), day("2026-04-10"));
        new BookInvariants(office).holdFor(contract);
    }

    @Test
    void twoNodesAndAThirdAtOnceIssueEachOnce() throws Exception {
        var contracts = LongStream.range(0, 40)
                .map(i -> billed(i % 2 == 0 ? BillingMode.POSTPAID : BillingMode.PREPAID))
                .toArray();
        try (var second = office.anotherNode();
                var third = office.anotherNode();
                var threads = Executors.newFixedThreadPool(3)) {
            var work = Stream.of(office, second, third)
                    .map(node -> (Callable<Totals>)
                            () -> inBatchesOf(3, node).generate(MARIA, Scope.ALL, node.clock.instant()))
                    .toList();
            long issued = 0;
            for (var one : threads.invokeAll(work)) {
                issued += one.get().receivables();
            }
            assertThat(issued).isEqualTo(20 + 40);
        }
        eachPeriodOnce(contracts);
    }

    @Test
    void aKilledGenerationLeavesNothingMissingAndNothingDouble() throws Exception {
        var contracts =
                LongStream.range(0, 11).map(i -> billed(BillingMode.POSTPAID)).toArray();
        var child = child();
        try {
            awaitLaterBatch(child);
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(office.count("receivable"))
                .as("one batch of two, as three are under way at once")
                .isBetween(2L, 10L);

        // PostgreSQL notices that the process is gone and lets its locks go.
        await().atMost(Duration.ofSeconds(30)).until(() -> generate().skipped().containsKey(Reason.ISSUED));
        generate();
        eachPeriodOnce(contracts);
        assertThat(office.count("receivable")).isEqualTo(11);
    }

    @Test
    void creditPaysWhatIsIssued() throws InterruptedException {
        long contract = billed(BillingMode.POSTPAID);
        office.payments
                .receive(MARIA, office.payment("too-much", contract, 120_00))
                .orThrow();
        generate();
        var paid = office.receivables.list(contract, 0, 10).getFirst();
        assertThat(paid.status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(paid.paidCents()).isEqualTo(9990);
        office.clock.set(Fixtures.noon("2026-02-10"));
        generate();
        assertThat(office.receivables.list(contract, 0, 10).getLast().paidCents())
                .isEqualTo(120_00 - 99_90);
        new BookInvariants(office).holdFor(contract);
    }

    @Test
    void aPlanChangeInMidPeriodTightensNothingAndIsOnTheNextReceivable() throws InterruptedException {
        long contract = billed(BillingMode.POSTPAID);
        generate();
        var issued = owed(contract).getFirst();
        office.clock.set(Fixtures.noon("2026-01-25"));
        long dearer = plan("dearer", 129_90);
        office.contracts.changePlan(MARIA, contract, null, dearer, null).orThrow();

        assertThat(generate().receivables()).isZero();
        assertThat(owed(contract)).containsExactly(issued);
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);

        office.clock.set(Fixtures.noon("2026-02-10"));
        generate();
        var next = owed(contract).getLast();
        // 16 of 31 days at 129.90 instead of 99.90
        assertThat(next.nominalCents()).isEqualTo(129_90 + 15_49);
        assertThat(office.receivables.adjustments(next.id()))
                .extracting(Bill.Adjustment::receivableId, Bill.Adjustment::cents, Bill.Adjustment::why)
                .containsExactly(tuple(issued.id(), 15_49L, Bill.Why.PLAN_CHANGE));
        generate();
        assertThat(owed(contract)).hasSize(2);
    }

    @Test
    void anOwnPriceHoldsFromTheDayItIsSet() throws InterruptedException {
        long contract = billed(BillingMode.POSTPAID);
        generate();
        office.clock.set(Fixtures.noon("2026-01-25"));
        var terms = billing.terms(contract).orElseThrow();
        billing.set(MARIA, terms.version(), terms(contract, 69_90L, null)).orThrow();
        office.clock.set(Fixtures.noon("2026-02-10"));
        generate();
        assertThat(owed(contract).getLast().nominalCents()).isEqualTo(69_90 - 15_48);
    }

    @Test
    void aPausePutsOffAndCreditsWhatWasPaidAlready() throws InterruptedException {
        long contract = billed(BillingMode.PREPAID);
        generate();
        owed(contract).forEach(one -> office.payments
                .receive(MARIA, office.payment("p" + one.id(), one, one.nominalCents()))
                .orThrow());
        office.clock.set(Fixtures.noon("2026-01-20"));
        var pause = office.contracts
                .pause(MARIA, contract, day("2026-01-20"), null, "travels")
                .orThrow();
        office.clock.set(Fixtures.noon("2026-02-10"));
        assertThat(generate().receivables()).isZero();
        office.clock.set(Fixtures.noon("2026-02-15"));
        office.contracts.endPause(MARIA, contract, pause.id()).orThrow();
        generate();
        var next = owed(contract);
        assertThat(next).extracting(Receivable::coverageFirst).containsExactly(day("2026-03-10"));
        // 21 of 31 days from January, 5 of 28 from February
        assertThat(next.getFirst().nominalCents()).isEqualTo(9990 - (9990 - 3223) - 1784);
        assertThat(office.facts.find(contract).orElseThrow().paidUntil()).isEqualTo("2026-03-09");
    }

    @Test
    void aPauseThatIsTakenBackBeforeItBeginsIsChargedAgainHoweverLate() throws InterruptedException {
        long contract = billed(BillingMode.POSTPAID, new BillingRules(null, 1, null, null, null, null, null));
        var pause = office.contracts
                .pause(MARIA, contract, day("2026-01-20"), day("2026-01-29"), "travels")
                .orThrow();
        generate();
        var shorter = owed(contract).getFirst();
        assertThat(shorter.nominalCents()).isEqualTo(9990 - 3222);
        office.clock.set(Fixtures.noon("2026-01-19"));
        office.contracts.endPause(MARIA, contract, pause.id()).orThrow();
        // Nothing is issued while it owes; it pays after more than half a year.
        office.clock.set(Fixtures.noon("2026-09-10"));
        generate();
        office.payments
                .receive(MARIA, office.payment("late", shorter, shorter.nominalCents()))
                .orThrow();
        generate();
        assertThat(owed(contract).getFirst().nominalCents()).isEqualTo(9990 + 3222);
    }

    @Test
    void aCancellationCutsWhatIsOpenAndAReactivationBeginsAnew() throws InterruptedException {
        long contract = billed(BillingMode.POSTPAID, new BillingRules(1, null, null, null, null, null, null));
        generate();
        var before = owed(contract);
        office.clock.set(Fixtures.noon("2026-01-24"));
        office.contracts.cancel(MARIA, contract, null, "moves away").orThrow();
        generate();

        var left = owed(contract);
        assertThat(left)
                .extracting(Receivable::nominalCents, Receivable::coverageLast, Receivable::dueOn)
                .containsExactly(tuple(48_34L, day("2026-01-24"), day("2026-02-10")));
        assertThat(left.getFirst().replacesId()).isEqualTo(before.getFirst().id());
        assertThat(office.receivables.find(before.getLast().id()).orElseThrow())
                .extracting(Receivable::status, Receivable::withdrawn)
                .containsExactly(ReceivableStatus.CANCELLED, true);
        assertThat(generate().cuts()).isZero();

        office.clock.set(Fixtures.noon("2026-02-15"));
        office.contracts.reactivate(MARIA, contract, null).orThrow();
        generate();
        assertThat(owed(contract))
                .extracting(Receivable::coverageFirst)
                .containsExactly(day("2026-01-10"), day("2026-02-15"), day("2026-03-10"));
    }

    @Test
    void whatAnAgreementIsToReplaceIsNotCutWhileItWaitsForItsFirstPayment() throws InterruptedException {
        long contract = billed(BillingMode.PREPAID);
        generate();
        var old = owed(contract).getFirst();
        office.clock.set(Fixtures.noon("2026-01-20"));
        var agreement = pendingAgreement(contract);
        office.contracts.cancel(MARIA, contract, null, "moves away").orThrow();
        assertThat(generate().cuts()).as("the period ahead").isEqualTo(1);

        office.payments.receive(MARIA, office.payment("first", contract, 49_95)).orThrow();
        assertThat(generate().cuts()).isZero();
        assertThat(owed(contract))
                .as("owed once")
                .extracting(Receivable::nominalCents, one -> one.is(Receivable.Part.INSTALMENT))
                .containsExactly(tuple(49_95L, true));
        assertThat(office.receivables.find(old.id()).orElseThrow().status()).isEqualTo(ReceivableStatus.RENEGOTIATED);
        new BookInvariants(office).holdFor(contract);

        office.agreements
                .breakByHand(MARIA, agreement.agreement().id(), null, "asked")
                .orThrow();
        assertThat(owed(contract)).extracting(Receivable::id).containsExactly(old.id());
    }

    @Test
    void whatABrokenAgreementReturnsIsCutAtTheEndOfItsTerms() throws InterruptedException {
        long contract = billed(BillingMode.PREPAID);
        generate();
        var old = owed(contract).getFirst();
        office.clock.set(Fixtures.noon("2026-01-20"));
        var agreement = pendingAgreement(contract);
        billing.set(
                        MARIA,
                        null,
                        new BillingTerms(contract, 0, 10, 10, null, day("2026-01-24"), null, BillingRules.NONE))
                .orThrow();
        assertThat(generate().cuts()).as("the period ahead").isEqualTo(1);
        office.agreements
                .breakByHand(MARIA, agreement.agreement().id(), null, "asked")
                .orThrow();
        assertThat(generate().cuts()).isEqualTo(1);
        assertThat(owed(contract))
                .extracting(Receivable::replacesId, Receivable::coverageLast)
                .containsExactly(tuple(old.id(), day("2026-01-24")));
    }

    @Test
    void ofAnErpsContractNothingIsIssued() throws InterruptedException {
        long contract = billed(BillingMode.POSTPAID);
        office.sql.update("update contract set money_source = 'ERP' where id = ?", contract);
        assertThat(generate().skipped()).containsEntry(Reason.ERP, 1L);
        assertThat(office.count("receivable")).isZero();
    }

    @Test
    void theOpenLimitIsThePlansUnlessTheContractHasItsOwn() throws InterruptedException {
        long plans = billed(BillingMode.POSTPAID);
        long own = billed(BillingMode.POSTPAID, new BillingRules(null, 3, null, null, null, null, null));
        billing.setPlan(MARIA, 1, null, new BillingRules(null, 1, null, 100, 50, 5_00L, 2))
                .orThrow();
        office.clock.set(Fixtures.noon("2026-03-10"));
        assertThat(generate().skipped()).containsEntry(Reason.OPEN_LIMIT, 2L);
        assertThat(owed(plans)).hasSize(1);
        assertThat(owed(own)).hasSize(3);
        assertThat(owed(own).getLast().discountCents()).isEqualTo(5_00);
        assertThat(office.receivables
                        .charges(owed(own), day("2026-05-11"))
                        .get(owed(own).getLast().id()))
                .extracting(charges -> charges.fineCents())
                .isEqualTo(100L);
    }

    @Test
    void termsThatMakeNoSenseAreDeclinedByField() {
        long contract = office.contract(BillingMode.POSTPAID);
        var wrong = new BillingTerms(
                contract,
                0,
                0,
                32,
                day("2026-02-01"),
                day("2026-01-01"),
                -1L,
                new BillingRules(25, 0, null, 201, 101, -1L, null));
        assertThat(billing.set(MARIA, null, wrong))
                .isInstanceOfSatisfying(Outcome.Declined.class, declined -> assertThat(
                                declined.problem().toString())
                        .contains("billingDay", "dueDay", "endsOn", "priceCents", "periodsAhead", "openLimit")
                        .contains("fineBasisPoints", "interestBasisPoints", "discountCents"));
        assertThat(billing.terms(contract)).isEmpty();
        assertThat(billing.set(MARIA, 7L, terms(contract, null, null)))
                .isEqualTo(Outcome.declined(new Problem.Stale(0)));
    }

    private Agreements.Detail pendingAgreement(long contract) {
        office.sql.update("update access_policy_version set agreement_relief = 'AT_FIRST_PAYMENT'");
        var draft = new AgreementDraft(
                contract, Set.of(), 0, 0, 0, null, 2, office.today().plusDays(10), "asked");
        return office.agreements.sign(MARIA, draft).orThrow().agreements().getFirst();
    }

    private Totals generate() throws InterruptedException {
        return generation.generate(MARIA, Scope.ALL, office.clock.instant());
    }

    private static ReceivableGeneration inBatchesOf(int contracts, TestOffice node) {
        return new ReceivableGeneration(
                node.sql,
                node.bean(Portions.class),
                node.access,
                node.bean(BillingBook.class),
                node.bean(ReceivableBook.class),
                BillingRules.USUAL,
                (_, _, _, _, _, _) -> {},
                node.clock,
                contracts);
    }

    private void eachPeriodOnce(long[] contracts) {
        for (long contract : contracts) {
            var firsts = office.receivables.list(contract, 0, 100).stream()
                    .map(Receivable::coverageFirst)
                    .toList();
            assertThat(firsts).isNotEmpty();
            assertThat(new HashSet<>(firsts)).hasSameSizeAs(firsts);
            new BookInvariants(office).holdFor(contract);
        }
    }

    private long billed(BillingMode mode) {
        return billed(mode, BillingRules.NONE);
    }

    private long billed(BillingMode mode, BillingRules rules) {
        long contract = office.contract(mode);
        billing.set(MARIA, null, terms(contract, null, rules)).orThrow();
        return contract;
    }

    private static BillingTerms terms(long contract, @Nullable Long price, @Nullable BillingRules rules) {
        return new BillingTerms(contract, 0, 10, 10, null, null, price, rules == null ? BillingRules.NONE : rules);
    }

    private static long plan(String name, long cents) {
        var rate = new Rate(300_000, 150_000);
        return office.plans
                .create(MARIA, new PlanDraft(null, name, 1, cents, rate, null, rate, null, null, null, 1, 900))
                .orThrow()
                .id();
    }

    private static List<Receivable> owed(long contract) {
        return office.receivables.list(contract, 0, 100).stream()
                .filter(Receivable::isOpen)
                .sorted(Comparator.comparing(Receivable::dueOn))
                .toList();
    }

    private static LocalDate day(String day) {
        return LocalDate.parse(day);
    }

    private static Process child() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledGeneration.class.getName(),
                office.clock.instant().toString()));
        office.database.properties().forEach((name, value) -> command.add(name + "=" + value));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void awaitLaterBatch(Process child) throws IOException {
        List<String> said = new ArrayList<>();
        var reader = child.inputReader();
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
            said.add(line);
            if (line.equals(KilledGeneration.IN_A_LATER_BATCH)) {
                return;
            }
        }
        throw new AssertionError("the child ended before that batch: " + said);
    }
}
