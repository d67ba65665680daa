package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalTime;
import java.util.HashSet;
import java.util.List;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.PaymentBook;

/**
 * Lets credit pay what is owed where a release before this one left both on the books. Each write does it by itself since:
 * this finds nothing but what no write has touched.
 */
@Singleton
final class UseCredit implements Job {

    private final AccessWrite access;
    private final PaymentBook payments;

    UseCredit(AccessWrite access, PaymentBook payments) {
        this.access = access;
        this.payments = payments;
    }

    @Override
    public String name() {
        return "use-credit";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Daily(List.of(LocalTime.of(4, 0)), Contract.DEFAULT_ZONE);
    }

    @Override
    public JobReport run(Instant at) throws InterruptedException {
        long relieved = 0;
        long after = 0;
        for (var page = page(after); !page.isEmpty(); page = page(after)) {
            if (Thread.interrupted()) {
                throw new InterruptedException("using credit, after contract " + after);
            }
            relieved += use(page, at);
            after = page.getLast();
        }
        return relieved == 0 ? JobReport.NOTHING : JobReport.of("contracts", relieved);
    }

    private List<Long> page(long after) {
        return payments.withCreditAndDebtAfter(after, AccessWrite.MOST_CONTRACTS);
    }

    private int use(List<Long> contracts, Instant at) {
        return access.on(contracts, at, write -> {
            var took = new HashSet<Long>();
            write.useCredit().stream().map(Receivable::contractId).forEach(took::add);
            write.held().stream().filter(contract -> !took.contains(contract)).forEach(write::leave);
            return took.size();
        });
    }
}
