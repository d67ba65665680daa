package net.catraca.billing.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is said of the future is held against the future: the answers of each hour of it, one after the other. All that
 * happens to a {@link RandomContract} happens on whole hours.
 */
class NextChangeTest {

    private static final int LIVES = 500;
    private static final int ACTS = 12;
    private static final int HOURS = 24 * 75;

    private int changes;
    private int steadfast;
    private int tightenings;

    @Test
    void answersStayTheSameUpToTheirNextChangeAndDifferAtIt() {
        for (long seed = 0; seed < LIVES; seed++) {
            var contract = new RandomContract(new Random(seed));
            for (int act = 0; act < ACTS; act++) {
                contract.advance();
                contract.act();
                var facts = contract.books.write(contract.now());
                if (act % 3 == 0) {
                    facts = contract.books.run(contract.now());
                }
                look(facts, contract.now(), "seed " + seed + ", act " + act);
            }
        }
        assertThat(changes).as("changes seen").isGreaterThan(2_000);
        assertThat(steadfast).as("answers that stay").isGreaterThan(500);
        assertThat(tightenings).as("tightenings seen").isGreaterThan(300);
    }

    private void look(ContractSnapshot contract, Instant now, String where) {
        var access = AccessPolicy.effective(contract, now, now);
        look(access.computed(), contract, now, Moment::computed, "computed, " + where);
        look(access.effective(), contract, now, Moment::effective, "effective, " + where);
        assertThat(access.certainTightening())
                .as("certain tightening, %s", where)
                .satisfies(said -> agrees(said, firstTightening(contract, now), now));
    }

    private void look(
            AccessDecision said,
            ContractSnapshot contract,
            Instant now,
            Function<Moment, AccessDecision> question,
            String where) {
        var seen = firstHour(contract, now, then -> {
            var decision = question.apply(then);
            return decision.level() != said.level() || decision.rule() != said.rule();
        });
        assertThat(said.nextChange()).as(where).satisfies(next -> agrees(next, seen, now));
        changes += seen == null ? 0 : 1;
        steadfast += said.nextChange() == null ? 1 : 0;
        if (said.nextChange() != null) {
            var aSecondBefore =
                    question.apply(new Moment(contract, said.nextChange().minusSeconds(1)));
            assertThat(aSecondBefore.level()).as("a second before, %s", where).isEqualTo(said.level());
            assertThat(aSecondBefore.rule()).as("a second before, %s", where).isEqualTo(said.rule());
        }
    }

    private @Nullable Instant firstTightening(ContractSnapshot contract, Instant now) {
        var before = new AccessLevel[] {new Moment(contract, now).effective().level()};
        var seen = firstHour(contract, now, then -> {
            var level = then.effective().level();
            boolean tightens = level.stricterThan(before[0]);
            before[0] = level;
            return tightens;
        });
        tightenings += seen == null ? 0 : 1;
        return seen;
    }

    /** The first hour after now of which that is so, within the scanned time. */
    private static @Nullable Instant firstHour(ContractSnapshot contract, Instant now, Function<Moment, Boolean> isSo) {
        for (int hour = 1; hour <= HOURS; hour++) {
            var then = now.plus(Duration.ofHours(hour));
            if (isSo.apply(new Moment(contract, then))) {
                return then;
            }
        }
        return null;
    }

    /** Nothing was seen within the scanned time, and nothing was said of it. */
    private static void agrees(@Nullable Instant said, @Nullable Instant seen, Instant now) {
        boolean beyond = said != null && said.isAfter(now.plus(Duration.ofHours(HOURS)));
        assertThat(beyond ? null : said).isEqualTo(seen);
    }

    @Test
    void fromChangeToChangeComesEachOfThem() {
        var contract = Fixtures.contract()
                .lateSince("2026-09-01")
                .doNotBlockUntil("2026-10-10")
                .build();
        var told = new ArrayList<String>();
        for (var at = Fixtures.noon("2026-09-02"); at != null; ) {
            var decision = AccessPolicy.decide(contract, at);
            told.add(at + " " + decision.level() + " " + decision.rule());
            at = decision.nextChange();
        }
        assertThat(told)
                .isEqualTo(List.of(
                        "2026-09-02T15:00:00Z ACTIVE IN_GOOD_STANDING",
                        "2026-09-04T03:00:00Z ACTIVE WARN_THRESHOLD",
                        "2026-09-16T03:00:00Z REDUCED REDUCE_THRESHOLD",
                        "2026-10-01T03:00:00Z REDUCED DO_NOT_BLOCK_UNTIL",
                        "2026-10-11T03:00:00Z BLOCKED BLOCK_THRESHOLD"));
    }
}
