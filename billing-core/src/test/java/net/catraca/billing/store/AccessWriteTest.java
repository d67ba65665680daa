package net.catraca.billing.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.ManualBlock;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Contract.Restriction;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.testing.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class AccessWriteTest {

    private static final TestDatabase DATABASE = TestDatabase.fresh();
    private static final ApplicationContext CONTEXT = DATABASE.startContext();
    private static final Instant NOW = Instant.parse("2026-11-23T15:00:00Z");

    private final AccessWrite accessWrite = CONTEXT.getBean(AccessWrite.class);
    private final ContractBook contracts = CONTEXT.getBean(ContractBook.class);
    private final ContractFacts facts = CONTEXT.getBean(ContractFacts.class);
    private final Sql sql = CONTEXT.getBean(Sql.class);

    @BeforeAll
    static void seed() {
        TestIsp.seed(CONTEXT.getBean(Sql.class));
    }

    @AfterAll
    static void drop() {
        CONTEXT.close();
        DATABASE.close();
    }

    @Test
    void aCreatedContractHasFactsOfItsFirstVersion() {
        long id = create();

        assertThat(contracts.find(id)).map(Contract::version).contains(1L);
        assertThat(facts.find(id)).hasValueSatisfying(snapshot -> {
            assertThat(snapshot.version()).isEqualTo(1);
            assertThat(snapshot.status()).isEqualTo(ContractStatus.ACTIVE);
            assertThat(snapshot.statusSinceDay())
                    .isEqualTo(LocalDate.parse("2026-01-10").toEpochDay());
            assertThat(snapshot.plan().name()).isEqualTo("Fibra 300");
            assertThat(snapshot.policy().name()).isEqualTo("residential");
        });
    }

    @Test
    void aWriteRaisesTheVersionAndAppendsToTheFeed() {
        long id = create();
        long entries = feedEntries(id);

        accessWrite.on(id, NOW, write -> {
            block(id, NOW);
            return true;
        });

        assertThat(facts.find(id)).hasValueSatisfying(snapshot -> {
            assertThat(snapshot.version()).isEqualTo(2);
            assertThat(snapshot.manualBlockSince()).isEqualTo(NOW.getEpochSecond());
        });
        assertThat(contracts.find(id)).map(Contract::version).contains(2L);
        assertThat(feedEntries(id)).isEqualTo(entries + 1);
    }

    @Test
    void reliefWakesWhoeverListensAndARestrictionDoesNot() throws SQLException {
        long id = create();
        try (var listener = DATABASE.dataSource().getConnection();
                var statement = listener.createStatement()) {
            statement.execute("listen catraca_relief");
            var notifications = listener.unwrap(PGConnection.class);

            accessWrite.on(id, NOW, write -> {
                block(id, NOW);
                return true;
            });
            assertThat(notifications.getNotifications(100)).isEmpty();

            accessWrite.on(id, NOW, write -> {
                unblock(id);
                return true;
            });
            assertThat(notifications.getNotifications(10_000)).hasSize(1);
        }
    }

    @Test
    void aWriteThatLeavesAContractChangesNothing() {
        long id = create();
        long entries = feedEntries(id);

        accessWrite.on(id, NOW, write -> {
            write.leaveAll();
            return true;
        });

        assertThat(facts.find(id)).map(ContractSnapshot::version).contains(1L);
        assertThat(feedEntries(id)).isEqualTo(entries);
    }

    @Test
    void anExceptionRollsTheWholeWriteBack() {
        long id = create();

        assertThatThrownBy(() -> accessWrite.on(id, NOW, write -> {
                    block(id, NOW);
                    throw new IllegalStateException("the work fails");
                }))
                .hasMessage("the work fails");

        assertThat(contracts.find(id)).map(Contract::manualBlock).isEmpty();
        assertThat(facts.find(id)).map(ContractSnapshot::version).contains(1L);
    }

    @Test
    void aContractThatDoesNotExistIsNotHeld() {
        boolean held = accessWrite.on(987_654_321L, NOW, write -> write.holds(987_654_321L));

        assertThat(held).isFalse();
    }

    @Test
    void whatIsOwedIsInTheFactsAndSettlingItTakesTheCommitmentAway() {
        long id = create();
        accessWrite.on(id, NOW, write -> {
            long receivable = overdueReceivable(id);
            sql.update(
                    "insert into commitment (contract_id, level, committed_at, as_of) values (?, 'BLOCKED', ?, ?)",
                    id,
                    NOW,
                    NOW);
            return sql.update(
                    "update commitment set receivable_ids = array[?::bigint] where contract_id = ?", receivable, id);
        });
        assertThat(facts.find(id)).hasValueSatisfying(snapshot -> {
            assertThat(snapshot.lateSinceDay())
                    .isEqualTo(LocalDate.parse("2026-10-05").toEpochDay());
            assertThat(snapshot.committedLevel()).isEqualTo(AccessLevel.BLOCKED);
            assertThat(AccessPolicy.answer(snapshot, NOW, NOW).level()).isEqualTo(AccessLevel.BLOCKED);
        });

        accessWrite.on(
                id,
                NOW,
                write -> sql.update(
                        "update receivable set status = 'SETTLED', settled_on = ? where contract_id = ?",
                        LocalDate.parse("2026-11-23"),
                        id));

        assertThat(facts.find(id)).hasValueSatisfying(snapshot -> {
            assertThat(snapshot.lateSinceDay()).isEqualTo(ContractSnapshot.NO_DAY);
            assertThat(snapshot.committedLevel()).isEqualTo(AccessLevel.ACTIVE);
        });
        assertThat(sql.list("select 1 from commitment where contract_id = ?", row -> 1, id))
                .isEmpty();
    }

    private long overdueReceivable(long contractId) {
        return sql.first("""
                        insert into receivable (
                            contract_id, kind, nominal_cents, issued_on, due_on, original_due_on, counts_for_blocking,
                            status, created_at)
                        values (?, 'ONE_OFF', 9990, '2026-09-15', '2026-10-05', '2026-10-05', true, 'OPEN', ?)
                        returning id
                        """, row -> row.bigint("id"), contractId, NOW).orElseThrow();
    }

    @Test
    void pausesAndExemptionsAreInTheFacts() {
        long id = create();

        accessWrite.on(id, NOW, write -> {
            sql.update("""
                    insert into pause (contract_id, first_day, reason, created_by, created_at)
                    values (?, '2026-12-01', 'travels', 'maria', ?)
                    """, id, NOW);
            return sql.update("""
                    insert into exemption (contract_id, first_day, last_day, reason, created_by, created_at)
                    values (?, '2026-11-01', '2026-11-30', 'fault of ours', 'maria', ?)
                    """, id, NOW);
        });

        assertThat(facts.find(id)).hasValueSatisfying(snapshot -> {
            assertThat(snapshot.pauses()).isEqualTo(new DayWindow(epochDay("2026-12-01"), DayWindow.OPEN, null));
            assertThat(snapshot.exemptions())
                    .isEqualTo(new DayWindow(epochDay("2026-11-01"), epochDay("2026-11-30"), null));
        });
    }

    private static int epochDay(String day) {
        return (int) LocalDate.parse(day).toEpochDay();
    }

    @Test
    void twoWritesOfTheSameContractsInOppositeOrderBothEnd() {
        long one = create();
        long other = create();
        var bothStarted = new CountDownLatch(2);

        var forth = CompletableFuture.runAsync(() -> many(List.of(one, other), bothStarted));
        var back = CompletableFuture.runAsync(() -> many(List.of(other, one), bothStarted));

        assertThat(CompletableFuture.allOf(forth, back).orTimeout(30, TimeUnit.SECONDS))
                .succeedsWithin(java.time.Duration.ofSeconds(30));
        assertThat(facts.find(one)).map(ContractSnapshot::version).contains(101L);
        assertThat(facts.find(other)).map(ContractSnapshot::version).contains(101L);
    }

    private void many(List<Long> ids, CountDownLatch started) {
        started.countDown();
        for (int i = 0; i < 50; i++) {
            accessWrite.on(ids, NOW, write -> true);
        }
    }

    @Test
    void moreThanFiveHundredContractsAreRefused() {
        var ids = LongStream.rangeClosed(1, 501).boxed().toList();

        assertThatThrownBy(() -> accessWrite.on(ids, NOW, write -> true)).hasMessageContaining("at most 500");
    }

    @Test
    void anOuterTransactionThatRollsBackTakesTheWriteWithIt() {
        long id = create();

        assertThatThrownBy(() -> sql.inTransaction(() -> {
                    accessWrite.on(id, NOW, write -> true);
                    throw new IllegalStateException("the outer work fails");
                }))
                .hasMessage("the outer work fails");

        assertThat(facts.find(id)).map(ContractSnapshot::version).contains(1L);
    }

    private void block(long id, Instant since) {
        var contract = contracts.find(id).orElseThrow();
        contracts.update(active(contract.id(), contract.version(), new ManualBlock(since, "fraud", "maria")));
    }

    private void unblock(long id) {
        contracts.update(active(id, contracts.find(id).orElseThrow().version(), null));
    }

    private long feedEntries(long contractId) {
        return sql.first(
                        "select count(*) n from feed where kind = 'CONTRACT' and key = ?",
                        row -> row.bigint("n"),
                        contractId)
                .orElseThrow();
    }

    private long create() {
        return accessWrite.on(List.of(), NOW, write -> {
            long id = contracts.insert(active(0, 0, null)).id();
            write.created(id);
            return id;
        });
    }

    private static Contract active(long id, long version, @Nullable ManualBlock block) {
        return new Contract(
                id,
                version,
                null,
                TestIsp.CUSTOMER,
                TestIsp.PLAN,
                null,
                ContractStatus.ACTIVE,
                Contract.DEFAULT_ZONE,
                BillingMode.PREPAID,
                LocalDate.parse("2026-01-10"),
                LocalDate.parse("2026-01-05"),
                LocalDate.parse("2026-01-10"),
                null,
                null,
                null,
                null,
                new Restriction(AutomaticRestriction.NORMAL, null, null),
                TrustUnlockPermission.INHERIT,
                block,
                MoneySource.LOCAL,
                null,
                NOW);
    }
}
