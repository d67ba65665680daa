package net.catraca.radius.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.LogCapture;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.billing.testing.TestServer;
import net.catraca.radius.accounting.Journal.Kept;
import net.catraca.radius.store.JournalCursor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryTest {

    private static final int NODE = 7;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final TestServer SERVER = TestServer.start();
    private static final TestDatabase DATABASE = SERVER.newDatabase();
    private static final SettableClock CLOCK = new SettableClock(Fixtures.NOW);
    private static final ApplicationContext CONTEXT =
            DATABASE.startContext(Map.of("datasources.default.connection-timeout", 1_000), CLOCK);
    private static final Sql SQL = CONTEXT.getBean(Sql.class);
    private static final RecordRows ROWS = new RecordRows(CONTEXT);

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ConcurrentLinkedQueue<Long> durable = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Journal.Why> refused = new ConcurrentLinkedQueue<>();
    private FileJournal journal;

    @BeforeAll
    static void partition() {
        ROWS.prepare();
    }

    @AfterAll
    static void close() {
        CONTEXT.close();
        DATABASE.close();
        SERVER.close();
    }

    @BeforeEach
    void open() throws IOException {
        SQL.update("truncate accounting_record, accounting_set_aside, journal_cursor");
        journal = reopened();
    }

    @AfterEach
    void closeJournal() {
        journal.close();
    }

    private FileJournal reopened() throws IOException {
        return FileJournal.open(new JournalSettings(folder, NODE, 64 << 10, 64 << 20, 10_000, 8 << 20), CLOCK, meters);
    }

    private Delivery delivery(Deliverer deliverer) {
        var delivery = new Delivery(journal, CONTEXT.getBean(JournalCursor.class), deliverer, CLOCK, meters);
        delivery.start();
        return delivery;
    }

    private void append(int records, int octets) {
        int before = durable.size() + refused.size();
        for (int i = 0; i < records; i++) {
            journal.append(RecordRows.record(Fixtures.NOW, octets), kept -> {
                switch (kept) {
                    case Kept.Durable(long number) -> durable.add(number);
                    case Kept.Refused(var why) -> refused.add(why);
                }
            });
        }
        await().atMost(LONG).until(() -> durable.size() + refused.size() == before + records);
    }

    private void awaitAllDelivered() {
        await().atMost(LONG).until(() -> journal.undelivered() == 0);
        assertThat(ROWS.delivered()).containsExactlyElementsOf(durable);
        assertThat(refused).isEmpty();
    }

    /** As rows are, but some records fail. */
    private record Failing(Predicate<JournalRecord> isBad, RuntimeException failure) implements Deliverer {
        @Override
        public void deliver(List<JournalRecord> batch) {
            ROWS.deliver(batch);
            if (batch.stream().anyMatch(isBad)) {
                throw failure;
            }
        }

        @Override
        public Instant receivedAt(JournalRecord record) {
            return ROWS.receivedAt(record);
        }
    }

    @Test
    void recordsReachPostgresInOrderAndTheirFilesGo() {
        try (var delivery = delivery(ROWS)) {
            append(5_000, 300);
            awaitAllDelivered();
            assertThat(delivery.lag()).isZero();
            assertThat(journal.octets()).isLessThan(5 * (64 << 10));
            assertThat(meters.get("catraca.delivery.delivering").gauge().value())
                    .isEqualTo(1);
        }
    }

    @Test
    void aRestartGoesOnWhereDeliveryHadCome() throws IOException {
        try (var delivery = delivery(ROWS)) {
            append(500, 300);
            await().until(() -> delivery.lag().isZero() && journal.undelivered() == 0);
        }
        append(500, 300); // nobody delivers these
        journal.close();
        journal = reopened();
        append(500, 300);
        try (var delivery = delivery(ROWS)) {
            awaitAllDelivered();
            assertThat(delivery.lag()).isZero();
        }
    }

    @Test
    void closingDeliversWhatIsThere() {
        append(3_000, 300);
        delivery(ROWS).close(Duration.ofSeconds(20));
        assertThat(ROWS.delivered()).containsExactlyElementsOf(durable);
    }

    @Test
    void whileTheDatabaseIsStoppedRecordsAreAcknowledgedAndNoneIsLost() throws InterruptedException {
        try (var delivery = delivery(ROWS)) {
            assertThat(delivery.awaitContact(LONG)).isTrue();
            append(1_000, 300);
            SERVER.stop();
            try {
                append(1_000, 300);
                CLOCK.advance(Duration.ofSeconds(30));
                await().atMost(LONG).until(() -> delivery.lag().compareTo(Duration.ofSeconds(30)) >= 0);
                assertThat(meters.get("catraca.delivery.delivering").gauge().value())
                        .isZero();
                append(1_000, 300);
            } finally {
                SERVER.startAgain();
            }
            awaitAllDelivered();
        }
    }

    @Test
    void whileTheDatabaseIsFrozenRecordsAreAcknowledgedAndNoneIsLost() throws Exception {
        try (var delivery = delivery(ROWS)) {
            assertThat(delivery.awaitContact(LONG)).isTrue();
            append(500, 300);
            var processes = serverProcesses();
            signal("STOP", processes);
            try {
                append(2_000, 300);
                assertThat(journal.undelivered()).isPositive();
            } finally {
                signal("CONT", processes);
            }
            awaitAllDelivered();
        }
    }

    @Test
    void aDatabaseThatCrashesAgainAndAgainUnderLoadLosesAndDoublesNothing() throws Exception {
        try (var delivery = delivery(ROWS)) {
            assertThat(delivery.awaitContact(LONG)).isTrue();
            for (int crash = 0; crash < 4; crash++) {
                append(1_500, 300);
                // One backend that dies makes PostgreSQL end all others and recover from its log.
                long backend = serverProcesses().getLast();
                signal("KILL", List.of(backend));
                append(1_500, 300);
                await().atMost(LONG).ignoreExceptions().until(() -> ROWS.count() >= 0);
            }
            awaitAllDelivered();
        }
    }

    /** The postmaster first. */
    private static List<Long> serverProcesses() {
        long backend = SQL.first("select pg_backend_pid() as pid", row -> row.bigint("pid"))
                .orElseThrow();
        var postmaster =
                ProcessHandle.of(backend).flatMap(ProcessHandle::parent).orElseThrow();
        List<Long> processes = new ArrayList<>(List.of(postmaster.pid()));
        postmaster
                .descendants()
                .map(ProcessHandle::pid)
                .filter(pid -> pid != backend)
                .forEach(processes::add);
        processes.add(backend);
        return processes;
    }

    private static void signal(String name, List<Long> processes) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(pid -> command.add(Long.toString(pid)));
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void connectionLostBeforeTheCommitDeliversOnce() {
        var first = new AtomicBoolean(true);
        Deliverer cut = batch -> {
            ROWS.deliver(batch);
            if (first.getAndSet(false)) {
                SQL.update("select pg_terminate_backend(pg_backend_pid())");
            }
        };
        append(100, 300);
        try (var delivery = delivery(cut)) {
            awaitAllDelivered();
            assertThat(delivery.lag()).isZero();
        }
    }

    @Test
    void oneBadRecordIsSetAsideAndTheOthersGoOn() {
        append(1_000, 300);
        long bad = durable.stream().skip(617).findFirst().orElseThrow();
        var defect = new IllegalStateException("a defect of ours");
        try (var log = new LogCapture(Delivery.class.getName(), Level.ERROR);
                var delivery = delivery(new Failing(record -> record.number() == bad, defect))) {
            await().atMost(LONG).until(() -> journal.undelivered() == 0);

            assertThat(delivery.lag()).isZero();
            assertThat(ROWS.delivered()).hasSize(999).doesNotContain(bad);
            assertThat(setAside()).containsExactly(bad);
            assertThat(log.lines()).singleElement().asString().contains("lies in accounting_set_aside");
            assertThat(meters.counter("catraca.delivery.set.aside").count()).isEqualTo(1);
        }
    }

    @Test
    void afterAHundredInARowThatCannotBeDeliveredItGoesOnSlowlyAndSaysSo() {
        append(103, 300);
        var bad = List.copyOf(durable);
        var defect = new IllegalStateException("a defect of ours");
        var setAsideWhenSaid = new AtomicLong();
        try (var log = new LogCapture(Delivery.class.getName(), Level.ERROR);
                var delivery = delivery(new Failing(record -> bad.contains(record.number()), defect))) {
            await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> {
                setAsideWhenSaid.set(
                        (long) meters.counter("catraca.delivery.set.aside").count());
                return log.lines().stream().anyMatch(line -> line.contains("going on slowly"));
            });
            assertThat(setAsideWhenSaid).hasValueLessThanOrEqualTo(100);
            append(10, 300); // good ones behind them wait, and come

            await().atMost(LONG).until(() -> journal.undelivered() == 0);
            assertThat(delivery.lag()).isZero();
            assertThat(setAside()).containsExactlyElementsOf(bad);
            assertThat(ROWS.delivered()).hasSize(10).doesNotContainAnyElementsOf(bad);
            // One pause for each from the hundredth on; none is passed over or set aside twice.
            assertThat(log.lines().stream().filter(line -> line.contains("going on slowly")))
                    .hasSize(3);
        }
    }

    private static List<Long> setAside() {
        return SQL.list("""
                select number from accounting_set_aside
                 where received_at = ? and octet_length(payload) = 300 and reason like '%defect%'
                 order by number
                """, row -> row.bigint("number"), Fixtures.NOW);
    }

    @Test
    void recordThatBreaksAConstraintIsSetAside() {
        append(10, 300);
        long bad = durable.stream().skip(4).findFirst().orElseThrow();
        SQL.update("alter table accounting_record add constraint no_such check (number <> " + bad + ") not valid");
        try (var delivery = delivery(ROWS)) {
            await().atMost(LONG).until(() -> journal.undelivered() == 0);
            assertThat(delivery.lag()).isZero();
            assertThat(ROWS.delivered()).hasSize(9).doesNotContain(bad);
        } finally {
            SQL.update("alter table accounting_record drop constraint no_such");
        }
    }

    @Test
    void whatIsMissingInTheDatabaseIsNoFaultOfTheRecords() {
        append(100, 300);
        SQL.update("alter table accounting_record detach partition accounting_record_any");
        try (var delivery = delivery(ROWS)) {
            await().atMost(LONG)
                    .until(() -> meters.counter("catraca.delivery.failures").count() > 1);
            assertThat(delivery.lag()).isZero();
            assertThat(SQL.list("select number from accounting_set_aside", row -> row.bigint("number")))
                    .isEmpty();
            SQL.update("alter table accounting_record attach partition accounting_record_any default");
            awaitAllDelivered();
        }
    }

    @Test
    void databasePutBackToAnEarlierStateGetsAgainWhatTheJournalHolds() {
        try (var delivery = delivery(ROWS)) {
            append(10, 300);
            await().atMost(LONG).until(() -> journal.undelivered() == 0);
            SQL.update("delete from accounting_record");
            SQL.update("update journal_cursor set number = ?", durable.peek());
            durable.poll(); // the backup was made with the first one in it
            append(10, 300);
            await().atMost(LONG).until(() -> ROWS.count() == 19);
            assertThat(delivery.lag()).isZero();
            awaitAllDelivered();
        }
    }

    @Test
    void secondDaemonOnACopyOfTheFolderIsNoticedAndNothingIsPassedOver() {
        try (var log = new LogCapture(Delivery.class.getName(), Level.WARN);
                var delivery = delivery(ROWS)) {
            append(10, 300);
            await().atMost(LONG).until(() -> journal.undelivered() == 0);
            SQL.update("update journal_cursor set number = number + 1000000");
            append(10, 300);
            await().atMost(LONG)
                    .until(() -> log.lines().stream().anyMatch(line -> line.contains("never copy a journal")));
            assertThat(ROWS.count()).isEqualTo(10);
            SQL.update("update journal_cursor set number = number - 1000000");
            awaitAllDelivered();
            assertThat(delivery.lag()).isZero();
        }
    }

    @Test
    void numbersThatPostgresKnowsFromAnotherFolderAreNotGivenAgain() throws InterruptedException {
        long used = journal.openedAt() + 5_000;
        SQL.update("insert into journal_cursor (node, journal, number, at) values (7, 1, ?, ?)", used, Fixtures.NOW);
        try (var delivery = delivery(ROWS)) {
            assertThat(delivery.awaitContact(LONG)).isTrue();
            append(1, 300);
            assertThat(durable.peek()).isEqualTo(used + 1);
            awaitAllDelivered();
        }
    }
}
