package net.catraca.radius.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingEvent.Kind;
import net.catraca.radius.accounting.AccountingEvent.NasRestarted;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.session.SessionEnd.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Records of simulated sessions, lost, sent twice and in any order, against a ledger that the simulation keeps by
 * itself: start, end and totals are the same whatever the order.
 */
class SessionRulesOrderTest {

    private static final long WRAP = 1L << 32;

    /** What happened, as the simulation knows it. */
    record Truth(Instant startedAt, long input, long output, String end) {}

    record World(List<AccountingEvent> records, List<Truth> truths) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void orderAndRepetitionMakeNoDifference(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            var world = world(random);
            var expected = sorted(world.truths);
            for (int order = 0; order < 8; order++) {
                var arriving = new ArrayList<>(world.records);
                for (int i = random.nextInt(4); i > 0; i--) {
                    arriving.add(world.records.get(random.nextInt(world.records.size())));
                }
                Collections.shuffle(arriving, random);
                assertThat(sorted(folded(arriving)))
                        .as("seed %d, round %d, order %d: %s", seed, round, order, arriving)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void everyOrderOfOneSessionComesToTheSame() {
        var random = new Random(42);
        for (boolean gigawords : new boolean[] {true, false}) {
            var records = new ArrayList<AccountingEvent>();
            var truth = session(random, "81a", 0, true, gigawords, 4, records);
            var permutations = permutations(records);
            assertThat(permutations).hasSize(720);
            for (var order : permutations) {
                assertThat(sorted(folded(order))).as("%s", order).containsExactly(truth);
            }
        }
    }

    /** Sessions one after the other on one port, some with the same id, and now and then a restart of the NAS. */
    private static World world(Random random) {
        var records = new ArrayList<AccountingEvent>();
        var truths = new ArrayList<Truth>();
        double minute = 0;
        boolean gigawords = random.nextBoolean();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            boolean reused = random.nextBoolean();
            boolean stopped = random.nextInt(3) > 0;
            int interims = random.nextInt(5);
            var truth = session(random, reused ? "81a" : "s" + i, minute, stopped, gigawords, interims, records);
            minute += 10 * (interims + 1) + 1;
            if (!stopped) {
                minute += 1;
                records.add(restart(minute));
                truth = new Truth(truth.startedAt, truth.input, truth.output, "NAS_RESTARTED " + at(minute));
            }
            truths.add(truth);
            minute += 20 + random.nextInt(600);
        }
        return new World(records, truths);
    }

    private static Truth session(
            Random random,
            String id,
            double from,
            boolean stopped,
            boolean gigawords,
            int interims,
            List<AccountingEvent> records) {
        var ofClass = random.nextBoolean() ? new SessionClass(7, random.nextLong(), AccessLevel.ACTIVE, 1, 1) : null;
        long input = 0;
        long output = 0;
        // With nothing but a Start that is lost there would be nothing at all.
        if (interims == 0 || records.isEmpty() || random.nextInt(4) > 0) {
            records.add(RecordBuilder.start(from).id(id).ofClass(ofClass).event());
        }
        double minute = from;
        for (int i = 0; i < interims + (stopped ? 1 : 0); i++) {
            minute += 10;
            boolean isStop = i == interims;
            boolean saysNothing = isStop && random.nextInt(4) == 0;
            if (!saysNothing) {
                input += 1 + random.nextLong(WRAP - 2);
                output += 1 + random.nextLong(WRAP - 2);
            }
            var record = RecordBuilder.of(isStop ? Kind.STOP : Kind.INTERIM, minute)
                    .id(id)
                    .lasted(minute - from)
                    .ofClass(ofClass);
            long in = saysNothing ? 0 : input;
            long out = saysNothing ? 0 : output;
            records.add((gigawords ? record.octets(in, out) : record.octetsWithoutGigawords(in, out)).event());
        }
        return new Truth(at(from), input, output, stopped ? "STOP " + at(minute) : "live");
    }

    private static AccountingEvent restart(double minute) {
        return RecordBuilder.restart(minute, 1, 1);
    }

    private static Instant at(double minute) {
        return RecordBuilder.minute(minute);
    }

    private static List<Truth> folded(List<AccountingEvent> arriving) {
        var sessions = new ArrayList<Session>();
        var restarts = new ArrayList<Instant>();
        long number = 0;
        for (var unnumbered : arriving) {
            var event = unnumbered.numbered(++number);
            switch (event.what()) {
                case NasRestarted _ -> {
                    restarts.add(event.at());
                    sessions.replaceAll(session -> SessionRules.fold(event, session));
                }
                case OfSession record -> fold(event, record, sessions, restarts);
                case AccountingEvent.Unrelated _ -> throw new AssertionError();
            }
        }
        return sessions.stream().map(SessionRulesOrderTest::truth).toList();
    }

    private static void fold(AccountingEvent event, OfSession record, List<Session> sessions, List<Instant> restarts) {
        var known = sessions.stream()
                .filter(session -> session.key().equals(record.key()))
                .toList();
        var change = SessionRules.fold(event, record, known, restarts);
        if (change.before() != null) {
            sessions.remove(change.before());
        }
        sessions.add(change.now());
    }

    private static Truth truth(Session session) {
        var end = session.end();
        return new Truth(
                session.startedAt(),
                session.counted().total().inputOctets(),
                session.counted().total().outputOctets(),
                end == null ? "live" : (end.cause() == Cause.STOP ? "STOP " : end.cause() + " ") + end.at());
    }

    private static List<Truth> sorted(List<Truth> truths) {
        return truths.stream().sorted(Comparator.comparing(Truth::startedAt)).toList();
    }

    private static <T> List<List<T>> permutations(List<T> of) {
        if (of.isEmpty()) {
            return List.of(List.of());
        }
        var all = new ArrayList<List<T>>();
        for (int i = 0; i < of.size(); i++) {
            var rest = new ArrayList<>(of);
            T first = rest.remove(i);
            for (var tail : permutations(rest)) {
                var order = new ArrayList<T>();
                order.add(first);
                order.addAll(tail);
                all.add(order);
            }
        }
        return all;
    }
}
