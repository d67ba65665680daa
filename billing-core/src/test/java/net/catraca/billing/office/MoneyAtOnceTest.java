package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.run.RunScope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;

/** Payments, reversals, releases and a run, all of one contract at the same moment, on two nodes. */
class MoneyAtOnceTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-27");
    private static final TestOffice OTHER_NODE = OFFICE.anotherNode();

    private final TestOffice office = OFFICE;
    private final AtomicLong told = new AtomicLong();

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-27");
    }

    @AfterAll
    static void close() {
        OTHER_NODE.close();
        OFFICE.close();
    }

    @RepeatedTest(3)
    void theBooksAddUpAndTheFactsAreTheirs() throws Exception {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-01-12");
        office.monthly(contract, "2026-02-10");
        office.monthly(contract, "2026-03-10");

        allAtOnce(List.of(
                () -> payAndReverse(office, contract),
                () -> payAndReverse(OTHER_NODE, contract),
                () -> run(office),
                () -> run(OTHER_NODE),
                () -> releaseAndEnd(office, contract)));

        new BookInvariants(office).holdFor(contract);
    }

    @RepeatedTest(3)
    void whoPaysWhileARunCommitsIsNeverLeftBlocked() throws Exception {
        List<Long> contracts = new ArrayList<>();
        List<Receivable> bills = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            contracts.add(office.contract(BillingMode.POSTPAID));
            bills.add(office.monthly(contracts.get(i), "2026-03-10"));
        }
        var run = office.runs.preview(MARIA, RunScope.ALL).orThrow();

        allAtOnce(List.of(
                () -> office.runs.commit(MARIA, run.id()).orThrow().totals().committed(),
                () -> OTHER_NODE.runs.commit(MARIA, run.id()).orThrow().totals().committed(),
                () -> {
                    for (var bill : bills.reversed()) {
                        office.payments
                                .receive(MARIA, office.payment("pay " + bill.id(), bill, 99_90))
                                .orThrow();
                    }
                    return bills.size();
                }));

        assertThat(contracts).allSatisfy(contract -> {
            assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
            new BookInvariants(office).holdFor(contract);
        });
        assertThat(office.count("commitment")).isZero();
    }

    private int payAndReverse(TestOffice node, long contract) {
        int reversed = 0;
        for (int i = 0; i < 12; i++) {
            var draft = node.payment("told " + told.incrementAndGet() + " of " + contract, contract, 40_00 + i);
            Payment payment = node.payments.receive(MARIA, draft).orThrow().payment();
            if (i % 3 != 0) {
                node.payments.reverse(MARIA, payment.id(), null, "test").orThrow();
                reversed++;
            }
        }
        return reversed;
    }

    private static int run(TestOffice node) {
        int committed = 0;
        for (int i = 0; i < 6; i++) {
            var run = node.runs.preview(MARIA, RunScope.ALL).orThrow();
            committed += node.runs.commit(MARIA, run.id()).orThrow().totals().committed();
        }
        return committed;
    }

    private static int releaseAndEnd(TestOffice node, long contract) {
        int granted = 0;
        for (int i = 0; i < 8; i++) {
            var wish = new ReleaseRequest(contract, ReleaseKind.MANUAL, "test", null);
            if (node.releases.grant(MARIA, wish) instanceof Outcome.Done(var release)) {
                granted++;
                // A run may have ended it already; then there is nothing to end.
                node.releases.end(MARIA, release.id(), null, "test");
            }
        }
        return granted;
    }

    private static void allAtOnce(List<Callable<Integer>> works) throws Exception {
        var start = new CyclicBarrier(works.size());
        try (var pool = Executors.newFixedThreadPool(works.size())) {
            List<Future<Integer>> futures = new ArrayList<>();
            for (var work : works) {
                futures.add(pool.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            for (var future : futures) {
                assertThat(future.get()).isNotNegative();
            }
        }
    }
}
