package net.catraca.billing.office;

import io.micronaut.context.ApplicationContext;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.CommitmentBook;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import org.jspecify.annotations.Nullable;

/** The office on a database of its own, with a clock that the test moves and an audit log that it can read. */
final class TestOffice implements AutoCloseable {

    static final Actor MARIA = new Actor("maria", 1L, "192.0.2.7");

    record Audited(
            String action,
            String subject,
            @Nullable Record before,
            @Nullable Record after,
            Instant at) {}

    final TestDatabase database = TestDatabase.fresh();
    final SettableClock clock;
    final List<Audited> audited = new CopyOnWriteArrayList<>();
    final Sql sql;
    final ContractFacts facts;
    final AccessWrite access;
    final Receivables receivables;
    final ReceivableUpsert upsert;
    final Payments payments;
    private final ApplicationContext context;

    private TestOffice(SettableClock clock) {
        this.clock = clock;
        this.context = database.startContext();
        AuditLog audit = (actor, action, subject, before, after, at) ->
                audited.add(new Audited(action, subject, before, after, at));
        this.sql = context.getBean(Sql.class);
        this.facts = context.getBean(ContractFacts.class);
        this.access = context.getBean(AccessWrite.class);
        var locked = new LockedContract(access, clock);
        var receivableBook = context.getBean(ReceivableBook.class);
        var commitments = context.getBean(CommitmentBook.class);
        this.receivables = new Receivables(locked, receivableBook, commitments, audit);
        this.upsert = new ReceivableUpsert(access, receivableBook, commitments, audit, clock);
        this.payments = new Payments(locked, context.getBean(PaymentBook.class), receivableBook, audit);
        TestIsp.seed(sql);
    }

    /** Noon in São Paulo of that day. */
    static TestOffice openAtNoonOf(String day) {
        return new TestOffice(SettableClock.atNoonOf(day));
    }

    /** Active since 10 January 2026, which is its financial base date, too. */
    long contract(BillingMode mode) {
        return access.on(List.of(), clock.instant(), write -> {
            long id = sql.first("""
                            insert into contract (
                                customer_id, plan_id, status, billing_mode, financial_base_date, signed_on,
                                activated_on, created_at)
                            values (?, ?, 'ACTIVE', ?, '2026-01-10', '2026-01-10', '2026-01-10', ?)
                            returning id
                            """, row -> row.bigint("id"), TestIsp.CUSTOMER, TestIsp.PLAN, mode, clock.instant())
                    .orElseThrow();
            write.created(id);
            return id;
        });
    }

    /** A recurring receivable of 99.90 that covers the month from the 10th that ends the day before it is due. */
    Receivable monthly(long contract, String dueOn) {
        return receivables.create(MARIA, monthlyDraft(contract, null, dueOn)).orThrow();
    }

    static ReceivableDraft monthlyDraft(long contract, @Nullable String externalId, String dueOn) {
        var due = LocalDate.parse(dueOn);
        return new ReceivableDraft(
                externalId,
                contract,
                ReceivableKind.RECURRING,
                99_90,
                0,
                null,
                due.minusDays(20),
                due,
                due.minusMonths(1),
                due.minusDays(1),
                null);
    }

    PaymentDraft payment(String externalId, Receivable of, long cents) {
        return new PaymentDraft(externalId, null, of.id(), cents, today(), "pix");
    }

    PaymentDraft payment(String externalId, long contract, long cents) {
        return new PaymentDraft(externalId, contract, null, cents, today(), "pix");
    }

    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), Contract.DEFAULT_ZONE);
    }

    long count(String table) {
        return sql.first("select count(*) as n from " + table, row -> row.bigint("n"))
                .orElseThrow();
    }

    @Override
    public void close() {
        context.close();
        database.close();
    }
}
