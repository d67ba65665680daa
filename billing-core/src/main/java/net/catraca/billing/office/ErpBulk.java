package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpRow;
import net.catraca.billing.erp.ErpRow.OfContract;
import net.catraca.billing.erp.ErpRow.OfCustomer;
import net.catraca.billing.erp.ErpRow.OfPayment;
import net.catraca.billing.erp.ErpRow.OfReceivable;
import net.catraca.billing.erp.ErpRow.OfStanding;
import net.catraca.billing.erp.ErpRow.OfStatus;
import net.catraca.billing.erp.ErpRow.OfSubscriber;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.store.Sql;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what an ERP tells in bulk: created or updated by external id, some hundred rows in a transaction. A row that
 * cannot be accepted is declined for itself, and repeating a bulk changes nothing.
 */
@Singleton
public final class ErpBulk {

    /** Rows that a caller should hold together; more only take more memory. */
    public static final int PORTION = 500;

    private static final Logger LOG = LoggerFactory.getLogger(ErpBulk.class);

    private final Portions portions;
    private final ErpCustomers customers;
    private final ErpContracts contracts;
    private final ErpSubscribers subscribers;
    private final ErpMoney money;
    private final ErpPayments payments;
    private final Clock clock;

    ErpBulk(
            Portions portions,
            ErpCustomers customers,
            ErpContracts contracts,
            ErpSubscribers subscribers,
            ErpMoney money,
            ErpPayments payments,
            Clock clock) {
        this.portions = portions;
        this.customers = customers;
        this.contracts = contracts;
        this.subscribers = subscribers;
        this.money = money;
        this.payments = payments;
        this.clock = clock;
    }

    /** @return one result a row, in their order; so do the others */
    public List<ErpResult> customers(Actor actor, List<OfCustomer> rows) {
        return push(actor, customers, rows);
    }

    public List<ErpResult> contracts(Actor actor, List<OfContract> rows) {
        return push(actor, contracts.contracts(), rows);
    }

    public List<ErpResult> statuses(Actor actor, List<OfStatus> rows) {
        return push(actor, contracts.statuses(), rows);
    }

    public List<ErpResult> subscribers(Actor actor, List<OfSubscriber> rows) {
        return push(actor, subscribers, rows);
    }

    public List<ErpResult> standings(Actor actor, List<OfStanding> rows) {
        return push(actor, money.standings(), rows);
    }

    public List<ErpResult> receivables(Actor actor, List<OfReceivable> rows) {
        return push(actor, money.receivables(), rows);
    }

    public List<ErpResult> payments(Actor actor, List<OfPayment> rows) {
        return push(actor, payments, rows);
    }

    /** What writes a portion of rows within a transaction. */
    interface Portion<R> {
        List<ErpResult> write(Actor actor, List<R> rows, Instant now);
    }

    /** As for the rows of an ERP: each stands for itself. */
    <R extends ErpRow> List<ErpResult> write(Actor actor, List<R> rows, int most, Portion<R> portion) {
        return push(
                actor,
                new ErpWriter<R>() {
                    @Override
                    public int most() {
                        return most;
                    }

                    @Override
                    public List<ErpResult> write(Actor by, List<R> some, Instant now) {
                        return portion.write(by, some, now);
                    }
                },
                rows);
    }

    private <R extends ErpRow> List<ErpResult> push(Actor actor, ErpWriter<R> writer, List<R> rows) {
        List<ErpResult> results = new ArrayList<>(rows.size());
        for (int from = 0; from < rows.size(); from += writer.most()) {
            results.addAll(write(actor, writer, rows.subList(from, Math.min(rows.size(), from + writer.most()))));
        }
        return List.copyOf(results);
    }

    private <R extends ErpRow> List<ErpResult> write(Actor actor, ErpWriter<R> writer, List<R> rows) {
        return portions.write(rows, some -> writer.write(actor, some, clock.instant()), ErpBulk::refused).stream()
                .flatMap(List::stream)
                .toList();
    }

    /** What the database says may hold passwords, so it is not logged. */
    private static List<ErpResult> refused(ErpRow row, RuntimeException why) {
        if (!Sql.isRefusalOfData(why)) {
            throw why;
        }
        LOG.warn(
                "the database refuses a row of {} ({}); the others are written",
                row.getClass().getSimpleName(),
                why.getClass().getSimpleName());
        return List.of(new Declined(new Conflict("refused-by-the-database", row.externalId())));
    }
}
