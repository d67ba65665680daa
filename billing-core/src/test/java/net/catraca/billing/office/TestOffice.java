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
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.BankAgreements;
import net.catraca.billing.run.BlastRadius;
import net.catraca.billing.run.BookedPix;
import net.catraca.billing.run.ClaimedPaymentGuard;
import net.catraca.billing.run.ContractGuard;
import net.catraca.billing.run.FeedsAlive;
import net.catraca.billing.run.FirstRunAfter;
import net.catraca.billing.run.FreshBankFiles;
import net.catraca.billing.run.FreshMoney;
import net.catraca.billing.run.NoticeGuard;
import net.catraca.billing.run.PlausibleReceipts;
import net.catraca.billing.run.RunGuard;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.run.RunSettings.Times;
import net.catraca.billing.run.RunTimes;
import net.catraca.billing.run.UnmatchedPaymentGuard;
import net.catraca.billing.run.UnmatchedPayments;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.Books;
import net.catraca.billing.store.Catalogs;
import net.catraca.billing.store.CommitmentBook;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.CustomerBook;
import net.catraca.billing.store.FactsHistory;
import net.catraca.billing.store.FeedFollower;
import net.catraca.billing.store.FeedSettings;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.MoneyWatch;
import net.catraca.billing.store.NoticeBook;
import net.catraca.billing.store.PixBook;
import net.catraca.billing.store.PlaceBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.ReleaseLedger;
import net.catraca.billing.store.RunBook;
import net.catraca.billing.store.RunPictures;
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
    final NoticeBook notices;
    final FreezeDesk freezes;
    final FreezeBook freezeBook;
    final ReleaseLedger ledger;
    final IncidentReleases incidents;
    final MassActs massActs;
    final PolicySimulation simulation;
    final FactsHistory history;
    final Agreements agreements;
    final Contracts contracts;
    final Plans plans;
    final AccessPolicies policies;
    private final ApplicationContext context;
    private final AuditLog audit;

    private final boolean first;

    private TestOffice(TestDatabase database, SettableClock clock, boolean first) {
        this.database = database;
        this.clock = clock;
        this.first = first;
        this.audit = (actor, action, subject, before, after, at) ->
                audited.add(new Audited(action, subject, before, after, at));
        this.context = database.startContext(Map.of(), clock, audit, Fixtures.RUNS_ON_ANY_DAY, QUICK, KEYS);
        this.sql = context.getBean(Sql.class);
        this.facts = context.getBean(ContractFacts.class);
        this.access = context.getBean(AccessWrite.class);
        this.books = context.getBean(Books.class);
        this.notices = context.getBean(NoticeBook.class);
        this.freezes = context.getBean(FreezeDesk.class);
        this.freezeBook = context.getBean(FreezeBook.class);
        this.ledger = context.getBean(ReleaseLedger.class);
        this.incidents = context.getBean(IncidentReleases.class);
        this.massActs = context.getBean(MassActs.class);
        this.simulation = context.getBean(PolicySimulation.class);
        this.history = context.getBean(FactsHistory.class);
        this.agreements = context.getBean(Agreements.class);
        this.contracts = context.getBean(Contracts.class);
        this.plans = context.getBean(Plans.class);
        this.policies = context.getBean(AccessPolicies.class);
        this.receivables = context.getBean(Receivables.class);
        this.upsert = context.getBean(ReceivableUpsert.class);
        this.payments = context.getBean(Payments.class);
        this.releases = context.getBean(Releases.class);
        this.approvals = context.getBean(ReleaseApprovals.class);
        this.erp = context.getBean(ErpFeed.class);
        this.inquiry = context.getBean(AccessInquiry.class);
        this.runs = runs(new World());
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
        sql.update("""
                truncate contract, access_run, feed, tightening_freeze, contract_line, contract_facts_history,
                         incident_release restart identity cascade
                """);
        clock.set(Fixtures.noon(day));
        audited.clear();
    }

    /** What guards of this ISP's runs are asked of, besides its own tables: tests say what banks and queues tell. */
    static final class World {
        RunSettings settings = new RunSettings(RunSettings.Blast.CAREFUL, RunSettings.Money.CAREFUL, Times.ANY);
        List<BankAgreements.Agreement> agreements = List.of();
        List<UnmatchedPayments.Unmatched> unmatched = List.of();
        Map<Long, Instant> claims = Map.of();

        World blast(int perCent, int placePerCent, int cohortMultiple, int floor, int placeFloor) {
            settings = new RunSettings(
                    new RunSettings.Blast(perCent, placePerCent, cohortMultiple, floor, placeFloor),
                    settings.money(),
                    settings.times());
            return this;
        }

        World money(int plausiblePerCent, long floorCents) {
            settings = new RunSettings(
                    settings.blast(),
                    new RunSettings.Money(Duration.ofHours(24), plausiblePerCent, floorCents),
                    settings.times());
            return this;
        }

        World times(Times times) {
            settings = new RunSettings(settings.blast(), settings.money(), times);
            return this;
        }
    }

    /** Runs of this ISP as its world is, in batches of two. */
    AccessRuns runs(World world, ContractGuard... more) {
        return runs(audit, world, List.of(more));
    }

    /** Runs that are killed, as it were, when this log is asked to append: its exception rolls the batch back. */
    AccessRuns runs(AuditLog deadly) {
        return runs(deadly, new World(), List.of());
    }

    private AccessRuns runs(AuditLog log, World world, List<ContractGuard> more) {
        var book = context.getBean(RunBook.class);
        var watch = context.getBean(MoneyWatch.class);
        var customers = context.getBean(CustomerBook.class);
        var banks = BankingCalendar.NATIONAL;
        var zone = Contract.DEFAULT_ZONE;
        var settings = world.settings;
        var contractGuards = new ArrayList<ContractGuard>(List.of(
                new NoticeGuard(notices),
                new UnmatchedPaymentGuard(() -> world.unmatched, customers, context.getBean(ReceivableBook.class)),
                new ClaimedPaymentGuard((_, _) -> world.claims)));
        contractGuards.addAll(more);
        var runGuards = List.<RunGuard>of(
                new BlastRadius(settings.blast()),
                new FreshMoney(List.of(
                        new FreshBankFiles(() -> world.agreements, banks, zone),
                        new FeedsAlive(watch, settings.money().silence(), banks, zone),
                        new BookedPix(context.getBean(PixBook.class)),
                        new PlausibleReceipts(watch, settings.money(), banks, zone))),
                new FirstRunAfter(watch));
        var decisions = new GuardedDecisions(contractGuards, banks);
        var commit = new RunCommit(
                access, books, decisions, context.getBean(CommitmentBook.class), ledger, book, freezeBook, log);
        return new AccessRuns(
                sql,
                context.getBean(Catalogs.class),
                book,
                new RunPreview(facts, books, decisions, ledger, book),
                new RunJudgement(context.getBean(RunPictures.class), book, runGuards),
                commit,
                freezeBook,
                new RunTimes(settings.times(), RunCalendar.careful(banks), zone),
                new Places(_ -> {}, context.getBean(PlaceBook.class)),
                history,
                log,
                clock,
                2);
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
        return runs.commit(MARIA, runs.preview(MARIA, RunScope.ALL).orThrow().id())
                .orThrow();
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
