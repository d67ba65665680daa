package net.catraca.billing.office;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.data.exceptions.DataAccessException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import net.catraca.billing.office.Portions.Refused;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PortionsTest {

    private static final TestDatabase DATABASE = TestDatabase.fresh();
    private static final AuditLog UNKEPT = (_, _, _, _, _, _) -> {};
    private static final ApplicationContext CONTEXT =
            DATABASE.startContext(Map.of(), UNKEPT, SecretKeys.parse("test", SecretKeys.generate()));

    private static final Refused<Long, Integer> NONE_REFUSED = (one, why) -> {
        throw new AssertionError("refused: " + one, why);
    };

    private final Sql sql = CONTEXT.getBean(Sql.class);
    private final Portions portions = CONTEXT.getBean(Portions.class);

    @BeforeEach
    void anew() {
        sql.update("drop table if exists thing");
        sql.update("create table thing (id bigint primary key, n integer not null default 0 check (n >= 0))");
    }

    @AfterAll
    static void close() {
        CONTEXT.close();
        DATABASE.close();
    }

    @Test
    void whatNothingIsWrongWithIsWrittenInOnePortion() {
        assertThat(portions.write(ids(7), this::insert, NONE_REFUSED)).containsExactly(7);
        assertThat(written()).isEqualTo(ids(7));
    }

    @Test
    void onesThatTheDatabaseRefusesAreFoundAndTheOthersAreWrittenInTheirOrder() {
        sql.update("alter table thing add constraint bad check (id not in (3, 4, 9))");

        var results = portions.write(
                ids(10),
                some -> {
                    insert(some);
                    return "written " + some;
                },
                (one, why) -> "refused [" + one + "]");

        assertThat(String.join(" ", results).replaceAll("[^0-9]+", " ").strip()).isEqualTo("1 2 3 4 5 6 7 8 9 10");
        assertThat(results).contains("refused [3]", "refused [4]", "refused [9]");
        assertThat(written()).containsExactly(1L, 2L, 5L, 6L, 7L, 8L, 10L);
    }

    @Test
    void oneThatFailsHereCostsTheOthersNothingEither() {
        var results = portions.write(
                ids(6),
                some -> {
                    insert(some);
                    if (some.contains(5L)) {
                        throw new ArithmeticException("of " + some);
                    }
                    return true;
                },
                (one, why) -> !(one == 5 && why instanceof ArithmeticException));

        assertThat(results).containsOnlyOnce(false);
        assertThat(written()).containsExactly(1L, 2L, 3L, 4L, 6L);
    }

    @Test
    void withinATransactionAPartIsUndoneAlone() {
        sql.update("alter table thing add constraint bad check (id <> 2)");
        var refused = new ArrayList<Long>();

        sql.tryOut(() -> {
            portions.write(ids(3), this::insert, (one, why) -> {
                refused.add(one);
                return 0;
            });
            assertThat(written()).as("seen from within").containsExactly(1L, 3L);
            return true;
        });

        assertThat(refused).containsExactly(2L);
        assertThat(written()).as("it was only tried").isEmpty();
    }

    @Test
    void twoThatLockInOppositeOrderAreBothWritten() throws Exception {
        insert(ids(2));
        var meet = new CyclicBarrier(2);
        var tries = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(2)) {
            var both = List.of(ids(2), ids(2).reversed()).stream()
                    .map(order -> threads.submit(() -> {
                        var met = new AtomicInteger();
                        return portions.write(
                                order,
                                some -> {
                                    tries.incrementAndGet();
                                    return raisedAfterMeeting(some, met.getAndIncrement() == 0 ? meet : null);
                                },
                                NONE_REFUSED);
                    }))
                    .toList();
            for (var one : both) {
                assertThat(one.get()).as("in one portion, not in halves").containsExactly(2);
            }
        }
        assertThat(tries).as("one of them was ended, and tried again").hasValue(3);
        assertThat(sql.list("select n from thing order by id", row -> row.integer("n")))
                .containsExactly(2, 2);
    }

    /** Raises the first, waits until the other has raised its first, and raises the rest. */
    private int raisedAfterMeeting(List<Long> some, @Nullable CyclicBarrier meet) {
        sql.update("set local deadlock_timeout = '20ms'");
        raise(some.getFirst());
        if (meet != null) {
            try {
                meet.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
        }
        some.subList(1, some.size()).forEach(this::raise);
        return some.size();
    }

    private void raise(long id) {
        sql.update("update thing set n = n + 1 where id = ?", id);
    }

    @Test
    void whoIsEndedForOthersTimeAndAgainGivesUpAndHalvesNothing() {
        var tried = new ArrayList<Integer>();

        assertThatThrownBy(() -> portions.write(
                        ids(4),
                        some -> {
                            tried.add(some.size());
                            insert(some);
                            return endedForOthers();
                        },
                        NONE_REFUSED))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("for others");

        assertThat(tried).isEqualTo(Collections.nCopies(Portions.MOST_TRIES, 4));
        assertThat(written()).isEmpty();
    }

    private int endedForOthers() {
        return sql.update("do $$ begin raise 'ended for others' using errcode = '40001'; end $$");
    }

    @Test
    void aStatementThatIsWrongWhateverTheDataIsNotTriedAgain() {
        var tried = new AtomicInteger();

        assertThatThrownBy(() -> portions.write(
                        ids(4),
                        some -> {
                            tried.incrementAndGet();
                            return sql.update("update nothing_of_that_name set n = 1");
                        },
                        NONE_REFUSED))
                .isInstanceOf(DataAccessException.class);

        assertThat(tried).hasValue(1);
    }

    private int insert(List<Long> some) {
        return sql.update("insert into thing (id) select unnest(?)", some);
    }

    private List<Long> written() {
        return sql.list("select id from thing order by id", row -> row.bigint("id"));
    }

    private static List<Long> ids(int last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
