package net.catraca.billing.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.directory.DirectoryFile;
import net.catraca.billing.directory.DirectoryListener;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.FeedFollower.State;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.billing.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColdStartTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final FeedSettings SETTINGS = FeedSettings.USUAL.withClockTolerance(Duration.ofDays(36_500));

    private final SettableClock clock = SettableClock.atNoonOf("2026-11-23");
    private final SecretKeys keys = SecretKeys.parse("test", SecretKeys.generate());

    @TempDir
    private Path folder;

    private ApplicationContext daemon(TestDatabase database) {
        var file = new DirectoryFile(folder.resolve("directory"));
        // The pool must come up although nobody answers.
        var context = database.startContext(
                Map.of(
                        "datasources.default.initialization-fail-timeout", "-1",
                        "datasources.default.connection-timeout", "1000"),
                clock,
                keys,
                SETTINGS,
                file);
        context.getBean(FeedFollower.class).start();
        context.getBean(ColdStart.class).start();
        return context;
    }

    @Test
    void withTheDatabaseAwayAStartServesWhatTheLastOneKnewUntilItIsBack() {
        try (var server = TestServer.start()) {
            var database = server.newDatabase();
            long releaseEnd = clock.instant().plusSeconds(3600).getEpochSecond();
            try (var first = daemon(database)) {
                blockedButReleasedUntil(first, releaseEnd);
                await().atMost(SOON).until(() -> knows(first, "ana"));
                // The directory answers a moment before the follower says that it has read it.
                await().atMost(SOON)
                        .until(() -> first.getBean(FeedFollower.class).status().state() == State.FOLLOWING);
            }
            assertThat(Files.exists(folder.resolve("directory"))).isTrue();

            server.stop();
            clock.advance(Duration.ofHours(2));
            try (var second = daemon(database)) {
                await().atMost(SOON).until(() -> knows(second, "ana"));
                var directory = second.getBean(LiveDirectory.class);
                assertThat(directory.knowsEveryone(clock.instant())).isFalse();
                // The release ended an hour ago, yet nothing tightens blindly.
                assertThat(level(directory)).isEqualTo(AccessLevel.ACTIVE);

                server.startAgain();
                await().atMost(SOON).until(() -> directory.knowsEveryone(clock.instant()));
                await().atMost(SOON)
                        .until(() -> second.getBean(FeedFollower.class).status().state() == State.FOLLOWING);
                assertThat(level(directory)).isEqualTo(AccessLevel.BLOCKED);
            }
        }
    }

    @Test
    void aFreezeHoldsThroughAStartWhileTheDatabaseIsAway() {
        try (var server = TestServer.start()) {
            var database = server.newDatabase();
            try (var first = daemon(database)) {
                blockedButReleasedUntil(first, clock.instant().plusSeconds(3600).getEpochSecond());
                freezeForADay(first);
                clock.advance(Duration.ofHours(2));
                await().atMost(SOON).until(() -> knows(first, "ana"));
                await().atMost(SOON).until(() -> heardUntilNow(first));
                assertThat(level(first.getBean(LiveDirectory.class))).isEqualTo(AccessLevel.ACTIVE);
            }

            server.stop();
            try (var second = daemon(database)) {
                await().atMost(SOON).until(() -> knows(second, "ana"));
                var directory = second.getBean(LiveDirectory.class);
                assertThat(directory.knowsEveryone(clock.instant())).isFalse();
                // The copy is of after the release's end: only the freeze holds it.
                assertThat(directory.knownUntil()).isEqualTo(clock.instant());
                assertThat(level(directory)).isEqualTo(AccessLevel.ACTIVE);

                server.startAgain();
                await().atMost(SOON).until(() -> directory.knowsEveryone(clock.instant()));
                assertThat(level(directory)).isEqualTo(AccessLevel.ACTIVE);
            }
        }
    }

    @Test
    void atAReloadTheDirectoryDoesNotAnswerBeforeItKnowsTheFreezes() {
        try (var database = TestDatabase.fresh();
                var context = database.startContext(Map.of(), clock, keys, SETTINGS)) {
            blockedButReleasedUntil(context, clock.instant().plusSeconds(3600).getEpochSecond());
            freezeForADay(context);
            clock.advance(Duration.ofHours(2));
            var directory = context.getBean(LiveDirectory.class);
            var atFirst = new AtomicReference<AccessLevel>();
            directory.listen(new DirectoryListener() {
                @Override
                public void contractChanged(long contractId) {}

                @Override
                public void everythingChanged() {
                    atFirst.compareAndSet(null, level(directory));
                }
            });

            context.getBean(FeedFollower.class).start();

            await().atMost(SOON).until(() -> atFirst.get() != null);
            assertThat(atFirst).hasValue(AccessLevel.ACTIVE);
        }
    }

    private void freezeForADay(ApplicationContext context) {
        var now = clock.instant();
        context.getBean(Sql.class).inTransaction(() -> {
            var freeze = context.getBean(FreezeBook.class)
                    .insert("the bank is late", "maria", now, now.plus(Duration.ofDays(1)), Duration.ZERO);
            context.getBean(Feed.class).append(Feed.Kind.FREEZE, freeze.id(), now);
            return freeze;
        });
    }

    private boolean heardUntilNow(ApplicationContext context) {
        return !context.getBean(LiveDirectory.class).knownUntil().isBefore(clock.instant());
    }

    @Test
    void aUsualStartReadsTheDatabaseAndNotTheFile() {
        try (var database = TestDatabase.fresh()) {
            try (var first = daemon(database)) {
                blockedButReleasedUntil(first, clock.instant().plusSeconds(3600).getEpochSecond());
                await().atMost(SOON).until(() -> knows(first, "ana"));
            }
            try (var second = daemon(database)) {
                await().atMost(SOON).until(() -> knows(second, "ana"));
                assertThat(second.getBean(LiveDirectory.class).knowsEveryone(clock.instant()))
                        .isTrue();
            }
        }
    }

    private void blockedButReleasedUntil(ApplicationContext context, long second) {
        var sql = context.getBean(Sql.class);
        var accessWrite = context.getBean(AccessWrite.class);
        TestIsp.seed(sql);
        long ana = TestIsp.contract(accessWrite, sql, clock.instant());
        accessWrite.on(ana, clock.instant(), write -> {
            long owed = sql.first("""
                            insert into receivable (
                                contract_id, kind, nominal_cents, issued_on, due_on, original_due_on,
                                counts_for_blocking, status, created_at)
                            values (?, 'ONE_OFF', 9990, '2026-09-15', '2026-10-05', '2026-10-05', true, 'OPEN', ?)
                            returning id
                            """, row -> row.bigint("id"), ana, clock.instant())
                    .orElseThrow();
            sql.update(
                    "insert into commitment (contract_id, level, committed_at, as_of) values (?, 'BLOCKED', ?, ?)",
                    ana,
                    clock.instant(),
                    clock.instant());
            sql.update("update commitment set receivable_ids = array[?::bigint] where contract_id = ?", owed, ana);
            return sql.update("""
                    insert into release (
                        contract_id, kind, level, reason, granted_by, granted_at, starts_at, until)
                    values (?, 'TEMPORARY', 'ACTIVE', 'promised', 'maria', ?, ?, ?)
                    """, ana, clock.instant(), clock.instant(), java.time.Instant.ofEpochSecond(second));
        });
        TestIsp.login(accessWrite, sql, ana, "ana", clock.instant());
    }

    private AccessLevel level(LiveDirectory directory) {
        SubscriberSnapshot ana = directory.byLogin("ana");
        assertThat(ana).isNotNull();
        return AccessPolicy.answer(ana.contract(), clock.instant(), directory.freshUntil())
                .level();
    }

    private static boolean knows(ApplicationContext context, String login) {
        return context.getBean(LiveDirectory.class).byLogin(login) != null;
    }
}
