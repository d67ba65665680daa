package net.catraca.billing.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import net.catraca.billing.access.NaiveAccess.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Lives of contracts at random, told to the product (books, standing, commitment, decision) and to the naive oracle.
 * After each act both are asked at instants that follow it, without a further write.
 */
class AccessAgainstOracleTest {

    private static final int LIVES = 2_300;
    private static final int ACTS = 22;
    private static final int QUESTIONS = 4;

    private final Map<Rule, Integer> decided = new EnumMap<>(Rule.class);
    private final Map<AccessLevel, Integer> held = new EnumMap<>(AccessLevel.class);
    private int questions;
    private int restrictedByRun;
    private int stale;
    private int restrictedInAFreeze;

    @Test
    void productAndOracleAgreeOnEveryAnswer() {
        for (long seed = 0; seed < LIVES; seed++) {
            live(seed);
        }
        assertThat(questions).isGreaterThanOrEqualTo(200_000);
        assertThat(decided.keySet()).as("rules that decided").isEqualTo(EnumSet.allOf(Rule.class));
        assertThat(decided.values()).as("questions to a rule: %s", decided).allMatch(count -> count > 500);
        assertThat(held.keySet()).as("levels").isEqualTo(EnumSet.allOf(AccessLevel.class));
        assertThat(restrictedByRun).as("answers that a commitment made").isGreaterThan(10_000);
        assertThat(stale).as("answers that waited for a fresh directory").isGreaterThan(500);
    }

    private void live(long seed) {
        var random = new Random(seed);
        var contract = new RandomContract(random);
        var oracle = new NaiveAccess(contract.versions);
        for (int act = 0; act < ACTS; act++) {
            var before = contract.books.build();
            contract.advance();
            oracle.passTime(before, contract.now());
            contract.act();
            oracle.written(contract.books.build(), contract.now(), contract.postponed(), contract.newDoNotBlockUntil());
            var facts = contract.books.write(contract.now());
            if (random.nextInt(3) == 0) {
                oracle.run(contract.books.build(), contract.now());
                facts = contract.books.run(contract.now());
            }
            long thisSeed = seed;
            int thisAct = act;
            for (int i = 0; i < QUESTIONS; i++) {
                var at = i == 0 ? contract.now() : contract.later(contract.now());
                var freshUntil = random.nextBoolean() ? at : contract.now();
                ask(contract, oracle, facts, at, freshUntil, () -> "seed " + thisSeed + ", act " + thisAct + ", " + at);
            }
        }
    }

    /**
     * A freeze may hold for weeks, and people go on writing in it: what they write makes the facts anew, at an instant that
     * is later than the one at which the clock stands.
     */
    @Test
    void theyAgreeInAFreezeInWhichPeopleGoOnWriting() {
        for (long seed = 0; seed < LIVES; seed++) {
            freeze(seed);
        }
        assertThat(stale).as("answers that a freeze held").isGreaterThan(300);
        assertThat(restrictedInAFreeze)
                .as("restricted though it holds: before it, or by persons")
                .isGreaterThan(2_000);
    }

    private void freeze(long seed) {
        var random = new Random(seed);
        var contract = new RandomContract(random);
        var oracle = new NaiveAccess(contract.versions);
        Instant declared = null;
        for (int act = 0; act < ACTS; act++) {
            var before = contract.books.build();
            contract.advance();
            oracle.passTime(before, contract.now());
            contract.act();
            oracle.written(contract.books.build(), contract.now(), contract.postponed(), contract.newDoNotBlockUntil());
            var facts = contract.books.write(contract.now());
            if (declared != null && contract.now().isAfter(declared.plus(ContractBooks.KEPT_AFTER_END))) {
                declared = null;
            }
            if (declared == null) {
                oracle.run(contract.books.build(), contract.now());
                facts = contract.books.run(contract.now());
                declared = random.nextInt(3) == 0 ? contract.now() : null;
            }
            if (declared != null) {
                askInAFreeze(contract, oracle, facts, declared, "seed " + seed + ", act " + act);
            }
        }
    }

    private void askInAFreeze(
            RandomContract contract, NaiveAccess oracle, ContractSnapshot facts, Instant declared, String where) {
        // What a person ended is over at once, freeze or not.
        var rows = withoutReleasesEndedBy(contract.now(), contract.books.build());
        var at = contract.later(contract.now());
        var byClock = oracle.effective(rows, at).level();
        var expected = oracle.effective(rows, at, declared).level();
        var access = AccessPolicy.effective(facts, at, declared);
        agree("effective", access.effective().level(), expected, () -> where + ", " + at);
        agree("held", access.held(), byClock.stricterThan(expected), () -> where + ", " + at);
        stale += access.held() ? 1 : 0;
        restrictedInAFreeze += expected.stricterThan(AccessLevel.ACTIVE) ? 1 : 0;
    }

    private static ContractBooks withoutReleasesEndedBy(Instant now, ContractBooks rows) {
        return new ContractBooks(
                rows.contract(),
                rows.pauses(),
                rows.exemptions(),
                rows.receivables(),
                rows.releases().stream()
                        .filter(release ->
                                release.end() == null || release.end().at().isAfter(now))
                        .toList(),
                rows.commitment());
    }

    private void ask(
            RandomContract contract,
            NaiveAccess oracle,
            ContractSnapshot facts,
            Instant at,
            Instant freshUntil,
            Supplier<String> where) {
        var rows = contract.books.build();
        var computed = AccessPolicy.decide(facts, at);
        agree("computed", answer(computed), oracle.computed(rows, at), where);
        agree("days late", AccessPolicy.daysLate(facts, at), oracle.daysLate(rows, at), where);
        agree("paid until", facts.paidUntil(), oracle.paidUntil(rows), where);
        var byClock = oracle.effective(rows, at);
        var expected = freshUntil.equals(at) ? byClock : oracle.effective(rows, at, freshUntil);
        var access = AccessPolicy.effective(facts, at, freshUntil);
        agree("committed", access.committed(), oracle.committed(rows, at), where);
        agree("effective", answer(access.effective()), expected, where);
        agree("held", access.held(), byClock.level().stricterThan(expected.level()), where);
        var forThePacket = AccessPolicy.answer(facts, at, freshUntil);
        agree("packet", new Answer(forThePacket.level(), forThePacket.rule()), expected, where);
        agree("tightening", forThePacket.certainTightening(), access.certainTightening(), where);
        count(computed, access);
    }

    /** AssertJ, but only where there is something to say: a description costs more than the decision. */
    private static void agree(String what, @Nullable Object product, @Nullable Object oracle, Supplier<String> where) {
        if (!Objects.equals(product, oracle)) {
            assertThat(product).as("%s, %s", what, where.get()).isEqualTo(oracle);
        }
    }

    private void count(AccessDecision computed, EffectiveAccess access) {
        questions++;
        decided.merge(computed.rule(), 1, Integer::sum);
        var level = access.effective().level();
        held.merge(level, 1, Integer::sum);
        if (computed.rule().isMoney() && level != AccessLevel.ACTIVE && access.committed() == level) {
            restrictedByRun++;
        }
        stale += access.held() ? 1 : 0;
    }

    private static Answer answer(AccessDecision decision) {
        return new Answer(decision.level(), decision.rule());
    }
}
