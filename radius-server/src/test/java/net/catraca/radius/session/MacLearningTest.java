package net.catraca.radius.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** First connects while the store is there, and while it is away. */
class MacLearningTest {

    private static final String FIRST = "001122aabb01";
    private static final String OTHER = "001122aabb02";

    private final Map<Long, String> stored = new HashMap<>();
    private final Writer writer = new Writer();
    private final MacLearning learning = new MacLearning(this::store, writer);
    private boolean isAway;

    @AfterEach
    void close() {
        learning.close();
    }

    private boolean store(long subscriberId, String mac) {
        if (isAway) {
            throw new IllegalStateException("the database is away");
        }
        return stored.putIfAbsent(subscriberId, mac) == null;
    }

    /** Runs nothing by itself. */
    private static final class Writer extends ScheduledThreadPoolExecutor {
        private final Queue<Runnable> due = new ArrayDeque<>();

        private Writer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            due.add(task);
            return super.schedule((Callable<Boolean>) () -> true, 0, unit);
        }

        /** What is due by now; not what that makes due later. */
        void run() {
            var now = List.copyOf(due);
            due.clear();
            now.forEach(Runnable::run);
        }
    }

    @Test
    void theFirstConnectIsLearntWhenTheDatabaseIsBackAndHoldsMeanwhile() {
        isAway = true;
        assertThat(learning.learn(7, FIRST)).isTrue();
        for (int attempt = 0; attempt < 5; attempt++) {
            writer.run();
            assertThat(stored).isEmpty();
            assertThat(learning.pending(7)).isEqualTo(FIRST);
            assertThat(learning.learn(7, FIRST)).isTrue(); // the owner dials in again and again
        }
        assertThat(learning.learn(7, OTHER)).isFalse();

        isAway = false;
        writer.run();
        assertThat(stored).containsExactly(Map.entry(7L, FIRST));
        assertThat(learning.pending(7)).isEqualTo(FIRST); // until every node's directory has heard
        writer.run();
        assertThat(learning.pending(7)).isNull();
    }

    @Test
    void whoeverComesAfterAStopWithoutTheDatabaseIsLearntAnew() {
        isAway = true;
        assertThat(learning.learn(7, FIRST)).isTrue();
        learning.close(); // it was nowhere but in memory

        isAway = false;
        var again = new Writer();
        try (var next = new MacLearning(this::store, again)) {
            assertThat(next.pending(7)).isNull(); // nobody is refused for what nobody knows
            assertThat(next.learn(7, OTHER)).isTrue();
            again.run();
        }
        assertThat(stored).containsExactly(Map.entry(7L, OTHER));
    }

    @Test
    void whatAnotherNodeHasLearntFirstIsNotHeldAgainstTheDatabase() {
        stored.put(7L, OTHER);
        assertThat(learning.learn(7, FIRST)).isTrue();
        writer.run();
        assertThat(learning.pending(7)).isNull(); // from now on the directory says which
        assertThat(stored).containsExactly(Map.entry(7L, OTHER));
    }

    @Test
    void moreThanItHoldsAreLetInAndLearntLater() {
        isAway = true;
        for (long id = 1; id <= MacLearning.MOST_PENDING; id++) {
            assertThat(learning.learn(id, FIRST)).isTrue();
        }
        assertThat(learning.learn(MacLearning.MOST_PENDING + 1, FIRST)).isTrue();
        assertThat(learning.learn(MacLearning.MOST_PENDING + 1, OTHER)).isTrue();
        assertThat(learning.pending(MacLearning.MOST_PENDING + 1)).isNull();
    }
}
