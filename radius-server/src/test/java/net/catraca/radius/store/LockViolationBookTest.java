package net.catraca.radius.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.session.LockViolation;
import net.catraca.radius.session.LockViolation.Lock;
import net.catraca.radius.session.LockViolations;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Violations of locks, seen by several nodes. */
class LockViolationBookTest {

    private static final TestDatabase DATABASE = TestDatabase.fresh();
    private static final ApplicationContext CONTEXT = DATABASE.startContext();
    private static final Instant NOW = Fixtures.NOW;

    private final Sql sql = CONTEXT.getBean(Sql.class);
    private final LockViolationBook book = CONTEXT.getBean(LockViolationBook.class);

    @AfterAll
    static void close() {
        CONTEXT.close();
        DATABASE.close();
    }

    @BeforeEach
    void empty() {
        sql.update("delete from lock_violation");
    }

    private static LockViolation.Seen seen(Instant at, String mac, String place) {
        return new LockViolation.Seen(at, new LockViolation(Lock.MAC, "001122aabb01", mac), "bras-1", place, true);
    }

    private static LockViolations.Unsaved unsaved(long subscriberId, Instant at, String place) {
        return new LockViolations.Unsaved(subscriberId, seen(at, "001122aabb02", place), at, 1);
    }

    private static ScheduledThreadPoolExecutor writer() {
        return new ScheduledThreadPoolExecutor(1);
    }

    @Test
    void thoseOfAllNodesAreListedAndCountedByPlace() {
        book.save(List.of(unsaved(7, NOW, "port 1")), 1);
        book.save(List.of(unsaved(7, NOW.plusSeconds(60), "port 1"), unsaved(7, NOW.plusSeconds(30), "port 2")), 2);

        assertThat(book.of(List.of(7L), 10))
                .satisfiesExactly(
                        first -> {
                            assertThat(first.times()).isEqualTo(2);
                            assertThat(first.firstAt()).isEqualTo(NOW);
                            assertThat(first.seen().at()).isEqualTo(NOW.plusSeconds(60));
                            assertThat(first.node()).isEqualTo(2);
                            assertThat(first.seen().violation().found()).isEqualTo("001122aabb02");
                        },
                        second -> assertThat(second.seen().place()).isEqualTo("port 2"));
        assertThat(book.list(null, "bras-1", Long.MAX_VALUE, 10)).hasSize(2);
        assertThat(book.list(null, "bras-2", Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    void ofOneLoginTheLatestTwentyAreKept() {
        for (int i = 0; i < 30; i++) {
            book.save(List.of(unsaved(7, NOW.plusSeconds(i), "port " + i), unsaved(8, NOW, "port")), 1);
        }
        assertThat(book.of(List.of(7L), 100))
                .hasSize(LockViolationBook.MOST_OF_SUBSCRIBER)
                .allSatisfy(kept -> assertThat(kept.seen().at()).isAfterOrEqualTo(NOW.plusSeconds(10)));
        assertThat(book.of(List.of(8L), 100)).singleElement().satisfies(kept -> assertThat(kept.times())
                .isEqualTo(30));
    }

    @Test
    void whatIsSeenWhileTheDatabaseIsAwayIsStoredWhenItIsBackAndCountedOnce() {
        var away = new AtomicBoolean(true);
        try (var violations = new LockViolations(
                news -> {
                    if (away.get()) {
                        throw new IllegalStateException("the database is away");
                    }
                    book.save(news, 3);
                },
                writer())) {
            for (int i = 0; i < 5; i++) {
                violations.add(7, seen(NOW.plusSeconds(i), "001122aabb02", "port 1"));
            }
            assertThat(violations.of(7)).hasSize(5); // at once, from memory
            away.set(false);
            await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(book.of(List.of(7L), 10))
                    .singleElement()
                    .satisfies(kept -> assertThat(kept.times()).isEqualTo(5)));
        }
    }
}
