package net.catraca.billing.office;

import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.EffectiveAccess;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.RunGuard;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.run.UnguardedRows;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.Books;
import net.catraca.billing.store.Catalogs;
import net.catraca.billing.store.CommitmentBook;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.FeedFollower;
import net.catraca.billing.store.FeedSettings;
import net.catraca.billing.store.ReleaseLedger;
import net.catraca.billing.store.RunBook;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import org.jspecify.annotations.Nullable;

/** The office on a database of its own, with a clock that the test moves and an audit log that it can read. */
final class TestOffice implements AutoCloseable {

    static final Actor MARIA = new Actor("maria", 1L, "192.0.2.7");
    static final Actor PEDRO = new Actor("pedro", 2L, "192.0.2.8", true);
    static final Actor RITA = new Actor("rita", 3L, "192.0.2.9", true);

    /** The follower asks often, and takes the test's clock for the database's. */
    private static final FeedSettings QUICK = new FeedSettings(
            Duration.ofMillis(20),
            Duration.ofMillis(500),
            Duration.ofDays(36_500),
            Duration.ofDays(36_500),
            Duration.ofDays(36_500));

    private static final SecretKeys KEYS = SecretKeys.parse("test", SecretKeys.generate());

    record Audited(
            String action,
            String subject,
            @Nullable Record before,
            @Nullable Record after,
            Instant at) {}

    final TestDatabase database;
    final SettableClock clock;
    final List<Audited> audited = new CopyOnWriteArrayList<>();
    final Sql sql;
    final ContractFacts facts;
    final AccessWrite access;
    final Receivables receivables;
    final ReceivableUpsert upsert;
    final Payments payments;
    final AccessRuns runs;
    final Releases releases;
    final ReleaseApprovals approvals;
    final ErpFeed erp;
    final AccessInquiry inquiry;
    final Books books;
    private final ApplicationContext context;
    private final AuditLog audit;

    private final boolean first;

    private TestOffice(TestDatabase database, SettableClock clock, boolean first) {
        this.database = database;
        this.clock = clock;
        this.first = first;
        this.audit = (actor, action, subject, before, after, at) ->
                audited.add(new Audited(action, subject, before, after, at));
        this.context = database.startContext(Map.of(), clock, audit, RunSettings.DEMO, QUICK, KEYS);
        this.sql = context.getBean(Sql.class);
        this.facts = context.getBean(ContractFacts.class);
        this.access = context.getBean(AccessWrite.class);
        this.books = context.getBean(Books.class);
        this.receivables = context.getBean(Receivables.class);
        this.upsert = context.getBean(ReceivableUpsert.class);
        this.payments = context.getBean(Payments.class);
        this.releases = context.getBean(Releases.class);
        this.approvals = context.getBean(ReleaseApprovals.class);
        this.erp = context.getBean(ErpFeed.class);
        this.inquiry = context.getBean(AccessInquiry.class);
        this.runs = runs(RunSettings.DEMO);
        if (first) {
            TestIsp.seed(sql);
        }
    }

    /** Noon in São Paulo of that day. */
    static TestOffice openAtNoonOf(String day) {
        return new TestOffice(TestDatabase.fresh(), SettableClock.atNoonOf(day), true);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Another node of the same ISP: its own connections to the same database. */
    TestOffice anotherNode() {
        return new TestOffice(database, clock, false);
    }

    /** The books as on the first day, and noon in São Paulo of a day. */
    void startAnewAtNoonOf(String day) {
        sql.update("truncate contract, access_run, feed restart identity cascade");
        clock.set(Fixtures.noon(day));
        audited.clear();
    }

    /** Runs of this ISP under other settings and further guards, in batches of two. */
    AccessRuns runs(RunSettings settings, RunGuard... more) {
        var guards = new ArrayList<RunGuard>(List.of(new UnguardedRows(settings)));
        guards.addAll(List.of(more));
        return runs(audit, guards);
    }

    /** Runs that are killed, as it were, when this log is asked to append: its exception rolls the batch back. */
    AccessRuns runs(AuditLog deadly) {
        return runs(deadly, List.of());
    }

    private AccessRuns runs(AuditLog log, List<RunGuard> guards) {
        var book = context.getBean(RunBook.class);
        var releases = context.getBean(ReleaseLedger.class);
        var commit = new RunCommit(
                access,
                books,
                context.getBean(CommitmentBook.class),
                releases,
                book,
                BankingCalendar.NATIONAL,
                guards,
                log);
        var preview = new RunPreview(facts, releases, book);
        return new AccessRuns(sql, context.getBean(Catalogs.class), book, preview, commit, log, clock, 2);
    }

    /** The directory of this node, following the change feed from now on. */
    LiveDirectory followedDirectory() {
        var follower = context.getBean(FeedFollower.class);
        follower.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> follower.status().state() == FeedFollower.State.FOLLOWING);
        return context.getBean(LiveDirectory.class);
    }

    /** The three levels of a contract now. */
    EffectiveAccess access(long contract) {
        return AccessPolicy.effective(facts.find(contract).orElseThrow(), clock.instant(), clock.instant());
    }

    AccessLevel effective(long contract) {
        return access(contract).effective().level();
    }

    /** Previews and commits a run over all contracts. */
    AccessRun run() {
        return runs.commit(MARIA, runs.preview(MARIA, null).orThrow().id()).orThrow();
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
        if (first) {
            database.close();
        }
    }
}
