package net.catraca.radius.session;

import static net.catraca.radius.session.RecordBuilder.interim;
import static net.catraca.radius.session.RecordBuilder.minute;
import static net.catraca.radius.session.RecordBuilder.restart;
import static net.catraca.radius.session.RecordBuilder.start;
import static net.catraca.radius.session.RecordBuilder.stop;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import net.catraca.radius.session.SessionEnd.Cause;
import org.junit.jupiter.api.Test;

class SessionTableTest {

    private static final Addresses ADDRESSES = new Addresses("10.0.0.9", "2001:db8::9", null, null);

    private final SessionTable table = new SessionTable(0);

    private List<Session> live() {
        var sessions = new ArrayList<Session>();
        table.forEach(sessions::add);
        return sessions;
    }

    @Test
    void sessionIsFoundByAllThatItIsKnownBy() {
        table.fold(start(0).number(11).addresses(ADDRESSES).event());
        var session = live().getFirst();

        assertThat(table.byId(11)).isEqualTo(session);
        assertThat(table.ofSubscriber(7)).containsExactly(session);
        assertThat(table.ofContract(107)).containsExactly(session);
        assertThat(table.byAddress("10.0.0.9")).isEqualTo(session);
        assertThat(table.byAddress("2001:db8::9")).isEqualTo(session);
        assertThat(table.sizeOfNas(1)).isEqualTo(1);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void whatHasEndedIsFoundByNothing() {
        table.fold(start(0).number(11).addresses(ADDRESSES).event());
        table.fold(stop(10).number(12).lasted(10).event());

        assertThat(table.byId(11)).isNull();
        assertThat(table.ofSubscriber(7)).isEmpty();
        assertThat(table.ofContract(107)).isEmpty();
        assertThat(table.byAddress("10.0.0.9")).isNull();
        assertThat(table.sizeOfNas(1)).isZero();
        table.fold(interim(9).number(13).lasted(9).event());
        assertThat(table.size()).isZero();
    }

    @Test
    void addressThatHasMovedToAnotherSessionStaysWithThatOne() {
        table.fold(start(0).number(11).id("a").addresses(ADDRESSES).event());
        table.fold(start(1).number(12).id("b").addresses(ADDRESSES).event());
        table.fold(stop(2).number(13).id("a").lasted(2).event());

        assertThat(table.byAddress("10.0.0.9")).isEqualTo(table.byId(12));
    }

    @Test
    void restartEndsTheSessionsOfThatNasOnly() {
        table.fold(start(0).number(11).nas(1).event());
        table.fold(start(0).number(12).nas(2).event());

        table.fold(restart(5, 1, 13));

        assertThat(live()).extracting(Session::id).containsExactly(12L);
        table.fold(interim(4).number(14).nas(1).id("unheard").lasted(3).event());
        assertThat(live()).extracting(Session::id).containsExactly(12L);
    }

    @Test
    void listenerHearsOfEveryChangeInItsOrderAndAFailingOneHarmsNobody() {
        var heard = new ArrayList<String>();
        table.listen((before, now) -> {
            throw new IllegalStateException("a defect");
        });
        table.listen(
                (before, now) -> heard.add((before == null ? "new" : "known") + (now.isLive() ? " live" : " ended")));

        table.fold(start(0).number(11).event());
        table.fold(interim(10).number(12).lasted(10).event());
        table.end(11, new SessionEnd(minute(11), Cause.UNKNOWN_TO_NAS, null));
        table.fold(interim(20).number(13).lasted(20).event());

        assertThat(heard).containsExactly("new live", "known live", "known ended", "known live");
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void closedSessionsAreForgottenAfterATime() {
        table.fold(start(0).number(11).event());
        table.fold(stop(10).number(12).lasted(10).event());
        table.fold(start(6 * 60 + 11).number(13).id("other").event());

        // Nothing in memory knows it any more; its row in PostgreSQL does, and will be put over this.
        table.fold(interim(9)
                .number(14)
                .lasted(9)
                .receivedAt(minute(9).plus(Duration.ofHours(7)))
                .event());
        assertThat(table.size()).isEqualTo(2);
    }

    @Test
    void manyThreadsFoldAtOnceAndNothingIsLost() throws Exception {
        int sessions = 500;
        try (var threads = Executors.newFixedThreadPool(8)) {
            var work = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < sessions; i++) {
                var id = "s" + i;
                for (int step = 0; step < 4; step++) {
                    long number = i * 10L + step + 1;
                    int minute = step * 10;
                    work.add(() -> {
                        var record = minute == 0
                                ? start(0)
                                : interim(minute).lasted(minute).octets(minute * 100L, 1);
                        table.fold(record.number(number).id(id).event());
                        return true;
                    });
                }
            }
            for (var done : threads.invokeAll(work)) {
                assertThat(done.get()).isTrue();
            }
        }
        assertThat(live()).hasSize(sessions).allSatisfy(session -> {
            assertThat(session.startedAt()).isEqualTo(minute(0));
            assertThat(session.counted().total().inputOctets()).isEqualTo(3_000);
        });
        assertThat(table.ofSubscriber(7)).hasSize(sessions);
    }
}
